"""Reads what a webhook brought without taking anything for granted. No ORM.

Everything here is fed by whoever finds the webhook's address: the readers give an empty value for
whatever is not of the kind that is asked for.
"""

import hashlib
import json
import math
import re

from .error import LONGEST_WAIT
from .event import NotParsed

MAX_DEPTH = 40  # real ones have about ten
MAX_ID = 255  # characters
_FIRST_MILLISECONDS = 1e11  # as seconds: the year 5138

# PostgreSQL stores no NUL, and UTF-8 has no halves of a pair
_NOT_STORABLE = re.compile('[\0\ud800-\udfff]')


def load(body):
    """Return the JSON object of a body, of which everything can be stored.

    :param bytes body: as it came.
    :raise NotParsed: if it is no JSON object, or nested deeper than anybody needs.
    """
    payload = storable(decode(body))
    if not isinstance(payload, dict):
        raise NotParsed('No JSON object')
    return payload


def decode(body):
    """Return the JSON value of a body, an object or not; not all of it may be storable.

    :param bytes body: as it came.
    :raise NotParsed: if it is no JSON.
    """
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise NotParsed(f'No JSON: {type(error).__name__}') from error


def storable(value, depth=0):
    """Return a value without what PostgreSQL's JSON or text can't hold.

    :raise NotParsed: if it is nested deeper than anybody needs.
    """
    if depth > MAX_DEPTH:
        raise NotParsed('Nested too deeply')
    if isinstance(value, dict):
        return {_text(str(key)): storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item, depth + 1) for item in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _text(text):
    return _NOT_STORABLE.sub(lambda match: '' if match[0] == '\0' else '\ufffd', text)


def as_dict(value):
    """Return the value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value):
    """Return the value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def as_dicts(value):
    """Return the objects of an array; nothing if it is none."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def as_text(value):
    """Return a text or a whole number as text, anything else as an empty one."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        # longer ones are no numbers that anybody counted; Python refuses to write them out
        return str(value) if abs(value) < 10**40 else ''
    return ''


def as_id(value):
    """Return an id as text; one of a length that no index takes is replaced by its digest."""
    text = as_text(value)
    return text if len(text) <= MAX_ID else digest(text)


def as_number(value):
    """Return a number, also one that is written as text; 0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return 0
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return 0
    return number if math.isfinite(number) else 0


def as_moment(value):
    """Return seconds since 1970 of a time that is given in seconds or milliseconds."""
    moment = as_number(value)
    if moment >= _FIRST_MILLISECONDS:
        moment /= 1000
    return moment if 0 < moment < _FIRST_MILLISECONDS else 0


def as_wait(value):
    """Return the seconds that a provider asks us to wait (Retry-After), an hour at most.

    0 for anything else, such as a date.
    """
    return min(max(as_number(value), 0), LONGEST_WAIT)


def digest(*values):
    """Return what tells these JSON values from others: an id for what has none."""
    text = json.dumps(values, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:40]
