from odoo import Command, api, fields, models


class HelpdeskOrderReplacement(models.TransientModel):
    """The dialog that sends goods again: it collects what, and hands it to an order action."""

    _name = 'helpdesk.order.replacement'
    _description = 'Replacement of an Order'
    _inherit = ['helpdesk.order.dialog']

    currency_id = fields.Many2one(related='sale_order_id.currency_id')
    line_ids = fields.One2many(
        'helpdesk.order.replacement.line',
        'wizard_id',
        compute='_compute_line_ids',
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(string='Value', compute='_compute_amount')
    open_amount = fields.Monetary(compute='_compute_open_amount')
    exceed_limit = fields.Boolean(string='Exceed what was paid')

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_line_ids(self):
        for wizard in self:
            left = wizard._new_action()._get_replaceable_quantities()
            wizard.line_ids = [Command.clear()] + [
                Command.create({'order_line_id': line.id}) for line in left
            ]

    @api.depends('line_ids.amount')
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(wizard.line_ids.mapped('amount'))

    @api.depends('ticket_id')
    def _compute_open_amount(self):
        for wizard in self:
            wizard.open_amount = wizard.sale_order_id._get_helpdesk_ledger()['open']

    @api.depends('line_ids.quantity', 'ticket_id', 'exceed_limit', 'reason_id')
    def _compute_preview(self):
        super()._compute_preview()

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        return {
            **super()._prepare_action_vals(),
            'action_type': 'replacement',
            'exceed_limit': self.exceed_limit,
            'line_ids': [
                Command.create({'order_line_id': line.order_line_id.id, 'quantity': line.quantity})
                for line in self.line_ids
                if line.quantity
            ],
        }


class HelpdeskOrderReplacementLine(models.TransientModel):
    _name = 'helpdesk.order.replacement.line'
    _description = 'Line of a Replacement'
    _inherit = ['helpdesk.order.dialog.line']

    wizard_id = fields.Many2one('helpdesk.order.replacement', required=True, ondelete='cascade')
    max_quantity = fields.Float(
        digits='Product Unit',
        string='Possible',
        compute='_compute_max_quantity',
    )
    free_quantity = fields.Float(
        digits='Product Unit',
        string='In Stock',
        compute='_compute_free_quantity',
        help='On hand and not reserved, in the unit of the product.',
    )
    amount = fields.Monetary(string='Value', compute='_compute_amount')

    # === COMPUTE METHODS === #

    @api.depends('quantity', 'order_line_id')
    def _compute_amount(self):
        self._check_readable()  # the prices are read as superuser
        for line in self:
            line.amount = (
                self.env['helpdesk.order.action.line']
                .new({'order_line_id': line.order_line_id.id})
                ._get_price(line.quantity)
            )

    @api.depends('order_line_id', 'wizard_id.exceed_limit')
    def _compute_max_quantity(self):
        for wizard, lines in self.grouped('wizard_id').items():
            left = wizard._new_action()._get_replaceable_quantities()
            for line in lines:
                line.max_quantity = left.get(line.order_line_id, 0.0)

    @api.depends('order_line_id')
    def _compute_free_quantity(self):
        self._check_readable()  # the stock is read as superuser
        for line in self:
            order_line_sudo = line.order_line_id.sudo()
            line.free_quantity = order_line_sudo.product_id.with_context(
                warehouse_id=order_line_sudo.order_id.warehouse_id.id
            ).free_qty

    # === ONCHANGE METHODS === #

    @api.onchange('quantity')
    def _onchange_quantity(self):
        self.quantity = min(max(self.quantity, 0.0), self.max_quantity)
