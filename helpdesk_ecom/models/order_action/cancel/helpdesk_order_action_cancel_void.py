from odoo import models
from odoo.exceptions import UserError, ValidationError

from ....tools.refund_math import is_outcome_unknown


class HelpdeskOrderAction(models.Model):
    """Cancel: payments that were authorized and not captured are released at the provider."""

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS - PLAN === #

    def _get_authorized_transactions(self):
        """Return the payments that are reserved and not taken yet, as superuser."""
        return self.sale_order_id.sudo().transaction_ids.filtered(
            lambda tx: tx.state == 'authorized' and not tx.source_transaction_id
        )

    def _prepare_void_steps(self):
        """Return a step for each payment that is to be released."""
        return [
            {
                'code': 'void_payment',
                'after_commit': True,
                'amount': tx_sudo._get_helpdesk_voidable(),
                'source_transaction_id': tx_sudo.id,
            }
            for tx_sudo in self._get_authorized_transactions()
        ]

    def _preview_void(self):
        """Return what becomes of the payments that are not taken yet."""
        sentences = [
            self.env._(
                'Payment %(reference)s of %(amount)s is released at %(provider)s.',
                reference=tx_sudo.reference,
                amount=self._get_amount_label(tx_sudo._get_helpdesk_voidable()),
                provider=tx_sudo.provider_id.name,
            )
            for tx_sudo in self._get_authorized_transactions()
        ]
        pending_sudo = self.sale_order_id.sudo().transaction_ids.filtered(
            lambda tx: tx.state == 'pending' and tx.operation != 'refund'
        )
        return sentences + [
            self.env._(
                'Payment %(reference)s is still expected. If it comes, refund it.',
                reference=tx_sudo.reference,
            )
            for tx_sudo in pending_sudo
        ]

    # === BUSINESS METHODS - STEP === #

    def _prepare_step_void_payment(self, step_sudo):
        """Create the record of the release before it is sent, one for each attempt."""
        tx_sudo = step_sudo.transaction_id
        if tx_sudo and tx_sudo.state != 'error':
            return
        source_sudo = step_sudo.source_transaction_id
        source_sudo._ensure_provider_is_not_disabled()
        step_sudo.transaction_id = source_sudo.with_context(
            payment_backend_action=True
        )._create_child_transaction(
            step_sudo.amount,
            helpdesk_refund_key=f'{step_sudo.key}-{step_sudo.attempt + 1}',
        )
        step_sudo.transaction_id._log_sent_message()

    def _step_void_payment(self, step_sudo):
        """Ask the payment provider to release the money."""
        tx_sudo = step_sudo.transaction_id.with_context(payment_backend_action=True)
        if tx_sudo.state == 'draft' and step_sudo.source_transaction_id.state == 'authorized':
            try:
                with self.env.cr.savepoint():
                    tx_sudo._send_void_request()
            except ValidationError as error:
                if is_outcome_unknown(error):
                    return 'to_check', self._get_unknown_void_sentence(step_sudo, error)
                tx_sudo._set_error(str(error))
            except Exception as error:  # after the call everything is possible
                return 'to_check', self._get_unknown_void_sentence(step_sudo, error)
        return self._find_outcome_void_payment(step_sudo) or (
            'failed',
            self.env._("%(provider)s can't release it.", provider=tx_sudo.provider_id.name),
        )

    def _find_outcome_void_payment(self, step_sudo):
        """Return what the records of payment and release say of the outcome, if anything."""
        tx_sudo = step_sudo.transaction_id
        if 'cancel' in (tx_sudo.state, step_sudo.source_transaction_id.state):
            return 'done', self.env._(
                '%(reference)s, %(amount)s',
                reference=step_sudo.source_transaction_id.reference,
                amount=self._get_amount_label(step_sudo.amount),
            )
        if step_sudo.source_transaction_id.state == 'done' and tx_sudo.state != 'pending':
            return 'done', self._turn_release_into_refund(step_sudo)
        if tx_sudo.state == 'pending':
            return 'waiting', self.env._(
                '%(provider)s has not confirmed the release of %(reference)s yet.',
                provider=tx_sudo.provider_id.name,
                reference=tx_sudo.reference,
            )
        if tx_sudo.state == 'error':
            return 'failed', tx_sudo.state_message or self.env._('The provider turned it down.')
        return None

    def _turn_release_into_refund(self, step_sudo):
        """Give a payment back by the refund that follows: it was taken before the release.

        :return: a sentence about it.
        """
        source_sudo = step_sudo.source_transaction_id
        sentence = self.env._(
            'Payment %(reference)s was taken meanwhile: it is refunded now.',
            reference=source_sudo.reference,
        )
        if step_sudo.transaction_id.state == 'draft':
            # an error: beside a release that was cancelled the payment would not count as taken
            step_sudo.transaction_id._set_error(sentence)
        self.amount = self._get_plan_amount(self._get_refund_plan())
        return sentence

    def _is_ready_void_payment(self, step_sudo):
        """Return whether the provider has answered."""
        return step_sudo.transaction_id.state != 'pending'

    def _settle_step_void_payment(self, step_sudo, outcome):
        """Write on the release what a person found out about it."""
        tx_sudo = step_sudo.transaction_id.with_context(payment_backend_action=True)
        if outcome == 'done':
            tx_sudo._set_canceled()
        else:
            tx_sudo._set_error(self.env._('It was not released.'))

    def _undo_step_void_payment(self, step_sudo):
        """Leave a release that the provider turned down; one that was done stays."""
        if step_sudo.transaction_id.state not in (False, 'error'):
            raise UserError(
                self.env._(
                    "Payment %(reference)s was released: the action can't be cancelled.",
                    reference=step_sudo.source_transaction_id.reference,
                )
            )

    def _get_unknown_void_sentence(self, step_sudo, error):
        """Return what a person has to look for when nobody knows whether it was released."""
        return self.env._(
            'It is not known whether payment %(payment)s was released: %(error)s Look at '
            '%(provider)s, then say here whether it was.',
            payment=step_sudo.source_transaction_id.provider_reference
            or step_sudo.source_transaction_id.reference,
            error=str(error),
            provider=step_sudo.transaction_id.provider_id.name,
        )
