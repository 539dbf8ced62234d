from odoo import models


class HelpdeskTicket(models.Model):
    """When tickets are merged, what was promised goes on at the survivor alone."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _close_as_merged(self, survivor):
        """Override: the clocks end before the tickets close, for nobody has solved them."""
        if self.env['helpdesk.sla']._is_in_use():
            tickets_sudo = self.sudo()
            clocks = tickets_sudo._fetch_sla_clocks()
            running = clocks.filtered(lambda clock: clock._is_open())
            late = running._end(self._get_sla_now())
            tickets_sudo._update_sla_summary((clocks - running) | late)
        super()._close_as_merged(survivor)
