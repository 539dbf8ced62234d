from odoo import Command, api, fields, models

from ..models.order_action.returns.helpdesk_order_action_return import REFUND_POLICIES


class HelpdeskOrderReturn(models.TransientModel):
    """The return dialog: it collects what comes back, and hands it to an order action."""

    _name = 'helpdesk.order.return'
    _description = 'Return of an Order'
    _inherit = ['helpdesk.order.dialog']

    currency_id = fields.Many2one(related='sale_order_id.currency_id')
    line_ids = fields.One2many(
        'helpdesk.order.return.line',
        'wizard_id',
        compute='_compute_line_ids',
        store=True,
        readonly=False,
    )
    has_lots = fields.Boolean(compute='_compute_has_lots')
    is_filled = fields.Boolean(compute='_compute_amount')
    refund_policy = fields.Selection(
        REFUND_POLICIES,
        string='Refund',
        compute='_compute_refund_policy',
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(string='Refund of', compute='_compute_amount')

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_line_ids(self):
        for wizard in self:
            goods = wizard.sale_order_id.order_line.filtered(
                lambda line: line.sudo().product_id.type == 'consu'
            )
            wizard.line_ids = [Command.clear()] + [
                Command.create({'order_line_id': line.id}) for line in goods
            ]

    @api.depends('line_ids.available_lot_ids')
    def _compute_has_lots(self):
        for wizard in self:
            wizard.has_lots = bool(wizard.line_ids.available_lot_ids)

    @api.depends('reason_id', 'ticket_id')
    def _compute_refund_policy(self):
        for wizard in self:
            can_refund = (
                wizard.ticket_id.sudo().team_id.use_credit_notes
                and wizard.sale_order_id._get_helpdesk_ledger()['open']
            )
            wizard.refund_policy = wizard.reason_id.refund_on or 'receipt' if can_refund else 'none'

    @api.depends('line_ids.quantity', 'refund_policy')
    def _compute_amount(self):
        for wizard in self:
            wizard.is_filled = any(wizard.line_ids.mapped('quantity'))
            wizard.amount = wizard._new_action().amount

    @api.depends('line_ids.quantity', 'line_ids.lot_ids', 'refund_policy', 'ticket_id')
    def _compute_preview(self):
        super()._compute_preview()

    # === ACTION METHODS === #

    def action_fill(self):
        """Choose all that can come back, and show the dialog again."""
        self.ensure_one()
        for line in self.line_ids:
            line.quantity = line.max_quantity
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._('Return: %(order)s', order=self.sale_order_id.name),
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
        }

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        return {
            **super()._prepare_action_vals(),
            'action_type': 'return',
            'refund_policy': self.refund_policy,
            'line_ids': [
                Command.create(
                    {
                        'order_line_id': line.order_line_id.id,
                        'quantity': line.quantity,
                        'lot_ids': [Command.set(line.lot_ids.ids)],
                    }
                )
                for line in self.line_ids
                if line.quantity
            ],
        }


class HelpdeskOrderReturnLine(models.TransientModel):
    _name = 'helpdesk.order.return.line'
    _description = 'Line of a Return'
    _inherit = ['helpdesk.order.dialog.line']

    wizard_id = fields.Many2one('helpdesk.order.return', required=True, ondelete='cascade')
    max_quantity = fields.Float(
        digits='Product Unit',
        string='Returnable',
        compute='_compute_returnable',
    )
    available_lot_ids = fields.Many2many('stock.lot', compute='_compute_returnable')
    lot_ids = fields.Many2many(
        'stock.lot',
        relation='helpdesk_order_return_line_lot_rel',
        string='Lots/Serial Numbers',
        domain="[('id', 'in', available_lot_ids)]",
    )

    # === COMPUTE METHODS === #

    @api.depends('order_line_id')
    def _compute_returnable(self):
        self._check_readable()  # the transfers are read as superuser
        for line in self:
            moves_sudo = line.order_line_id._get_helpdesk_returnable_moves()
            line.max_quantity = line.order_line_id._get_helpdesk_returnable()
            line.available_lot_ids = [
                Command.set(
                    [
                        lot.id
                        for move in moves_sudo
                        for lot, quantity in move._get_helpdesk_returnable_lots()
                        if lot and quantity
                    ]
                )
            ]

    # === ONCHANGE METHODS === #

    @api.onchange('quantity')
    def _onchange_quantity(self):
        self.quantity = min(max(self.quantity, 0.0), self.max_quantity)
