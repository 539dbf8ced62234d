from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionRefundOnline(OrderActionCommon):
    """Refunds of orders that were paid online: the money goes back the same way."""

    def test_paid_and_invoiced(self):
        """Credit note, refund by the provider, reconciled, logged: with the click."""
        tx_sudo = self._pay_online(self.order)
        invoice = self._invoice(self.order)
        self.assertEqual(invoice.payment_state, 'paid')
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'done', action.message)
        steps_sudo = action.step_ids.sudo()
        self.assertEqual(
            steps_sudo.mapped('code'),
            ['credit_note', 'payout', 'provider_refund', 'reconcile', 'notify'],
        )
        refund_sudo = tx_sudo.child_transaction_ids
        self.assertEqual((refund_sudo.amount, refund_sudo.state), (-40.0, 'done'))
        note = steps_sudo.move_ids
        self.assertEqual((note.amount_total, note.payment_state), (40.0, 'paid'))
        self.assertIn('RINV', self.ticket.message_ids[0].body)

    def test_paid_not_invoiced(self):
        """Without an invoice the order gets a credit line, and the books balance."""
        tx_sudo = self._pay_online(self.order)
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(self.order.amount_total, 100.0)
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -40.0)
        invoice = self._invoice(self.order)
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (100.0, 0.0))
