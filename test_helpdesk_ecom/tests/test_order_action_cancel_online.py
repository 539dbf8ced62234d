from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon
from odoo.addons.helpdesk_ecom_loyalty.tests.common import VoucherCommon
from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction


@tagged('post_install', '-at_install')
class TestOrderActionCancelOnline(OrderActionCommon):
    """Cancelled orders that were paid online: taken money goes back, reserved money is released."""

    def _cancel(self, lines=None, **vals):
        return self._refund(
            lines, action_type='cancel', cancel_mode='line' if lines else 'order', **vals
        )

    def _authorize(self):
        """Return an online payment that is reserved and not taken."""
        tx_sudo = self._pay_online(self._create_order(confirm=False))
        tx_sudo = tx_sudo.copy(
            {
                'sale_order_ids': [Command.set(self.order.ids)],
                'reference': f'{self.order.name}-reserved',
                'amount': self.order.amount_total,
                'state': 'draft',
            }
        )
        tx_sudo._set_authorized()
        return tx_sudo

    def test_prepaid(self):
        """Not invoiced yet: all that was paid goes back, and the books balance."""
        tx_sudo = self._pay_online(self.order)
        action = self._cancel()
        self.assertEqual((action.state, action.amount), ('done', 140.0), action.message)
        self.assertEqual(self.order.state, 'cancel')
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -140.0)
        self.assertFalse(self.order.invoice_ids)
        self.assertEqual(sum(self._receivables().mapped('amount_residual')), 0.0)

    def test_prepaid_part(self):
        tx_sudo = self._pay_online(self.order)
        first = self._cancel({self.cups: 1})
        self.assertEqual((first.state, first.amount), ('done', 40.0), first.message)
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -40.0)
        self.assertEqual(self._new_refund()._get_refundable_quantities()[self.cups], 2.0)
        second = self._cancel({self.plates: 2})
        self.assertEqual((second.state, second.amount), ('done', 20.0), second.message)
        invoice = self._invoice(self.order)
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (80.0, 0.0))
        self.assertEqual(self.order.invoice_status, 'invoiced')

    def test_refunded_before(self):
        """A credit line goes with the pieces that it is for, and takes nothing off the rest."""
        tx_sudo = self._pay_online(self.order)
        refund = self._refund({self.cups: 3})
        self.assertEqual((refund.state, self.order.amount_total), ('done', 20.0), refund.message)
        first = self._cancel({self.cups: 1})
        self.assertEqual((first.state, first.amount), ('done', 0.0), first.message)
        self.assertEqual(self.order.amount_total, 20.0)
        second = self._cancel({self.cups: 2})
        self.assertEqual((second.state, second.amount), ('done', 0.0), second.message)
        self.assertEqual(self.order.amount_total, 20.0)
        self.assertEqual(tx_sudo.child_transaction_ids.mapped('amount'), [-120.0])
        invoice = self._invoice(self.order)
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (20.0, 0.0))

    def test_deposit(self):
        """Of a deposit goes back what is more than the rest of the order costs."""
        self._pay_online(self.order, 100.0)
        self.assertEqual(self._cancel({self.plates: 2}).amount, 0.0)
        self.assertEqual(self._cancel({self.cups: 1}).amount, 20.0)
        last = self._cancel()
        self.assertEqual((last.amount, self.order.state), (80.0, 'cancel'))
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 0.0)

    def test_invoiced_in_part(self):
        """What is billed gets a credit note, the rest goes back without one."""
        self._pay_online(self.order)
        invoice = self.order._create_invoices()
        invoice.invoice_line_ids.filtered(lambda line: line.product_id == self.cup).quantity = 1
        invoice.action_post()
        action = self._cancel({self.cups: 3})
        self.assertEqual((action.state, action.amount), ('done', 120.0), action.message)
        self.assertEqual(action.step_ids.sudo().move_ids.amount_total, 40.0)
        self.assertEqual(self.order.amount_total, 20.0)
        self.assertEqual(self.order.invoice_status, 'invoiced')
        self.assertEqual(sum(self._receivables().mapped('amount_residual')), 0.0)

    def _receivables(self):
        return self.env['account.move.line'].search(
            [
                ('partner_id', '=', self.customer.id),
                ('account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
            ]
        )

    # --- payments that were not taken yet

    def test_released(self):
        tx_sudo = self._authorize()
        preview = self._new_refund(action_type='cancel', cancel_mode='order').preview
        self.assertIn('is released', preview)
        action = self._cancel()
        self.assertEqual((action.state, action.amount), ('done', 0.0), action.message)
        self.assertEqual((tx_sudo.state, tx_sudo.child_transaction_ids.state), ('cancel',) * 2)

    def test_not_released(self):
        """A refusal can be tried again; a time-out is for a person to look at."""
        tx_sudo = self._authorize()

        def refuse(tx):
            raise ValidationError(tx.env._('not now'))

        self.patch(PaymentTransaction, '_send_void_request', refuse)
        action = self._cancel()
        self.assertEqual((action.state, self.order.state), ('failed', 'cancel'))
        self.assertIn('not now', action.message)

        def vanish(tx):
            raise TimeoutError

        self.patch(PaymentTransaction, '_send_void_request', vanish)
        action.action_resume()
        self._commit()
        self.assertEqual(action.state, 'to_check')
        action.with_user(self.leader).action_confirm_not_done()
        self.patch(PaymentTransaction, '_send_void_request', lambda tx: tx._set_canceled())
        action.action_resume()
        self._commit()
        self.assertEqual((action.state, tx_sudo.state), ('done', 'cancel'))
        self.assertEqual(
            tx_sudo.child_transaction_ids.sorted('id').mapped('state'),
            ['error', 'error', 'cancel'],
        )

    def test_taken_meanwhile(self):
        """A payment that was taken before the release was sent is refunded instead."""
        tx_sudo = self._authorize()
        action = self._new_refund(action_type='cancel', cancel_mode='order')
        action.action_submit()
        tx_sudo._set_done()
        self._commit()
        self.assertEqual((action.state, action.amount), ('done', 140.0), action.message)
        release, refund = tx_sudo.child_transaction_ids.sorted('id')
        self.assertEqual((release.state, refund.state), ('error', 'done'))
        self.assertEqual((refund.operation, refund.amount), ('refund', -140.0))
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 0.0)

    def test_part_left_while_asked(self):
        """What was reserved is kept for what left while the warehouse was asked to stop it."""
        tx_sudo = self._authorize()
        self.order.picking_ids.printed = True
        action = self._cancel()
        self.assertEqual(action.state, 'waiting')
        self._deliver_only(self.cup)
        self.order.picking_ids.printed = False
        self._run_job()
        self._commit()
        self.assertEqual((action.state, action.amount), ('done', 0.0), action.message)
        self.assertEqual((self.order.state, self.order.amount_total), ('sale', 120.0))
        self.assertEqual((tx_sudo.state, len(tx_sudo.child_transaction_ids)), ('authorized', 0))

    def test_after_replacement(self):
        """Goods that were given take no money from what is cancelled."""
        tx_sudo = self._pay_online(self.order)
        self._deliver_only(self.cup)
        replacement = self._refund({self.cups: 3}, action_type='replacement')
        self.assertEqual(replacement.amount, 120.0)
        action = self._cancel({self.plates: 2})
        self.assertEqual((action.state, action.amount), ('done', 20.0), action.message)
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -20.0)

    def _deliver_only(self, product):
        picking = self.order.picking_ids.filtered(lambda p: p.state not in ('done', 'cancel'))
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty if move.product_id == product else 0
            move.picked = move.product_id == product
        picking.with_context(skip_backorder=True).button_validate()

    def test_part_leaves_the_reservation(self):
        tx_sudo = self._authorize()
        self.assertEqual(self._cancel({self.cups: 1}).state, 'done')
        self.assertEqual(tx_sudo.state, 'authorized')

    def test_approval(self):
        self.company.helpdesk_refund_approval_amount = 50.0
        self._pay_online(self.order)
        action = self._cancel()
        self.assertEqual((action.state, self.order.state), ('to_approve', 'sale'))
        with self.assertRaises(UserError):
            self._refund({self.cups: 1})
        action.with_user(self.approver).action_approve()
        self._commit()
        self.assertEqual((action.state, self.order.state), ('done', 'cancel'))


@tagged('post_install', '-at_install')
class TestOrderActionCancelAfterVoucher(VoucherCommon):
    """Vouchers take no money of the order: what is cancelled later is paid back whole."""

    def test_coupon(self):
        order = self._create_order()
        self.ticket.sale_order_id = order
        tx_sudo = self._pay_online(order)
        coupon = self._give('coupon', self.coupons)
        self.assertEqual((coupon.state, coupon.amount), ('done', 10.0))
        action = self._refund({order.order_line[1]: 2}, action_type='cancel', cancel_mode='line')
        self.assertEqual((action.state, action.amount), ('done', 20.0), action.message)
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -20.0)
