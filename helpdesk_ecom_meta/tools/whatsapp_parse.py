"""A webhook of the WhatsApp Cloud API as events. Pure function, no ORM.

Whoever can sign may send whatever JSON: each part of it becomes an event, at least one that says
that it was ignored, or the whole is not parsed.
"""

from odoo.addons.helpdesk_ecom.tools.channel import error as channel_error
from odoo.addons.helpdesk_ecom.tools.channel import event
from odoo.addons.helpdesk_ecom.tools.channel.event import ChannelEvent, Person
from odoo.addons.helpdesk_ecom.tools.channel.reading import (
    as_dict,
    as_dicts,
    as_id,
    as_list,
    as_moment,
    as_number,
    as_text,
    digest,
    load,
)

from . import graph, whatsapp_account
from .whatsapp_content import first_error, name_of, read_content
from .whatsapp_error import error_class_of
from .whatsapp_number import phone_of, sort_ids

MAX_KEPT = 20_000  # characters of what is ignored, but kept to be looked at

_STATUSES = {
    'sent': event.SENT,
    'delivered': event.DELIVERED,
    'read': event.READ,
    'played': event.READ,
    'failed': event.FAILED,
}
# Words and files that change or go with another message, or are none
_TARGETS = {
    'reaction': (event.REACTION, 'message_id'),
    'edit': (event.EDIT, 'original_message_id'),
    'revoke': (event.DELETE, 'original_message_id'),
}
_NO_MESSAGES = ('request_welcome',)


def parse(body):
    """Return the events of a webhook's body.

    :param bytes body: as it came.
    :rtype: list[ChannelEvent]
    :raise NotParsed: if it is no webhook.
    """
    events = []
    for entry in graph.entries(load(body)):
        found = [
            each
            for name, value in graph.changes(entry)
            for each in _parse_change(entry, name, value)
        ]
        events += found or [_ignored('entry', entry)]
    return events


def _parse_change(entry, name, value):
    """Return the events of one change; at least one."""
    account = as_id(as_dict(value.get('metadata')).get('phone_number_id'))
    moment = as_moment(entry.get('time'))
    if name in whatsapp_account.FIELDS:
        text, severity = whatsapp_account.read_news(name, value)
        return [
            ChannelEvent(
                kind=event.ACCOUNT,
                external_id=digest(name, value, entry.get('time')),
                account=account,
                moment=moment,
                text=text,
                severity=severity,
                opens_window=False,
            )
        ]
    events = []
    for key, read in _LISTS.items():
        for item in as_list(value.get(key)):
            if isinstance(item, dict):
                events.append(read(value, item, account))
            else:
                events.append(_ignored(key, item, account))
    for error in as_dicts(value.get('errors')):
        events.append(_read_account_error(error, account, entry))
    return events or [_ignored(name or 'change', value, account, moment)]


def _ignored(name, value, account='', moment=0):
    """Return the event of something that is not for us."""
    kept = len(str(value)) <= MAX_KEPT
    return ChannelEvent(
        kind=event.IGNORED,
        external_id=digest(name, value),
        account=account,
        moment=moment,
        text=name_of(name),
        opens_window=False,
        details={'value': value} if kept else {},
    )


# === PERSONS === #


def _read_person(value, *ids):
    """Return the person with one of these ids, with what the change tells about them.

    :param ids: whatever the message calls them by, in order of preference.
    :rtype: Person | None
    """
    known = [as_id(each) for each in ids if as_id(each)]
    contacts = as_dicts(value.get('contacts'))
    contact = next(
        (
            each
            for each in contacts
            if {as_id(each.get('wa_id')), as_id(each.get('user_id'))} & {*known}
        ),
        # with one contact there is no doubt, whatever it is called
        contacts[0] if len(contacts) == 1 else {},
    )
    wa_id, user_id = sort_ids(*known, as_id(contact.get('wa_id')), as_id(contact.get('user_id')))
    if not wa_id and not user_id:
        return None
    profile = as_dict(contact.get('profile'))
    return Person(
        external_id=wa_id or user_id,
        alternate_id=user_id if wa_id else '',
        name=name_of(profile.get('name')),
        username=name_of(profile.get('username') or contact.get('username')),
        phone=phone_of(wa_id),
    )


