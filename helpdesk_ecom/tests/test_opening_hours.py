from datetime import datetime, timedelta, timezone
from random import Random

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools.date_utils import localized

from .common import HelpdeskCommon

# The clocks of most zones are put forward and back in it; a Monday in the calendars' first week.
START = datetime(2026, 3, 2, tzinfo=timezone.utc)
STOP = START + timedelta(weeks=40)


class OpeningHoursCommon(HelpdeskCommon):
    @classmethod
    def _create_calendar(cls, shifts=(), **vals):
        """Return a calendar of the company with shifts of (day of the week, from, to, values)."""
        return cls.env['resource.calendar'].create(
            {
                'name': 'Care',
                'tz': 'America/New_York',
                'company_id': cls.company.id,
                'attendance_ids': [
                    Command.create(
                        {
                            'name': 'Shift',
                            'dayofweek': str(day),
                            'hour_from': hour_from,
                            'hour_to': hour_to,
                            **shift_vals,
                        }
                    )
                    for day, hour_from, hour_to, shift_vals in shifts
                ],
                **vals,
            }
        )

    def _get_intervals(self, calendar, start=START, stop=STOP):
        return calendar._get_opening_hours(self.company).intervals(start, stop)

    def _get_core_intervals(self, calendar, start=START, stop=STOP, company=None):
        """Return what Odoo itself says, in UTC, joined where it touches."""
        domain = [
            ('time_type', '=', 'leave'),
            ('company_id', 'in', [False, (company or self.company).id]),
        ]
        merged = []
        for begin, end, _meta in calendar._work_intervals_batch(start, stop, domain=domain)[False]:
            begin, end = begin.astimezone(timezone.utc), end.astimezone(timezone.utc)
            if end.microsecond:  # 24:00, as Odoo has it
                end += timedelta(microseconds=1)
            if merged and merged[-1][1] == begin:
                begin = merged.pop()[0]
            merged.append((begin, end))
        return merged


