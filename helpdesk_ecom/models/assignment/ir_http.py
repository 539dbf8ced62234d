from odoo import models


class IrHttp(models.AbstractModel):
    """What the web client has to know of agents when it starts."""

    _inherit = 'ir.http'

    def session_info(self):
        """Override of `web`: tell agents whether they are away, for the switch in their menu."""
        info = super().session_info()
        user = self.env.user
        if user.has_group('helpdesk_ecom.group_helpdesk_user'):
            info['helpdesk_away'] = user.helpdesk_away
        return info
