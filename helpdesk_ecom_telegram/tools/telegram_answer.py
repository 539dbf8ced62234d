"""Reads what Telegram answers to a bot. No ORM.

Source: https://core.telegram.org/bots/api, "Making requests", "ResponseParameters".
"""

from odoo.addons.helpdesk_ecom.tools.channel.error import (
    NEVER,
    RETRY,
    STOP,
    UNKNOWN,
    WAIT,
    ChannelError,
)
from odoo.addons.helpdesk_ecom.tools.channel.event import NotParsed
from odoo.addons.helpdesk_ecom.tools.channel.reading import (
    as_dict,
    as_id,
    as_number,
    as_text,
    as_wait,
    load,
)


def read_answer(status, body, sends=False):
    """Return the result of a call.

    :param int status: of the HTTP answer.
    :param bytes body: of it, may be anything.
    :param bool sends: whether a message may have been sent; all else can be repeated.
    :rtype: dict
    :raise ChannelError: if Telegram refused.
    """
    try:
        answer = load(body)
    except NotParsed:
        answer = {}
    if status == 200 and answer.get('ok') is True:
        return as_dict(answer.get('result'))
    words = as_text(answer.get('description'))[:300] or f'HTTP {status}'
    code = int(as_number(answer.get('error_code'))) or status
    if code == 429:
        wait = as_wait(as_dict(answer.get('parameters')).get('retry_after'))
        raise ChannelError(WAIT, words, code=code, retry_after=wait)
    if code in (401, 404):  # a token that Telegram doesn't know makes an address that it hasn't
        raise ChannelError(STOP, words, code=code)
    if code in (500, 503) and answer:
        raise ChannelError(RETRY, words, code=code)
    if code >= 500 and not sends:
        raise ChannelError(RETRY, words, code=code)
    if code >= 500 or not answer:
        raise ChannelError(UNKNOWN, words, code=code)
    raise ChannelError(NEVER, words, code=code)


def read_message_id(result):
    """Return the id of a message that was sent, as `telegram_parse` makes it; '' for none."""
    chat_id = as_id(as_dict(result.get('chat')).get('id'))
    message_id = as_id(result.get('message_id'))
    return f'{chat_id}:{message_id}' if chat_id and message_id else ''


def is_safe_path(path):
    """Tell whether the path of a file stays below the bot's folder."""
    return bool(path) and all(
        part and not part.startswith('.') and part.isascii() and '%' not in part
        for part in path.split('/')
    )