@tagged('post_install', '-at_install')
class TestOpeningHours(OpeningHoursCommon):
    """The plain hours are those of the calendar."""

    def _assert_as_core(self, calendar):
        for start, stop in (
            (START, STOP),
            (START + timedelta(days=3, hours=14, minutes=7), START + timedelta(days=9, hours=2)),
        ):
            self.assertEqual(
                self._get_intervals(calendar, start, stop),
                self._get_core_intervals(calendar, start, stop),
            )

    def test_no_calendar(self):
        hours = self.env['resource.calendar']._get_opening_hours(self.company)
        self.assertEqual(hours.intervals(START, STOP), [(START, STOP)])

    def test_the_usual_week(self):
        calendar = self.company.resource_calendar_id
        self.assertIn('lunch', calendar.attendance_ids.mapped('day_period'))
        for zone in ('UTC', 'Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe'):
            calendar.tz = zone
            self._assert_as_core(calendar)

    def test_any_week(self):
        random = Random(20260302)
        for zone in ('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Cairo'):
            shifts = []
            for day in range(7):
                edges = sorted(random.sample([0.0, 2.0, 2.25, 2.5, 3.0, 8.75, 13.0, 24.0], 4))
                shifts += [(day, *edges[:2], {}), (day, *edges[2:], {})]
            calendar = self._create_calendar(shifts, tz=zone)
            with self.subTest(zone=zone):
                self._assert_as_core(calendar)

    def test_over_midnight(self):
        calendar = self._create_calendar([(4, 20.0, 24.0, {}), (5, 0.0, 4.0, {})])
        self._assert_as_core(calendar)
        begin, end = self._get_intervals(calendar)[0]
        self.assertEqual(end - begin, timedelta(hours=8))

    def test_two_weeks(self):
        calendar = self._create_calendar(
            [(0, 9.0, 12.0, {'week_type': '0'}), (3, 13.0, 17.0, {'week_type': '1'})],
            two_weeks_calendar=True,
        )
        self._assert_as_core(calendar)
        calendar = self.company.resource_calendar_id
        calendar.switch_calendar_type()  # with its section lines
        calendar.attendance_ids.filtered(
            lambda shift: shift.week_type == '1' and shift.dayofweek == '2'
        ).unlink()
        self._assert_as_core(calendar)

    def test_by_duration(self):
        calendar = self._create_calendar(
            [(0, 8.0, 16.0, {'day_period': 'full_day'})], duration_based=True
        )
        calendar.attendance_ids.duration_hours = 7
        self._assert_as_core(calendar)
        begin, end = self._get_intervals(calendar)[0]
        self.assertEqual(end - begin, timedelta(hours=7))

    def test_flexible(self):
        """Core measures each period on its own; from Monday to Sunday both say the same."""
        calendar = self._create_calendar(
            schedule_type='flexible', hours_per_day=7.0, full_time_required_hours=30.0, tz='UTC'
        )
        week = START + timedelta(weeks=1)
        self.assertEqual(
            self._get_intervals(calendar, START, week),
            self._get_core_intervals(calendar, START, week),
        )
        self.assertEqual(len(self._get_intervals(calendar, START, week)), 5)

    def test_empty(self):
        calendar = self._create_calendar([(0, 9.0, 17.0, {})])
        calendar.attendance_ids.unlink()
        self.assertEqual(self._get_intervals(calendar), [])

    def test_public_holidays(self):
        """Those of the calendar, of no calendar and of no company; of no other, of no person."""
        calendar = self._create_calendar([(day, 0.0, 24.0, {}) for day in range(7)])
        other_company = self.env['res.company'].create({'name': 'Elsewhere'})
        other_calendar = self._create_calendar([(0, 9.0, 17.0, {})])
        resource = self.env['resource.resource'].create(
            {'name': 'Somebody', 'calendar_id': calendar.id}
        )
        Leaves = self.env['resource.calendar.leaves']

        def leave(day, env=Leaves, **vals):
            return env.create(
                {
                    'name': 'Closed',
                    'date_from': START.replace(tzinfo=None) + timedelta(days=day),
                    'date_to': START.replace(tzinfo=None) + timedelta(days=day, hours=20),
                    **vals,
                }
            )

        closing = leave(1, calendar_id=calendar.id) | leave(3)
        leave(5, calendar_id=other_calendar.id)
        leave(7, Leaves.with_company(other_company))
        leave(9, calendar_id=calendar.id, time_type='other')
        leave(11, resource_id=resource.id)
        nobodys = leave(13)
        nobodys.flush_recordset()
        self.env.cr.execute(
            'UPDATE resource_calendar_leaves SET company_id = NULL WHERE id = %s', [nobodys.id]
        )
        nobodys.invalidate_recordset()
        self._assert_as_core(calendar)
        gaps = [
            (end - START).days
            for (_begin, end), _next in zip(
                self._get_intervals(calendar), self._get_intervals(calendar)[1:], strict=False
            )
        ]
        self.assertEqual(gaps, [1, 3, 13])
        elsewhere = calendar._get_opening_hours(other_company)
        self.assertEqual(
            elsewhere.intervals(START, STOP),
            self._get_core_intervals(calendar, company=other_company),
        )
        self.assertNotEqual(elsewhere, calendar._get_opening_hours(self.company))
        closing.unlink()
        self._assert_as_core(calendar)

    def test_a_holiday_until_the_last_second(self):
        """Odoo's forms let a day end at 23:59:59: nobody is open for the second that is left."""
        calendar = self._create_calendar([(day, 0.0, 24.0, {}) for day in range(7)], tz='UTC')
        self.env['resource.calendar.leaves'].create(
            {
                'name': 'Closed',
                'calendar_id': calendar.id,
                'date_from': datetime(2026, 3, 5),
                'date_to': datetime(2026, 3, 5, 23, 59, 59),
            }
        )
        thursday, friday = START + timedelta(days=3), START + timedelta(days=4)
        self.assertEqual(self._get_intervals(calendar), [(START, thursday), (friday, STOP)])


