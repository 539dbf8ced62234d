from odoo import api, fields, models


class HelpdeskOrderCoupon(models.TransientModel):
    """The coupon dialog."""

    _name = 'helpdesk.order.coupon'
    _description = 'Coupon for an Order'
    _inherit = ['helpdesk.order.voucher']
    _helpdesk_action_type = 'coupon'

    amount = fields.Monetary(string='Value', compute='_compute_amount')

    # === COMPUTE METHODS === #

    @api.depends('program_id')
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard._new_action().amount
