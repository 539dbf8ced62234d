"""What the errors of Messenger and Instagram mean for us. No ORM."""

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

# A subcode tells more than its code.
SUBCODES = {
    1357046: UNKNOWN,  # "invalid JSON reply": everything was sent all the same
    2018278: WINDOW,
    2018065: WINDOW,
    2534022: WINDOW,  # Instagram's word for it
    1893063: STOP,  # the page is restricted
    2018028: STOP,  # the app is not public yet: only its developers can be written to
    2018001: NEVER,  # no such person
    2018218: NEVER,  # the person did not agree to be told of
    2018300: NEVER,  # another app has the conversation
    1545041: NEVER,  # the person takes no messages
    2018108: NEVER,  # the person takes no messages now
    2018344: STOP,  # terms that an admin of the page has to accept
}
CODES = {
    1: RETRY,
    2: RETRY,
    1200: RETRY,
    4: WAIT,
    17: WAIT,
    32: WAIT,
    613: WAIT,
    80001: WAIT,
    80002: WAIT,
    80006: WAIT,
    0: STOP,
    3: STOP,
    10: STOP,
    102: STOP,
    190: STOP,
    368: STOP,
    100: NEVER,
    551: NEVER,
    10900: NEVER,  # was answered privately before
    10903: NEVER,
}
FIRST_WAIT = 60  # seconds; Meta rarely says how long
MAX_TEXT = 500  # characters

_TOKEN = re.compile(r'\b(?:EA|IG)[A-Za-z0-9_-]{20,}')  # Meta repeats one that is malformed


def classify(status, body, retry_after=0, sends=True, secrets=()):
    """Return what an answer of failure means.

    :param int status: of HTTP.
    :param bytes body: as it came; may be a proxy's page.
    :param float retry_after: seconds that the answer asks for.
    :param bool sends: whether a message may have been sent by the request.
    :param secrets: what nobody may read, if Meta repeats it.
    :rtype: ChannelError
    """
    error = read_error(body)
    code, subcode = error['code'], error['subcode']
    if code is None:
        return _classify_status(status, retry_after, sends)
    error_class = SUBCODES.get(subcode) or CODES.get(code)
    if not error_class:
        error_class = STOP if 200 <= code < 300 else NEVER
    if error_class == UNKNOWN and not sends:
        error_class = RETRY
    message = _TOKEN.sub('***', error['message'])
    for secret in filter(None, secrets):
        message = message.replace(secret, '***')
    return ChannelError(
        error_class,
        message[:MAX_TEXT] or f'Meta refuses it ({code}).',
        f'{code}/{subcode}' if subcode else code,
        max(retry_after, FIRST_WAIT) if error_class == WAIT else retry_after,
    )


def _classify_status(status, retry_after, sends):
    """Return what it means that not Meta answered, but something in between."""
    if status == 429:
        return ChannelError(
            WAIT, 'Meta asks us to be slower.', status, max(retry_after, FIRST_WAIT)
        )
    if status == 503:
        return ChannelError(RETRY, 'Meta is out of order.', status, retry_after)
    if status >= 500 or status == 408 or status < 400:
        # it may have been passed on before
        error_class = UNKNOWN if sends else RETRY
        return ChannelError(error_class, 'Meta gave an answer that says nothing.', status)
    if status in (401, 403):
        return ChannelError(STOP, 'Meta refuses us.', status)
    return ChannelError(NEVER, 'Meta refuses it.', status)
