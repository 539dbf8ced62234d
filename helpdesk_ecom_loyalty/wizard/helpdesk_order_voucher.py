from odoo import api, fields, models


class HelpdeskOrderVoucher(models.AbstractModel):
    """What the dialogs of coupons and of store credit have in common: the program."""

    _name = 'helpdesk.order.voucher'
    _description = 'Dialog of a Coupon or of Store Credit'
    _inherit = ['helpdesk.order.dialog']
    _helpdesk_action_type = ''

    currency_id = fields.Many2one(related='sale_order_id.currency_id')
    allowed_program_ids = fields.Many2many(
        'loyalty.program', compute='_compute_allowed_program_ids'
    )
    program_id = fields.Many2one(
        'loyalty.program',
        compute='_compute_program_id',
        store=True,
        readonly=False,
        required=True,
        domain="[('id', 'in', allowed_program_ids)]",
    )
    valid_until = fields.Date()
    open_amount = fields.Monetary(compute='_compute_open_amount', string='Left to give')
    exceed_limit = fields.Boolean(string='Exceed what was paid')

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_allowed_program_ids(self):
        Program_sudo = self.env['loyalty.program'].sudo()
        for wizard in self:
            wizard.allowed_program_ids = Program_sudo._search_helpdesk(
                self._helpdesk_action_type, wizard.sale_order_id.company_id
            )

    @api.depends('allowed_program_ids')
    def _compute_program_id(self):
        for wizard in self:
            programs = wizard.allowed_program_ids
            wizard.program_id = wizard.program_id or (programs if len(programs) == 1 else False)

    @api.depends('ticket_id')
    def _compute_open_amount(self):
        Action = self.env['helpdesk.order.action']
        for wizard in self:
            ledger = wizard.sale_order_id._get_helpdesk_ledger()
            wizard.open_amount = Action._get_voucher_open_amount(ledger)

    @api.depends('program_id', 'valid_until')
    def _compute_preview(self):
        super()._compute_preview()

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        """Override of `helpdesk_ecom` to add what is given."""
        return {
            **super()._prepare_action_vals(),
            'action_type': self._helpdesk_action_type,
            'loyalty_program_id': self.program_id.id,
            'loyalty_valid_until': self.valid_until,
            'exceed_limit': self.exceed_limit,
        }
