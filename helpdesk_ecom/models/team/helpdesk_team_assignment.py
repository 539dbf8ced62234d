from odoo import models


class HelpdeskTeam(models.Model):
    """Who of the team gets the next ticket."""

    _inherit = 'helpdesk.team'

    # === BUSINESS METHODS === #

    def _pick_agents(self, tags_by_ticket):
        """Choose an agent for each of some new tickets of this team, in one query for all.

        Only active users who work for the team's company are chosen.

        :param list[helpdesk.tag] tags_by_ticket: the tags of each ticket.
        :return: for each ticket a user, empty where nobody fits.
        :rtype: list[res.users]
        """
        self.ensure_one()
        team_sudo = self.sudo()
        agents = team_sudo.member_ids.filtered(
            lambda user: user.active and team_sudo.company_id in user.company_ids
        ).sorted('id')
        if not agents:
            return [agents] * len(tags_by_ticket)
        if self.assign_method == 'randomly':
            return self._pick_agents_in_turn(agents, len(tags_by_ticket))
        loads = self._get_open_ticket_loads(agents)
        picked = []
        for tags in tags_by_ticket:
            fitting = agents
            if self.assign_method == 'tags':
                fitting = agents & tags.sudo().assign_user_ids
            agent = min(fitting, key=loads.get, default=agents.browse())
            if agent:
                loads[agent] += 1
            picked.append(agent)
        return picked

    def _pick_agents_in_turn(self, agents, count):
        """Return the next ``count`` agents, going on after the one who got the latest ticket."""
        latest = (
            self.env['helpdesk.ticket']
            .sudo()
            .with_context(active_test=False)
            .search(
                [('team_id', '=', self.id), ('user_id', 'in', agents.ids)],
                order='id desc',
                limit=1,
            )
            .user_id
        )
        start = agents.ids.index(latest.id) + 1 if latest else 0
        return [agents[(start + number) % len(agents)] for number in range(count)]

    def _get_open_ticket_loads(self, agents):
        """Return how many open tickets each agent has, in whatever team."""
        loads = dict.fromkeys(agents, 0)
        loads.update(
            self.env['helpdesk.ticket']
            .sudo()
            ._read_group(
                [('user_id', 'in', agents.ids), ('fold', '=', False)], ['user_id'], ['__count']
            )
        )
        return loads
