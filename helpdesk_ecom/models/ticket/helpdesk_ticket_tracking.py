from odoo import models


class HelpdeskTicket(models.Model):
    """What is read of a ticket before each change, to tell in the conversation what changed."""

    _inherit = 'helpdesk.ticket'

    # === MAIL.THREAD === #

    def _track_prepare(self, fields_iter):
        """Override of `mail`: read no properties where the teams define none.

        Of properties core tells what gets lost as a ticket leaves its team. They are in no other
        query.
        """
        names = set(fields_iter)
        if 'properties' in names and not any(
            team_sudo.ticket_properties for team_sudo in self.sudo().team_id
        ):
            names.discard('properties')
        return super()._track_prepare(names)
