from odoo import models
from odoo.tools import ormcache


class HelpdeskTeam(models.Model):
    """Which stages a team has, in their order: each new ticket asks, and so does each answer."""

    _name = 'helpdesk.team'
    _inherit = ['helpdesk.team', 'helpdesk.cached.mixin']
    _cached_fields = {'stage_ids'}

    # === BUSINESS METHODS === #

    def _get_stages(self):
        """Return the stages of the team (sudo) in their order, without those that are archived.

        :rtype: helpdesk.stage
        """
        Stage_sudo = self.env['helpdesk.stage'].sudo()
        # A form's record is equal to the one that it stems from: what it says must not be kept.
        if isinstance(self.id, int):
            return Stage_sudo.browse(self._get_stage_ids())
        return Stage_sudo.concat(self.sudo().stage_ids)

    @ormcache('self.id')
    def _get_stage_ids(self):
        """Return the ids of the stages of a team of the database.

        Searched for, as the field keeps its order in a transaction that changes that of the stages.
        """
        Stage_sudo = self.env['helpdesk.stage'].sudo().with_context(active_test=True)
        return Stage_sudo.search([('team_ids', 'in', self.ids)])._ids


class HelpdeskStage(models.Model):
    """What changes the stages of a team from their side."""

    _name = 'helpdesk.stage'
    _inherit = ['helpdesk.stage', 'helpdesk.cached.mixin']
    _cached_fields = {'active', 'sequence', 'team_ids'}
