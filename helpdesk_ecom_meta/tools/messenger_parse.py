"""From a webhook of a page or an Instagram account to what happened. No ORM."""

import re
from dataclasses import dataclass
from datetime import datetime, timezone

from odoo.addons.helpdesk_ecom.tools.channel.event import NotParsed
from odoo.addons.helpdesk_ecom.tools.channel.reading import (
    as_dicts,
    as_id,
    as_moment,
    as_text,
    load,
)

from . import comment_parse, messenger_event
from .graph import changes, entries

PAGE, INSTAGRAM = 'page', 'instagram'
# what the button "Test" of Meta's dashboard calls the account
SAMPLE_ACCOUNT = '0'

_ISO = re.compile(r'\d{4}-\d\d-\d\dT')


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What all events of an entry have in common.

    :param platform: ``page`` or ``instagram``.
    :param account: the page or Instagram account, as Meta calls it.
    :param moment: when Meta told it.
    :param own_app_id: the app that we send by, if known.
    """

    platform: str
    account: str
    moment: float = 0
    own_app_id: str = ''

    def moment_of(self, value):
        """Return when something happened; when Meta told it if that isn't said."""
        return read_moment(value) or self.moment


def read_moment(value):
    """Return seconds since 1970 of a number (seconds or milliseconds) or a date; 0 if neither."""
    if isinstance(value, str) and _ISO.match(value):
        try:
            # Python 3.10 wants the colon
            moment = datetime.fromisoformat(re.sub(r'([+-]\d\d)(\d\d)$', r'\1:\2', value))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
            return max(moment.timestamp(), 0)
        except (ValueError, OverflowError):
            return 0
    return as_moment(value)


def parse(body, own_app_id=''):
    """Return what a webhook tells, in its order.

    :param bytes body: as it came.
    :param str own_app_id: the app that we send by: its echoes say that a message was sent.
    :rtype: list[ChannelEvent]
    :raise NotParsed: if it is nothing of a page or an Instagram account.
    """
    payload = load(body)
    platform = as_text(payload.get('object'))
    if platform not in (PAGE, INSTAGRAM):
        raise NotParsed('Neither of a page nor of an Instagram account')
    events = {}
    for entry in entries(payload):
        account = as_id(entry.get('id'))
        scope = Scope(
            platform=platform,
            account='' if account == SAMPLE_ACCOUNT else account,
            moment=read_moment(entry.get('time')),
            own_app_id=own_app_id,
        )
        for event in _parse_entry(entry, scope):
            # the same thing twice in one body is one thing
            events.setdefault(event.external_id, event)
    if not events:
        raise NotParsed('The entries are empty')
    return list(events.values())


def _parse_entry(entry, scope):
    """Yield what an entry tells: of a conversation, or below a post."""
    for item in as_dicts(entry.get('messaging')):
        yield from messenger_event.parse(item, scope)
    # another app has the conversation: what the customer writes is worth no less
    for item in as_dicts(entry.get('standby')):
        yield from messenger_event.parse(item, scope, is_standby=True)
    for field, value in changes(entry):
        if 'sender' in value and 'recipient' in value:
            yield from messenger_event.parse(value, scope, is_standby=field == 'standby')
        else:
            yield comment_parse.parse(field, value, scope)
