from odoo import models
from odoo.tools import SQL


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'helpdesk.ticket.mixin']
    _helpdesk_ticket_field = 'sale_order_id'

    def _get_helpdesk_subjects(self):
        if not self.is_sale_document():
            return self.env['sale.order']
        # the orders only serve to find tickets, which the user's own rights filter
        return self.sudo().line_ids.sale_line_ids.order_id

    def _prepare_helpdesk_ticket_vals(self):
        orders = self._get_helpdesk_subjects()
        return {
            **super()._prepare_helpdesk_ticket_vals(),
            'partner_id': self.partner_id.id,
            'sale_order_id': orders.id if len(orders) == 1 else False,
        }

    def _get_helpdesk_receipts(self, transactions):
        """Return what came in on the invoices by other ways than the given online payments.

        A credit note that was set off is no payment, nor is a difference of exchange rates.

        :param transactions: `payment.transaction` that are counted elsewhere.
        :return: dict of move id to amount in the currency of the invoice.
        """
        if not self.ids:
            return {}
        return self.env['sale.order']._recall_helpdesk(
            ('receipts', frozenset(self.ids), frozenset(transactions.ids)),
            lambda: self._read_helpdesk_receipts(transactions),
        )

    def _read_helpdesk_receipts(self, transactions):
        """Read what `_get_helpdesk_receipts` returns, in one query."""
        self.env['account.partial.reconcile'].flush_model()
        self.env['account.move.line'].flush_model(['account_id', 'move_id'])
        self.env['account.move'].flush_model(['move_type', 'origin_payment_id'])
        self.env['account.payment'].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """
            WITH settled AS (
                SELECT own.move_id, partial.amount, partial.exchange_move_id,
                       other.move_id AS other_move_id
                  FROM account_move_line own
                  JOIN account_account account ON account.id = own.account_id
                   AND account.account_type IN ('asset_receivable', 'liability_payable')
                  JOIN LATERAL (
                        SELECT debit_amount_currency AS amount, credit_move_id AS other_id,
                               exchange_move_id
                          FROM account_partial_reconcile WHERE debit_move_id = own.id
                         UNION ALL
                        SELECT credit_amount_currency, debit_move_id, exchange_move_id
                          FROM account_partial_reconcile WHERE credit_move_id = own.id
                       ) partial ON TRUE
                  JOIN account_move_line other ON other.id = partial.other_id
                 WHERE own.move_id = ANY(%(move_ids)s)
            ), receipt (move_id, amount) AS (
                SELECT settled.move_id, settled.amount
                  FROM settled
                  JOIN account_move other ON other.id = settled.other_move_id
                  LEFT JOIN account_payment payment ON payment.id = other.origin_payment_id
                 WHERE other.move_type != 'out_refund'
                   AND NOT COALESCE(payment.payment_transaction_id = ANY(%(tx_ids)s), FALSE)
                   AND NOT EXISTS (
                        SELECT 1 FROM settled exchange
                         WHERE exchange.exchange_move_id = settled.other_move_id
                   )
                 UNION ALL
                SELECT rel.invoice_id, payment.amount
                  FROM account_move__account_payment rel
                  JOIN account_payment payment ON payment.id = rel.payment_id
                 WHERE rel.invoice_id = ANY(%(move_ids)s)
                   AND payment.move_id IS NULL
                   AND payment.state IN ('in_process', 'paid')
                   AND NOT COALESCE(payment.payment_transaction_id = ANY(%(tx_ids)s), FALSE)
            )
            SELECT move_id, SUM(amount) FROM receipt GROUP BY move_id
            """,
                    move_ids=self.ids,
                    tx_ids=transactions.ids,
                )
            )
        )
