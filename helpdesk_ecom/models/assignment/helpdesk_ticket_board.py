from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.translate import LazyTranslate

from ...tools.agent_presence import AT_WORK, AWAY, LATER, OFF_TODAY

_lt = LazyTranslate(__name__)
NOBODY = _lt('Nobody')
# Somebody in several teams is where the team that sees most of them finds them.
STATES = (AT_WORK, LATER, OFF_TODAY, AWAY)


class HelpdeskTicket(models.Model):
    """The leader's board: who has what, who is away. What is dragged is reassigned."""

    _inherit = 'helpdesk.ticket'

    user_id = fields.Many2one(
        group_expand='_read_group_user_ids',
        falsy_value_label=NOBODY,
    )

    # === ACTION METHODS === #

    def action_hand_out_again(self):
        """Take the open tickets from their agents and have them handed out again.

        :return: how many are queued.
        :rtype: int
        :raises AccessError: if the user is not a leader.
        """
        self._check_board_access()
        self.check_access('write')
        self.sudo()._queue_assignment()
        return len(self.filtered('assignment_queue_date'))

    # === BUSINESS METHODS === #

    @api.model
    def get_board_agents(self, user_ids):
        """Return what the columns of the board say about the agents.

        :param list[int] user_ids: the agents; of those who are in none of the teams that the
            current user may see, only the tickets that he may see are counted.
        :return: by user id a dict of: ``load`` (open tickets in all teams,
            what is snoozed aside), ``capacity`` (0: no
            limit), ``state`` (``at_work``, ``later``, ``off_today``, ``away``, or False), ``back``
            (when they start to work, naive UTC, or False), ``is_member``.
        :rtype: dict[int, dict]
        :raises AccessError: if the user is not a leader.
        """
        self._check_board_access()
        users = self.env['res.users'].browse(user_ids)
        teams = self.env['helpdesk.team'].search([('member_ids', 'in', users.ids)])
        presences = self._get_board_presences(teams, users)
        members_sudo = self.env['res.users'].sudo().browse(presences)
        loads = members_sudo._get_open_ticket_loads()
        others = users - members_sudo
        for user, count in self._read_group(
            [('user_id', 'in', others.ids), ('fold', '=', False), ('is_snoozed', '=', False)],
            ['user_id'],
            ['__count'],
        ):
            loads[user.id] = count
        agents = {
            user.id: {'load': loads.get(user.id, 0), 'capacity': 0, 'state': False, 'back': False}
            | {'is_member': False}
            for user in users
        }
        for user_sudo in members_sudo:
            presence = presences[user_sudo.id]
            agents[user_sudo.id].update(
                capacity=user_sudo.helpdesk_capacity,
                state=presence.state,
                back=fields.Datetime.to_string(presence.back) if presence.back else False,
                is_member=True,
            )
        return agents

    @api.model
    def _get_board_presences(self, teams, users):
        """Return where the users are, each as seen by the team that sees most of them.

        :rtype: dict[int, Presence]
        """
        best = {}
        for presences in teams._get_presences(users).values():
            for user_sudo, presence in presences.items():
                known = best.get(user_sudo.id)
                if not known or STATES.index(presence.state) < STATES.index(known.state):
                    best[user_sudo.id] = presence
        return best

    @api.model
    def _check_board_access(self):
        """Check that the current user is a leader.

        :raises AccessError: otherwise.
        """
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_manager'):
            raise AccessError(self.env._('The board is for team leaders.'))

    @api.model
    def _read_group_user_ids(self, users, _domain):
        """Show all agents of the leader's teams on the board, also those without tickets."""
        if not self.env.context.get('helpdesk_board'):
            return users
        Team = self.env['helpdesk.team']
        teams = Team.search([('member_ids', 'in', self.env.uid)]) or Team.search([])
        members = teams.sudo().member_ids.filtered('active').sudo(False)
        return (users | members).sorted(lambda user: (user.sudo().name or '').lower())

    @api.model
    def _web_read_group_expand(self, domain, groups, groupby_spec, aggregates, order):
        """Override of `web`: on the board there is always a column of what nobody has."""
        groups = super()._web_read_group_expand(domain, groups, groupby_spec, aggregates, order)
        if groupby_spec != 'user_id' or not self.env.context.get('helpdesk_board'):
            return groups
        nobody = (
            self.env['res.users'],
            *(self._read_group_empty_value(spec) for spec in aggregates),
        )
        unassigned = [group for group in groups if not group[0]] or [nobody]
        return unassigned + [group for group in groups if group[0]]
