from typing import NamedTuple

from odoo import models
from odoo.tools.intervals import Intervals


class WorkPlan(NamedTuple):
    """When somebody works by their own calendar (None: by the team's), and when they took off."""

    work: Intervals | None
    leaves: Intervals
    tz: str


class ResUsers(models.Model):
    """When agents work, by the calendars and the time off that the company keeps of them."""

    _inherit = 'res.users'

    # === BUSINESS METHODS === #

    def _get_work_plans(self, start, stop):
        """Return when these users work, in as many queries as there are calendars.

        Whoever has no calendar, or works when they like, works when the team does.

        :param datetime start: aware.
        :param datetime stop: aware.
        :return: ``{user id: {company id: WorkPlan}}`` of the users who have a resource, as `hr`
            makes for employees. Time off is their own, not the public holidays.
        """
        resources_sudo = (
            self.env['resource.resource']
            .sudo()
            .search([('user_id', 'in', self.ids), ('resource_type', '=', 'user')], order='id')
        )
        fixed_sudo = resources_sudo.filtered(lambda resource: not resource._is_flexible())
        work = {}
        if fixed_sudo:
            work, _calendars = fixed_sudo._get_valid_work_intervals(start, stop)
        leaves = resources_sudo._get_own_leaves(start, stop)
        plans = {}
        for resource_sudo in resources_sudo:
            plans.setdefault(resource_sudo.user_id.id, {}).setdefault(
                resource_sudo.company_id.id,
                WorkPlan(
                    work[resource_sudo.id] if resource_sudo in fixed_sudo else None,
                    leaves.get(resource_sudo.id, Intervals()),
                    resource_sudo.tz,
                ),
            )
        return plans
