from odoo import api, fields, models


class HelpdeskOrderStoreCredit(models.TransientModel):
    """The dialog of gift cards and eWallets."""

    _name = 'helpdesk.order.store.credit'
    _description = 'Store Credit for an Order'
    _inherit = ['helpdesk.order.voucher']
    _helpdesk_action_type = 'store_credit'

    amount = fields.Monetary()
    program_type = fields.Selection(related='program_id.program_type')

    # === COMPUTE METHODS === #

    @api.depends('amount')
    def _compute_preview(self):
        super()._compute_preview()

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        """Override to add the amount."""
        return {**super()._prepare_action_vals(), 'amount': self.amount}
