"""When a snooze is over, by the clock of whoever snoozes. No ORM: aware datetimes in and out."""

from datetime import datetime, time, timedelta, timezone

import pytz

MORNING = time(9)


def get_snooze_moment(choice, now, zone):
    """Return the moment that a choice means.

    :param str choice: `hour`, `tomorrow` (9:00) or `monday` (9:00 on the next Monday, never today).
    :param datetime now: aware.
    :param str zone: IANA name of the zone in which it is 9:00.
    :return: aware datetime in UTC.
    """
    if choice == 'hour':
        return now.astimezone(timezone.utc) + timedelta(hours=1)
    tz = pytz.timezone(zone)
    today = now.astimezone(tz).date()
    days = 1 if choice == 'tomorrow' else 7 - today.weekday()
    morning = datetime.combine(today + timedelta(days=days), MORNING)
    return tz.localize(morning).astimezone(timezone.utc)
