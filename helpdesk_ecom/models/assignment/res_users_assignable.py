from odoo import api, fields, models
from odoo.fields import Domain


class ResUsers(models.Model):
    """To whom the tickets of a team may be given by hand."""

    _inherit = 'res.users'

    helpdesk_assignable_team_id = fields.Many2one(
        'helpdesk.team',
        string='May Get Tickets of',
        store=False,
        search='_search_helpdesk_assignable_team_id',
        help='To search by: the members of a team, and of a team that has none all agents of its'
        ' company. A list of tickets asks when somebody chooses, not for each of its lines.',
    )

    # === SEARCH METHODS === #

    def _search_helpdesk_assignable_team_id(self, operator, value):
        if operator != 'in':
            return NotImplemented
        teams = self.env['helpdesk.team'].browse([team_id for team_id in value if team_id]).exists()
        return Domain.OR(
            [
                Domain('id', 'in', self._get_helpdesk_assignable(team).ids)
                for team in teams or [teams]
            ]
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_helpdesk_assignable(self, team, companies=None):
        """Return the users to whom tickets of a team may be given.

        :param helpdesk.team team: at most one; without a team, all agents.
        :param res.company companies: of the tickets that have no team; the user's by default.
        """
        team_sudo = team.sudo()
        if members := team_sudo.member_ids:
            return members.with_env(self.env)
        companies = team_sudo.company_id or companies or self.env.companies
        agents_sudo = self.env.ref('helpdesk_ecom.group_helpdesk_user').sudo().all_user_ids
        return agents_sudo.filtered(lambda user: companies & user.company_ids).with_env(self.env)
