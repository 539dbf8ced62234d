"""What happens in a conversation of Messenger or Instagram. No ORM."""

from odoo.addons.helpdesk_ecom.tools.channel.event import (
    ACCOUNT,
    DELETE,
    DELIVERED,
    ECHO,
    EDIT,
    IGNORED,
    MESSAGE,
    REACTION,
    READ,
    SENT,
    STATUS,
    ChannelEvent,
    Person,
)
from odoo.addons.helpdesk_ecom.tools.channel.reading import (
    as_dict,
    as_dicts,
    as_id,
    as_list,
    as_moment,
    as_number,
    as_text,
    digest,
)

from .messenger_attachment import as_url, read_attachments

# before the key that is sent along with each message, so that it is known for ours
OWN_PREFIX = 'helpdesk:'
MAX_PAYLOAD = 1000  # characters of what a button sends, as Meta documents it

SMILEYS = {
    'love': '❤️',
    'smile': '😆',
    'wow': '😮',
    'sad': '😢',
    'angry': '😠',
    'like': '👍',
    'dislike': '👎',
}


def parse(item, scope, is_standby=False):
    """Return what an item of ``messaging`` or ``standby`` tells.

    :param dict item: as Meta sent it.
    :param scope: the entry's, see `messenger_parse.Scope`.
    :param bool is_standby: whether another app has the conversation.
    :rtype: list[ChannelEvent]
    """
    for key, reader in _READERS.items():
        value = item.get(key)
        if isinstance(value, dict):
            events = reader(_Item(item, scope, is_standby), value)
            return events if isinstance(events, list) else [events]
    return [_Item(item, scope, is_standby).ignored(_unknown(item))]


def _unknown(item):
    keys = sorted(set(item) - {'sender', 'recipient', 'timestamp'})
    return 'Not known: ' + ', '.join(keys)[:100]


class _Item:
    """One item, with what its kinds of events have in common."""

    def __init__(self, item, scope, is_standby):
        self.item, self.scope, self.is_standby = item, scope, is_standby
        self.sender = as_id(as_dict(item.get('sender')).get('id'))
        self.recipient = as_id(as_dict(item.get('recipient')).get('id'))
        self.moment = scope.moment_of(item.get('timestamp'))

    @property
    def is_own(self):
        """Whether our own account did it."""
        return bool(self.sender) and self.sender == self.scope.account

    def event(self, kind, external_id, person_id=None, **values):
        """Return an event of the customer's, or of another person's."""
        person_id = self.sender if person_id is None else person_id
        details = values.pop('details', {})
        if self.is_standby:
            details['standby'] = True
        return ChannelEvent(
            kind=kind,
            external_id=as_id(external_id),
            account=self.scope.account,
            conversation=person_id,
            moment=self.moment,
            person=Person(external_id=person_id) if person_id else None,
            details=details,
            **values,
        )

    def ignored(self, text, **values):
        """Return an event that nobody waits for."""
        return self.event(
            IGNORED, f'ignored:{digest(self.item)}', text=text, opens_window=False, **values
        )


# === MESSAGES === #


def _read_message(item, message):
    """Return the event of a message, an echo, or of what became of one."""
    mid = as_id(message.get('mid'))
    is_echo = message.get('is_echo') is True
    person_id = item.recipient if is_echo else item.sender
    if not person_id:
        return item.ignored('A message of nobody')
    if message.get('is_deleted') is True:
        if not mid:
            return item.ignored('Something was deleted, but not said what')
        return item.event(DELETE, f'deleted:{mid}', person_id, target=mid, opens_window=False)
    if is_echo and message.get('is_self') is True:
        return item.ignored('The account wrote to itself')
    if is_echo and (own := _read_own_echo(item, message, mid)):
        return own
    content = _read_content(message)
    return item.event(
        ECHO if is_echo else MESSAGE,
        mid or f'message:{digest(item.item)}',
        person_id,
        reply_to=as_id(as_dict(message.get('reply_to')).get('mid')),
        opens_window=not is_echo,
        **content,
    )


def _read_own_echo(item, message, mid):
    """Return that a message was sent if it is one of ours."""
    metadata = as_text(message.get('metadata'))
    own_key = metadata.removeprefix(OWN_PREFIX) if metadata.startswith(OWN_PREFIX) else ''
    own_app_id = item.scope.own_app_id
    is_own_app = bool(own_app_id) and as_text(message.get('app_id')) == own_app_id
    if not mid or not (own_key or is_own_app):
        return None
    return item.event(
        STATUS,
        f'{SENT}:{mid}',
        item.recipient,
        target=mid,
        status=SENT,
        own_key=as_id(own_key),
        opens_window=False,
    )


