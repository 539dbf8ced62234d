from odoo import api, models


class HelpdeskTicket(models.Model):
    """Tickets find an agent by themselves, where the team wants it."""

    _inherit = 'helpdesk.ticket'

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Give tickets without an agent to one of the team."""
        self._assign_agents_to_vals(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Find an agent in the new team, or one who knows about the new tags."""
        result = super().write(vals)
        if 'user_id' not in vals and ('team_id' in vals or 'tag_ids' in vals):
            self._assign_agents(keep_members='team_id' in vals)
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _assign_agents_to_vals(self, vals_list):
        """Write an agent into the values of tickets to create that have none.

        :param list[dict] vals_list: values for `create`, changed in place.
        """
        if self.env.context.get('default_user_id'):
            return
        vals_by_team = {}
        for vals in vals_list:
            if not vals.get('user_id'):
                self._get_company_of_vals(vals)  # fills in the default team
                vals_by_team.setdefault(vals['team_id'], []).append(vals)
        for team_sudo in self.env['helpdesk.team'].sudo().browse(filter(None, vals_by_team)):
            if team_sudo.auto_assignment:
                team_vals = vals_by_team[team_sudo.id]
                agents = team_sudo._pick_agents([self._get_tags_of_vals(v) for v in team_vals])
                for vals, agent in zip(team_vals, agents, strict=True):
                    vals['user_id'] = agent.id

    @api.model
    def _get_tags_of_vals(self, vals):
        """Return the tags that a ticket with these values will have."""
        return self.new({'tag_ids': vals.get('tag_ids') or []}).tag_ids._origin

    def _assign_agents(self, keep_members):
        """Assign tickets to agents of their teams, where the team wants it.

        :param bool keep_members: whether a ticket of somebody outside its team changes hands, too,
            as after a change of the team; otherwise only tickets of nobody are assigned.
        """
        for team_sudo, tickets in self.grouped(lambda ticket: ticket.team_id.sudo()).items():
            if not team_sudo.auto_assignment:
                continue
            homeless = tickets.filtered(
                lambda ticket, members=team_sudo.member_ids: (
                    not ticket.fold
                    and (not ticket.user_id or (keep_members and ticket.user_id not in members))
                )
            )
            if not homeless:
                continue
            agents = dict(
                zip(homeless, team_sudo._pick_agents([t.tag_ids for t in homeless]), strict=True)
            )
            for agent, agent_tickets in homeless.grouped(agents.get).items():
                if agent:
                    agent_tickets.user_id = agent.sudo(False)
