from odoo import models

from odoo.addons.mail.tools.discuss import Store


class ResUsers(models.Model):
    """What the browser of a user offers in a chat."""

    _inherit = 'res.users'

    def _init_store_data(self, store: Store):
        """Override of `mail`: tell the browser which commands of ours the user may have."""
        super()._init_store_data(store)
        user = self.env.user
        is_internal = user._is_internal()
        store.add_global_values(
            has_access_helpdesk_ticket=is_internal
            and (user.has_access_livechat or user.has_group('helpdesk_ecom.group_helpdesk_user')),
            has_access_helpdesk_order=is_internal and self.env['sale.order'].has_access('read'),
        )
