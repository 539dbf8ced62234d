from odoo import Command, api, fields, models


class HelpdeskOrderExchange(models.TransientModel):
    """The exchange dialog: it collects what comes back and what is sent for it."""

    _name = 'helpdesk.order.exchange'
    _description = 'Exchange of an Order'
    _inherit = ['helpdesk.order.dialog']

    currency_id = fields.Many2one(related='sale_order_id.currency_id')
    line_ids = fields.One2many(
        'helpdesk.order.exchange.line',
        'wizard_id',
        compute='_compute_line_ids',
        store=True,
        readonly=False,
    )
    has_lots = fields.Boolean(compute='_compute_has_lots')
    ship_on = fields.Selection(
        [('request', 'At once'), ('receipt', 'When the old ones are back')],
        string='New Goods leave',
        compute='_compute_ship_on',
        store=True,
        readonly=False,
        required=True,
    )
    is_timing_fixed = fields.Boolean(compute='_compute_is_timing_fixed')

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_line_ids(self):
        for wizard in self:
            goods = wizard.sale_order_id.order_line.filtered(
                lambda line: line._get_helpdesk_returnable()
            )
            wizard.line_ids = [Command.clear()] + [
                Command.create(
                    {'order_line_id': line.id, 'exchange_product_id': line.product_id.id}
                )
                for line in goods
            ]

    @api.depends('line_ids.available_lot_ids')
    def _compute_has_lots(self):
        for wizard in self:
            wizard.has_lots = bool(wizard.line_ids.available_lot_ids)

    @api.depends('reason_id')
    def _compute_ship_on(self):
        for wizard in self:
            wizard.ship_on = wizard.reason_id.refund_on or 'receipt'

    @api.depends('ticket_id', 'reason_id')
    def _compute_is_timing_fixed(self):
        """Find whether the reason demands to wait, and the user may not decide otherwise."""
        for wizard in self:
            wizard.is_timing_fixed = bool(wizard._new_action()._get_trust_obstacle())

    @api.depends(
        'line_ids.quantity',
        'line_ids.exchange_product_id',
        'line_ids.lot_ids',
        'ship_on',
        'ticket_id',
        'reason_id',
    )
    def _compute_preview(self):
        super()._compute_preview()

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        return {
            **super()._prepare_action_vals(),
            'action_type': 'exchange',
            'ship_on': self.ship_on,
            'line_ids': [
                Command.create(line._prepare_action_line_vals())
                for line in self.line_ids
                if line.quantity
            ],
        }


class HelpdeskOrderExchangeLine(models.TransientModel):
    """What comes back, as in a return, and what is sent for it."""

    _name = 'helpdesk.order.exchange.line'
    _description = 'Line of an Exchange'
    _inherit = ['helpdesk.order.return.line']

    wizard_id = fields.Many2one('helpdesk.order.exchange', required=True, ondelete='cascade')
    company_id = fields.Many2one(related='order_line_id.company_id', related_sudo=False)
    lot_ids = fields.Many2many(relation='helpdesk_order_exchange_line_lot_rel')
    exchange_product_id = fields.Many2one(
        'product.product',
        string='Product to Send',
        required=True,
        domain="[('sale_ok', '=', True), ('type', '=', 'consu'), "
        "('company_id', 'in', (False, company_id))]",
    )
    free_quantity = fields.Float(
        digits='Product Unit',
        string='In Stock',
        compute='_compute_free_quantity',
        help='On hand and not reserved, in the unit of the product.',
    )
    difference = fields.Monetary(
        string='Price Difference',
        compute='_compute_difference',
        help='What the new goods cost more, tax included; below zero what they cost less.',
    )

    # === COMPUTE METHODS === #

    @api.depends('order_line_id', 'exchange_product_id')
    def _compute_free_quantity(self):
        self._check_readable()  # the stock is read as superuser
        for line in self:
            warehouse_sudo = line.order_line_id.sudo().order_id.warehouse_id
            product_sudo = line.exchange_product_id.sudo()
            line.free_quantity = product_sudo.with_context(warehouse_id=warehouse_sudo.id).free_qty

    @api.depends('order_line_id', 'quantity', 'exchange_product_id')
    def _compute_difference(self):
        self._check_readable()  # the prices are read as superuser
        for line in self:
            action_line = self.env['helpdesk.order.action.line'].new(
                line._prepare_action_line_vals()
            )
            line.difference = action_line._get_price_difference()

    # === BUSINESS METHODS === #

    def _prepare_action_line_vals(self):
        """Return the values of the action's line that the dialog's line stands for."""
        self.ensure_one()
        return {
            'order_line_id': self.order_line_id.id,
            'quantity': self.quantity,
            'exchange_product_id': self.exchange_product_id.id,
            'lot_ids': [Command.set(self.lot_ids.ids)],
        }