def _read_content(message):
    """Return text, media and details of a message."""
    text = as_text(message.get('text'))
    found = read_attachments(as_dicts(message.get('attachments')))
    details = {**found.details}
    if payload := as_text(as_dict(message.get('quick_reply')).get('payload')):
        details['payload'] = payload[:MAX_PAYLOAD]
    if referral := read_referral(message.get('referral')):
        details['referral'] = referral
    if story := as_dict(as_dict(message.get('reply_to')).get('story')):
        url = as_url(story.get('url'))
        details['story'] = {'id': as_id(story.get('id')), 'url': url}
        found.add_media('image', url)
    text = '\n'.join(filter(None, [text, *found.texts(text)]))
    if message.get('is_unsupported') is True or not (text or found.media or details):
        details['unsupported'] = True
    return {
        'text': text,
        'media': tuple(found.media),
        'details': details,
    }


def _read_edit(item, edit):
    mid, text = as_id(edit.get('mid')), as_text(edit.get('text'))
    # Instagram tells of a new message as an edit that is none, too
    if not (mid and text and item.sender):
        return item.ignored('An edit without a text')
    number = int(as_number(edit.get('num_edit')))
    return item.event(
        EDIT,
        f'edit:{number or digest(item.item)}:{mid}',
        text=text,
        target=mid,
        opens_window=False,
    )


def _read_postback(item, postback):
    """Return the event of a button: what it says is what the customer said."""
    payload = as_text(postback.get('payload'))[:MAX_PAYLOAD]
    text = as_text(postback.get('title')) or payload
    if not text or not item.sender or item.is_own:
        return item.ignored('A button without a text')
    details = {'payload': payload} if payload else {}
    if referral := read_referral(postback.get('referral')):
        details['referral'] = referral
    mid = as_id(postback.get('mid'))
    return item.event(MESSAGE, mid or f'postback:{digest(item.item)}', text=text, details=details)


# === AROUND MESSAGES === #


def _read_reaction(item, reaction):
    mid = as_id(reaction.get('mid'))
    if not mid or not item.sender or item.is_own:
        return item.ignored('A reaction of ours, or to nothing')
    is_gone = as_text(reaction.get('action')) == 'unreact'
    name = as_text(reaction.get('reaction'))
    smiley = as_text(reaction.get('emoji')) or SMILEYS.get(name, name)
    return item.event(
        REACTION,
        f'reaction:{digest(item.item)}',
        text='' if is_gone else smiley[:100] or '👍',
        target=mid,
        opens_window=not is_gone,
    )


def _read_delivery(item, delivery):
    return _read_statuses(item, delivery, DELIVERED, as_list(delivery.get('mids')))


def _read_read(item, read):
    return _read_statuses(item, read, READ, [read.get('mid')])


def _read_statuses(item, value, status, mids):
    """Return a status for each message that is named; or one for all up to a moment."""
    if not item.sender or item.is_own:
        return item.ignored(f'{status} by nobody')
    if mids := list(filter(None, map(as_id, mids))):
        return [
            item.event(STATUS, f'{status}:{mid}', target=mid, status=status, opens_window=False)
            for mid in mids
        ]
    until = as_moment(value.get('watermark'))
    if not until:
        return item.ignored(f'Nothing {status}')
    return item.event(
        STATUS,
        f'{status}:{item.sender}:{until:.3f}',
        status=status,
        details={'until': until},
        opens_window=False,
    )


# === OF THE CONVERSATION === #


def read_referral(value):
    """Return where a customer came from: an ad, a link, a product."""
    value = as_dict(value)
    referral = {
        key: as_text(value.get(key))[:500]
        for key in ('ref', 'source', 'type', 'ad_id', 'referer_uri')
    }
    referral['product'] = as_id(as_dict(value.get('product')).get('id'))
    referral['title'] = as_text(as_dict(value.get('ads_context_data')).get('ad_title'))[:500]
    return {key: text for key, text in referral.items() if text}


def _read_referral(item, value):
    return item.ignored('The customer came by a link', details={'referral': read_referral(value)})


def _read_optin(item, value):
    return item.ignored(
        'The customer opted in',
        details={'optin': {key: as_text(value.get(key))[:500] for key in ('ref', 'type')}},
    )


def _read_policy(item, policy):
    """Return that Meta warns or blocks the account."""
    action = as_text(policy.get('action'))
    return ChannelEvent(
        kind=ACCOUNT,
        external_id=f'policy:{digest(item.item)}',
        account=item.scope.account,
        moment=item.moment,
        text=as_text(policy.get('reason')) or action,
        error_code=action[:50],
        severity='error' if action == 'block' else 'warning',
        opens_window=False,
    )


_READERS = {
    'message': _read_message,
    'message_edit': _read_edit,
    'postback': _read_postback,
    'reaction': _read_reaction,
    'delivery': _read_delivery,
    'read': _read_read,
    'referral': _read_referral,
    'optin': _read_optin,
    'policy_enforcement': _read_policy,
    'policy-enforcement': _read_policy,
}
