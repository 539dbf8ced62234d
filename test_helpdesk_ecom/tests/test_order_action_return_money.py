from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionReturnMoney(OrderActionCommon):
    """What returns do to bills and payments, whatever is billed: the order or the delivery."""

    def _assert_balanced(self, debt=0.0):
        """The customer owes what is said, and nothing else is left open."""
        lines = self.env['account.move.line'].search(
            [
                ('partner_id', '=', self.customer.id),
                ('account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
            ]
        )
        self.assertEqual(self.company.currency_id.round(sum(lines.mapped('balance'))), debt)

    def _bill_by_delivery(self):
        (self.cup | self.plate).invoice_policy = 'delivery'
        self.order.order_line.invalidate_recordset()

    # --- paid by provider, by bank, not at all

    def test_online(self):
        """Paid online: the provider sends the money back when the goods are back."""
        tx_sudo = self._pay_online(self.order)
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        action = self._return({self.cups: 1})
        self.assertFalse(tx_sudo.child_transaction_ids)
        self._receive(action)
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -40.0)
        self.assertEqual(invoice.reversal_move_ids.payment_state, 'paid')
        self.assertNotEqual(self.order.invoice_status, 'to invoice')
        self._assert_balanced()

    def test_bank(self):
        """Paid by bank: after the goods a person sends the money."""
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        self._pay_by_bank(invoice)
        action = self._return({self.cups: 1})
        self.assertIn('to come by', action.message)
        self._receive(action)
        self.assertEqual(action.state, 'waiting')
        self.assertIn('by bank', action.message)
        note = action.step_ids.sudo().move_ids
        self._pay_by_bank(note)
        self._run_job()
        self.assertEqual(action.state, 'done')
        self._assert_balanced()

    def test_tax_included(self):
        tax = self.env['account.tax'].create(
            {'name': '19 %', 'amount': 19.0, 'price_include_override': 'tax_included'}
        )
        self.cup.taxes_id = tax
        order = self._create_order()
        self._pay_online(order)
        self._deliver(order)
        self._invoice(order)
        self.ticket.sale_order_id = order
        action = self._return({order.order_line[0]: 1})
        self._receive(action)
        self.assertEqual((action.state, action.amount), ('done', 40.0), action.message)
        note = action.step_ids.sudo().move_ids
        self.assertEqual((note.amount_total, note.amount_tax), (40.0, 6.39))
        self._assert_balanced()

    # --- credited by an accountant while the goods were under way

    def test_credited_meanwhile(self):
        """All was given back already: the goods come, and no more money goes."""
        tx_sudo = self._pay_online(self.order)
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        action = self._return({self.cups: 3})
        self._credit(invoice)
        self._receive(action)
        self.assertEqual((action.state, action.amount), ('done', 0.0), action.message)
        self.assertFalse(tx_sudo.child_transaction_ids)
        self.assertFalse(action.sudo().step_ids.move_ids)
        self.assertIn('Nothing is left', self.ticket.message_ids[0].body)
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 0.0)

    def test_partly_credited_meanwhile(self):
        """A part was given back: a person looks, then the rest goes."""
        tx_sudo = self._pay_online(self.order)
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        action = self._return({self.cups: 3})
        self._credit(invoice, 100.0)
        self._receive(action)
        self.assertEqual((action.state, action.amount), ('failed', 120.0), action.message)
        self.assertIn('only $ 40.00 are left', action.message.replace('\xa0', ' '))
        self.assertFalse(tx_sudo.child_transaction_ids)
        action.action_resume()
        self._commit()
        self.assertEqual((action.state, action.amount), ('done', 40.0), action.message)
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -40.0)
        self.assertEqual(action.sudo().step_ids.move_ids.amount_total, 40.0)
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 0.0)
        self._assert_balanced()

    def test_room_again(self):
        """The accountant takes his credit note back: the return goes on as it was meant."""
        self._pay_online(self.order)
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        action = self._return({self.cups: 3})
        note = self._credit(invoice, 100.0, pay=False)
        self._receive(action)
        self.assertEqual(action.state, 'failed')
        note.button_draft()
        note.button_cancel()
        action.action_resume()
        self._commit()
        self.assertEqual((action.state, action.amount), ('done', 120.0), action.message)
        self.assertEqual(action.sudo().step_ids.move_ids.amount_total, 120.0)

    def _credit(self, invoice, amount=None, pay=True):
        """Return a credit note that an accountant makes, and pays by bank."""
        note = invoice._reverse_moves([{}])
        if amount:
            line = note.invoice_line_ids[0]
            (note.invoice_line_ids - line).unlink()
            line.write({'quantity': 1, 'price_unit': amount})
        note.action_post()
        if pay:
            self._pay_by_bank(note)
        return note

    # --- billed by delivery

    def test_delivery_policy(self):
        """The delivered quantity falls by itself; the credit note follows it, once."""
        self._bill_by_delivery()
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        action = self._return({self.cups: 1})
        self._receive(action)
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual((self.cups.qty_delivered, self.cups.qty_invoiced), (2.0, 2.0))
        self.assertEqual(self.cups.qty_to_invoice, 0.0)
        self.assertEqual(invoice.amount_residual, 100.0)
        self._send_more(2)
        self.assertEqual((self.cups.qty_delivered, self.cups.qty_to_invoice), (4.0, 2.0))

    def test_delivery_policy_at_once(self):
        """Refunded before the goods are back: nothing is billed again meanwhile."""
        self._bill_by_delivery()
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._return({self.cups: 1}, refund_policy='request', user=self.leader)
        self.assertEqual((self.cups.qty_delivered, self.cups.qty_invoiced), (3.0, 2.0))
        self.assertEqual(self.cups.qty_to_invoice, 0.0)
        self.assertNotEqual(self.order.invoice_status, 'to invoice')
        self._receive(action)
        self.assertEqual((self.cups.qty_delivered, self.cups.qty_to_invoice), (2.0, 0.0))
        self._send_more(2)
        self.assertEqual((self.cups.qty_delivered, self.cups.qty_to_invoice), (4.0, 2.0))

    def _send_more(self, quantity):
        """Sell and deliver more on the same line."""
        self.cups.product_uom_qty += quantity
        move = self.cups.move_ids.filtered(lambda m: m.state not in ('done', 'cancel'))
        self.assertEqual(move.product_uom_qty, quantity, 'What came back is not sent again')
        move.quantity = quantity
        move.picked = True
        move.picking_id.button_validate()

    def test_delivered_not_billed(self):
        """Neither paid nor billed: the next bill is smaller, and no money moves."""
        self._bill_by_delivery()
        self._deliver(self.order)
        wizard = (
            self.env['helpdesk.order.return']
            .with_user(self.agent)
            .create({'ticket_id': self.ticket.id})
        )
        self.assertEqual(wizard.refund_policy, 'none')
        action = self._return({self.cups: 1}, refund_policy='none')
        self._receive(action)
        self.assertEqual((action.state, action.amount), ('done', 0.0))
        self.assertEqual((self.cups.qty_delivered, self.cups.qty_to_invoice), (2.0, 2.0))
        self.assertEqual(self._invoice(self.order).amount_total, 100.0)

    def test_goods_only_after_the_bill(self):
        """Goods back without money: what was billed stays billed."""
        self._bill_by_delivery()
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._return({self.cups: 1}, refund_policy='none')
        self._receive(action)
        self.assertEqual((self.cups.qty_delivered, self.cups.qty_to_invoice), (3.0, 0.0))

    def test_paid_not_billed(self):
        """Paid online, delivered, not billed: money goes back once, the bill is smaller once."""
        self._bill_by_delivery()
        tx_sudo = self._pay_online(self.order)
        self._deliver(self.order)
        action = self._new_return({self.cups: 1})
        self.assertIn('less to bill', action.preview)
        action.action_submit()
        self._receive(action)
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -40.0)
        self.assertEqual(self._invoice(self.order).amount_total, 100.0)
        self._assert_balanced()

    def test_paid_not_billed_at_once(self):
        self._bill_by_delivery()
        self._pay_online(self.order)
        self._deliver(self.order)
        action = self._return({self.cups: 1}, refund_policy='request', user=self.leader)
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(self.cups.qty_to_invoice, 2.0)
        self._receive(action)
        self.assertEqual(self.cups.qty_to_invoice, 2.0)
        self.assertEqual(self._invoice(self.order).amount_total, 100.0)
        self._assert_balanced()

    def test_paid_not_billed_by_order(self):
        """Billed by what was ordered: a credit on the order makes the bill smaller."""
        self._pay_online(self.order)
        self._deliver(self.order)
        action = self._return({self.cups: 1})
        self._receive(action)
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(self._invoice(self.order).amount_total, 100.0)
        self._assert_balanced()

    # --- taken back

    def test_cancel_while_the_bank_is_asked(self):
        """Refunded at once by bank, nothing sent and nothing back: all is taken back."""
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        self._pay_by_bank(invoice)
        action = self._return({self.cups: 1}, refund_policy='request', user=self.leader)
        self.assertEqual(action.state, 'waiting')
        picking = action.step_ids.sudo().picking_ids
        action.action_cancel()
        self.assertEqual(picking.state, 'cancel')
        self.assertEqual(action.step_ids.sudo().move_ids.state, 'cancel')
        self.assertEqual(self.cups.qty_to_invoice, 0.0)
        self._assert_balanced()
