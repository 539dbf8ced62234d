from odoo import Command, api, fields, models


class HelpdeskOrderCancel(models.TransientModel):
    """The dialog that cancels an order, or a part of it."""

    _name = 'helpdesk.order.cancel'
    _description = 'Cancellation of an Order'
    _inherit = ['helpdesk.order.dialog']

    mode = fields.Selection(
        selection=lambda self: (
            self.env['helpdesk.order.action']
            ._fields['cancel_mode']
            ._description_selection(self.env)
        ),
        string='Cancel',
        required=True,
        compute='_compute_mode',
        store=True,
        readonly=False,
    )
    line_ids = fields.One2many(
        'helpdesk.order.cancel.line',
        'wizard_id',
        compute='_compute_line_ids',
        store=True,
        readonly=False,
    )

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_mode(self):
        for wizard in self:
            lines = wizard.sale_order_id._get_helpdesk_sold_lines()
            left = any(line.qty_delivered > 0 for line in lines)
            wizard.mode = 'open' if left else 'order'

    @api.depends('ticket_id')
    def _compute_line_ids(self):
        for wizard in self:
            open_quantities = wizard.sale_order_id._get_helpdesk_open_quantities()
            wizard.line_ids = [Command.clear()] + [
                Command.create({'order_line_id': line.id, 'max_quantity': quantity})
                for line, quantity in open_quantities.items()
            ]

    @api.depends('mode', 'line_ids.quantity', 'ticket_id', 'reason_id')
    def _compute_preview(self):
        super()._compute_preview()

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        vals = {
            **super()._prepare_action_vals(),
            'action_type': 'cancel',
            'cancel_mode': self.mode,
        }
        if self.mode == 'line':
            vals['line_ids'] = [
                Command.create({'order_line_id': line.order_line_id.id, 'quantity': line.quantity})
                for line in self.line_ids
                if line.quantity
            ]
        return vals


class HelpdeskOrderCancelLine(models.TransientModel):
    _name = 'helpdesk.order.cancel.line'
    _description = 'Line of a Cancellation'
    _inherit = ['helpdesk.order.dialog.line']

    wizard_id = fields.Many2one('helpdesk.order.cancel', required=True, ondelete='cascade')
    ordered_quantity = fields.Float(
        related='order_line_id.product_uom_qty', related_sudo=False, string='Ordered'
    )
    max_quantity = fields.Float(digits='Product Unit', string='Not left yet', readonly=True)

    # === ONCHANGE METHODS === #

    @api.onchange('quantity')
    def _onchange_quantity(self):
        self.quantity = min(max(self.quantity, 0.0), self.max_quantity)
