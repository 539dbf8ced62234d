from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionTricks(OrderActionCommon):
    """Ways round the checks that a remote call could try: defaults, contexts, lines that move."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(cls.order)
        cls.Action = cls.env['helpdesk.order.action'].with_user(cls.agent)

    def _new_address_change(self, **vals):
        """Return a draft that sends the order to another street."""
        return self.Action.create(
            {
                'ticket_id': self.ticket.id,
                'action_type': 'address_change',
                'address_name': 'Emma Clark',
                'street': '99 Broadway',
                'zip': '10013',
                'city': 'New York',
                'state_id': self.env.ref('base.state_us_27').id,
                'country_id': self.env.ref('base.us').id,
                **vals,
            }
        )

    def test_defaults_of_the_context(self):
        """An action begins as a draft, of the order's company, whatever the caller proposes."""
        action = self.Action.with_context(
            default_state='failed',
            default_requester_id=self.leader.id,
            default_payout_amount=100.0,
            default_company_id=self.env['res.company'].create({'name': 'No limits'}).id,
            default_currency_id=self.env.ref('base.JPY').id,
        ).create({'ticket_id': self.ticket.id, 'action_type': 'refund', 'amount': 500.0})
        self.assertEqual((action.state, action.payout_amount), ('draft', 0.0))
        self.assertFalse(action.requester_id)
        self.assertEqual(action.company_id, self.company)
        self.assertEqual(action.currency_id, self.order.currency_id)
        with self.assertRaises(UserError):
            action.action_resume()

    def test_defaults_of_the_user(self):
        self.env['ir.default'].with_user(self.agent).set(
            'helpdesk.order.action', 'state', 'failed', user_id=True
        )
        self.assertEqual(self._new_refund(amount=500.0).state, 'draft')

    def test_context_does_not_reach_the_steps(self):
        """What is done as superuser takes no default from the caller."""
        action = self._new_refund({self.cups: 1})
        action.with_context(default_state='done').action_submit()
        self.assertTrue(action.step_ids.sudo().move_ids)
        change = self._new_address_change()
        change.with_context(default_ref='mine').action_submit()
        self.assertTrue(change.shipping_partner_id)
        self.assertFalse(change.shipping_partner_id.ref)

    def test_preview_of_a_foreign_order(self):
        """A form that names an order which its user may not read is told nothing of it."""
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        values = {'action_type': 'refund', 'sale_order_id': self.order.id, 'amount': 5.0}
        Action = self.Action.with_user(stranger)
        self.assertTrue(Action.new(values).preview)
        self.env['ir.rule'].create(
            {
                'name': 'No orders',
                'model_id': self.env['ir.model']._get_id('sale.order'),
                'domain_force': "[(0, '=', 1)]",
            }
        )
        self.env.invalidate_all()
        self.assertFalse(Action.new(values).preview)

    def test_no_room_in_the_ledger(self):
        """No kind of action gives less than nothing, and only refunds give something."""
        for vals in (
            {'amount': -1000.0},
            {'amount': 10.0},
            {'line_ids': [Command.create({'order_line_id': self.cups.id, 'quantity': -3})]},
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, 'gives nothing back'):
                self._new_address_change(**vals).action_submit()

    def test_lines_do_not_move(self):
        """What was asked for doesn't change by a line from elsewhere."""
        done = self._refund({self.cups: 1})
        draft = self._new_refund({self.plates: 1})
        line = draft.line_ids
        with self.assertRaisesRegex(UserError, 'stays as it is'):
            line.action_id = done
        with self.assertRaises(AccessError):
            line.credited_quantity = 5.0
        line = line.with_context(default_credited_quantity=5.0).create(
            {'action_id': draft.id, 'order_line_id': self.cups.id, 'credited_quantity': 5}
        )
        self.assertEqual(line.credited_quantity, 0.0)

    def test_lines_and_steps_of_others(self):
        """The lines and the steps of a private team's actions are as private as its tickets."""
        action = self._refund({self.cups: 1})
        draft = self._new_refund({self.plates: 1})
        self.team.privacy_visibility = 'invited_internal'
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        for records in (action.line_ids, action.step_ids):
            self.assertTrue(records.with_user(self.agent).mapped('display_name'))
            with self.subTest(records._name), self.assertRaises(AccessError):
                records.with_user(stranger).read(['amount'])
        with self.assertRaises(AccessError):
            draft.line_ids.with_user(stranger).quantity = 2
