"""Working days: "three working days later". Pure functions, no ORM.

A working day is a date on which somebody is there for at least a moment, in the zone of the opening
hours. It counts as a whole, with its nights; other days don't count at all: what happens on them
happens at the start of the next working day. Friday 10:00 and one working day is Monday 10:00, and
Saturday 10:00 and one working day is the start of Tuesday: Monday has passed.

The time of a day is kept as the time that passed since its midnight. So an hour that the clocks
skip or show twice neither loses nor reorders anything.
"""

from datetime import datetime, time, timedelta, timezone
from functools import lru_cache

import pytz

ONE_DAY = timedelta(days=1)
# Who was closed for so long does not open again.
MAX_CLOSED_DAYS = 800


def add_working_days(hours, moment, days):
    """Return the moment a number of working days after another one.

    :param OpeningHours hours: whose zone and opening days count.
    :param datetime moment: aware.
    :param int days: not negative.
    :return: aware datetime in UTC; None if there are not so many working days.
    """
    day, passed = _split(hours.zone, moment)
    steps = days
    if not _is_working_day(hours, day):
        passed, steps = timedelta(), days + 1
    for _step in range(steps):
        day = _find_working_day(hours, day, ONE_DAY)
        if not day:
            return None
    return _join(hours.zone, day, passed)


def subtract_working_days(hours, moment, days):
    """Return since when something must last to last a number of working days at a moment.

    It is the other way around of `add_working_days`: what began before it has lasted long enough,
    what began later has not.

    :param OpeningHours hours: whose zone and opening days count.
    :param datetime moment: aware.
    :param int days: not negative.
    :return: aware datetime in UTC; None if there were not so many working days.
    """
    day, passed = _split(hours.zone, moment)
    steps = days
    if not _is_working_day(hours, day):
        passed, steps = None, days + 1
    for _step in range(steps):
        day = _find_working_day(hours, day, -ONE_DAY)
        if not day:
            return None
    return _join(hours.zone, day, passed)


def get_end_of_next_working_day(hours, moment):
    """Return when the working day after that of a moment ends, at midnight.

    :param OpeningHours hours: whose zone and opening days count.
    :param datetime moment: aware.
    :return: aware datetime in UTC; None if there is no such day.
    """
    day, _passed = _split(hours.zone, moment)
    day = _find_working_day(hours, day, ONE_DAY)
    return day and _midnight(hours.zone, day + ONE_DAY)


def _find_working_day(hours, day, step):
    """Return the next working day in a direction, None if there is none for years."""
    for _day in range(MAX_CLOSED_DAYS):
        day += step
        if _is_working_day(hours, day):
            return day
    return None


def _is_working_day(hours, day):
    """Tell whether somebody is there on a date."""
    start, stop = _midnight(hours.zone, day), _midnight(hours.zone, day + ONE_DAY)
    return next(iter(hours.iter_open(start, stop)), None) is not None


def _split(zone, moment):
    """Return the local date of a moment, and the time that passed since its midnight."""
    day = moment.astimezone(pytz.timezone(zone)).date()
    return day, moment - _midnight(zone, day)


def _join(zone, day, passed):
    """Return the moment some time after midnight, at the latest the end of the day.

    :param timedelta passed: None is the end of the day.
    """
    end = _midnight(zone, day + ONE_DAY)
    return end if passed is None else min(_midnight(zone, day) + passed, end)


@lru_cache(maxsize=2048)
def _midnight(zone, day):
    """Return the moment at which a local date begins, in UTC, where the clocks skip it, too.

    A date that was skipped as a whole begins and ends with the next one.
    """
    tz = pytz.timezone(zone)
    readings = (
        tz.localize(datetime.combine(day, time.min), is_dst=is_dst).astimezone(timezone.utc)
        for is_dst in (True, False)
    )
    return min(
        (moment for moment in readings if moment.astimezone(tz).date() == day),
        default=None,
    ) or _midnight(zone, day + ONE_DAY)