def _conversation_of(person, item):
    """Return what keeps its order: the group, or the person by the id that comes always."""
    group = as_id(item.get('group_id'))
    if group or not person:
        return group
    return person.alternate_id or person.external_id


# === MESSAGES === #


def _read_message(value, message, account):
    """Return the event of a customer's message."""
    kind = as_text(message.get('type'))
    if kind in _NO_MESSAGES:
        return _ignored(kind, message, account, as_moment(message.get('timestamp')))
    if kind == 'system':
        return _read_system(value, message, account)
    person = _read_person(value, message.get('from'), message.get('from_user_id'))
    common = _common(message, person, account)
    error_code, error = first_error(message.get('errors'))
    if kind in _TARGETS:
        event_kind, key = _TARGETS[kind]
        body = as_dict(message.get(kind))
        common.update(kind=event_kind, target=as_id(body.get(key)), opens_window=False)
        if kind == 'reaction':
            return ChannelEvent(**common, text=as_text(body.get('emoji')))
        if kind == 'revoke':
            return ChannelEvent(**common)
        message = as_dict(body.get('message'))
    content = read_content(message)
    context = as_dict(message.get('context'))
    return ChannelEvent(
        **{'kind': event.MESSAGE, **common},
        text=content.text,
        media=content.media,
        reply_to=as_id(context.get('id')),
        error_code=error_code,
        error=error,
        details=content.details,
    )


def _read_echo(value, message, account):
    """Return the event of what we wrote in the phone's app."""
    kind = as_text(message.get('type'))
    if kind == 'revoke':
        return _ignored('message_echoes revoke', message, account)
    person = _read_person(value, message.get('to'), message.get('to_user_id'))
    body, target = as_dict(message.get(kind)), ''
    common = _common(message, person, account)
    reply_to = as_id(as_dict(message.get('context')).get('id'))
    if kind in _TARGETS:
        target = as_id(body.get(_TARGETS[kind][1]))
    if kind == 'reaction':
        return ChannelEvent(
            **common,
            kind=event.ECHO,
            text=as_text(body.get('emoji')),
            reply_to=target,
            opens_window=False,
        )
    content = read_content(as_dict(body.get('message')) if kind == 'edit' else message)
    return ChannelEvent(
        **common,
        kind=event.ECHO,
        text=content.text,
        media=content.media,
        target=target,
        reply_to=reply_to,
        own_key=as_id(message.get('biz_opaque_callback_data')),
        opens_window=False,
        details=content.details,
    )


def _common(item, person, account):
    """Return the values that messages of any kind share."""
    return {
        'external_id': as_id(item.get('id')) or digest(item),
        'account': account,
        'conversation': _conversation_of(person, item),
        'moment': as_moment(item.get('timestamp')),
        'person': person,
        # all members of a group read everything
        'is_private': not item.get('group_id'),
    }


def _read_system(value, message, account):
    """Return the event of a customer with another number or id."""
    body = as_dict(message.get('system'))
    old = _read_person(value, message.get('from'), message.get('from_user_id'))
    new_ids = [as_id(body.get(key)) for key in ('wa_id', 'new_wa_id', 'user_id')]
    common = _common(message, old, account)
    # without a new one, the person only has another phone: the same ids, other keys
    new = sort_ids(*new_ids)
    return _moved(common, old, new if any(new) else None, body.get('body'))


def _read_id_update(value, item, account):
    """Return the event of a customer with another user id."""
    change = as_dict(item.get('user_id'))
    # the contact beside it has the new id already: nothing is to be read from it
    old = _read_person({}, change.get('previous'))
    common = _common(item, old, account)
    common['external_id'] = digest('user_id_update', item)
    new_id = as_id(change.get('current'))
    return _moved(common, old, ('', new_id) if new_id else None, item.get('detail'))