@tagged('post_install', '-at_install')
class TestOpeningHoursCache(OpeningHoursCommon):
    """The hours cost nothing until somebody changes them, and are never stale."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._create_calendar([(0, 9.0, 17.0, {}), (1, 9.0, 17.0, {})])
        cls.leave = cls.env['resource.calendar.leaves'].create(
            {
                'name': 'Closed',
                'calendar_id': cls.calendar.id,
                'date_from': datetime(2026, 3, 10),
                'date_to': datetime(2026, 3, 11),
            }
        )
        cls.env.flush_all()

    def _warm_up(self):
        hours = self.calendar._get_opening_hours(self.company)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            self.assertIs(self.calendar._get_opening_hours(self.company), hours)
        return hours

    def test_every_change_counts(self):
        for name, change in {
            'zone': lambda: self.calendar.write({'tz': 'Europe/Berlin'}),
            'two weeks': lambda: self.calendar.write({'two_weeks_calendar': True}),
            'flexible': lambda: self.calendar.write({'schedule_type': 'flexible'}),
            'flexible hours': lambda: self.calendar.write({'hours_per_day': 5}),
            'fixed': lambda: self.calendar.write({'flexible_hours': False}),
            'hours': lambda: self.calendar.attendance_ids[0].write({'hour_to': 18.0}),
            'day': lambda: self.calendar.attendance_ids[0].write({'dayofweek': '4'}),
            'break': lambda: self.calendar.attendance_ids[0].write({'day_period': 'lunch'}),
            'shift': lambda: self.calendar.attendance_ids.copy({'dayofweek': '6'}),
            'no shift': lambda: self.calendar.attendance_ids[-1].unlink(),
            'leave': lambda: self.leave.copy(
                {'date_from': datetime(2026, 3, 16), 'date_to': datetime(2026, 3, 17)}
            ),
            'longer leave': lambda: self.leave.write({'date_to': datetime(2026, 3, 14)}),
            'no time off': lambda: self.leave.write({'time_type': 'other'}),
            'time off': lambda: self.leave.write({'time_type': 'leave'}),
            'no leave': lambda: self.leave.unlink(),
        }.items():
            with self.subTest(name):
                hours = self._warm_up()
                change()
                self.assertNotEqual(self.calendar._get_opening_hours(self.company), hours)

    def test_a_holiday_becomes_a_persons(self):
        hours = self._warm_up()
        resource = self.env['resource.resource'].create(
            {'name': 'Somebody', 'calendar_id': self.calendar.id}
        )
        self.leave.resource_id = resource
        self.assertNotEqual(self.calendar._get_opening_hours(self.company), hours)

    def test_what_changes_nothing(self):
        """Neither people's time off nor names empty the cache."""
        resource = self.env['resource.resource'].create(
            {'name': 'Somebody', 'calendar_id': self.calendar.id}
        )
        hours = self._warm_up()
        time_off = self.env['resource.calendar.leaves'].create(
            {
                'resource_id': resource.id,
                'date_from': datetime(2026, 3, 10),
                'date_to': datetime(2026, 3, 11),
            }
        )
        time_off.date_to = datetime(2026, 3, 12)
        time_off.unlink()
        self.leave.name = 'Inventory'
        self.calendar.name = 'Care and more'
        self.calendar.attendance_ids[0].name = 'Early'
        self.assertIs(self.calendar._get_opening_hours(self.company), hours)

    def test_same_for_everybody(self):
        """An agent may not even read leaves, and asks first."""
        self.env.registry.clear_cache()
        hours = self.calendar.with_user(self.agent)._get_opening_hours(self.company)
        self.assertEqual(len(hours.closures), 1)
        self.assertIs(self.calendar._get_opening_hours(self.company), hours)

    def test_customers(self):
        us, germany = self.env.ref('base.us'), self.env.ref('base.de')
        new_york, texas = self.env.ref('base.state_us_27'), self.env.ref('base.state_us_44')
        monday = fields.Date.to_date('2026-03-02')
        Holiday = self.env['helpdesk.holiday']
        Holiday.with_context(active_test=False).search([]).unlink()
        Holiday.create(
            [
                {'name': 'National', 'date': monday, 'country_id': us.id},
                {
                    'name': 'Of New York',
                    'date': monday + timedelta(days=7),
                    'country_id': us.id,
                    'state_ids': new_york.ids,
                },
                {'name': 'German', 'date': monday + timedelta(days=14), 'country_id': germany.id},
                {
                    'name': 'Archived',
                    'date': monday + timedelta(days=21),
                    'country_id': us.id,
                    'active': False,
                },
            ]
        )

        def mondays(state_id):
            hours = self.calendar.with_context(active_test=False)._get_customer_opening_hours(
                'America/Chicago', us.id, state_id
            )
            intervals = hours.intervals(START, START + timedelta(weeks=4))
            self.assertEqual({begin.hour for begin, _end in intervals} - {14, 15}, set())
            return [(begin - START).days for begin, _end in intervals if begin.weekday() == 0]

        self.assertEqual(mondays(new_york.id), [14, 21])
        self.assertEqual(mondays(texas.id), [7, 14, 21])
        self.assertEqual(mondays(False), [7, 14, 21])
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            mondays(new_york.id)
        Holiday.search([('name', '=', 'National')]).active = False
        self.assertEqual(mondays(False), [0, 7, 14, 21])
        Holiday.search([('name', '=', 'Of New York')]).state_ids = False
        self.assertEqual(mondays(texas.id), [0, 14, 21])
        self.calendar.attendance_ids.filtered(lambda shift: shift.dayofweek == '0').unlink()
        self.assertEqual(mondays(texas.id), [])

    def test_customer_without_a_zone(self):
        for zone in (False, 'Mars/Olympus'):
            hours = self.calendar._get_customer_opening_hours(zone, False, False)
            self.assertEqual((hours.zone, hours.closures), ('America/New_York', ()))

    def test_team_measures_for_free(self):
        self.team.resource_calendar_id = self.calendar
        start, stop = START.replace(tzinfo=None), START.replace(tzinfo=None) + timedelta(days=10)
        self.assertEqual(
            self.team._get_working_time(start, stop).hours(localized(start), localized(stop)), 24
        )
        with self.assertQueryCount(0):
            self.team._get_working_time(start, stop)
