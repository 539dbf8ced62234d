from odoo import Command, api, fields, models


class HelpdeskOrderRepair(models.TransientModel):
    """The repair dialog: what is repaired, and who pays for it."""

    _name = 'helpdesk.order.repair'
    _description = 'Repair of an Order'
    _inherit = ['helpdesk.order.dialog']

    allowed_line_ids = fields.Many2many('sale.order.line', compute='_compute_allowed_line_ids')
    order_line_id = fields.Many2one(
        'sale.order.line',
        string='Item',
        compute='_compute_order_line_id',
        store=True,
        readonly=False,
        domain="[('id', 'in', allowed_line_ids)]",
    )
    max_quantity = fields.Float(digits='Product Unit', compute='_compute_goods')
    quantity = fields.Float(digits='Product Unit', default=1.0)
    tracking = fields.Selection(related='order_line_id.product_id.tracking', related_sudo=False)
    allowed_lot_ids = fields.Many2many('stock.lot', compute='_compute_goods')
    lot_id = fields.Many2one(
        'stock.lot',
        string='Lot/Serial Number',
        compute='_compute_lot_id',
        store=True,
        readonly=False,
        domain="[('id', 'in', allowed_lot_ids)]",
    )
    allowed_picking_ids = fields.Many2many('stock.picking', compute='_compute_goods')
    picking_id = fields.Many2one(
        'stock.picking',
        string='Comes by Return',
        compute='_compute_picking_id',
        store=True,
        readonly=False,
        domain="[('id', 'in', allowed_picking_ids)]",
    )
    under_warranty = fields.Boolean(default=True)

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_allowed_line_ids(self):
        for wizard in self:
            wizard.allowed_line_ids = wizard.sale_order_id.order_line.filtered(
                lambda line: line._get_helpdesk_repairable() > 0
            )

    @api.depends('allowed_line_ids')
    def _compute_order_line_id(self):
        for wizard in self:
            lines = wizard.allowed_line_ids
            product = wizard.ticket_id.product_id
            lines = lines.filtered(lambda line, p=product: line.product_id == p) or lines
            wizard.order_line_id = wizard.order_line_id or (lines if len(lines) == 1 else False)

    @api.depends('order_line_id')
    def _compute_goods(self):
        self.order_line_id.check_access('read')  # what was delivered is read as superuser
        for wizard in self:
            line = wizard.order_line_id
            wizard.max_quantity = line._get_helpdesk_repairable() if line else 0.0
            wizard.allowed_lot_ids = line._get_helpdesk_lots()
            wizard.allowed_picking_ids = line._get_helpdesk_returns()

    @api.depends('allowed_lot_ids')
    def _compute_lot_id(self):
        for wizard in self:
            lots = wizard.allowed_lot_ids._origin
            known = wizard.ticket_id.lot_id & lots or lots
            wizard.lot_id = known if len(known) == 1 else False

    @api.depends('allowed_picking_ids')
    def _compute_picking_id(self):
        for wizard in self:
            wizard.picking_id = wizard.allowed_picking_ids._origin[:1]

    @api.depends('order_line_id', 'quantity', 'lot_id', 'picking_id', 'under_warranty')
    def _compute_preview(self):
        super()._compute_preview()

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        """Override of `helpdesk_ecom` to add what is repaired."""
        vals = {**super()._prepare_action_vals(), 'action_type': 'repair'}
        if self.order_line_id and self.quantity:
            line = {'order_line_id': self.order_line_id.id, 'quantity': self.quantity}
            vals['line_ids'] = [Command.create(line)]
        return {
            **vals,
            'repair_lot_id': self.lot_id.id,
            'repair_picking_id': self.picking_id.id,
            'repair_under_warranty': self.under_warranty,
        }
