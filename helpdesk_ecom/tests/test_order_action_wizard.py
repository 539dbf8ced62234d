from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionWizard(OrderActionCommon):
    """The dialogs that an agent opens from the ticket form."""

    def _open(self, action):
        """Return the form of the dialog that a button opens."""
        return Form(
            self.env[action['res_model']].with_user(self.agent).with_context(**action['context'])
        )

    def test_refund_lines(self):
        self._invoice(self.order)
        self.assertTrue(self.ticket.can_refund, self.ticket.refund_blocked_reason)
        form = self._open(self.ticket.action_open_refund())
        self.assertEqual(form.open_amount, 140.0)
        self.assertEqual(len(form.line_ids), 2)
        with form.line_ids.edit(0) as line:
            line.quantity = 9
            self.assertEqual(line.quantity, 3, 'Not more than was sold')
            line.quantity = 1
        self.assertEqual(form.amount, 40.0)
        self.assertIn('Credit note of', form.preview)
        form.reason_id = self.reason
        form.reason = 'Broken'
        notification = form.save().action_confirm()
        self.assertEqual(notification['tag'], 'display_notification')
        action = self.ticket.order_action_ids
        self.assertEqual((action.state, action.amount, action.reason), ('done', 40.0, 'Broken'))
        self.assertEqual(action.requester_id, self.agent)

    def test_refund_percentage(self):
        self._invoice(self.order)
        form = self._open(self.ticket.action_open_refund())
        form.mode = 'percent'
        form.percentage = 0.1
        form.reason_id = self.reason
        self.assertEqual(form.amount, 14.0)
        form.save().action_confirm()
        self.assertEqual(self.ticket.order_action_ids.amount, 14.0)
        self.assertEqual(self.cups.qty_invoiced, 3.0, 'A price reduction takes no quantity')

    def test_refund_all(self):
        self._invoice(self.order)
        form = self._open(self.ticket.action_open_refund())
        form.reason_id = self.reason
        wizard = form.save()
        wizard.action_fill()
        self.assertEqual(wizard.amount, 140.0)
        wizard.action_confirm()
        self.assertFalse(self.ticket.can_refund)
        self.assertIn('Agent', self.ticket.refund_blocked_reason)

    def test_ticket_of_others(self):
        """The dialogs tell nothing of the order to those who may not act for the ticket."""
        self.team.privacy_visibility = 'invited_internal'
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        for model, field_name in (
            ('helpdesk.order.address', 'street'),
            ('helpdesk.order.refund', 'line_ids'),
        ):
            Wizard = self.env[model].with_user(stranger)
            with self.subTest(model=model), self.assertRaises(AccessError):
                Wizard.create({'ticket_id': self.ticket.id}).read([field_name])

    def test_blocked(self):
        """Without money there is nothing to refund, and the ticket says so."""
        self.assertFalse(self.ticket.can_refund)
        self.assertIn('Nothing was paid', self.ticket.refund_blocked_reason)
