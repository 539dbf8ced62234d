from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """What was billed and credited of a line of an order."""

    _inherit = 'sale.order.line'

    helpdesk_action_line_ids = fields.One2many(
        'helpdesk.order.action.line',
        'order_line_id',
        string='Order Actions',
        readonly=True,
    )
    helpdesk_refunded_qty = fields.Float(
        string='Refunded Quantity',
        digits='Product Unit',
        readonly=True,
        copy=False,
        help='Credited by refunds of the helpdesk, for good: it is not billed again.',
    )

    # === COMPUTE METHODS === #

    @api.depends('helpdesk_refunded_qty')
    def _compute_qty_to_invoice(self):
        """Override of `sale` to leave out what was refunded.

        A credit note makes the invoiced quantity smaller, and the system would bill the difference
        again with the next invoice.
        """
        super()._compute_qty_to_invoice()
        for line in self:
            if line.helpdesk_refunded_qty and line.qty_to_invoice > 0:
                refunded = line.helpdesk_refunded_qty - line._get_helpdesk_refunded_back()
                line.qty_to_invoice = max(0.0, line.qty_to_invoice - max(0.0, refunded))

    @api.depends('helpdesk_refunded_qty')
    def _compute_invoice_status(self):
        """Override of `sale`: what was billed and refunded for good is invoiced, not "nothing"."""
        super()._compute_invoice_status()
        for line in self:
            billed = line.qty_invoiced + line.helpdesk_refunded_qty
            if (
                line.helpdesk_refunded_qty
                and line.invoice_status == 'no'
                and line.state == 'sale'
                and line.product_uom_id.compare(billed, line.product_uom_qty) >= 0
            ):
                line.invoice_status = 'invoiced'

    # === BUSINESS METHODS === #

    def _get_helpdesk_quantity(self, moves_sudo):
        """Return how much of the line the invoices, or credit notes, bill: in its own unit."""
        self.ensure_one()
        return sum(
            bill_sudo.product_uom_id._compute_quantity(
                bill_sudo.quantity,
                self.product_uom_id,
                round=False,
            )
            for bill_sudo in self.sudo().invoice_lines
            if bill_sudo.move_id in moves_sudo
        )

    def _get_helpdesk_billed(self, invoices_sudo, but):
        """Return the invoice lines that bill the line, with what is not credited of each.

        :param invoices_sudo: the posted invoices, in the order in which they are used up.
        :param but: credit notes that do not count.
        :return: pairs of invoice line and quantity, in the unit of the order line.
        :rtype: list[tuple]
        """
        self.ensure_one()
        lines_sudo = self.sudo().invoice_lines
        notes_sudo = (
            lines_sudo.move_id.filtered(
                lambda move: move.move_type == 'out_refund' and move.state != 'cancel'
            )
            - but
        )
        billed = []
        for invoice_sudo in invoices_sudo:
            for bill_sudo in lines_sudo.filtered(lambda line, m=invoice_sudo: line.move_id == m):
                own = notes_sudo.filtered(lambda n, m=invoice_sudo: n.reversed_entry_id == m)
                quantity = bill_sudo.product_uom_id._compute_quantity(
                    bill_sudo.quantity,
                    self.product_uom_id,
                    round=False,
                )
                billed.append((bill_sudo, quantity - self._get_helpdesk_quantity(own)))
        return billed
