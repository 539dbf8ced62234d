"""A clock that looks at every single minute: slow, and plain enough to be believed."""

from datetime import datetime, timedelta, timezone
from functools import cache

import pytz

MINUTE = timedelta(minutes=1)
WINDOW_DAYS = 21
LAST = WINDOW_DAYS * 24 * 60
# The zone, and the Monday of the week that the window starts with: the clocks are put forward or
# back within it, at night, at midnight, by half an hour, over a whole day, or not at all.
WINDOWS = [
    ('America/New_York', datetime(2026, 3, 2)),
    ('America/New_York', datetime(2026, 10, 26)),
    ('Europe/Berlin', datetime(2026, 3, 23)),
    ('Europe/Berlin', datetime(2026, 10, 19)),
    ('Europe/Dublin', datetime(2026, 10, 19)),
    ('Australia/Lord_Howe', datetime(2026, 3, 30)),
    ('Australia/Lord_Howe', datetime(2026, 9, 28)),
    ('Pacific/Chatham', datetime(2026, 9, 21)),
    ('America/Sao_Paulo', datetime(2018, 10, 29)),
    ('America/Sao_Paulo', datetime(2018, 2, 12)),
    ('Africa/Cairo', datetime(2026, 4, 20)),
    ('Africa/Casablanca', datetime(2026, 2, 9)),
    ('Pacific/Apia', datetime(2011, 12, 26)),
    ('Asia/Kolkata', datetime(2026, 6, 1)),
    ('Asia/Shanghai', datetime(2026, 6, 1)),
]


class SlowClock:
    """Knows for each minute of a window whether it counts.

    :param str zone: IANA name.
    :param datetime monday: naive, the local day on which the window starts.
    :param shifts: triples (day of the cycle, from, to), in minutes.
    :param int cycle: days after which the shifts come again.
    :param holidays: days of the window, counted from 0.
    :param breaks: pairs (start, stop or None) of minutes of the window in which nothing counts.
    """

    def __init__(self, zone, monday, shifts, cycle=7, holidays=(), breaks=()):
        self.start, moments = _read_clocks(zone, monday)
        counting = set()
        for number in range(-1, WINDOW_DAYS + 2):
            day = monday + timedelta(days=number)
            # Odoo counts its weeks from the first of January of the year 1, which was a Monday.
            day_of_cycle = (day - datetime(1, 1, 1)).days % cycle
            if number in holidays:
                continue
            for shift_day, begin, end in shifts:
                if shift_day == day_of_cycle:
                    first = self._number(_find(moments, day + begin * MINUTE))
                    counting.update(range(first, self._number(_find(moments, day + end * MINUTE))))
        for begin, end in breaks:
            counting.difference_update(range(begin, LAST if end is None else end))
        self.minutes = [minute in counting for minute in range(LAST)]

    def _number(self, moment):
        """Return the minute of the window that a moment is."""
        return (moment - self.start) // MINUTE

    def elapsed(self, start, stop):
        """Return the minutes that count between two minutes of the window."""
        return sum(self.minutes[start:stop])

    def deadline(self, start, duration):
        """Return the minute of the window after which so many counted, or None."""
        if not duration:
            return start
        for minute in range(start, len(self.minutes)):
            duration -= self.minutes[minute]
            if not duration:
                return minute + 1
        return None


@cache
def _read_clocks(zone, monday):
    """Return the start of a window in UTC, and when the clocks there showed which time last."""
    tz = pytz.timezone(zone)
    moment = monday.replace(tzinfo=timezone.utc) - timedelta(days=2)
    moments = {}
    for _minute in range((WINDOW_DAYS + 6) * 24 * 60):
        moments[moment.astimezone(tz).replace(tzinfo=None)] = moment
        moment += MINUTE
    return _find(moments, monday), moments


def _find(moments, local):
    """Return when the clocks showed a local time; a skipped one counts on from the jump."""
    skipped = 0
    while local not in moments:
        local -= MINUTE
        skipped += 1
    return moments[local] + skipped * MINUTE