def _moved(common, old, new_ids, words):
    """Return the event of a person who is called otherwise from now on.

    :param Person old: as they were known; the event's ``target`` is their id.
    :param new_ids: phone number and user id from now on; None if they stay the same.
    """
    person = old
    if new_ids:
        wa_id, user_id = new_ids
        person = Person(
            external_id=wa_id or user_id,
            alternate_id=user_id if wa_id else '',
            name=old.name if old else '',
            username=old.username if old else '',
            phone=phone_of(wa_id),
        )
    return ChannelEvent(
        **{**common, 'person': person},
        kind=event.IDENTITY,
        target=old.external_id if old else '',
        text=as_text(words),
        opens_window=False,
    )


# === OTHERS === #


def _read_status(value, item, account):
    """Return the event of what became of a message of ours."""
    message_id, word = as_id(item.get('id')), as_text(item.get('status'))
    if word not in _STATUSES or not message_id or item.get('type') == 'call':
        return _ignored(f'status {word}', item, account, as_moment(item.get('timestamp')))
    person = _read_person(value, item.get('recipient_id'), item.get('recipient_user_id'))
    # in a group each of its members reads the message
    participant = as_id(item.get('recipient_participant_id'))
    error_code, error = first_error(item.get('errors'))
    return ChannelEvent(
        **{
            **_common(item, person, account),
            'external_id': ':'.join(filter(None, [message_id, word, participant])),
        },
        kind=event.STATUS,
        target=message_id,
        status=_STATUSES[word],
        own_key=as_id(item.get('biz_opaque_callback_data')),
        error_code=error_code,
        error=error,
        opens_window=False,
    )


def _read_preference(value, item, account):
    """Return the event of a customer who does or doesn't want to read advertisements."""
    person = _read_person(value, item.get('wa_id'), item.get('user_id'))
    words = [name_of(item.get(key)) for key in ('category', 'value', 'detail')]
    return ChannelEvent(
        **{**_common(item, person, account), 'external_id': digest('user_preferences', item)},
        kind=event.ACCOUNT,
        text=' '.join(filter(None, [person and (person.name or person.external_id), *words])),
        opens_window=False,
        details={'category': words[0], 'value': words[1]},
    )


def _read_call(value, item, account):
    """Return the event of a call that ended; its beginning is none."""
    if item.get('event') != 'terminate':
        return _ignored('call', item, account, as_moment(item.get('timestamp')))
    ours = item.get('direction') == 'BUSINESS_INITIATED'
    side = 'to' if ours else 'from'
    person = _read_person(value, item.get(side), item.get(f'{side}_user_id'))
    status = item.get('status')
    # documented as an array once, as a word otherwise
    status = as_text(as_list(status)[0]) if as_list(status) else as_text(status)
    seconds = int(min(max(as_number(item.get('duration')), 0), 10**6))
    answered = status == 'COMPLETED' and seconds > 0
    return ChannelEvent(
        **{**_common(item, person, account), 'external_id': f'{_id_of(item)}:terminate'},
        kind=event.ECHO if ours else event.MESSAGE,
        own_key=as_id(item.get('biz_opaque_callback_data')),
        opens_window=not ours,
        details={'call': {'answered': answered, 'seconds': seconds}},
    )


def _id_of(item):
    return as_id(item.get('id')) or digest(item)


def _read_account_error(error, account, entry):
    """Return the event of something that is wrong with the account, not with a message."""
    code, words = first_error([error])
    stops = error_class_of(as_number(code)) == channel_error.STOP
    return ChannelEvent(
        kind=event.ACCOUNT,
        external_id=digest('errors', error, entry.get('time')),
        account=account,
        moment=as_moment(entry.get('time')),
        text=words,
        error_code=code,
        error=words,
        severity='error' if stops else 'warning',
        opens_window=False,
    )


_LISTS = {
    'messages': _read_message,
    'statuses': _read_status,
    'message_echoes': _read_echo,
    'user_id_update': _read_id_update,
    'user_preferences': _read_preference,
    'calls': _read_call,
}
