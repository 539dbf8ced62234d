from odoo import Command, api, fields, models


class HelpdeskOrderRefund(models.TransientModel):
    """The refund dialog: it collects what is asked for, and hands it to an order action."""

    _name = 'helpdesk.order.refund'
    _description = 'Refund of an Order'
    _inherit = ['helpdesk.order.dialog']

    currency_id = fields.Many2one(related='sale_order_id.currency_id')
    mode = fields.Selection(
        [('line', 'Items'), ('amount', 'Amount'), ('percent', 'Percentage')],
        string='Refund by',
        required=True,
        default='line',
    )
    line_ids = fields.One2many(
        'helpdesk.order.refund.line',
        'wizard_id',
        compute='_compute_line_ids',
        store=True,
        readonly=False,
    )
    percentage = fields.Float(default=1.0)
    amount = fields.Monetary(
        string='Refund',
        compute='_compute_amount',
        store=True,
        readonly=False,
    )
    exceed_limit = fields.Boolean(string='Exceed what was paid')
    restock = fields.Boolean(
        string='Goods come back',
        help='Makes the return transfer, too; the refund does not wait for it. To refund when the '
        'goods are back, make a return instead.',
    )
    paid_amount = fields.Monetary(compute='_compute_ledger', string='Paid')
    refunded_amount = fields.Monetary(compute='_compute_ledger', string='Refunded so far')
    open_amount = fields.Monetary(compute='_compute_ledger', string='Refundable')

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_line_ids(self):
        for wizard in self:
            refundable = wizard._new_action()._get_refundable_quantities()
            wizard.line_ids = [Command.clear()] + [
                Command.create({'order_line_id': line.id}) for line in refundable
            ]

    @api.depends('ticket_id')
    def _compute_ledger(self):
        for wizard in self:
            ledger = wizard.sale_order_id._get_helpdesk_ledger()
            wizard.paid_amount = ledger['paid']
            wizard.refunded_amount = ledger['refunded']
            wizard.open_amount = ledger['open']

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

    @api.depends('mode', 'amount', 'line_ids.quantity', 'restock', 'ticket_id')
    def _compute_preview(self):
        super()._compute_preview()

    # === ACTION METHODS === #

    def action_fill(self):
        """Choose all that can be refunded, and show the dialog again."""
        self.ensure_one()
        self.mode = 'line'
        for line in self.line_ids:
            line.quantity = line.max_quantity
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._('Refund: %(order)s', order=self.sale_order_id.name),
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
        }

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        vals = {
            **super()._prepare_action_vals(),
            'action_type': 'refund',
            'exceed_limit': self.exceed_limit,
            'restock': self.restock and self.mode == 'line',
        }
        if self.mode == 'line':
            vals['line_ids'] = [
                Command.create({'order_line_id': line.order_line_id.id, 'quantity': line.quantity})
                for line in self.line_ids
                if line.quantity
            ]
        else:
            vals['amount'] = self.amount
        return vals


class HelpdeskOrderRefundLine(models.TransientModel):
    _name = 'helpdesk.order.refund.line'
    _description = 'Line of a Refund'
    _inherit = ['helpdesk.order.dialog.line']

    wizard_id = fields.Many2one('helpdesk.order.refund', required=True, ondelete='cascade')
    price = fields.Monetary(compute='_compute_amount', string='Unit Price')
    max_quantity = fields.Float(
        digits='Product Unit',
        string='Refundable',
        compute='_compute_max_quantity',
    )
    amount = fields.Monetary(compute='_compute_amount')

    # === COMPUTE METHODS === #

    @api.depends('quantity', 'order_line_id')
    def _compute_amount(self):
        self._check_readable()  # the prices are read as superuser
        for line in self:
            action_line = self.env['helpdesk.order.action.line'].new(
                {
                    'order_line_id': line.order_line_id.id,
                }
            )
            line.price = action_line._get_price(1.0)
            line.amount = action_line._get_price(line.quantity)

    @api.depends('order_line_id', 'wizard_id')
    def _compute_max_quantity(self):
        for wizard, lines in self.grouped('wizard_id').items():
            refundable = wizard._new_action()._get_refundable_quantities()
            for line in lines:
                line.max_quantity = refundable.get(line.order_line_id, 0.0)

    # === ONCHANGE METHODS === #

    @api.onchange('quantity')
    def _onchange_quantity(self):
        self.quantity = min(max(self.quantity, 0.0), self.max_quantity)
