"""What to do about an error of the WhatsApp Cloud API. Pure functions, no ORM."""

import re

from odoo.addons.helpdesk_ecom.tools.channel.error import (
    NEVER,
    RETRY,
    STOP,
    UNKNOWN,
    WAIT,
    WINDOW,
    ChannelError,
)

from .graph import read_error

MAX_TEXT = 500  # characters
_TOKEN = re.compile(r'\bEA[A-Za-z0-9_-]{20,}')  # Meta repeats a malformed token in its message
_NO_SUCH_OBJECT = 33  # subcode of 100

_CLASSES = {
    RETRY: (
        *(1, 2, 131000, 131016, 131057),  # out of order
        131053,  # upload of a file failed
        131056,  # too many messages to this person: the others aren't concerned
    ),
    WAIT: (
        4,  # calls of the app
        80007,  # messages of the account
        130429,  # messages of the number per second
        131048,  # too many were blocked as spam
        131064,  # messages per day
        133016,  # registrations
    ),
    STOP: (
        *(0, 102, 190),  # token
        *(3, 10, 131005),  # permission
        368,  # policy
        130497,  # country
        131031,  # locked
        131037,  # display name isn't approved
        131042,  # means of payment
        131045,  # certificate
        133010,  # not registered
    ),
    WINDOW: (131047,),
    NEVER: (
        *(33, 100, 131008, 131009, 135000),  # parameters
        *(131021, 131030),  # to oneself, or not on the list of a test number
        131026,  # no WhatsApp, or too old a one
        *(130472, 131049, 131050),  # advertisements: experiment, limit, not wanted
        *(131051, 131052),  # type or file
        131062,  # a phone number is needed
        *(132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018),  # template
        *(132068, 132069),  # form
    ),
}
_CLASS_OF = {code: error_class for error_class, codes in _CLASSES.items() for code in codes}
_PERMISSIONS = range(200, 300)

# seconds to wait at least
_WAITS = {4: 300, 80007: 300, 131048: 3600, 131064: 3600, 133016: 3600}


def error_class_of(code):
    """Return the error class of a code of Meta's; None if it isn't in the table."""
    if code in _PERMISSIONS:
        return STOP
    return _CLASS_OF.get(code)


def to_channel_error(status, body, retry_after=0, sends=False, secrets=()):
    """Return the `ChannelError` for an answer that is an error.

    :param int status: of HTTP; Meta's own code counts for more.
    :param bytes body: of the answer.
    :param float retry_after: seconds of the header of that name.
    :param bool sends: whether a message was to be sent: it may have been, if something between
        Meta and us answered in Meta's stead.
    :param secrets: what must not be shown, if it is in Meta's words.
    """
    error = read_error(body)
    code = error['code']
    if code is None:
        return _foreign_error(status, retry_after, sends)
    error_class = error_class_of(code)
    if sends and error['subcode'] == _NO_SUCH_OBJECT:
        error_class = STOP  # our own number: nothing at all can be sent
    if not error_class:
        error_class = _class_of_status(status, error['transient'])
    message = ' '.join(filter(None, [error['message'], error['details']]))
    message = _without_secrets(message, secrets)[:MAX_TEXT] or f'Error {code}'
    wait = _WAITS.get(code, 0) if error_class == WAIT else 0
    return ChannelError(error_class, message, code, max(retry_after, wait))


def _class_of_status(status, transient):
    """Return the class of an error of Meta's that nobody has told us about."""
    if transient or status >= 500:
        return RETRY
    if status == 429:
        return WAIT
    return STOP if status in (401, 403) else NEVER


def _foreign_error(status, retry_after, sends):
    """Return the error for an answer that is none of Meta's: of a proxy, of another server."""
    if status == 429:
        error_class = WAIT
    elif status >= 500 or status == 408:
        error_class = UNKNOWN if sends and status != 503 else RETRY
    else:
        # not Meta at all, or a message that it has forgotten to describe
        error_class = UNKNOWN if sends and status < 400 else STOP
    return ChannelError(error_class, f'HTTP {status}', status, retry_after)


def _without_secrets(text, secrets):
    for secret in secrets:
        if secret:
            text = text.replace(secret, '***')
    return _TOKEN.sub('***', text)
