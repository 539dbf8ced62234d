from datetime import date, datetime, timedelta, timezone

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tools.opening_hours import OpeningHours
from odoo.addons.helpdesk_ecom.tools.working_days import (
    add_working_days,
    subtract_working_days,
)

ZONES = ('UTC', 'Europe/Berlin', 'America/New_York', 'America/Havana', 'Asia/Shanghai')
ZONES += ('America/Sao_Paulo', 'Australia/Lord_Howe', 'Pacific/Apia')
FIRST = datetime(2011, 11, 1, tzinfo=timezone.utc)  # Samoa has no 30 December of that year


def local(zone, *args):
    """Return a local time as an aware datetime."""
    return pytz.timezone(zone).localize(datetime(*args))


def office(zone, days=range(5), holidays=(), hour_from=9.0, hour_to=17.0):
    """Return hours of some days of the week."""
    hours = OpeningHours.from_week(zone, [(day, hour_from, hour_to) for day in days])
    return hours.in_zone(zone, holidays)


@st.composite
def offices(draw):
    """Hours of any days of the week in any zone, with holidays around the start."""
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    closed = draw(st.sets(st.integers(-10, 400), max_size=30))
    return office(
        draw(st.sampled_from(ZONES)),
        days,
        {FIRST.date() + timedelta(days=number) for number in closed},
    )


moments = st.integers(0, 400 * 24 * 4).map(lambda number: FIRST + timedelta(minutes=15 * number))
numbers = st.integers(0, 12)


@tagged('post_install', '-at_install')
class TestWorkingDays(BaseCase):
    def _is_working_day(self, hours, day):
        """The slow way: look at each quarter of an hour around the date."""
        tz = pytz.timezone(hours.zone)
        start = datetime(day.year, day.month, day.day, tzinfo=timezone.utc) - timedelta(hours=15)
        quarters = (start + timedelta(minutes=15 * number) for number in range(55 * 4))
        return any(
            moment.astimezone(tz).date() == day
            and hours.intervals(moment, moment + timedelta(minutes=15))
            for moment in quarters
        )

    # === EXAMPLES === #

    def test_a_weekend_does_not_count(self):
        hours = office('UTC')
        friday = local('UTC', 2026, 1, 9, 10)
        self.assertEqual(add_working_days(hours, friday, 1), local('UTC', 2026, 1, 12, 10))
        self.assertEqual(add_working_days(hours, friday, 5), local('UTC', 2026, 1, 16, 10))
        self.assertEqual(add_working_days(hours, friday, 0), friday)

    def test_what_happens_on_a_weekend_happens_on_monday(self):
        saturday = local('UTC', 2026, 1, 10, 10)
        self.assertEqual(add_working_days(office('UTC'), saturday, 0), local('UTC', 2026, 1, 12))
        self.assertEqual(add_working_days(office('UTC'), saturday, 1), local('UTC', 2026, 1, 13))

    def test_evenings_belong_to_the_day(self):
        """Nobody is there at 23:00, and Friday is a working day all the same."""
        self.assertEqual(
            add_working_days(office('UTC'), local('UTC', 2026, 1, 9, 23), 1),
            local('UTC', 2026, 1, 12, 23),
        )

    def test_the_day_is_that_of_the_zone(self):
        """Friday 20:00 in New York is Saturday in London."""
        zone = 'America/New_York'
        self.assertEqual(
            add_working_days(office(zone), local(zone, 2026, 1, 9, 20), 1),
            local(zone, 2026, 1, 12, 20),
        )

    def test_holidays(self):
        hours = office('UTC', holidays={date(2026, 1, 12), date(2026, 1, 13)})
        friday = local('UTC', 2026, 1, 9, 10)
        self.assertEqual(add_working_days(hours, friday, 1), local('UTC', 2026, 1, 14, 10))

    def test_a_closure_of_half_a_day_leaves_a_working_day(self):
        monday = local('UTC', 2026, 1, 12, 10)
        shifts = [(day, 9.0, 17.0) for day in range(5)]
        closed = (local('UTC', 2026, 1, 13), local('UTC', 2026, 1, 13, 12))
        half = OpeningHours.from_week('UTC', shifts, closures=[closed])
        self.assertEqual(add_working_days(half, monday, 1), local('UTC', 2026, 1, 13, 10))
        closed = (local('UTC', 2026, 1, 13), local('UTC', 2026, 1, 13, 18))
        whole = OpeningHours.from_week('UTC', shifts, closures=[closed])
        self.assertEqual(add_working_days(whole, monday, 1), local('UTC', 2026, 1, 14, 10))

    def test_daylight_saving(self):
        """The Sundays on which Berlin puts its clocks forward and back."""
        zone = 'Europe/Berlin'
        hours = office(zone, range(7))
        for day, gap in ((datetime(2026, 3, 28), 23), (datetime(2026, 10, 24), 25)):
            saturday = pytz.timezone(zone).localize(day)
            self.assertEqual(add_working_days(hours, saturday, 1) - saturday, timedelta(hours=24))
            self.assertEqual(
                add_working_days(hours, saturday, 2) - saturday, timedelta(hours=24 + gap)
            )

    def test_nobody_ever_works(self):
        monday = local('UTC', 2026, 1, 12, 10)
        self.assertIsNone(add_working_days(OpeningHours(), monday, 1))
        self.assertIsNone(subtract_working_days(OpeningHours(), monday, 1))

    # === PROPERTIES === #

    @given(offices(), moments, numbers)
    @settings(max_examples=40, deadline=None)
    def test_as_many_working_days_lie_between(self, hours, moment, number):
        tz = pytz.timezone(hours.zone)
        result = add_working_days(hours, moment, number)
        start = moment.astimezone(tz).date()
        last = (result - timedelta(microseconds=1)).astimezone(tz).date()
        if moment == result:
            last = start
        days = (start + timedelta(days=step) for step in range((last - start).days + 1))
        working = [day for day in days if self._is_working_day(hours, day)]
        if self._is_working_day(hours, start):
            self.assertIn(len(working), (number, number + 1))
        else:
            self.assertEqual(len(working), number)

    @given(offices(), moments, moments, numbers)
    @settings(max_examples=100, deadline=None)
    def test_order_is_kept(self, hours, one, other, number):
        first, second = sorted((one, other))
        self.assertLessEqual(
            add_working_days(hours, first, number), add_working_days(hours, second, number)
        )

    @given(offices(), moments, st.integers(1, 12))
    @settings(max_examples=100, deadline=None)
    def test_never_sooner_than_days_of_the_calendar(self, hours, moment, number):
        """...but for the hour that the clocks skip."""
        self.assertGreaterEqual(
            add_working_days(hours, moment, number),
            moment + timedelta(days=number) - timedelta(hours=25),
        )

    @given(offices(), moments, moments, numbers)
    @settings(max_examples=200, deadline=None)
    def test_there_and_back(self, hours, now, moment, number):
        """What began before the limit has lasted long enough, what began after it has not."""
        limit = subtract_working_days(hours, now, number)
        if moment < limit:
            self.assertLessEqual(add_working_days(hours, moment, number), now)
        elif moment > limit:
            self.assertGreaterEqual(add_working_days(hours, moment, number), now)

    @given(moments, numbers)
    def test_who_never_closes_counts_every_day(self, moment, number):
        self.assertEqual(
            add_working_days(OpeningHours.always(), moment, number),
            moment + timedelta(days=number),
        )
