from odoo import api, fields, models
from odoo.fields import Domain


class ResUsers(models.Model):
    """To whom the tickets of a team may be given by hand."""

    _inherit = 'res.users'

    # To search by: a list of tickets asks when somebody chooses, not for each of its lines.
    helpdesk_assignable_team_id = fields.Many2one(
        'helpdesk.team',
        string='May Get Tickets of',
        store=False,
        search='_search_helpdesk_assignable_team_id',
        help='The members of a team, and of a team that has none all agents of its company.',
    )

    # === SEARCH METHODS === #

    def _search_helpdesk_assignable_team_id(self, operator, value):
        if operator != 'in':
            return NotImplemented
        if not self.env.su and not self.env.user.has_group('helpdesk_ecom.group_helpdesk_user'):
            return Domain.FALSE  # who is in which team is the desk's to know
        Team = self.env['helpdesk.team'].with_context(active_test=False)
        teams = Team.search([('id', 'in', [team_id for team_id in value if team_id])])
        choices = [*teams, teams.browse()] if False in value else teams
        found = self.browse().union(*(self._get_helpdesk_assignable(team) for team in choices))
        return Domain('id', 'in', found.ids)

    # === BUSINESS METHODS === #

    @api.model
    def _get_helpdesk_assignable(self, team):
        """Return the users to whom tickets of a team may be given.

        :param helpdesk.team team: at most one; without a team, the agents of all companies.
        """
        team_sudo = team.sudo()
        if members := team_sudo.member_ids:
            return members.with_env(self.env)
        agents = self.env.ref('helpdesk_ecom.group_helpdesk_user').sudo().all_user_ids
        if company := team_sudo.company_id:
            agents = agents.filtered(lambda user: company in user.company_ids)
        return agents.with_env(self.env)
