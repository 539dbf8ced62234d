from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Goods that are sent for nothing: delivered as others, never billed."""

    _inherit = 'sale.order.line'

    helpdesk_is_free = fields.Boolean(
        string='Sent for Free by the Helpdesk',
        readonly=True,
        copy=False,
        help='The goods are delivered as others are, and the customer pays nothing for them.',
    )

    # === COMPUTE METHODS === #

    def _compute_price_unit(self):
        """Override of `sale`: another quantity brings no price back."""
        free = self.filtered('helpdesk_is_free')
        super(SaleOrderLine, self - free)._compute_price_unit()
        free.price_unit = 0.0
        free.technical_price_unit = 0.0

    @api.depends('helpdesk_is_free')
    def _compute_qty_to_invoice(self):
        """Override of `sale`: an order that was billed needs no other invoice, of nothing."""
        super()._compute_qty_to_invoice()
        self.filtered('helpdesk_is_free').qty_to_invoice = 0.0

    @api.depends('helpdesk_is_free')
    def _compute_invoice_status(self):
        """Override of `sale`: an order that was billed stays so."""
        super()._compute_invoice_status()
        self.filtered(
            lambda line: line.helpdesk_is_free and line.state == 'sale'
        ).invoice_status = 'invoiced'

    # === BUSINESS METHODS === #

    def _can_be_sent_again(self):
        """Return whether goods of the line were delivered that the customer was to pay for."""
        self.ensure_one()
        return (
            self.product_id.type == 'consu'
            and not self.display_type
            and not self.helpdesk_is_free
            and self.qty_delivered > 0
        )
