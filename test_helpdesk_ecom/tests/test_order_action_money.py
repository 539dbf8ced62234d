import requests

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon
from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

RUNNER = 'odoo.addons.helpdesk_ecom.models.order_action.action.helpdesk_order_action_run'


@tagged('post_install', '-at_install')
class TestOrderActionMoney(OrderActionCommon):
    """Where the money goes back, what the provider may answer, and what the books say."""

    def _answer(self, answer):
        """Let the payment provider answer a refund in another way."""
        calls = []

        def send(tx):
            calls.append(tx.reference)
            answer(tx)

        self.patch(PaymentTransaction, '_send_refund_request', send)
        return calls

    def _assert_balanced(self, debt=0.0):
        """The customer owes what is said, and nothing is left open."""
        lines = self.env['account.move.line'].search(
            [
                ('partner_id', '=', self.customer.id),
                ('account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
            ]
        )
        self.assertEqual(self.company.currency_id.round(sum(lines.mapped('balance'))), debt)

    # --- where the money goes

    def test_whole_order(self):
        self._pay_online(self.order)
        invoice = self._invoice(self.order)
        action = self._refund({self.cups: 3, self.plates: 2})
        self.assertEqual((action.state, action.amount), ('done', 140.0))
        self.assertEqual(invoice.reversal_move_ids.payment_state, 'paid')
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 0.0)
        self.assertFalse(self.ticket.can_refund)
        self._assert_balanced()

    def test_two_payments(self):
        """Money goes back by the payments that it came by, not more by each than it brought."""
        first = self._pay_online(self.order, 100.0)
        second = self._pay_online(self.order, 40.0)
        self._invoice(self.order)
        self.assertEqual(self._refund({self.cups: 3}).state, 'done')
        self.assertEqual(first.child_transaction_ids.amount, -100.0)
        self.assertEqual(second.child_transaction_ids.amount, -20.0)
        self._assert_balanced()

    def test_partly_paid(self):
        """What is still owed is taken off first; only the rest is sent."""
        tx_sudo = self._pay_online(self.order, 100.0)
        invoice = self._invoice(self.order)
        self.assertEqual(invoice.amount_residual, 40.0)
        action = self._refund(amount=60.0)
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -20.0)
        self._assert_balanced()

    def test_online_and_bank(self):
        """What the provider can't send is left to a person."""
        tx_sudo = self._pay_online(self.order, 100.0)
        invoice = self._invoice(self.order)
        self._pay_by_bank(invoice)
        ledger = self.order._get_helpdesk_ledger()
        self.assertEqual((ledger['paid'], ledger['limit']), (140.0, 140.0))
        action = self._refund({self.cups: 3})
        self.assertEqual(action.state, 'waiting')
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -100.0)
        note = action.step_ids.sudo().move_ids
        self.assertEqual(note.amount_residual, 20.0)
        self._pay_by_bank(note)
        self._run_job()
        self.assertEqual(action.state, 'done')
        self._assert_balanced()

    def test_not_supported(self):
        """A provider that can't refund is not asked."""
        tx_sudo = self._pay_online(self.order)
        self._invoice(self.order)
        self.patch(
            type(tx_sudo),
            '_get_helpdesk_support_refund',
            lambda tx: 'none',
        )
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'waiting')
        self.assertFalse(tx_sudo.child_transaction_ids)

    def test_full_only(self):
        """A provider that refunds whole payments only is asked for no part."""
        tx_sudo = self._pay_online(self.order)
        self._invoice(self.order)
        self.patch(type(tx_sudo), '_get_helpdesk_support_refund', lambda tx: 'full_only')
        part = self._refund({self.cups: 1})
        self.assertEqual(part.state, 'waiting')
        part.action_cancel()
        self.assertEqual(self._refund({self.cups: 3, self.plates: 2}).state, 'done')
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -140.0)

    def test_refund_by_accountant(self):
        """What accountants gave back counts: a note and its payment once, not twice."""
        tx_sudo = self._pay_online(self.order)
        invoice = self._invoice(self.order)
        note = invoice._reverse_moves([{'invoice_date': invoice.invoice_date}])
        note.invoice_line_ids = [
            Command.update(note.invoice_line_ids[0].id, {'quantity': 1}),
            Command.delete(note.invoice_line_ids[1].id),
        ]
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 40.0, 'A draft counts')
        note.action_post()
        tx_sudo._refund(amount_to_refund=40.0)
        ledger = self.order._get_helpdesk_ledger()
        self.assertEqual((ledger['refunded'], ledger['open']), (40.0, 100.0))
        with self.assertRaisesRegex(UserError, '2.0 are left'):
            self._refund({self.cups: 3})

    def test_two_invoices(self):
        """Each invoice gets its own credit note, for what it bills."""
        self._pay_online(self.order)
        first = self.order._create_invoices()
        first.invoice_line_ids.filtered(lambda line: line.product_id == self.cup).quantity = 1
        first.action_post()
        second = self._invoice(self.order)
        self.assertEqual((first.amount_total, second.amount_total), (60.0, 80.0))
        action = self._refund({self.cups: 2})
        notes = action.step_ids.sudo().move_ids
        self.assertEqual(
            [(note.reversed_entry_id, note.amount_total) for note in notes.sorted('id')],
            [(first, 40.0), (second, 40.0)],
        )
        self.assertEqual(action.state, 'done', action.message)
        self._assert_balanced()

    def test_partly_invoiced(self):
        """What is billed gets a credit note, the rest a line on the order."""
        self._pay_online(self.order)
        first = self.order._create_invoices()
        first.invoice_line_ids.filtered(lambda line: line.product_id == self.cup).quantity = 1
        first.action_post()
        action = self._refund({self.cups: 3})
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(action.step_ids.sudo().move_ids.amount_total, 40.0)
        self.assertEqual(self.order.amount_total, 60.0)
        rest = self._invoice(self.order)
        self.assertEqual(rest.amount_total, 0.0)
        self._assert_balanced()

    def test_locked_order(self):
        self._pay_online(self.order)
        self.order.action_lock()
        self.assertEqual(self._refund({self.cups: 1}).state, 'done')
        self.assertTrue(self.order.locked)

    # --- taxes and cents

    def _taxed_order(self, include, prices=((3, 9.99, 7), (2, 4.55, 19)), discount=10.0):
        """Return an order with two taxes and a discount, paid online and invoiced."""
        taxes = {
            rate: self.env['account.tax'].create(
                {
                    'name': f'{rate} % {include} {len(self.env["account.tax"].search([]))}',
                    'amount': rate,
                    'price_include_override': 'tax_included' if include else 'tax_excluded',
                }
            )
            for _quantity, _price, rate in prices
        }
        order = self.env['sale.order'].create(
            {
                'partner_id': self.customer.id,
                'order_line': [
                    Command.create(
                        {
                            'product_id': self.cup.id,
                            'product_uom_qty': quantity,
                            'price_unit': price,
                            'discount': discount,
                            'tax_ids': [Command.set(taxes[rate].ids)],
                        }
                    )
                    for quantity, price, rate in prices
                ],
            }
        )
        order.action_confirm()
        self._pay_online(order)
        return order, self._invoice(order)

    def test_amount_with_taxes(self):
        """An amount is split over the taxes of the invoice, and comes out to the cent."""
        for include in (True, False):
            for amount in (0.01, 1.0, 7.77, 13.33, 20.0):
                with self.subTest(include=include, amount=amount):
                    order, invoice = self._taxed_order(include)
                    ticket = self._create_ticket(sale_order_id=order.id)
                    action = self._refund(ticket=ticket, amount=amount)
                    self.assertEqual(action.state, 'done', action.message)
                    note = action.step_ids.sudo().move_ids
                    self.assertEqual((note.amount_total, note.payment_state), (amount, 'paid'))
                    self.assertLessEqual(
                        note.invoice_line_ids.tax_ids,
                        invoice.invoice_line_ids.tax_ids,
                    )

    def test_piece_by_piece(self):
        """Pieces refunded one after the other add up to the invoice, not to a cent more."""
        for include in (True, False):
            with self.subTest(include=include):
                order, invoice = self._taxed_order(include, ((3, 9.99, 7), (7, 0.35, 19)))
                ticket = self._create_ticket(sale_order_id=order.id)
                for line in order.order_line:
                    for _piece in range(int(line.product_uom_qty)):
                        self.assertEqual(self._refund({line: 1}, ticket=ticket).state, 'done')
                notes = invoice.reversal_move_ids
                # the taxes of a document are rounded by its lines, or all at once
                credited = order.currency_id.round(sum(notes.mapped('amount_total')))
                self.assertLessEqual(credited, invoice.amount_total)
                self.assertGreaterEqual(credited, invoice.amount_total - 0.01)
                self.assertEqual(set(order.order_line.mapped('qty_invoiced')), {0.0})

    # --- what the provider may answer

    def test_turned_down(self):
        """A refusal is a failure that can be tried again: another refund, one that leaves."""
        tx_sudo = self._pay_online(self.order)
        self._invoice(self.order)

        def refuse(tx):
            raise ValidationError(tx.env._('insufficient funds'))

        calls = self._answer(refuse)
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'failed')
        self.assertIn('insufficient funds', action.message)
        self.assertIn('insufficient funds', self.ticket.message_ids[0].body)
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 100.0, 'It is still promised')
        self._run_job()
        self.assertEqual(len(calls), 1, 'The job does not try again by itself')
        self._answer(lambda tx: tx._set_done())
        action.action_resume()
        self._commit()
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(
            tx_sudo.child_transaction_ids.sorted('id').mapped('state'),
            ['error', 'done'],
        )
        self._assert_balanced()

    def test_turned_down_and_cancelled(self):
        tx_sudo = self._pay_online(self.order)
        self._invoice(self.order)

        def refuse(tx):
            raise ValidationError(tx.env._('insufficient funds'))

        self._answer(refuse)
        action = self._refund({self.cups: 1})
        action.action_cancel()
        self.assertEqual(action.state, 'cancelled')
        self.assertEqual(action.step_ids.sudo().move_ids.state, 'cancel')
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 140.0)
        self.assertEqual(tx_sudo._get_helpdesk_refundable(), 140.0)

    def test_time_out(self):
        """Without an answer nobody knows: a person decides, nothing is sent again."""
        self._pay_online(self.order)
        self._invoice(self.order)

        def time_out(tx):
            try:
                raise requests.exceptions.ReadTimeout()
            except requests.exceptions.Timeout:
                raise ValidationError(tx.env._('Could not establish the connection'))  # noqa: B904

        calls = self._answer(time_out)
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'to_check')
        for method in ('action_resume', 'action_cancel', 'action_submit'):
            with self.subTest(method), self.assertRaises(UserError):
                getattr(action, method)()
        self._run_job()
        self.assertEqual((len(calls), action.state), (1, 'to_check'))
        self.assertIn(self.approver, action.activity_ids.user_id)
        with self.assertRaises(UserError):
            action.with_user(self.agent).action_confirm_done()

    def test_unknown_outcome_of_a_leader(self):
        """Who asked for the money doesn't say himself whether it left, if there is another."""
        self._pay_online(self.order)
        self._invoice(self.order)

        def vanish(tx):
            raise TimeoutError('no answer')

        self._answer(vanish)
        action = self._refund({self.cups: 1}, user=self.leader)
        self.assertEqual(action.state, 'to_check')
        with self.assertRaisesRegex(AccessError, 'asked for this yourself'):
            action.with_user(self.leader).action_confirm_not_done()
        action.with_user(self.approver).action_confirm_not_done()
        self.assertEqual(action.state, 'failed')

    @mute_logger('odoo.addons.payment.models.payment_transaction')
    def test_time_out_money_left(self):
        tx_sudo = self._pay_online(self.order)
        self._invoice(self.order)

        def vanish(tx):
            raise TimeoutError('no answer')

        calls = self._answer(vanish)
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'to_check')
        action.with_user(self.leader).action_confirm_done()
        self._commit()
        self.assertEqual((action.state, len(calls)), ('done', 1))
        self.assertEqual(tx_sudo.child_transaction_ids.state, 'done')
        self._assert_balanced()

    def test_time_out_no_money_left(self):
        tx_sudo = self._pay_online(self.order)
        self._invoice(self.order)

        def vanish(tx):
            raise TimeoutError('no answer')

        self._answer(vanish)
        action = self._refund({self.cups: 1})
        action.with_user(self.leader).action_confirm_not_done()
        self.assertEqual(action.state, 'failed')
        calls = self._answer(lambda tx: tx._set_done())
        action.action_resume()
        self._commit()
        self.assertEqual((action.state, len(calls)), ('done', 1))
        self.assertEqual(
            sorted(tx_sudo.child_transaction_ids.mapped('state')),
            ['cancel', 'done'],
        )
        self._assert_balanced()

    def test_confirmed_later(self):
        """A provider that answers later: the action waits, the webhook ends it."""
        tx_sudo = self._pay_online(self.order)
        self._invoice(self.order)
        self._answer(lambda tx: tx._set_pending())
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'waiting')
        self._run_job()
        self.assertEqual(action.state, 'waiting')
        self.assertEqual(tx_sudo._get_helpdesk_refundable(), 100.0)
        tx_sudo.child_transaction_ids._set_done()
        self._run_job()
        self.assertEqual(action.state, 'done', action.message)
        self._assert_balanced()

    @mute_logger(RUNNER)
    def test_books_fail_after_the_money(self):
        """The money left and the booking failed: it is resumed behind the money, not before."""
        tx_sudo = self._pay_online(self.order)
        self._invoice(self.order)
        calls = self._answer(lambda tx: tx._set_done())

        def fail(action, step_sudo):
            raise UserError(action.env._('The period is locked'))

        Action = type(self.env['helpdesk.order.action'])
        with self.subTest('failed'):
            original = Action._step_reconcile
            self.patch(Action, '_step_reconcile', fail)
            action = self._refund({self.cups: 1})
            self.assertEqual((action.state, action.message), ('failed', 'The period is locked'))
            with self.assertRaisesRegex(UserError, "can't be cancelled"):
                action.action_cancel()
            self.patch(Action, '_step_reconcile', original)
        action.action_resume()
        self._commit()
        self.assertEqual((action.state, len(calls)), ('done', 1))
        self.assertEqual(tx_sudo.child_transaction_ids.amount, -40.0)
        self._assert_balanced()
