from odoo import api, fields, models


class HelpdeskOrderDialogLine(models.AbstractModel):
    """A line of a dialog: a line of the order, as those see it who may read it."""

    _name = 'helpdesk.order.dialog.line'
    _description = 'Line of a Dialog of an Order Action'

    order_line_id = fields.Many2one('sale.order.line', required=True)
    product_id = fields.Many2one(related='order_line_id.product_id', related_sudo=False)
    name = fields.Text(related='order_line_id.name', related_sudo=False)
    product_uom_id = fields.Many2one(related='order_line_id.product_uom_id', related_sudo=False)
    currency_id = fields.Many2one(related='order_line_id.currency_id', related_sudo=False)
    quantity = fields.Float(digits='Product Unit')

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse lines of orders that the user may not read."""
        named = [vals['order_line_id'] for vals in vals_list if vals.get('order_line_id')]
        self.env['sale.order.line'].browse(named).check_access('read')
        return super().create(vals_list)

    # === BUSINESS METHODS === #

    def _check_readable(self):
        """Check as the real user what is then read as superuser; stored fields compute as such.

        :raise AccessError: if a line is not his to read.
        """
        self.order_line_id.sudo(False).check_access('read')
