import json

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import HelpdeskOrderCommon


@tagged('post_install', '-at_install')
class TestCustomerCard(HelpdeskOrderCommon):
    """An agent, with no right but the helpdesk's, sees the customer's whole picture."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(sale_order_id=cls.order.id)

    def _read(self, ticket=None, user=None, changes=None):
        self.env.flush_all()
        self.env.invalidate_all()
        ticket = (self.ticket if ticket is None else ticket).with_user(user or self.agent)
        return json.loads(json.dumps(ticket.get_order_panel_data(changes)))['customer']

    @freeze_time('2026-01-15 20:45:00')
    def test_who(self):
        self.customer.user_id = self.leader
        card = self._read()
        self.assertEqual(
            {name: card[name] for name in ('id', 'name', 'contact', 'salesperson', 'tier')},
            {
                'id': self.customer.id,
                'name': 'Emma Clark',
                'contact': '',
                'salesperson': 'Leader',
                'tier': False,
            },
        )
        self.assertEqual(card['language'], 'English (US)')
        self.assertEqual(card['country'], 'United States')
        self.assertEqual(card['tz'], 'America/New_York', 'guessed by the state')
        self.assertEqual(card['local_time'], '2026-01-15 15:45')
        self.customer.tz = 'America/Denver'
        self.assertEqual(self._read()['local_time'], '2026-01-15 13:45')

    def test_contact_of_a_company(self):
        company = self.env['res.partner'].create(
            {'name': 'Clark Ltd', 'is_company': True, 'country_id': self.env.ref('base.uk').id}
        )
        tier = self.env['helpdesk.customer.tier'].create({'name': 'Gold', 'color': 3})
        company.helpdesk_tier_id = tier
        self.customer.write({'parent_id': company.id, 'country_id': False, 'state_id': False})
        card = self._read()
        self.assertEqual((card['name'], card['contact']), ('Clark Ltd', 'Emma Clark'))
        self.assertEqual(card['tier'], {'id': tier.id, 'name': 'Gold', 'color': 3})
        self.assertEqual(card['tz'], 'Europe/London')
        self.assertEqual(card['order_count'], 1)

    def test_orders(self):
        self._create_order()
        self._create_order(confirm=False)
        self._create_order().action_cancel()
        card = self._read()
        self.assertEqual(card['order_count'], 2)
        self.assertEqual(card['quotation_count'], 1)
        self.assertEqual(card['lifetime_value'], 280.0)
        self.assertEqual(card['currency_id'], self.company.currency_id.id)
        self.assertEqual(card['opportunity_count'], 0)

    def test_returns(self):
        self.assertIs(self._read()['return_rate'], False, 'nothing was delivered yet')
        self._create_order()
        self._deliver(self.order)
        self.assertEqual(self._read()['return_rate'], 0.0)
        wizard = (
            self.env['stock.return.picking']
            .with_context(active_id=self.order.picking_ids.id, active_model='stock.picking')
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        wizard._create_return()
        self.assertEqual(self._read()['return_rate'], 0.0, 'not back yet')
        self._deliver(self.order)
        self.assertEqual(self._read()['return_rate'], 1.0)

    def test_money(self):
        invoice = self._invoice(self.order)
        self.assertEqual(self._read()['overdue_amount'], 0.0)
        invoice.invoice_date_due = fields.Date.subtract(fields.Date.today(), days=3)
        self.assertEqual(self._read()['overdue_amount'], 140.0)
        invoice._reverse_moves(cancel=True)
        card = self._read()
        self.assertEqual(card['overdue_amount'], 0.0)
        self.assertEqual(card['lifetime_value'], 0.0)

    def test_tickets_and_ratings(self):
        other = self._create_ticket()
        other.action_solve()
        rating = self.env['rating.rating'].create(
            {
                'res_model_id': self.env['ir.model']._get_id('helpdesk.ticket'),
                'res_id': other.id,
                'partner_id': self.customer.id,
                'rating': 4,
                'consumed': True,
            }
        )
        card = self._read()
        self.assertEqual((card['ticket_count'], card['open_ticket_count']), (2, 1))
        self.assertEqual((card['rating_avg'], card['rating_count']), (4.0, 1))
        rating.consumed = False
        self.assertIs(self._read()['rating_avg'], False)

    def _create_foreign_order(self, company):
        """Return an order of 500 units of the company's currency."""
        order = (
            self.env['sale.order']
            .with_company(company)
            .create(
                {
                    'partner_id': self.customer.id,
                    'company_id': company.id,
                    'currency_id': company.currency_id.id,
                    'order_line': [
                        Command.create({'name': 'Cup', 'price_unit': 500.0, 'tax_ids': False})
                    ],
                }
            )
        )
        order.write({'state': 'sale'})
        return order

    def test_only_companies_of_the_user(self):
        company = self.env['res.company'].create({'name': 'Other Shop'})
        self._create_foreign_order(company)
        self.assertEqual(self._read()['order_count'], 1)
        self.agent.company_ids += company
        ticket = self.ticket.with_context(allowed_company_ids=(self.company | company).ids)
        self.assertEqual(self._read(ticket)['order_count'], 2)

    def test_amounts_of_companies_in_one_currency(self):
        currency = self.env['res.currency'].create(
            {
                'name': 'TST',
                'symbol': 'T',
                'rate_ids': [
                    Command.create(
                        {'name': '2015-01-01', 'rate': 10.0, 'company_id': self.company.id}
                    )
                ],
            }
        )
        company = self.env['res.company'].create({'name': 'Other Shop', 'currency_id': currency.id})
        order = self._create_foreign_order(company)
        self.assertEqual(order.currency_id, currency)
        self.agent.company_ids += company
        ticket = self.ticket.with_context(allowed_company_ids=(self.company | company).ids)
        self.assertEqual(self._read(ticket)['lifetime_value'], 140.0 + 50.0)

    def test_unsaved_and_nobody(self):
        empty = self.env['helpdesk.ticket']
        card = self._read(empty, changes={'partner_id': self.customer.id, 'team_id': self.team.id})
        self.assertEqual(card['order_count'], 1)
        self.assertIs(self._read(self._create_ticket(partner_id=False)), False)

    def test_contact_form(self):
        data = self.customer.with_user(self.agent).get_helpdesk_customer_data()
        self.assertEqual(data['customer']['order_count'], 1)
        self.assertEqual(data['suggested']['id'], self.order.id)
        portal = new_test_user(
            self.env, 'emma', groups='base.group_portal', partner_id=self.customer.id
        )
        for user in (self.outsider, portal):
            with self.assertRaisesRegex(AccessError, 'agents only'):
                self.customer.with_user(user).get_helpdesk_customer_data()

    def test_query_count(self):
        """Profile, figures, tickets, and what addons add; for one order as for many."""
        self._count_queries()  # the first call fills the caches of the registry
        few = self._count_queries()
        for _index in range(10):
            self._create_order()
            self._create_ticket()
        self.assertEqual(self._count_queries(), few)
        self.assertLessEqual(few, 4)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        partner = self.customer.with_user(self.agent)
        # the panel has read these anyway
        partner.commercial_partner_id.fetch(['name'])
        partner.env.company.currency_id.fetch(['rounding'])
        before = self.env.cr.sql_log_count
        partner._get_helpdesk_customer_card()
        return self.env.cr.sql_log_count - before
