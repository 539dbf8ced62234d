from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import HelpdeskOrderCommon


@tagged('post_install', '-at_install')
class TestTicketCounters(HelpdeskOrderCommon):
    """Contacts, orders, transfers, invoices, products and lots show their tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(cls.order)
        cls.picking = cls.order.picking_ids
        cls.lot = cls.env['stock.lot'].create({'product_id': cls.cup.id, 'name': 'A7'})
        cls.ticket = cls._create_ticket(
            sale_order_id=cls.order.id,
            product_id=cls.cup.id,
            lot_id=cls.lot.id,
        )
        cls.closed_ticket = cls._create_ticket(sale_order_id=cls.order.id, product_id=cls.cup.id)
        cls.closed_ticket.action_solve()
        cls.documents = [
            (cls.customer, 2),
            (cls.order, 2),
            (cls.picking, 2),
            (cls.invoice, 2),
            (cls.cup, 2),
            (cls.cup.product_tmpl_id, 2),
            (cls.lot, 1),
        ]

    def test_counts_and_lists(self):
        for document, count in self.documents:
            with self.subTest(model=document._name):
                document = document.with_user(self.agent)
                self.assertEqual(document.helpdesk_ticket_count, count)
                self.assertEqual(document.helpdesk_open_ticket_count, 1)
                action = document.action_open_helpdesk_tickets()
                tickets = self.env['helpdesk.ticket'].search(action['domain'])
                self.assertEqual(len(tickets), count)
                self.assertIn(self.ticket, tickets)

    def test_new_ticket_knows_the_document(self):
        expected = {
            'res.partner': {'partner_id': self.customer},
            'sale.order': {'partner_id': self.customer, 'sale_order_id': self.order},
            'stock.picking': {'partner_id': self.customer, 'sale_order_id': self.order},
            'account.move': {'partner_id': self.customer, 'sale_order_id': self.order},
            'product.product': {'product_id': self.cup},
            'product.template': {'product_id': self.cup},
            'stock.lot': {'product_id': self.cup, 'lot_id': self.lot},
        }
        for document, _count in self.documents:
            with self.subTest(model=document._name):
                action = document.with_user(self.agent).action_create_helpdesk_ticket()
                Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
                ticket = Ticket.with_context(**action['context']).create({'name': 'New'})
                for name, value in expected[document._name].items():
                    self.assertEqual(ticket[name], value, name)

    def test_company_counts_its_people(self):
        company = self.env['res.partner'].create({'name': 'Clark Ltd', 'is_company': True})
        self.customer.parent_id = company
        colleague = self.env['res.partner'].create({'name': 'Bob', 'parent_id': company.id})
        self._create_ticket(partner_id=colleague.id)
        counts = {
            partner: partner.with_user(self.agent).helpdesk_ticket_count
            for partner in company | colleague | self.customer
        }
        self.assertEqual(counts, {company: 3, colleague: 1, self.customer: 2})

    def test_agent_counts_what_he_may_see(self):
        self.team.privacy_visibility = 'invited_internal'
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        self.assertEqual(self.order.with_user(stranger).helpdesk_ticket_count, 0)

    def test_others_see_and_pay_nothing(self):
        """Salespeople without a helpdesk group have no counters in their forms."""
        seller = self.env['res.users'].create(
            {
                'login': 'seller',
                'name': 'Seller',
                'group_ids': [Command.set([self.env.ref('sales_team.group_sale_manager').id])],
            }
        )
        order = self.order.with_user(seller)
        with self.assertRaises(AccessError):
            order.read(['helpdesk_ticket_count'])
        with self.assertRaises(AccessError):
            order.action_open_helpdesk_tickets()
        arch = order.get_view(view_type='form')['arch']
        self.assertNotIn('helpdesk_ticket_count', arch)
        self.assertNotIn('action_create_helpdesk_ticket', arch)
        arch = self.order.with_user(self.agent).get_view(view_type='form')['arch']
        self.assertIn('helpdesk_ticket_count', arch)

    def test_query_count(self):
        names = ['helpdesk_ticket_count', 'helpdesk_open_ticket_count']
        order = self.order.with_user(self.agent)
        partner = self.customer.with_user(self.agent)
        for record in (order, partner):
            record.read(['name', *names])
            record.invalidate_recordset(names)
            with self.assertQueryCount(2):
                record.read(names)

    def test_ticket_to_documents(self):
        ticket = self.ticket.with_user(self.agent)
        self.assertEqual(ticket.pickings_count, 1)
        self.assertEqual(ticket.invoices_count, 1)
        self.assertEqual(ticket.action_open_transfers()['res_id'], self.picking.id)
        self.assertEqual(ticket.action_open_invoices()['res_id'], self.invoice.id)
        self._create_order()
        action = ticket.action_open_customer_orders()
        self.assertEqual(self.env['sale.order'].search_count(action['domain']), 2)

    def test_order_form_of_an_agent(self):
        with Form(self.order.with_user(self.agent)) as form:
            self.assertEqual(form.helpdesk_ticket_count, 2)

    def test_merged_contacts_keep_their_tickets(self):
        double = self.env['res.partner'].create(
            {
                'name': 'Emma Clark',
                'email': 'emma.clark@customer.example',
            }
        )
        ticket = self._create_ticket(partner_id=double.id, sale_order_id=self.order.id)
        self.assertEqual(ticket.order_match, 'unverified')
        self.env['base.partner.merge.automatic.wizard'].create({})._merge(
            (double | self.customer).ids,
            self.customer,
        )
        self.env.invalidate_all()
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.commercial_partner_id, self.customer)
        self.assertEqual(ticket.order_match, 'verified')
        self.assertEqual(self.customer.with_user(self.agent).helpdesk_ticket_count, 3)
