from odoo import models


class StockPicking(models.Model):
    _inherit = 'stock.picking'

    # === BUSINESS METHODS === #

    def _get_helpdesk_hold_reason(self):
        """Return why the address of the transfer can't be changed without the warehouse, or False.

        A carrier's label has the address on it, and so has a printed slip that somebody may be
        packing by.
        """
        self.ensure_one()
        # The field comes with the carriers. A parcel must not get another address than its label
        # has, whether or not a bridge to them is installed.
        if self._fields.get('carrier_tracking_ref') and self.carrier_tracking_ref:
            return self.env._('has a carrier label (%(label)s)', label=self.carrier_tracking_ref)
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
