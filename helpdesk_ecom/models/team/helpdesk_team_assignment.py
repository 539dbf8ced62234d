from odoo import models
from odoo.fields import Domain
from odoo.tools.date_utils import localized

from ...tools.agent_choice import AgentChoice
from ...tools.working_days import get_end_of_next_working_day


class HelpdeskTeam(models.Model):
    """Who of the team gets the next ticket."""

    _inherit = 'helpdesk.team'

    # === CRUD METHODS === #

    def write(self, vals):
        """Queue what the team is to hand out from now on, or leave it; new members may take it.

        Whose agent leaves the team, that ticket goes to somebody else.
        """
        switched = self.browse()
        if 'auto_assignment' in vals:
            switched = self.filtered(
                lambda team: team.auto_assignment != bool(vals['auto_assignment'])
            )
        members = {team: team.sudo().member_ids for team in self if 'member_ids' in vals}
        result = super().write(vals)
        Ticket_sudo = self.env['helpdesk.ticket'].sudo()
        open_domain = Domain('fold', '=', False)
        if switched:
            in_teams = open_domain & Domain('team_id', 'in', switched.ids)
            if vals['auto_assignment']:
                Ticket_sudo.search(in_teams & Domain('user_id', '=', False))._queue_unassigned()
            else:
                queue = Ticket_sudo._get_queue_domain() & in_teams
                Ticket_sudo.search(queue)._leave_queue()
        for team, before in members.items():
            if gone := before - team.sudo().member_ids:
                Ticket_sudo.search(
                    open_domain
                    & Domain('team_id', '=', team.id)
                    & Domain('user_id', 'in', gone.ids)
                )._queue_orphans()
        if vals.keys() & {'member_ids', 'assign_method', 'resource_calendar_id'}:
            Ticket_sudo._trigger_assignment_of_queue()
        return result

    # === BUSINESS METHODS === #

    def _get_agent_choices(self, tickets=None):
        """Return who hands out the tickets of each team: the queries are the same for any number.

        :param helpdesk.ticket tickets: what is to be handed out (sudo): whom they name and what
            they need is looked up.
        :return: ``{team: AgentChoice}``; they share the loads, so that nobody is given too much
            by two teams.
        """
        tickets_sudo = self.env['helpdesk.ticket'].sudo() if tickets is None else tickets.sudo()
        members = {team: team._get_agents() for team in self}
        guests = {
            team: tickets_sudo.filtered(
                lambda ticket, team=team: ticket.team_id == team
            ).assignment_prefer_user_id._filter_helpdesk_agents(team.sudo().company_id)
            - members[team]
            for team in self
        }
        agents_sudo = self.env['res.users'].sudo().union(*members.values(), *guests.values())
        presences = self._get_presences(agents_sudo, guests)
        loads = agents_sudo._get_open_ticket_loads()
        turns = {team: {} for team in self}
        for row in self.env['helpdesk.team.turn'].sudo().search([('team_id', 'in', self.ids)]):
            turns[row.team_id][row.user_id.id] = row.turn
        now = localized(self.env.cr.now())
        demanding = tickets_sudo.filtered(
            lambda ticket: ticket.skill_ids or ticket.team_id.assign_method == 'tags'
        ).team_id
        return {
            team: AgentChoice(
                [
                    user._get_choice_agent(presence, guest=user in guests[team])
                    for user, presence in presences[team].items()
                ],
                in_turn=team.assign_method == 'randomly',
                now=now,
                loads=loads,
                turns=turns[team],
                reach=team._get_reach(now) if team.id in demanding.ids else None,
            )
            for team in self
        }

    def _get_reach(self, now):
        """Return until when the team waits for somebody who has what a ticket needs.

        :param datetime now: aware.
        :return: aware, None if it never works.
        """
        return get_end_of_next_working_day(self._get_opening_hours(), now)

    def _save_turns(self, turns):
        """Remember the turns of this team's agents.

        :param dict turns: numbers by user id.
        """
        rows = self.env['helpdesk.team.turn'].search([('team_id', '=', self.id)])
        for row in rows:
            row.turn = turns.get(row.user_id.id, row.turn)
        rows.create(
            [
                {'team_id': self.id, 'user_id': user_id, 'turn': turn}
                for user_id, turn in turns.items()
                if user_id not in rows.user_id.ids
            ]
        )
