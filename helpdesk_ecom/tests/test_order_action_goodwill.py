from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionGoodwill(OrderActionCommon):
    """Money for what the customer keeps: no quantity changes, and the ledger counts it."""

    def _goodwill(self, **vals):
        return self._refund(action_type='goodwill', **vals)

    def test_amount(self):
        invoice = self._invoice(self.order)
        action = self._goodwill(amount=15.0)
        self.assertEqual(action.state, 'done', action.message)
        note = action.step_ids.sudo().move_ids
        self.assertEqual((note.amount_total, note.invoice_line_ids.quantity), (15.0, 1.0))
        self.assertIn('Goodwill', note.invoice_line_ids.name)
        self.assertEqual(invoice.amount_residual, 125.0)
        self.assertEqual(self.cups.qty_invoiced, 3.0)
        self.assertEqual(self.order.invoice_status, 'invoiced')
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 125.0)
        self.assertIn('Goodwill credit', self.ticket.message_ids[0].body)

    def test_off_a_line(self):
        self._invoice(self.order)
        action = self._goodwill(
            line_ids=[Command.create({'order_line_id': self.plates.id, 'amount': 5.0})],
        )
        self.assertEqual((action.state, action.amount), ('done', 5.0))
        note = action.step_ids.sudo().move_ids
        self.assertEqual(note.amount_total, 5.0)

    def test_no_quantity(self):
        self._invoice(self.order)
        with self.assertRaisesRegex(UserError, 'keeps the goods'):
            self._goodwill(lines={self.cups: 1})

    def test_not_more_than_paid(self):
        self._invoice(self.order)
        self._goodwill(amount=100.0)
        with self.assertRaisesRegex(UserError, '40.00.* of .*140.00 are left'):
            self._goodwill(amount=41.0)

    def test_approval(self):
        self.company.helpdesk_refund_approval_amount = 20.0
        self._invoice(self.order)
        action = self._goodwill(amount=21.0)
        self.assertEqual(action.state, 'to_approve')
        action.with_user(self.approver).action_approve()
        self.assertEqual(action.state, 'done')

    def test_reason_that_demands_a_return(self):
        self._invoice(self.order)
        self._deliver(self.order)
        with self.assertRaisesRegex(UserError, 'come back'):
            self._goodwill(
                amount=10.0,
                reason_id=self.env.ref('helpdesk_ecom.reason_changed_mind').id,
            )

    def test_dialog(self):
        invoice = self._invoice(self.order)
        form = Form(
            self.env['helpdesk.order.goodwill']
            .with_user(self.agent)
            .with_context(**self.ticket.action_open_goodwill()['context'])
        )
        form.mode = 'percent'
        self.assertEqual(form.amount, 14.0)
        self.assertIn('keeps the goods', form.preview)
        form.mode = 'line'
        with form.line_ids.edit(1) as line:
            line.amount = 50.0
            self.assertEqual(line.amount, 20.0, 'Not more than it is worth')
        form.reason_id = self.reason
        form.save().action_confirm()
        self._commit()
        self.assertEqual(invoice.amount_residual, 120.0)

    def test_panel(self):
        self.assertIn('Nothing was paid', self._panel_reason())
        self._invoice(self.order)
        self.assertFalse(self._panel_reason())

    def _panel_reason(self):
        actions = self.ticket._get_order_panel_actions()
        [entry] = [entry for entry in actions if entry['method'] == 'action_open_goodwill']
        return entry['reason']
