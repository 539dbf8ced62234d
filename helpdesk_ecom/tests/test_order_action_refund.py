from odoo.exceptions import UserError
from odoo.tests import tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionRefund(OrderActionCommon):
    """Refunds of orders that were paid by bank, or not yet."""

    def test_unpaid_invoice(self):
        """A credit note on an unpaid invoice makes the debt smaller; no money is sent."""
        invoice = self._invoice(self.order)
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'done')
        self.assertEqual(action.amount, 40.0)
        note = action.step_ids.sudo().move_ids
        self.assertEqual((note.state, note.amount_total), ('posted', 40.0))
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertEqual(invoice.amount_residual, 100.0)
        self.assertEqual(self.cups.qty_invoiced, 2.0)
        self.assertEqual(self.cups.qty_to_invoice, 0.0, 'It is not billed again')
        self.assertEqual(self.cups.qty_to_invoice + self.plates.qty_to_invoice, 0.0)
        self.assertNotEqual(self.order.invoice_status, 'to invoice')
        self.assertIn(f'data-oe-id="{note.id}"', self.ticket.message_ids[0].body)
        self.assertFalse(action.step_ids.filtered(lambda s: s.code == 'bank_refund'))

    def test_paid_by_bank(self):
        """Money that came by bank is sent by a person; the action waits for it."""
        invoice = self._invoice(self.order)
        self._pay_by_bank(invoice)
        self.company.helpdesk_payout_user_id = self.leader
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'waiting')
        note = action.step_ids.sudo().move_ids
        self.assertEqual(note.activity_ids.user_id, self.leader)
        self.assertEqual(note.amount_residual, 40.0)
        self._pay_by_bank(note)
        self._run_job()
        self.assertEqual(action.state, 'done')

    def test_quantity_left(self):
        """What was refunded once can't be refunded again; the message says who did it."""
        self._invoice(self.order)
        self._refund({self.cups: 2})
        with self.assertRaisesRegex(UserError, r'2.0 can\'t be refunded, 1.0 are left.*\n.*Agent'):
            self._refund({self.cups: 2}, user=self.agent_2)

    def test_nothing_sold(self):
        with self.assertRaisesRegex(UserError, 'Nothing was paid or invoiced'):
            self._refund(amount=10.0)
