from odoo import api, fields, models


class HelpdeskTeam(models.Model):
    """Who leads the team: the people who hear of it when a promise to a customer is at risk."""

    _inherit = 'helpdesk.team'

    leader_ids = fields.Many2many(
        'res.users',
        'helpdesk_team_leader_rel',
        string='Team Leaders',
        domain="[('id', 'in', member_ids)]",
        help='Told by escalations. Empty: all members who are helpdesk team leaders by their '
        'access rights.',
    )

    told_leader_ids = fields.Many2many(
        'res.users',
        string='Leaders Who Are Told',
        compute='_compute_told_leader_ids',
        compute_sudo=True,
        help='The team leaders, or if none is chosen, the members with the rights of one.',
    )

    # === COMPUTE METHODS === #

    @api.depends('leader_ids', 'member_ids.all_group_ids', 'member_ids.active', 'company_id')
    def _compute_told_leader_ids(self):
        """Let automation rules tell the same people as escalations do."""
        for team in self:
            team.told_leader_ids = team._get_leaders()

    # === BUSINESS METHODS === #

    def _get_leaders(self):
        """Return the active members (sudo) who lead the team, maybe none."""
        team_sudo = self.sudo()
        members = team_sudo.member_ids.filtered(
            lambda user: user.active and team_sudo.company_id in user.company_ids
        )
        if leaders := team_sudo.leader_ids & members:
            return leaders
        return members.filtered(lambda user: user.has_group('helpdesk_ecom.group_helpdesk_manager'))
