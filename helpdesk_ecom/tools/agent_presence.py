"""Whether somebody is at work, and when they are back. No ORM: aware datetimes in and out."""

from datetime import datetime, timedelta
from typing import NamedTuple

AT_WORK, LATER, OFF_TODAY, AWAY = 'at_work', 'later', 'off_today', 'away'
HORIZON = timedelta(days=14)


class Presence(NamedTuple):
    """Where somebody is.

    :param str state: one of the constants above.
    :param datetime back: now, or when they start to work; None: not within the horizon, or nobody
        knows.
    :param bool misses_next_day: whether time off lies between today and then.
    """

    state: str
    back: datetime | None
    misses_next_day: bool = False

    @property
    def is_absent(self):
        """Whether they are gone for a day at least, today or the next; not merely after hours."""
        return self.state in (OFF_TODAY, AWAY) or self.back is None or self.misses_next_day


NOBODY_KNOWS = Presence(AWAY, None)


def find_presence(now, work, leaves, zone):
    """Tell where somebody is who did not say that they are away.

    Off for the day is who has time off today and does not work at all today: neither did they
    before the time off, nor do they after it.

    :param datetime now: the moment.
    :param list work: sorted ``(start, stop, ...)`` tuples of the hours that they work, time off
        taken out, from yesterday to the horizon.
    :param list leaves: their time off, likewise.
    :param tzinfo zone: in which their day begins and ends.
    :rtype: Presence
    """
    back = next((max(start, now) for start, stop, *_meta in work if stop > now), None)
    if back == now:
        return Presence(AT_WORK, now)
    today = now.astimezone(zone).date()

    def touches_today(spans):
        return any(
            _get_first_day(span, zone) <= today <= _get_last_day(span, zone) for span in spans
        )

    off = touches_today(leaves) and not touches_today(work)
    misses_next_day = back is not None and any(
        _get_last_day(leave, zone) > today and leave[0] < back for leave in leaves
    )
    return Presence(OFF_TODAY if off else LATER, back, misses_next_day)


def _get_first_day(span, zone):
    return span[0].astimezone(zone).date()


def _get_last_day(span, zone):
    return (span[1] - timedelta(microseconds=1)).astimezone(zone).date()
