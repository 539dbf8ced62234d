"""Put a moment into words of a language and a time zone. Pure functions, no ORM."""

from typing import NamedTuple

import pytz
from babel.dates import format_date, format_time, get_timezone_location


class LocalMoment(NamedTuple):
    """What calendar and clock show at a place, in a language."""

    date: str
    time: str
    place: str


def describe_moment(moment, zone, locale):
    """Return the day, the time and the name of the place by whose clocks they are.

    :param datetime moment: naive, in UTC.
    :param str zone: IANA name; what is none is taken for UTC.
    :param locale: a `babel.Locale`, or what it is made of.
    :rtype: LocalMoment
    """
    timezone = pytz.timezone(zone) if zone in pytz.all_timezones_set else pytz.utc
    local = pytz.utc.localize(moment).astimezone(timezone)
    return LocalMoment(
        format_date(local.date(), 'full', locale=locale),
        format_time(local, 'short', tzinfo=timezone, locale=locale),
        get_timezone_location(timezone, locale=locale, return_city=True),
    )
