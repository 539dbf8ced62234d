from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionRefundGaps(OrderActionCommon):
    """Refunds of what is not just pieces with a price: discounts, shipping, deposits, rounding."""

    def _discount(self, kind='so_discount', **vals):
        self.env['sale.order.discount'].create(
            {'sale_order_id': self.order.id, 'discount_type': kind, **vals}
        ).action_apply_discount()

    def _net(self, order):
        """Return what the order's posted documents come to."""
        return order.currency_id.round(
            sum(
                move.amount_total if move.move_type == 'out_invoice' else -move.amount_total
                for move in order._get_helpdesk_invoices() | order._get_helpdesk_notes()
            )
        )

    def test_discount(self):
        """A piece costs its share of the discount less, and the pieces are the whole."""
        self._discount(discount_percentage=0.1)
        invoice = self._invoice(self.order)
        self._pay_by_bank(invoice)
        self.assertNotIn(
            self.order._get_helpdesk_discounts(),
            self._new_refund()._get_refundable_quantities(),
        )
        for line in (self.cups, self.plates):
            for _piece in range(int(line.product_uom_qty)):
                action = self._refund({line: 1})
                note = action.step_ids.sudo().move_ids
                self.assertEqual(note.amount_total, 36.0 if line == self.cups else 9.0)
        self.assertEqual(self._net(self.order), 0.0)
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 0.0)
        self.assertEqual(self.order.invoice_status, 'invoiced')

    def test_discount_with_taxes(self):
        """With two taxes each discount is shared by what has its tax; cents don't get lost."""
        for kind in ('tax_excluded', 'tax_included'):
            with self.subTest(kind):
                rates = self.env['account.tax'].create(
                    [
                        {'name': f'{kind} {rate}', 'amount': rate, 'price_include_override': kind}
                        for rate in (7, 19)
                    ]
                )
                order = self._create_order(confirm=False)
                for line, tax in zip(order.order_line, rates, strict=True):
                    line.write({'tax_ids': [Command.set(tax.ids)], 'price_unit': 9.99})
                self.env['sale.order.discount'].create(
                    {
                        'sale_order_id': order.id,
                        'discount_type': 'so_discount',
                        'discount_percentage': 0.15,
                    }
                ).action_apply_discount()
                order.action_confirm()
                self._pay_online(order)
                invoice = self._invoice(order)
                ticket = self._create_ticket(sale_order_id=order.id)
                for line in order._get_helpdesk_sold_lines():
                    for _piece in range(int(line.product_uom_qty)):
                        action = self._refund({line: 1}, ticket=ticket)
                        self.assertEqual(action.state, 'done', action.message)
                        note = action.step_ids.sudo().move_ids
                        self.assertEqual(note.invoice_line_ids.tax_ids, line.tax_ids)
                self.assertAlmostEqual(self._net(order), 0.0, delta=0.02)
                self.assertGreaterEqual(self._net(order), 0.0)
                self.assertEqual(invoice.amount_residual, 0.0)

    def test_reward(self):
        """A reward of a loyalty program is shared like any other discount."""
        self.env['loyalty.program'].create(
            {
                'name': 'Ten off',
                'program_type': 'promotion',
                'trigger': 'auto',
                'rule_ids': [Command.create({'minimum_amount': 1})],
                'reward_ids': [
                    Command.create(
                        {
                            'reward_type': 'discount',
                            'discount': 14,
                            'discount_mode': 'per_order',
                            'discount_applicability': 'order',
                        }
                    )
                ],
            }
        )
        order = self._create_order(confirm=False)
        order._update_programs_and_rewards()
        for coupon, rewards in order._get_claimable_rewards().items():
            for reward in rewards:
                order._apply_program_reward(reward, coupon)
        if order.amount_total != 126.0:
            self.skipTest('Other programs apply')
        order.action_confirm()
        self._pay_online(order)
        self._invoice(order)
        action = self._refund(
            {order.order_line[0]: 1}, ticket=self._create_ticket(sale_order_id=order.id)
        )
        self.assertEqual((action.state, action.amount), ('done', 36.0), action.message)

    def test_shipping(self):
        """What the delivery costs is a line that can be chosen."""
        shipping = self.env['product.product'].create(
            {
                'name': 'Shipping',
                'type': 'service',
                'invoice_policy': 'order',
                'list_price': 8.0,
                'taxes_id': [Command.clear()],
            }
        )
        line = self.env['sale.order.line'].create(
            {'order_id': self.order.id, 'product_id': shipping.id, 'is_delivery': True}
        )
        self._deliver(self.order)
        self._pay_online(self.order)
        self._invoice(self.order)
        self.assertEqual(self.order._get_helpdesk_open_quantities()[line], 0.0)
        self.assertEqual(self._refund({line: 1}).amount, 8.0)

    def test_down_payment_only(self):
        """Of an order of which only a deposit was billed, at most the deposit is given back."""
        self.env['sale.advance.payment.inv'].create(
            {
                'sale_order_ids': [Command.set(self.order.ids)],
                'advance_payment_method': 'fixed',
                'fixed_amount': 50.0,
            }
        ).create_invoices()
        deposit = self.order.invoice_ids
        deposit.action_post()
        self._pay_by_bank(deposit)
        with self.assertRaises(UserError):
            self._refund(amount=50.01)
        action = self._refund(amount=20.0)
        self._pay_by_bank(action.step_ids.sudo().move_ids)
        self._run_job()
        self.assertEqual(action.state, 'done', action.message)
        final = self.order._create_invoices(final=True)
        final.action_post()
        self.assertEqual((final.amount_total, self._net(self.order)), (90.0, 120.0))
        whole = self._refund({self.cups: 3})
        self.assertEqual(whole.amount, 120.0)
        self.assertEqual(self._net(self.order), 0.0)

    def test_cash_rounding(self):
        """An invoice that was rounded for cash goes back rounded, not some cents less."""
        rounding = self.env['account.cash.rounding'].create(
            {
                'name': 'Five cents',
                'rounding': 0.05,
                'strategy': 'add_invoice_line',
                'profit_account_id': self.company.expense_currency_exchange_account_id.id,
                'loss_account_id': self.company.expense_currency_exchange_account_id.id,
            }
        )
        order = self._create_order(confirm=False)
        order.order_line[0].price_unit = 9.99
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_cash_rounding_id = rounding
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 49.95)
        self._pay_by_bank(invoice)
        ticket = self._create_ticket(sale_order_id=order.id)
        cups, plates = order.order_line
        for lines, amount in (
            ({cups: 3, plates: 2}, 49.95),
            ({plates: 2}, 20.0),
            ({cups: 3}, 29.95),
        ):
            action = self._refund(lines, ticket=ticket)
            note = action.step_ids.sudo().move_ids
            self.assertEqual((action.amount, note.amount_total), (amount, amount))
            if len(lines) > 1:
                action.action_cancel()
        self.assertEqual(order._get_helpdesk_ledger()['open'], 0.0)

    def test_paid_on_account(self):
        """Money by bank that nobody linked to an invoice is not known to be for the order."""
        payment = self.env['account.payment'].create(
            {'partner_id': self.customer.id, 'amount': 140.0, 'payment_type': 'inbound'}
        )
        payment.action_post()
        with self.assertRaisesRegex(UserError, 'Nothing was paid or invoiced'):
            self._refund(amount=40.0)

    def test_changed_by_hand_needs_approval(self):
        """Documents that come to more than what was asked for don't slip past the approval."""
        self.company.helpdesk_refund_approval_amount = 45.0
        invoice = self.order._create_invoices()
        invoice.invoice_line_ids[0].price_unit = 50.0
        invoice.action_post()
        with self.assertRaisesRegex(UserError, '50.00'):
            self._refund({self.cups: 1})

    def test_sent_and_not_reconciled(self):
        """Who ticked that he sent the money can't be contradicted by cancelling the refund."""
        invoice = self._invoice(self.order)
        self._pay_by_bank(invoice)
        action = self._refund({self.cups: 1})
        note = action.step_ids.sudo().move_ids
        note.activity_ids.action_done()
        with self.assertRaisesRegex(UserError, 'was sent by bank'):
            action.action_cancel()

    def test_sent_and_booked(self):
        """Nor who paid the credit note, all of it or a part, without a word on the request."""
        self._pay_by_bank(self._invoice(self.order))
        action = self._refund({self.cups: 1})
        note = action.step_ids.sudo().move_ids
        for amount in (10.0, 30.0):
            self._pay_by_bank(note, amount)
            with self.subTest(amount=amount), self.assertRaisesRegex(UserError, 'sent by bank'):
                action.with_user(self.agent_2).action_cancel()
            self.assertEqual((note.state, action.state), ('posted', 'waiting'))
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 100.0)

    def test_agent_does_not_say_sent(self):
        """Without a credit note the accountant says that the money was sent, nobody else."""
        self.company.helpdesk_payout_user_id = self.leader
        tx_sudo = self._pay_online(self.order)
        tx_sudo.payment_method_id.support_refund = 'none'
        tx_sudo.provider_id.support_refund = 'none'
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'waiting', action.message)
        activity = action.step_ids.sudo().activity_ids
        self.assertFalse(action.step_ids.sudo().move_ids)
        with self.assertRaises(AccessError):
            activity.with_user(self.agent).write({'active': False})
        activity.with_user(self.agent).sudo().action_feedback()
        action.action_resume()
        self._run_job()
        self.assertEqual(action.state, 'waiting')
        again = action.step_ids.sudo().activity_ids.filtered('active')
        again.with_user(self.leader).action_feedback()
        self._run_job()
        self.assertEqual(action.state, 'done')
