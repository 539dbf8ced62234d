"""Reads the webhook of "bring your own channel". No ORM. Described in docs/channels.md."""

import json
from dataclasses import fields

from .event import (
    KINDS,
    MEDIA_KINDS,
    STATUS_RANKS,
    UNREADABLE,
    ChannelEvent,
    Media,
    NotParsed,
    Person,
)
from .reading import decode, digest, storable

MAX_EVENTS = 500


def parse(body):
    """Return the events of a body: ``{"events": [...]}``, or one event alone.

    :param bytes body: JSON in UTF-8.
    :return: list of ChannelEvent; one that is wrong among others is of the kind ``UNREADABLE``.
    :raise NotParsed: with what is wrong, for whoever writes the program.
    """
    data = decode(body)
    if isinstance(data, dict):
        data = data.get('events', [data])
    if not isinstance(data, list) or not data or len(data) > MAX_EVENTS:
        raise NotParsed(f'"events" must be a list of 1 to {MAX_EVENTS} events')
    if len(data) == 1:
        return [_read_event(data[0], 0)]
    return [_read_one_of_many(item, number) for number, item in enumerate(data)]


def _read_one_of_many(item, number):
    """Return one event; if something is wrong with it, the others come through all the same."""
    try:
        return _read_event(item, number)
    except NotParsed as error:
        return ChannelEvent(
            kind=UNREADABLE,
            external_id=f'{UNREADABLE}:{digest(item)}',
            text=json.dumps([item]),
            error=f'{type(error).__name__}: {error}',
        )


def _read_event(item, number):
    """Return one event, or say what is wrong with it."""
    where = f'event {number}'
    item = storable(item)
    if not isinstance(item, dict):
        raise NotParsed(f'{where} is no object')
    kind = _text(item, 'kind', where) or 'message'
    external_id = _text(item, 'id', where)
    if kind not in KINDS:
        raise NotParsed(f'{where}: unknown kind')
    if not external_id:
        raise NotParsed(f'{where} has no "id"')
    person = item.get('from')
    if kind in ('message', 'reaction', 'identity') and not person:
        raise NotParsed(f'{where} has no "from"')
    status = _text(item, 'status', where)
    if kind == 'status' and status not in STATUS_RANKS:
        raise NotParsed(f'{where}: unknown status')
    moment = item.get('time') or 0
    if isinstance(moment, bool) or not isinstance(moment, int | float):
        raise NotParsed(f'{where}: "time" is no number of seconds')
    details = item.get('details') or {}
    if not isinstance(details, dict):
        raise NotParsed(f'{where}: "details" is no object')
    media = item.get('files') or []
    if not isinstance(media, list) or len(media) > 20:
        raise NotParsed(f'{where}: "files" is no list of at most 20 files')
    return ChannelEvent(
        kind=kind,
        # a status is told once for each state; its own id is that of the message
        external_id=f'{external_id}:{status}' if kind == 'status' else external_id,
        person=person and _read_person(person, where),
        moment=moment,
        text=_text(item, 'text', where),
        media=tuple(_read_media(file, where) for file in media),
        target=_text(item, 'target', where) or (external_id if kind == 'status' else ''),
        reply_to=_text(item, 'reply_to', where),
        status=status,
        own_key=_text(item, 'key', where),
        error=_text(item, 'error', where),
        error_code=_text(item, 'error_code', where),
        details=details,
    )


def _read_person(values, where):
    """Return who wrote: their id, or an object with ``id`` and what else is known."""
    if isinstance(values, str | int) and not isinstance(values, bool):
        return Person(external_id=str(values))
    if not isinstance(values, dict) or not _text(values, 'id', where):
        raise NotParsed(f'{where}: "from" has no "id"')
    names = {field.name for field in fields(Person)} - {'external_id', 'alternate_id'}
    known = {name: _text(values, name, where) for name in names}
    return Person(external_id=_text(values, 'id', where), **known)


def _read_media(values, where):
    """Return a file: its ``url`` and what else is known."""
    if not isinstance(values, dict) or not _text(values, 'url', where):
        raise NotParsed(f'{where}: a file has no "url"')
    kind = _text(values, 'kind', where) or 'document'
    return Media(
        kind=kind if kind in MEDIA_KINDS else 'document',
        url=_text(values, 'url', where),
        name=_text(values, 'name', where),
        mimetype=_text(values, 'mimetype', where),
    )


def _text(values, name, where):
    """Return a value that must be text or a number, '' for none."""
    value = values.get(name)
    if value is None:
        return ''
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise NotParsed(f'{where}: "{name}" is no text')
    return str(value)
