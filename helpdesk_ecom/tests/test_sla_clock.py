import pickle
from datetime import date, datetime, timedelta, timezone

import pytz
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.opening_hours import OpeningHours
from ..tools.sla_clock import deadline, elapsed
from .sla_clock_reference import LAST, MINUTE, WINDOW_DAYS, WINDOWS, SlowClock

DAY = 24 * 60
HOUR = 3600
ZONES = sorted({zone for zone, _monday in WINDOWS})

# Many shifts begin or end where the clocks jump, or at midnight.
shift_minutes = st.one_of(
    st.integers(0, DAY),
    st.sampled_from([0, 30, 60, 90, 120, 150, 165, 180, 210, 540, 720, 1020, 1380, DAY]),
)
window_minutes = st.integers(0, LAST)
breaks = st.lists(
    st.tuples(st.integers(-DAY, LAST), st.one_of(st.none(), st.integers(-DAY, LAST + DAY))),
    max_size=6,
)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(timezone.utc))
pauses = st.lists(st.tuples(moments, st.one_of(st.none(), moments)), max_size=8)
durations = st.one_of(st.integers(0, 40 * HOUR), st.integers(0, 10**8), st.integers(0, 10**12))


@st.composite
def weeks(draw):
    """Return shifts and the number of days after which they come again."""
    cycle = draw(st.sampled_from([7, 14]))
    return draw(
        st.lists(st.tuples(st.integers(0, cycle - 1), shift_minutes, shift_minutes), max_size=12)
    ), cycle


@st.composite
def opening_hours(draw):
    shifts, cycle = draw(weeks())
    hours = _open(draw(st.sampled_from(ZONES)), shifts, cycle)
    if draw(st.booleans()):
        dates = st.dates(date(2025, 1, 1), date(2028, 1, 1))
        return hours.in_zone(draw(st.sampled_from(ZONES)), draw(st.lists(dates, max_size=5)))
    return hours


def _open(zone, shifts, cycle, closures=()):
    return OpeningHours.from_week(
        zone,
        [(day, begin / 60, end / 60) for day, begin, end in shifts],
        closures=closures,
        two_weeks=cycle == 14,
    )


def utc(*args):
    return datetime(*args, tzinfo=timezone.utc)


