"""How clocks that stop out of hours and in pauses run. Pure functions, no ORM.

All moments are aware datetimes. A clock runs while somebody is open, from its start on, and not in
pauses. A pause is a pair (start, stop), or (start, None) if it has not ended yet; pauses may be in
any order, overlap, and reach beyond the start.
"""

from datetime import datetime, timedelta, timezone
from functools import lru_cache

from .opening_hours import merge_spans, subtract_spans

# Beyond that nobody waits: hours that add up so slowly never come to an end.
HORIZON = timedelta(days=3653)
NEVER = datetime.max.replace(tzinfo=timezone.utc)
ONE_SECOND = timedelta(seconds=1)


def deadline(hours, start, seconds, pauses=()):
    """Return the first moment at which a clock shows a number of seconds.

    :param OpeningHours hours: when the clock runs.
    :param datetime start: aware; when the clock was started.
    :param seconds: how long it is to run; nothing or less is due at the start itself.
    :param pauses: see the module.
    :return: aware, in UTC, or None if that doesn't happen within ten years.
    :rtype: datetime | None
    """
    start = start.astimezone(timezone.utc)
    if seconds <= 0:
        return start
    if seconds > HORIZON.total_seconds():
        return None
    return _find_deadline(hours, start, seconds, tuple(pauses))


@lru_cache(maxsize=1024)  # tickets that come together, by an import say, have it in common
def _find_deadline(hours, start, seconds, pauses):
    left = timedelta(seconds=seconds)
    for span_start, span_stop in _iter_running(hours, start, start + HORIZON, pauses):
        if left <= span_stop - span_start:
            return span_start + left
        left -= span_stop - span_start
    return None


def elapsed(hours, start, stop, pauses=()):
    """Return what a clock shows at a moment.

    :param OpeningHours hours: when the clock runs.
    :param datetime start: aware; when the clock was started.
    :param datetime stop: aware; the moment of which is asked.
    :param pauses: see the module.
    :return: whole seconds, rounded down; 0 at the start and before.
    :rtype: int
    """
    running = _iter_running(hours, start, stop, pauses)
    total = sum((span_stop - span_start for span_start, span_stop in running), timedelta())
    return total // ONE_SECOND


def _iter_running(hours, start, stop, pauses):
    """Yield when a clock runs between two moments: sorted, disjoint pairs in UTC."""
    breaks = merge_spans(
        (
            begin.astimezone(timezone.utc),
            NEVER if end is None else end.astimezone(timezone.utc),
        )
        for begin, end in pauses
    )
    # A pause may be long, as that of a ticket which was closed for years: nothing is asked of it.
    for begin, end in subtract_spans([(start, stop)], breaks):
        yield from hours.iter_open(begin, end)
