from odoo import Command, api, fields, models


class HelpdeskOrderGoodwill(models.TransientModel):
    """The goodwill dialog: an amount, a share of the order, or amounts off single lines."""

    _name = 'helpdesk.order.goodwill'
    _description = 'Goodwill Credit on an Order'
    _inherit = ['helpdesk.order.dialog']

    currency_id = fields.Many2one(related='sale_order_id.currency_id')
    mode = fields.Selection(
        [('amount', 'Amount'), ('percent', 'Percentage'), ('line', 'Items')],
        string='Give',
        required=True,
        default='amount',
    )
    percentage = fields.Float(default=0.1)
    line_ids = fields.One2many(
        'helpdesk.order.goodwill.line',
        'wizard_id',
        compute='_compute_line_ids',
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(
        string='Credit',
        compute='_compute_amount',
        store=True,
        readonly=False,
    )
    exceed_limit = fields.Boolean(string='Exceed what was paid')
    open_amount = fields.Monetary(compute='_compute_open_amount', string='Left to give')

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_line_ids(self):
        for wizard in self:
            lines = wizard.sale_order_id._get_helpdesk_sold_lines().filtered('price_total')
            wizard.line_ids = [Command.clear()] + [
                Command.create({'order_line_id': line.id}) for line in lines
            ]

    @api.depends('ticket_id')
    def _compute_open_amount(self):
        for wizard in self:
            wizard.open_amount = wizard.sale_order_id._get_helpdesk_ledger()['open']

    @api.depends('mode', 'percentage', 'line_ids.amount', 'open_amount')
    def _compute_amount(self):
        for wizard in self:
            if wizard.mode == 'line':
                wizard.amount = sum(wizard.line_ids.mapped('amount'))
            elif wizard.mode == 'percent':
                wizard.amount = min(
                    wizard.currency_id.round(wizard.sale_order_id.amount_total * wizard.percentage),
                    wizard.open_amount,
                )

    @api.depends('mode', 'amount', 'line_ids.amount', 'ticket_id', 'reason_id')
    def _compute_preview(self):
        super()._compute_preview()

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        vals = {
            **super()._prepare_action_vals(),
            'action_type': 'goodwill',
            'exceed_limit': self.exceed_limit,
        }
        if self.mode == 'line':
            vals['line_ids'] = [
                Command.create({'order_line_id': line.order_line_id.id, 'amount': line.amount})
                for line in self.line_ids
                if line.amount
            ]
        else:
            vals['amount'] = self.amount
        return vals


class HelpdeskOrderGoodwillLine(models.TransientModel):
    _name = 'helpdesk.order.goodwill.line'
    _description = 'Line of a Goodwill Credit'
    _inherit = ['helpdesk.order.dialog.line']

    wizard_id = fields.Many2one('helpdesk.order.goodwill', required=True, ondelete='cascade')
    product_uom_qty = fields.Float(
        related='order_line_id.product_uom_qty', related_sudo=False, string='Quantity'
    )
    worth = fields.Monetary(compute='_compute_worth', string='Price')
    amount = fields.Monetary(string='Credit')

    # === COMPUTE METHODS === #

    @api.depends('order_line_id')
    def _compute_worth(self):
        self._check_readable()  # the prices are read as superuser
        for line in self:
            line.worth = line.order_line_id._get_helpdesk_worth()

    # === ONCHANGE METHODS === #

    @api.onchange('amount')
    def _onchange_amount(self):
        self.amount = min(max(self.amount, 0.0), self.worth)