@tagged('post_install', '-at_install')
class TestSlaClockReference(BaseCase):
    """The clock tells the same as one that looks at every minute."""

    @settings(max_examples=150)
    @given(
        window=st.sampled_from(WINDOWS),
        week=weeks(),
        holidays=st.sets(st.integers(0, WINDOW_DAYS), max_size=4),
        closures=breaks.map(lambda pairs: [pair for pair in pairs if pair[1] is not None]),
        pauses=breaks,
        start=window_minutes,
        stop=window_minutes,
        duration=st.one_of(st.integers(0, 600), st.integers(0, LAST)),
    )
    @example(  # nobody works in the hour that the clocks skip, one shift begins after it
        window=('America/New_York', datetime(2026, 3, 2)),
        week=([(6, 120, 150), (6, 150, 180), (6, 180, 300), (0, 540, 1020)], 7),
        holidays=set(),
        closures=[],
        pauses=[],
        start=0,
        stop=LAST,
        duration=130,
    )
    @example(  # night shifts over the hour that comes twice
        window=('Europe/Berlin', datetime(2026, 10, 19)),
        week=([(5, 1320, DAY), (6, 0, 150), (6, 150, 360)], 7),
        holidays={13},
        closures=[(100, 200)],
        pauses=[(9000, None)],
        start=8000,
        stop=LAST,
        duration=400,
    )
    @example(  # where winter time is the special one, in the hour that comes twice
        window=('Africa/Casablanca', datetime(2026, 2, 9)),
        week=([(6, 0, 120)], 7),
        holidays=set(),
        closures=[],
        pauses=[],
        start=0,
        stop=LAST,
        duration=180,
    )
    @example(  # the same with shifts that begin and end in it
        window=('Europe/Dublin', datetime(2026, 10, 19)),
        week=([(6, 60, 90), (6, 105, 300)], 7),
        holidays=set(),
        closures=[],
        pauses=[],
        start=0,
        stop=LAST,
        duration=60,
    )
    @example(  # a Friday that never was: its shift comes after the next one
        window=('Pacific/Apia', datetime(2011, 12, 26)),
        week=([(4, 780, 1020), (5, 540, 720)], 7),
        holidays=set(),
        closures=[],
        pauses=[],
        start=0,
        stop=LAST,
        duration=300,
    )
    def test_every_minute(self, window, week, holidays, closures, pauses, start, stop, duration):
        zone, monday = window
        shifts, cycle = week
        breaks = closures + pauses
        slow = SlowClock(zone, monday, shifts, cycle, holidays, breaks)

        def at(minute):
            return None if minute is None else slow.start + minute * MINUTE

        def moments(pairs):
            return [(at(begin), at(end)) for begin, end in pairs]

        hours = _open(zone, shifts, cycle, moments(closures))
        pauses = moments(pauses)
        if holidays:  # which replace the closures
            hours = hours.in_zone(
                zone, [(monday + timedelta(days=number)).date() for number in holidays]
            )
            pauses += moments(closures)
        self.assertEqual(
            elapsed(hours, at(start), at(stop), pauses), slow.elapsed(start, stop) * 60
        )
        due = deadline(hours, at(start), duration * 60, pauses)
        expected = slow.deadline(start, duration)
        if expected is None:
            self.assertTrue(due is None or due > at(LAST), due)
        else:
            self.assertEqual(due, at(expected))
        self.assertEqual(
            sum((end - begin) // MINUTE for begin, end in hours.intervals(at(0), at(LAST))),
            SlowClock(zone, monday, shifts, cycle, holidays, () if holidays else closures).elapsed(
                0, LAST
            ),
        )


@tagged('post_install', '-at_install')
class TestSlaClockProperties(BaseCase):
    """What holds for all hours, at every second."""

    @given(opening_hours(), moments, durations, pauses)
    def test_deadline_and_elapsed_are_inverse(self, hours, start, seconds, pauses):
        due = deadline(hours, start, seconds, pauses)
        if due is None:
            horizon = start + timedelta(days=3653)
            self.assertLess(elapsed(hours, start, horizon, pauses), seconds)
        else:
            self.assertEqual(elapsed(hours, start, due, pauses), seconds)
            if seconds:  # the first such moment
                just_before = due - timedelta(microseconds=1)
                self.assertEqual(elapsed(hours, start, just_before, pauses), seconds - 1)

    @given(opening_hours(), moments, durations, durations, pauses)
    def test_deadline_is_monotonic(self, hours, start, seconds, more, pauses):
        due = deadline(hours, start, seconds, pauses)
        later = deadline(hours, start, seconds + more, pauses)
        self.assertTrue(later is None or (due is not None and start <= due <= later))

    @given(opening_hours(), moments, durations, pauses, pauses)
    def test_a_pause_never_brings_it_nearer(self, hours, start, seconds, pauses, more):
        due = deadline(hours, start, seconds, pauses)
        paused = deadline(hours, start, seconds, pauses + more)
        self.assertTrue(paused is None or (due is not None and due <= paused))

    @given(opening_hours(), st.lists(moments, min_size=3, max_size=3), pauses)
    def test_elapsed_is_additive(self, hours, three, pauses):
        start, middle, stop = sorted(moment.replace(microsecond=0) for moment in three)
        pauses = [
            (begin.replace(microsecond=0), end and end.replace(microsecond=0))
            for begin, end in pauses
        ]
        self.assertEqual(
            elapsed(hours, start, middle, pauses) + elapsed(hours, middle, stop, pauses),
            elapsed(hours, start, stop, pauses),
        )
        self.assertEqual(elapsed(hours, stop, start, pauses), 0)

    @given(opening_hours(), moments, st.integers(0, 10**6), pauses, st.randoms())
    def test_order_of_pauses(self, hours, start, seconds, pauses, random):
        """In any order, one twice, or one in two parts: it is all the same."""
        due = deadline(hours, start, seconds, pauses)
        others = pauses + pauses[:2]
        for begin, end in pauses[:1]:
            if end is not None and begin < end:
                middle = begin + (end - begin) / 2
                others = [*others[1:], (begin, middle), (middle, end)]
        random.shuffle(others)
        self.assertEqual(deadline(hours, start, seconds, others), due)

    @given(opening_hours(), moments, st.timedeltas(timedelta(0), timedelta(days=60)))
    def test_intervals(self, hours, start, length):
        stop = start + length
        intervals = hours.intervals(start, stop)
        edges = [edge for interval in intervals for edge in interval]
        self.assertEqual(edges, sorted(set(edges)))  # sorted, none empty, none touch
        self.assertTrue(not edges or (start <= edges[0] and edges[-1] <= stop))
        self.assertEqual({edge.utcoffset() for edge in edges} - {timedelta(0)}, set())

    @given(opening_hours())
    def test_plain_data(self, hours):
        self.assertEqual(pickle.loads(pickle.dumps(hours)), hours)
        self.assertEqual(hash(pickle.loads(pickle.dumps(hours))), hash(hours))


@tagged('post_install', '-at_install')
class TestSlaClockCases(BaseCase):
    """What one would try by hand."""

    def setUp(self):
        super().setUp()
        self.office = OpeningHours.from_week(
            'Asia/Shanghai',
            [(day, *shift) for day in range(5) for shift in ((9.0, 12.0), (13.0, 18.0))],
        )

    def test_the_seed_of_it_all(self):
        """A VIP in New York writes at 03:00 in Shenzhen: it is 14:00 there, and work goes on."""
        hours = self.office.in_zone('America/New_York', [date(2026, 11, 26)])
        asked = utc(2026, 11, 24, 19)
        self.assertEqual(deadline(hours, asked, 2 * HOUR), utc(2026, 11, 24, 21))
        # on the evening before Thanksgiving an hour is left; the rest is on Friday morning
        self.assertEqual(deadline(hours, utc(2026, 11, 25, 22), 2 * HOUR), utc(2026, 11, 27, 15))
        # the team itself sleeps
        self.assertEqual(deadline(self.office, asked, 2 * HOUR), utc(2026, 11, 25, 3))

    def test_due_when_they_close(self):
        """Not when they open again."""
        self.assertEqual(
            deadline(self.office, utc(2026, 11, 24, 8), 2 * HOUR), utc(2026, 11, 24, 10)
        )

    def test_nothing_is_due_at_once(self):
        night = utc(2026, 11, 24, 20)
        self.assertEqual(deadline(self.office, night, 0), night)
        self.assertEqual(deadline(self.office, night, -5, [(night, None)]), night)
        self.assertEqual(deadline(OpeningHours(), night, 0), night)

    def test_never(self):
        start = utc(2026, 11, 24, 20)
        self.assertIsNone(deadline(OpeningHours(), start, 1))
        self.assertIsNone(deadline(OpeningHours.always(), start, 1, [(start, None)]))
        self.assertIsNone(deadline(self.office, start, 10**30))
        self.assertIsNone(deadline(OpeningHours.always(), start, 11 * 366 * 24 * HOUR))
        self.assertEqual(elapsed(OpeningHours(), start, utc(2030, 1, 1)), 0)

    def test_huge(self):
        start = utc(2026, 11, 24, 20)
        nine_years = 9 * 365 * 24 * HOUR
        self.assertEqual(
            deadline(OpeningHours.always(), start, nine_years),
            start + timedelta(seconds=nine_years),
        )
        # 2,000 working days of 8 hours are 400 weeks
        self.assertEqual(
            deadline(self.office, utc(2026, 11, 23, 0), 2000 * 8 * HOUR),
            utc(2026, 11, 20, 10) + timedelta(weeks=400),
        )

    def test_midnight(self):
        """What meets at midnight is one interval, which ends at no microsecond."""
        hours = OpeningHours.from_week('UTC', [(0, 22.0, 24.0), (1, 0.0, 6.0), (1, 6.0, 7.0)])
        self.assertEqual(
            hours.intervals(utc(2026, 11, 23), utc(2026, 11, 30)),
            [(utc(2026, 11, 23, 22), utc(2026, 11, 24, 7))],
        )

    def test_all_day_in_a_zone(self):
        """On a day of 23 or 25 hours somebody who never closes works as many."""
        hours = OpeningHours.always().in_zone('America/New_York', [date(2026, 3, 9)])
        self.assertEqual(
            hours.intervals(utc(2026, 3, 7, 5), utc(2026, 3, 11, 4)),
            [
                (utc(2026, 3, 7, 5), utc(2026, 3, 9, 4)),
                (utc(2026, 3, 10, 4), utc(2026, 3, 11, 4)),
            ],
        )

    def test_closures_stay_at_home(self):
        closed = OpeningHours.from_week(
            'Asia/Shanghai',
            [(day, 9.0, 18.0) for day in range(7)],
            closures=[(utc(2026, 11, 24), utc(2026, 11, 25))],
        )
        window = utc(2026, 11, 24), utc(2026, 11, 25)
        self.assertEqual(closed.intervals(*window), [])
        self.assertEqual(
            closed.in_zone('Europe/Berlin').intervals(*window),
            [(utc(2026, 11, 24, 8), utc(2026, 11, 24, 17))],
        )

    def test_other_zones_of_the_arguments(self):
        """Moments may be given in any zone: they come back in UTC, and are the same."""
        berlin = pytz.timezone('Europe/Berlin')
        hours = OpeningHours.always()
        start = berlin.localize(datetime(2026, 3, 28, 22))
        pause = (start, berlin.localize(datetime(2026, 3, 29, 1)))
        due = deadline(hours, start, 2 * HOUR, [pause])
        self.assertEqual((due, due.utcoffset()), (utc(2026, 3, 29, 2), timedelta(0)))
        self.assertEqual(elapsed(hours, start, due.astimezone(berlin), [pause]), 2 * HOUR)
