from odoo import Command, models
from odoo.exceptions import UserError, ValidationError

from ....tools.refund_math import fill, is_outcome_unknown


class HelpdeskOrderAction(models.Model):
    """Refund: the money, back the way it came, else by bank."""

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS - PLAN === #

    def _plan_payout(self, amount):
        """Spread an amount over the online payments of the order, the oldest first.

        :return: pairs of payment and amount, and the rest that nothing can send back.
        :rtype: tuple[list[tuple], float]
        """
        self.ensure_one()
        txs_sudo = self.sale_order_id._get_helpdesk_transactions().filtered(
            lambda tx: tx.currency_id == self.currency_id
        )
        parts, left = [], amount
        for tx_sudo in txs_sudo:
            [part], rest = fill(
                left, [tx_sudo._get_helpdesk_refundable()], self.currency_id.rounding
            )
            whole = self.currency_id.compare_amounts(part, tx_sudo.amount) == 0
            if part and (whole or tx_sudo._get_helpdesk_support_refund() == 'partial'):
                parts.append((tx_sudo, part))
                left = rest
        return parts, left

    def _preview_payout(self, amount):
        """Return how an amount would go back, in sentences."""
        parts, by_bank = self._plan_payout(amount)
        sentences = [
            self.env._(
                '%(amount)s goes back by %(provider)s, payment %(reference)s.',
                amount=self._get_amount_label(part),
                provider=tx_sudo.provider_id.name,
                reference=tx_sudo.reference,
            )
            for tx_sudo, part in parts
        ]
        if by_bank:
            sentences.append(
                self.env._(
                    '%(amount)s has to be sent by bank: %(user)s gets an activity.',
                    amount=self._get_amount_label(by_bank),
                    user=self._get_payout_user().name,
                )
            )
        return sentences

    def _get_payout_user(self):
        """Return who sends money by bank."""
        return self.company_id.sudo().helpdesk_payout_user_id or self.requester_id or self.env.user

    def _step_payout(self, step_sudo):
        """Plan how the money goes back, now that it is known how much."""
        parts, by_bank = self._plan_payout(self.payout_amount)
        steps = [
            {
                'code': 'provider_refund',
                'after_commit': True,
                'amount': part,
                'source_transaction_id': tx_sudo.id,
            }
            for tx_sudo, part in parts
        ]
        if parts:
            steps.append({'code': 'reconcile'})
        steps.append({'code': 'notify'})
        if by_bank:
            steps.append({'code': 'bank_refund', 'amount': by_bank})
        self._create_steps(steps)
        sentences = self._preview_payout(self.payout_amount)
        return 'done', ' '.join(sentences) or self.env._('The customer owes less; nothing is sent.')

    def _undo_step_payout(self, step_sudo):
        """Forget the plan."""

    # === BUSINESS METHODS - PAYMENT PROVIDER === #

    def _prepare_step_provider_refund(self, step_sudo):
        """Create the refund before it is sent: its reference names it at the provider.

        A refund that the provider turned down is kept, and another attempt is made beside it.
        """
        tx_sudo = step_sudo.transaction_id
        if tx_sudo and tx_sudo.state not in ('error', 'cancel'):
            return
        source_sudo = step_sudo.source_transaction_id
        source_sudo._ensure_provider_is_not_disabled()
        step_sudo.transaction_id = source_sudo.with_context(
            payment_backend_action=True
        )._create_child_transaction(
            step_sudo.amount,
            is_refund=True,
            helpdesk_refund_key=f'{step_sudo.key}-{step_sudo.attempt + 1}',
            invoice_ids=[Command.set(self._get_own_notes().ids)],
        )
        step_sudo.transaction_id._log_sent_message()

    def _step_provider_refund(self, step_sudo):
        """Ask the payment provider to send the money back; see the top of the runner's file."""
        tx_sudo = step_sudo.transaction_id.with_context(payment_backend_action=True)
        if tx_sudo.state == 'draft':
            try:
                with self.env.cr.savepoint():
                    tx_sudo._send_refund_request()
            except ValidationError as error:
                if is_outcome_unknown(error):
                    return 'to_check', self._get_unknown_sentence(step_sudo, error)
                tx_sudo._set_error(str(error))
            except Exception as error:  # after the call everything is possible
                return 'to_check', self._get_unknown_sentence(step_sudo, error)
        return self._find_outcome_provider_refund(step_sudo) or (
            'failed',
            self.env._("%(provider)s can't refund.", provider=tx_sudo.provider_id.name),
        )

    def _find_outcome_provider_refund(self, step_sudo):
        """Return what the refund's own record says of its outcome, if it says something."""
        tx_sudo = step_sudo.transaction_id
        if tx_sudo.state == 'done':
            return 'done', self.env._(
                '%(amount)s by %(provider)s, %(reference)s',
                amount=self._get_amount_label(step_sudo.amount),
                provider=tx_sudo.provider_id.name,
                reference=tx_sudo.reference,
            )
        if tx_sudo.state in ('pending', 'authorized'):
            return 'waiting', self.env._(
                '%(provider)s has not confirmed the refund %(reference)s yet.',
                provider=tx_sudo.provider_id.name,
                reference=tx_sudo.reference,
            )
        if tx_sudo.state in ('error', 'cancel'):
            return 'failed', tx_sudo.state_message or self.env._('The provider turned it down.')
        return None

    def _undo_step_provider_refund(self, step_sudo):
        """Leave a refund that the provider turned down; one that may have left stays."""
        if step_sudo.transaction_id.state not in ('error', 'cancel'):
            raise UserError(
                self.env._(
                    "%(amount)s went back to the customer: the action can't be cancelled.",
                    amount=self._get_amount_label(step_sudo.amount),
                )
            )

    def _get_unknown_sentence(self, step_sudo, error):
        """Return what a person has to look for when nobody knows whether money left."""
        return self.env._(
            'It is not known whether %(amount)s left: %(error)s Look at %(provider)s for the '
            'refund %(reference)s of payment %(payment)s, then say here whether the money left.',
            amount=self._get_amount_label(step_sudo.amount),
            error=str(error),
            provider=step_sudo.transaction_id.provider_id.name,
            reference=step_sudo.transaction_id.reference,
            payment=step_sudo.source_transaction_id.provider_reference
            or step_sudo.source_transaction_id.reference,
        )

    def _is_ready_provider_refund(self, step_sudo):
        """Return whether the provider has answered."""
        return step_sudo.transaction_id.state not in ('pending', 'authorized')

    def _settle_step_provider_refund(self, step_sudo, outcome):
        """Write on the refund what a person found out about it."""
        tx_sudo = step_sudo.transaction_id.with_context(payment_backend_action=True)
        if outcome == 'done':
            tx_sudo._set_done()
        elif tx_sudo.state == 'done':
            raise UserError(
                self.env._(
                    'Meanwhile %(provider)s confirmed the refund: the money left.',
                    provider=tx_sudo.provider_id.name,
                )
            )
        else:
            tx_sudo._set_canceled(state_message=self.env._('No money left.'))

    # === BUSINESS METHODS - BOOKS === #

    def _step_reconcile(self, step_sudo):
        """Book the refunds, and settle the credit notes with them.

        Without a credit note (the order was not invoiced) the refund settles a part of the payment.
        """
        txs_sudo = self.step_ids.transaction_id.filtered(lambda tx: tx.state == 'done')
        for tx_sudo in txs_sudo:
            if not tx_sudo.payment_id:
                tx_sudo.with_context(payment_backend_action=True)._post_process()
        self._reconcile_payments(txs_sudo)
        open_sudo = self._get_own_notes().filtered(
            lambda note: note.payment_state not in ('paid', 'in_payment', 'reversed')
        )
        if open_sudo and not self._plan_payout_by_bank():
            return 'done', self.env._(
                '%(notes)s stay open', notes=', '.join(open_sudo.mapped('name'))
            )
        return None

    def _plan_payout_by_bank(self):
        """Return whether a part of the money goes by bank: then notes stay open until it does."""
        return bool(self.step_ids.filtered(lambda step: step.code == 'bank_refund'))

    def _reconcile_payments(self, txs_sudo):
        """Settle what the refunds left open with the payments that they took money from."""
        for tx_sudo in txs_sudo:
            payments_sudo = tx_sudo.payment_id | tx_sudo.source_transaction_id.payment_id
            lines_sudo = payments_sudo.move_id.line_ids.filtered(
                lambda line: line.account_type == 'asset_receivable' and not line.reconciled
            )
            for account_lines_sudo in lines_sudo.grouped('account_id').values():
                if len(account_lines_sudo) > 1:
                    account_lines_sudo.reconcile()

    def _get_open_debts(self, invoices_sudo):
        """Return what is owed on each invoice, free online payments of the order taken off."""
        free = -sum(self._get_free_payment_lines().mapped('amount_residual_currency'))
        debts = [invoice._get_helpdesk_open_debt() for invoice in invoices_sudo]
        covered, _rest = fill(free, debts, self.currency_id.rounding)
        return {
            invoice: debt - part
            for invoice, debt, part in zip(invoices_sudo, debts, covered, strict=True)
        }

    def _get_free_payment_lines(self):
        """Return the entries of the order's online payments that settle no invoice yet."""
        txs_sudo = self.sale_order_id._get_helpdesk_transactions()
        return txs_sudo.payment_id.move_id.line_ids.filtered(
            lambda line: (
                line.account_type == 'asset_receivable'
                and not line.reconciled
                and line.currency_id == self.currency_id
            )
        )

    def _allocate_payments(self, invoices_sudo):
        """Settle open invoices with online payments of the order that were left over."""
        for invoice_sudo in invoices_sudo:
            for line_sudo in self._get_free_payment_lines():
                if invoice_sudo._get_helpdesk_open_debt():
                    invoice_sudo.js_assign_outstanding_line(line_sudo.id)

    # === BUSINESS METHODS - BANK === #

    def _step_bank_refund(self, step_sudo):
        """Ask somebody to send money by bank; done when the credit notes are settled."""
        if self._is_ready_bank_refund(step_sudo):
            return None
        user = self._get_payout_user()
        if not step_sudo.activity_ids.filtered('active') | step_sudo._get_answers():
            step_sudo._ask(
                self._get_own_notes()[-1:] or self.sale_order_id.sudo(),
                user,
                self.env._(
                    'Refund %(amount)s to %(customer)s by bank',
                    amount=self._get_amount_label(step_sudo.amount),
                    customer=self.sale_order_id.partner_id.display_name,
                ),
                self.env._('Order %(order)s', order=self.sale_order_id.name),
            )
        return 'waiting', self.env._(
            '%(user)s sends %(amount)s by bank.',
            user=user.name,
            amount=self._get_amount_label(step_sudo.amount),
        )

    def _is_ready_bank_refund(self, step_sudo):
        """Return whether the money was sent: by the credit notes, else by the activity."""
        if notes_sudo := self._get_own_notes():
            return all(
                note.payment_state in ('paid', 'in_payment', 'reversed') for note in notes_sudo
            )
        return bool(step_sudo._get_answers())

    def _undo_step_bank_refund(self, step_sudo):
        """Take the request to send money back.

        :raise UserError: if somebody said already that he has sent it, or the books say so.
        """
        if (
            any(not activity.active for activity in step_sudo.activity_ids)
            or self._is_ready_bank_refund(step_sudo)
            or self._is_paid_out()
        ):
            raise UserError(
                self.env._(
                    "%(amount)s was sent by bank: the action can't be cancelled. It ends when the "
                    'payment is reconciled with the credit note.',
                    amount=self._get_amount_label(step_sudo.amount),
                )
            )
        step_sudo._withdraw()

    def _is_paid_out(self):
        """Return whether money was booked on the credit notes, all of it or a part.

        By a payment with or without an entry, a bank statement, or an entry made by hand. Invoices
        that the notes reduce are no money.
        """
        notes_sudo = self._get_own_notes()
        if notes_sudo.matched_payment_ids.filtered(
            lambda payment: payment.state in ('in_process', 'paid')
        ):
            return True
        lines_sudo = notes_sudo.line_ids
        partials_sudo = lines_sudo.matched_debit_ids | lines_sudo.matched_credit_ids
        moves_sudo = (partials_sudo.debit_move_id | partials_sudo.credit_move_id).move_id
        return any(
            move.move_type == 'entry' for move in moves_sudo - partials_sudo.exchange_move_id
        )

    # === BUSINESS METHODS - MESSAGES === #

    def _step_notify(self, step_sudo):
        """Tell on the ticket and on the order what was done."""
        self._log(
            *[
                step._get_summary()
                for step in self.step_ids
                if step.state == 'done' and step.message and step.code != 'payout'
            ]
        )

    def _undo_step_notify(self, step_sudo):
        """Leave the messages: they are what happened."""
