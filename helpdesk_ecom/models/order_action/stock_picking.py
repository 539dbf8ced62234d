from odoo import models


class StockPicking(models.Model):
    _inherit = 'stock.picking'

    # === BUSINESS METHODS === #

    def _get_helpdesk_hold_reason(self):
        """Return why the address of the transfer can't be changed without the warehouse, or False.

        A printed slip has the address on it, and somebody may be packing by it.
        """
        self.ensure_one()
        if self.printed:
            return self.env._('is printed')
        return False

    def _get_helpdesk_responsible(self):
        """Return who is asked about the transfer: its responsible, else a head of the warehouse."""
        self.ensure_one()
        if self.user_id:
            return self.user_id
        managers_sudo = self.env.ref('stock.group_stock_manager').sudo().all_user_ids
        return managers_sudo.filtered(
            lambda user: not user.share and self.company_id in user.company_ids
        ).sorted('id')[:1]
