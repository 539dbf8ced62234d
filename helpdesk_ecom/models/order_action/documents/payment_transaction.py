from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = 'payment.transaction'

    helpdesk_refund_key = fields.Char(
        readonly=True,
        copy=False,
        help='The attempt of an order action that this refund or release belongs to.',
    )

    # One attempt makes one refund, whoever runs it, and however often.
    _helpdesk_refund_key_uniq = models.UniqueIndex(
        '(helpdesk_refund_key) WHERE helpdesk_refund_key IS NOT NULL',
        'This refund exists already.',
    )

    # === BUSINESS METHODS === #

    def _get_helpdesk_support_refund(self):
        """Return how the payment can be refunded: ``none``, ``full_only`` or ``partial``.

        Provider and payment method must both allow it, as in the refund wizard of Odoo.
        """
        self.ensure_one()
        method = self.payment_method_id.primary_payment_method_id or self.payment_method_id
        supports = {self.provider_id.support_refund, method.support_refund}
        if self.provider_id.state == 'disabled' or not supports.isdisjoint({'none', False}):
            return 'none'
        return 'full_only' if 'full_only' in supports else 'partial'

    def _get_helpdesk_refundable(self):
        """Return how much of the payment can be sent back; refunds under way are taken off."""
        self.ensure_one()
        if self._get_helpdesk_support_refund() == 'none':
            return 0.0
        refunds = self.child_transaction_ids.filtered(
            lambda tx: tx.operation == 'refund' and tx.state not in ('cancel', 'error')
        )
        return self.amount + sum(refunds.mapped('amount'))  # theirs are negative

    def _get_helpdesk_voidable(self):
        """Return how much of an authorized payment was neither captured nor released yet."""
        self.ensure_one()
        taken = self.child_transaction_ids.filtered(
            lambda tx: tx.state in ('done', 'cancel') and tx.operation == self.operation
        )
        return self.amount - sum(taken.mapped('amount'))
