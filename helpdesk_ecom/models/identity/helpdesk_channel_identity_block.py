from odoo import api, models
from odoo.exceptions import ValidationError


class HelpdeskChannelIdentity(models.Model):
    """Who must not be blocked on a channel, and who is not any more."""

    _inherit = 'helpdesk.channel.identity'

    # === CONSTRAINT METHODS === #

    @api.constrains('is_blocked')
    def _check_is_blocked(self):
        """Refuse to block colleagues who write by a messenger."""
        colleagues_sudo = (
            self.filtered('is_blocked')
            .sudo()
            .partner_id.filtered(lambda partner: partner.user_ids and not partner.partner_share)
        )
        if colleagues_sudo:
            raise ValidationError(
                self.env._(
                    "Colleagues can't be blocked: %s", ', '.join(colleagues_sudo.mapped('name'))
                )
            )

    # === ACTION METHODS === #

    def action_unblock(self):
        """Let what these senders write make tickets again.

        :raise AccessError: if the user is no leader.
        """
        self.check_access('write')
        self.filtered('is_blocked').is_blocked = False
        return True
