"""When somebody is open. Pure data and functions, no ORM.

Hours are kept as the clock on the wall shows them, by days of the week, and read in a time zone:

* A local time that doesn't exist, because the clocks are put forward, is read by the offset that
  held before: 02:30 is half an hour after 02:00, and the clocks show 03:30. A shift that lies in
  that hour as a whole and meets the next one at its end vanishes.
* A local time that exists twice, because the clocks are put back, is the second one, in winter
  time: a shift until 02:30 includes both hours, a shift from 02:30 starts late.

That is how the working times of Odoo itself read them (`pytz.localize`), but for zones in which the
winter time is the special one, as in Ireland and Morocco: there it would be the other way round.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from math import floor

import pytz

DAY_MINUTES = 24 * 60
FULL_DAY = ((0, DAY_MINUTES),)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OpeningHours:
    """Weekly hours in a time zone, less closures and holidays. Immutable and hashable.

    :param str zone: IANA name.
    :param tuple days: for each day of a cycle of one or two weeks, from a Monday on, the sorted and
        disjoint pairs (from, to) of minutes after midnight. A cycle of two weeks starts in the
        weeks that Odoo calls first (`resource.calendar.attendance.get_week_type`).
    :param tuple closures: sorted and disjoint pairs (start, stop) of aware datetimes.
    :param frozenset holidays: dates in the zone on which nobody is there.
    """

    zone: str = 'UTC'
    days: tuple = ((),) * 7
    closures: tuple = ()
    holidays: frozenset = frozenset()

    @classmethod
    def always(cls):
        """Return the hours of those who never close."""
        return cls(days=(FULL_DAY,) * 7)

    @classmethod
    def from_week(cls, zone, shifts, closures=(), two_weeks=False):
        """Return hours made of shifts in any order, which may touch or overlap.

        :param str zone: IANA name.
        :param shifts: triples (day, from, to): the day counts from the (first) Monday, from 0 to 6,
            or to 13 in a cycle of two weeks; hours are floats, rounded to minutes; 24.0 is
            midnight.
        :param closures: pairs (start, stop) of aware datetimes, in any order.
        :param bool two_weeks: whether the weeks take turns.
        """
        days = [[] for _day in range(14 if two_weeks else 7)]
        for day, hour_from, hour_to in shifts:
            days[day].append((_to_minutes(hour_from), _to_minutes(hour_to)))
        return cls(
            zone=zone,
            days=tuple(merge_spans(spans) for spans in days),
            closures=merge_spans(
                (start.astimezone(timezone.utc), stop.astimezone(timezone.utc))
                for start, stop in closures
            ),
        )

    def in_zone(self, zone, holidays=()):
        """Return the same weekly hours as the clocks show them in another zone.

        The closures stay behind: they are moments of the place where the hours come from.

        :param str zone: IANA name.
        :param holidays: dates on which they are closed there.
        """
        return replace(self, zone=zone, closures=(), holidays=frozenset(holidays))

    def intervals(self, start, stop):
        """Return when it is open between two aware datetimes.

        :return: list of sorted, disjoint pairs (start, stop) that don't touch, in UTC.
        """
        merged = []
        for span_start, span_stop in self.iter_open(start, stop):
            if merged and merged[-1][1] == span_start:
                merged[-1] = (merged[-1][0], span_stop)
            else:
                merged.append((span_start, span_stop))
        return merged

    def iter_open(self, start, stop):
        """Yield when it is open between two aware datetimes, as far as somebody asks.

        :return: generator of sorted, disjoint pairs (start, stop) in UTC, which may touch.
        """
        start, stop = start.astimezone(timezone.utc), stop.astimezone(timezone.utc)
        if not self.holidays and all(day == FULL_DAY for day in self.days):
            spans = iter([(start, stop)])
        else:
            spans = self._iter_weeks(start, stop)
        return subtract_spans(_clip(spans, start, stop), self.closures)

    def _iter_weeks(self, start, stop):
        """Yield the shifts of all weeks between two moments, in order, as moments in UTC."""
        if not any(self.days):
            return
        monday = _get_monday(start - ONE_DAY, self.zone)
        last_monday = _get_monday(stop + ONE_DAY, self.zone)
        while monday <= last_monday:
            yield from _get_week(self.zone, self.days, self.holidays, monday)
            monday += 7


def merge_spans(spans):
    """Return spans as a sorted tuple, those joined that overlap or touch, without empty ones."""
    merged = []
    for start, stop in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return tuple(merged)


def subtract_spans(spans, breaks):
    """Yield what the breaks leave of the spans; both are sorted and disjoint pairs."""
    index = 0
    for start, stop in spans:
        while index < len(breaks) and breaks[index][1] <= start:
            index += 1
        position = index  # the last break may reach into the next span: keep it
        while position < len(breaks) and breaks[position][0] < stop:
            if start < breaks[position][0]:
                yield start, breaks[position][0]
            start = breaks[position][1]
            position += 1
        if start < stop:
            yield start, stop


def _clip(spans, start, stop):
    """Yield what of sorted spans lies between two moments, and each moment only once."""
    for span_start, span_stop in spans:
        if span_start >= stop:
            return
        # Where the clocks are put forward, the shift before may end after the start of the next.
        start = max(start, span_start)
        if start < (span_stop := min(span_stop, stop)):
            yield start, span_stop
            start = span_stop


def _to_minutes(hours):
    """Return the minutes of a float of hours, as far as a day has them."""
    return min(max(floor(hours * 60 + 0.5), 0), DAY_MINUTES)


def _get_monday(moment, zone):
    """Return the ordinal of the Monday of the week that a moment is in, in a zone."""
    local = moment.astimezone(pytz.timezone(zone))
    return local.toordinal() - local.weekday()


def _to_utc(zone, ordinal, minutes):
    """Return the moment at which the clocks in a zone show some minutes after midnight."""
    local = datetime.combine(date.fromordinal(ordinal), time.min) + timedelta(minutes=minutes)
    localize = pytz.timezone(zone).localize
    # the later one is the second of two, and of one that is skipped the offset from before
    return max(localize(local, is_dst=is_dst) for is_dst in (False, True)).astimezone(timezone.utc)


# What happens to an old ticket goes through all the weeks that it has seen.
@lru_cache(maxsize=1024)
def _get_week(zone, days, holidays, monday):
    """Return the shifts of one week, as sorted moments in UTC.

    :param str zone: IANA name.
    :param tuple days: as of `OpeningHours`.
    :param frozenset holidays: as of `OpeningHours`.
    :param int monday: the ordinal of its first date.
    """
    midnight = _get_regular_midnight(zone, monday)
    spans = []
    for ordinal in range(monday, monday + 7):
        shifts = days[(ordinal - 1) % len(days)]
        if not shifts or (holidays and date.fromordinal(ordinal) in holidays):
            continue
        if midnight:
            day_start = midnight + timedelta(days=ordinal - monday)
            spans += [
                (day_start + timedelta(minutes=begin), day_start + timedelta(minutes=end))
                for begin, end in shifts
            ]
        else:
            spans += [
                (_to_utc(zone, ordinal, begin), _to_utc(zone, ordinal, end))
                for begin, end in shifts
            ]
    return tuple(spans if midnight else sorted(spans))


@lru_cache(maxsize=4096)
def _get_regular_midnight(zone, monday):
    """Return when a week starts, or None if the clocks are put forward or back in it.

    :param int monday: the ordinal of its first date.
    """
    midnights = [_to_utc(zone, monday + day, 0) for day in range(8)]
    regular = all(after - before == ONE_DAY for before, after in pairwise(midnights))
    return midnights[0] if regular else None
