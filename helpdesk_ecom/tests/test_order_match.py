from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HelpdeskOrderCommon


@tagged('post_install', '-at_install')
class TestOrderVerification(HelpdeskOrderCommon):
    """An order of somebody else is shown to agents as such, and to nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.env['res.partner'].create({'name': 'Paul Roux'})

    def test_own_order(self):
        ticket = self._create_ticket(sale_order_id=self.order.id)
        self.assertEqual(ticket.order_match, 'verified')
        self.assertEqual(ticket._get_customer_visible_order(), self.order)
        ticket._ensure_order_verified()

    def test_order_of_the_same_company(self):
        """A colleague may ask about what the company bought."""
        company = self.env['res.partner'].create({'name': 'Clark Ltd', 'is_company': True})
        buyer, colleague = self.env['res.partner'].create(
            [{'name': name, 'parent_id': company.id} for name in ('Ann', 'Bob')]
        )
        order = self._create_order(partner=buyer)
        ticket = self._create_ticket(partner_id=colleague.id, sale_order_id=order.id)
        self.assertEqual(ticket.order_match, 'verified')

    def test_order_of_somebody_else(self):
        ticket = self._create_ticket(partner_id=self.stranger.id, sale_order_id=self.order.id)
        self.assertEqual(ticket.order_match, 'unverified')
        self.assertFalse(ticket._get_customer_visible_order())
        with self.assertRaisesRegex(UserError, 'somebody else'):
            ticket._ensure_order_verified()

    def test_no_customer(self):
        ticket = self._create_ticket(partner_id=False, sale_order_id=self.order.id)
        self.assertEqual(ticket.order_match, 'unverified')
        ticket.partner_id = self.customer
        self.assertEqual(ticket.order_match, 'verified')

    def test_no_order(self):
        ticket = self._create_ticket()
        self.assertFalse(ticket.order_match)
        with self.assertRaisesRegex(UserError, 'choose one'):
            ticket._ensure_order_verified()

    def test_confirm_is_logged(self):
        ticket = self._create_ticket(partner_id=self.stranger.id, sale_order_id=self.order.id)
        self.cr.precommit.run()
        ticket.with_user(self.agent).action_confirm_order()
        self.cr.precommit.run()
        self.assertEqual(ticket.order_match, 'manual')
        self.assertEqual(ticket._get_customer_visible_order(), self.order)
        ticket._ensure_order_verified()
        values = ticket.message_ids.sudo().tracking_value_ids.filtered(
            lambda value: value.field_id.name == 'order_match'
        )
        self.assertEqual(values.mail_message_id.author_id, self.agent.partner_id)

    def test_confirm_needs_rights(self):
        ticket = self._create_ticket(partner_id=self.stranger.id, sale_order_id=self.order.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.outsider).action_confirm_order()
        self.assertEqual(ticket.order_match, 'unverified')

    def test_other_customer_asks_again(self):
        """What was confirmed for one customer says nothing about the next."""
        ticket = self._create_ticket(partner_id=self.stranger.id, sale_order_id=self.order.id)
        ticket.action_confirm_order()
        ticket.partner_id = self.env['res.partner'].create({'name': 'Third'})
        self.assertEqual(ticket.order_match, 'unverified')

    def test_other_order_asks_again(self):
        ticket = self._create_ticket(partner_id=self.stranger.id, sale_order_id=self.order.id)
        ticket.action_confirm_order()
        ticket.sale_order_id = self._create_order()
        self.assertEqual(ticket.order_match, 'unverified')

    def test_reject(self):
        ticket = self._create_ticket(partner_id=self.stranger.id, sale_order_id=self.order.id)
        ticket.with_user(self.agent).action_reject_order()
        self.assertFalse(ticket.sale_order_id)
        self.assertFalse(ticket.order_match)


@tagged('post_install', '-at_install')
class TestOrderMatching(HelpdeskOrderCommon):
    """The number of an order or of one of its documents in a text links the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.env['res.partner'].create({'name': 'Paul Roux'})
        cls.foreign_order = cls._create_order(partner=cls.stranger, client_order_ref='#770001')
        cls.order.client_order_ref = '112-1234567-1234567'

    def _match(self, *texts, **vals):
        ticket = self._create_ticket(name='Hello', **vals)
        ticket._match_orders(texts)
        return ticket

    def test_own_order_by_any_number(self):
        invoice = self._invoice(self.order)
        picking = self.order.picking_ids[:1]
        for number in (
            self.order.name,
            self.order.name.lower(),
            f'{self.order.name}-1',
            self.order.client_order_ref,
            invoice.name,
            f'{invoice.name.replace("/", "_")}.pdf',
            picking.name,
        ):
            with self.subTest(number=number):
                ticket = self._match('Question', f'<p>What about <b>{number}</b>?</p>')
                self.assertEqual(ticket.sale_order_id, self.order)
                self.assertEqual(ticket.order_match, 'verified')

    def test_shop_number_with_and_without_sign(self):
        self.order.client_order_ref = '1001'
        self.assertEqual(self._match('#1001 is late').sale_order_id, self.order)
        self.order.client_order_ref = '#1002'
        self.assertEqual(self._match('my order 1002').sale_order_id, self.order)

    def test_somebody_elses_order_is_unverified(self):
        ticket = self._match(f'Where is {self.foreign_order.name}?')
        self.assertEqual(ticket.sale_order_id, self.foreign_order)
        self.assertEqual(ticket.order_match, 'unverified')

    def test_own_order_wins(self):
        ticket = self._match(f'{self.foreign_order.name}, sorry: {self.order.name}')
        self.assertEqual(ticket.sale_order_id, self.order)

    def test_small_number_never_points_to_somebody_else(self):
        self.foreign_order.client_order_ref = '2026'
        self.assertFalse(self._match('I bought it in 2026').sale_order_id)

    def test_ambiguous_number_never_points_to_somebody_else(self):
        self._create_order(partner=self.stranger, client_order_ref='#770001')
        self.assertFalse(self._match('about #770001').sale_order_id)

    def test_own_order_of_two_with_one_number(self):
        """A customer orders again under the same number, after the first one was cancelled."""
        cancelled = self._create_order(client_order_ref='112-1234567-1234567')
        cancelled.action_cancel()
        self.assertEqual(self._match('112-1234567-1234567').sale_order_id, self.order)

    def test_unknown_customer(self):
        ticket = self._match(f'order {self.order.name}', partner_id=False)
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertEqual(ticket.order_match, 'unverified')

    def test_other_company(self):
        company = self.env['res.company'].create({'name': 'Other Shop'})
        order = (
            self.env['sale.order']
            .with_company(company)
            .create(
                {
                    'name': 'OTHER00042',
                    'partner_id': self.customer.id,
                    'company_id': company.id,
                }
            )
        )
        self.assertFalse(self._match(f'about {order.name}').sale_order_id)

    def test_order_that_is_set_stays(self):
        other = self._create_order()
        ticket = self._match(f'about {self.order.name}', sale_order_id=other.id)
        self.assertEqual(ticket.sale_order_id, other)

    def test_text_counts_more_than_quote(self):
        other = self._create_order()
        ticket = self._create_ticket(name='Hello')
        ticket._match_orders([f'now {other.name}'], quoted=[f'> {self.order.name}'])
        self.assertEqual(ticket.sale_order_id, other)

    def test_query_count(self):
        ticket = self._create_ticket(name='Hello')
        self.env.flush_all()
        with self.assertQueryCount(0):
            ticket._match_orders(['Hello', 'it is broken'])
        with self.assertQueryCount(1):
            ticket._match_orders(['Hello', 'call me on +86 755 1234 5678 about 1Z999AA10123456784'])

    def test_created_tickets_are_matched(self):
        """A client of the API sends a subject and a text; the order comes by itself."""
        ticket, other, quiet = (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .create(
                [
                    {'name': f'{self.order.name} is late', 'partner_id': self.customer.id},
                    {
                        'name': 'Hello',
                        'description': f'<p>invoice for {self.foreign_order.name}</p>',
                        'partner_id': self.customer.id,
                    },
                    {'name': 'Nothing', 'partner_id': self.customer.id},
                ]
            )
        )
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertEqual(ticket.order_match, 'verified')
        self.assertEqual(other.sale_order_id, self.foreign_order)
        self.assertEqual(other.order_match, 'unverified')
        self.assertFalse(quiet.sale_order_id)

    def test_suggestion(self):
        old = self._create_order(date_order='2020-01-01')
        self._deliver(old)
        old.date_order = '2020-01-01'
        ticket, nobody, foreign = (
            self._create_ticket(name='Hello', partner_id=partner and partner.id)
            for partner in (self.customer, False, self.stranger)
        )
        self.assertEqual(ticket.suggested_order_id, self.order)
        self.assertFalse(ticket.sale_order_id)
        self.assertFalse(nobody.suggested_order_id)
        self.assertEqual(foreign.suggested_order_id, self.foreign_order)
        self._deliver(self.order)
        ticket.invalidate_recordset(['suggested_order_id'])
        self.assertEqual(ticket.suggested_order_id, self.order, 'delivered lately')
        self.order.date_order = '2021-01-01'
        ticket.invalidate_recordset(['suggested_order_id'])
        self.assertFalse(ticket.suggested_order_id)

    def test_accept_suggestion(self):
        ticket = self._create_ticket(name='Hello')
        ticket.with_user(self.agent).action_accept_suggested_order()
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertEqual(ticket.order_match, 'verified')
        self.assertFalse(ticket.suggested_order_id)
