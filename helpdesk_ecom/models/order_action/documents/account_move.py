from odoo import models


class AccountMove(models.Model):
    """What an invoice can bear of a refund. All methods expect a superuser's record."""

    _inherit = 'account.move'

    # === BUSINESS METHODS === #

    def _get_helpdesk_product_lines(self, order, order_line):
        """Return the lines of the invoice that bill the order, or one line of it."""
        self.ensure_one()
        return self.invoice_line_ids.filtered(
            lambda line: (
                line.display_type == 'product'
                and (
                    order_line in line.sale_line_ids
                    if order_line
                    else order in line.sale_line_ids.order_id
                )
            )
        )

    def _get_helpdesk_creditable_amount(self, but):
        """Return the total of the invoice that no credit note, draft or posted, took away.

        :param but: credit notes that do not count.
        """
        self.ensure_one()
        notes = self.reversal_move_ids.filtered(lambda move: move.state != 'cancel') - but
        return self.amount_total - sum(notes.mapped('amount_total'))

    def _get_helpdesk_open_debt(self):
        """Return what is owed on the invoice; nothing when a payment is under way."""
        self.ensure_one()
        return 0.0 if self.payment_state in ('in_payment', 'paid') else self.amount_residual
