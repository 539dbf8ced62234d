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
        buyer, colleague = self.env['res.partner'].create([
            {'name': name, 'parent_id': company.id} for name in ('Ann', 'Bob')
        ])
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
