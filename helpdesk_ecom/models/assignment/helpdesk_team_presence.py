from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import models
from odoo.tools.date_utils import localized
from odoo.tools.intervals import Intervals

from ...tools.agent_presence import HORIZON, NOBODY_KNOWS, find_presence


class HelpdeskTeam(models.Model):
    """Who of the team is at work, and when the others are back."""

    _inherit = 'helpdesk.team'

    # === BUSINESS METHODS === #

    def _get_presences(self, users, guests=None):
        """Tell where people are, as far as these teams are concerned.

        In as many queries as there are teams and calendars: their number does not grow with that
        of the users.

        :param res.users users: whose presence is asked for.
        :param dict guests: team -> users (sudo) who are asked for though they are no members of it.
        :return: ``{team: {user: Presence}}``, each for those of the users who are its members and
            may work for it.
        """
        now = localized(self.env.cr.now())
        start, stop = now - timedelta(days=1), now + HORIZON
        plans = users._get_work_plans(start, stop)
        presences = {}
        for team in self:
            agents_sudo = team._get_agents() & users
            if guests:
                agents_sudo |= guests.get(team, agents_sudo)
            presences[team] = team._get_member_presences(agents_sudo, plans, now, start, stop)
        return presences

    def _get_agents(self):
        """Return the members (sudo) who can work on tickets of the team, in a steady order."""
        self.ensure_one()
        team_sudo = self.sudo()
        return team_sudo.member_ids._filter_helpdesk_agents(team_sudo.company_id).sorted('id')

    def _get_member_presences(self, members_sudo, plans, now, start, stop):
        """Return where members of this team are.

        :param dict plans: as `_get_work_plans` returns them.
        :rtype: dict[res.users, Presence]
        """
        company_id = self.sudo().company_id.id
        team_zone = self.sudo().resource_calendar_id.tz
        opening = None
        presences = {}
        for user_sudo in members_sudo:
            if user_sudo.helpdesk_away:
                presences[user_sudo] = NOBODY_KNOWS
                continue
            by_company = plans.get(user_sudo.id, {})
            plan = by_company.get(company_id) or next(iter(by_company.values()), None)
            work = plan.work if plan else None
            if work is None:
                if opening is None:  # costs queries that a team of employees can do without
                    opening = self._get_opening_intervals(start, stop)
                work = opening
            leaves = plan.leaves if plan else Intervals()
            zone = (plan and plan.tz) or user_sudo.tz or team_zone or 'UTC'
            presences[user_sudo] = find_presence(now, work - leaves, leaves, ZoneInfo(zone))
        return presences

    def _get_opening_intervals(self, start, stop):
        """Return when the team works between two aware moments; without a calendar: always."""
        calendar_sudo = self.sudo().resource_calendar_id
        if not calendar_sudo:
            return Intervals([(start, stop, self.browse())])
        # As superuser the calendar would count the public holidays of every company.
        domain = [
            ('time_type', '=', 'leave'),
            ('company_id', 'in', [False, self.sudo().company_id.id]),
        ]
        return calendar_sudo._work_intervals_batch(start, stop, domain=domain)[False]
