from datetime import timedelta

import pytz

from odoo import api, models
from odoo.tools import ormcache
from odoo.tools.date_utils import localized

from ...tools.opening_hours import OpeningHours

# What the opening hours are made of. Whatever writes it forgets those that were cached.
CALENDAR_FIELDS = {
    'attendance_ids',
    'attendance_ids_1st_week',
    'attendance_ids_2nd_week',
    'company_id',
    'flexible_hours',
    'full_time_required_hours',
    'global_leave_ids',
    'hours_per_day',
    'hours_per_week',
    'leave_ids',
    'schedule_type',
    'two_weeks_calendar',
    'tz',
}
ATTENDANCE_FIELDS = {
    'calendar_id',
    'day_period',
    'dayofweek',
    'display_type',
    'duration_hours',
    'hour_from',
    'hour_to',
    'week_type',
}
LEAVE_FIELDS = {
    'calendar_id',
    'company_id',
    'date_from',
    'date_to',
    'resource_id',
    'time_type',
}
NOON = 12.0


class ResourceCalendar(models.Model):
    """Working times as plain opening hours, which cost no query as long as nobody changes them."""

    _name = 'resource.calendar'
    _inherit = ['resource.calendar', 'helpdesk.cached.mixin']
    _cached_fields = CALENDAR_FIELDS

    # === BUSINESS METHODS === #

    @ormcache('self.id', 'company.id')
    def _get_opening_hours(self, company):
        """Return when the calendar works, less the public holidays of a company.

        The same for every user. A flexible calendar doesn't say when its hours are: they are around
        noon, from Monday on, until the hours of the week are used up.

        :param res.company company: whose public holidays count, besides those of no company.
        :rtype: OpeningHours
        """
        if not self:
            return OpeningHours.always()
        calendar_sudo = self.sudo()
        two_weeks = calendar_sudo.two_weeks_calendar and not calendar_sudo.flexible_hours
        return OpeningHours.from_week(
            calendar_sudo.tz,
            calendar_sudo._get_weekly_shifts(),
            closures=calendar_sudo._get_closures(company),
            two_weeks=two_weeks,
        )

    @ormcache('self.id', 'zone', 'country_id', 'state_id')
    def _get_customer_opening_hours(self, zone, country_id, state_id):
        """Return the calendar's weekly hours as they are in a customer's place.

        The closures of the company don't count there, the public holidays of the customer do.

        :param str zone: IANA name; without one, or if there is none of that name, the calendar's.
        :param int country_id: whose public holidays count; may be empty.
        :param int state_id: the state of that country; empty: only what the whole country
            celebrates.
        :rtype: OpeningHours
        """
        hours = self._get_opening_hours(self.env['res.company'])
        return hours.in_zone(
            zone if zone in pytz.all_timezones_set else hours.zone,
            self.env['helpdesk.holiday']._get_dates(country_id, state_id),
        )

    def _get_weekly_shifts(self):
        """Return the weekly hours as `OpeningHours.from_week` takes them."""
        self.ensure_one()
        if self.flexible_hours:
            return self._get_flexible_shifts()
        return [
            (
                int(attendance.dayofweek)
                + 7 * (self.two_weeks_calendar and int(attendance.week_type)),
                attendance.hour_from,
                attendance.hour_to,
            )
            for attendance in self.attendance_ids
            if attendance._is_work_period()
        ]

    def _get_flexible_shifts(self):
        """Return the hours around noon of the days that it takes to fill a week."""
        self.ensure_one()
        shifts, left = [], self.full_time_required_hours
        for day in range(7):
            hours = min(self.hours_per_day, left)
            shifts.append((day, NOON - hours / 2, NOON + hours / 2))
            left -= hours
        return shifts

    def _get_closures(self, company):
        """Return the public holidays of a company on this calendar, as pairs of aware moments."""
        self.ensure_one()
        leaves = self.env['resource.calendar.leaves'].search_fetch(
            [
                ('resource_id', '=', False),
                ('time_type', '=', 'leave'),
                ('calendar_id', 'in', [False, self.id]),
                ('company_id', 'in', [False, company.id]),
            ],
            ['date_from', 'date_to'],
        )
        return [
            (localized(leave.date_from), localized(leave.date_to + _get_rest(leave.date_to)))
            for leave in leaves
        ]


class ResourceCalendarAttendance(models.Model):
    """Whatever changes the shifts of a calendar forgets its opening hours."""

    _name = 'resource.calendar.attendance'
    _inherit = ['resource.calendar.attendance', 'helpdesk.cached.mixin']
    _cached_fields = ATTENDANCE_FIELDS


class ResourceCalendarLeaves(models.Model):
    """Whatever changes public holidays forgets the opening hours.

    The time off of a person is no public holiday. It is written all day long where `hr_holidays` is
    installed, and must not empty the caches of everybody.
    """

    _inherit = 'resource.calendar.leaves'

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._forget_opening_hours()
        return leaves

    def write(self, vals):
        relevant = not LEAVE_FIELDS.isdisjoint(vals)
        if relevant:
            self._forget_opening_hours()  # of what was a public holiday until now
        result = super().write(vals)
        if relevant:
            self._forget_opening_hours()
        return result

    def unlink(self):
        public = self._filter_public()
        result = super().unlink()
        if public:
            self.env.registry.clear_cache()
        return result

    # === BUSINESS METHODS === #

    def _filter_public(self):
        """Return those that are time off for everybody."""
        return self.sudo().filtered(lambda leave: not leave.resource_id)

    def _forget_opening_hours(self):
        """Empty the caches, if public holidays are among these."""
        if self._filter_public():
            self.env.registry.clear_cache()


def _get_rest(moment):
    """Return what a closure lacks that ends in the last second of a minute: 23:59:59 is 24:00."""
    return timedelta(seconds=1 if moment.second == 59 else 0)
