"""Reads what Telegram tells a bot: one update for each webhook. No ORM.

Source: https://core.telegram.org/bots/api, "Update", "Message".
"""

from odoo.addons.helpdesk_ecom.tools.channel import event
from odoo.addons.helpdesk_ecom.tools.channel.event import ChannelEvent, Media, NotParsed, Person
from odoo.addons.helpdesk_ecom.tools.channel.reading import (
    as_dict,
    as_dicts,
    as_id,
    as_moment,
    as_number,
    as_text,
    load,
)

# Which key of a message holds a file, and as what it is shown
FILES = {
    'document': 'document',
    'animation': 'video',
    'video': 'video',
    'video_note': 'video',
    'audio': 'audio',
    'voice': 'audio',
    'sticker': 'sticker',
}


def parse(body):
    """Return the events of an update; one at most.

    :param bytes body: JSON, as it came.
    :rtype: list[ChannelEvent]
    :raise NotParsed: if it is no update.
    """
    update = load(body)
    number = as_id(update.get('update_id'))
    if not number:
        raise NotParsed('No update_id')
    for key, reader in (
        ('message', _read_message),
        ('edited_message', _read_edit),
        ('message_reaction', _read_reaction),
        ('callback_query', _read_button),
    ):
        if isinstance(update.get(key), dict):
            return [reader(update[key], number)]
    kinds = ', '.join(sorted(key for key in update if key != 'update_id'))[:100]
    return [_ignored(number, f'Telegram tells of what tickets have no place for: {kinds}')]


def _read_message(message, number):
    """Return a customer's message, if it is a private one and says something."""
    chat, person = as_dict(message.get('chat')), _read_person(message.get('from'))
    if as_text(chat.get('type')) != 'private':
        return _ignored(number, 'Written in a group or channel, not to the bot alone.')
    message_id = as_id(message.get('message_id'))
    if not person or not message_id or as_dict(message.get('from')).get('is_bot') is True:
        return _ignored(number, 'No person wrote it.')
    text = as_text(message.get('text')) or as_text(message.get('caption'))
    if text == '/start':
        return _ignored(number, 'The customer opened the chat and wrote nothing yet.')
    if text.startswith('/start '):
        text = text.removeprefix('/start ')  # what the link to the bot brought along
    media, details = _read_media(message), _read_details(message)
    if not (text or media or details):
        return _ignored(number, 'A message of a kind that tickets have no place for.')
    reply = as_dict(message.get('reply_to_message'))
    return ChannelEvent(
        kind=event.MESSAGE,
        external_id=_message_key(chat, message_id),
        conversation=person.external_id,
        moment=as_moment(message.get('date')),
        person=person,
        text=text,
        media=media,
        reply_to=_message_key(chat, as_id(reply.get('message_id'))) if reply else '',
        details=details,
    )


def _read_edit(message, number):
    """Return what a message says now."""
    chat = as_dict(message.get('chat'))
    person, message_id = _read_person(message.get('from')), as_id(message.get('message_id'))
    if as_text(chat.get('type')) != 'private' or not person or not message_id:
        return _ignored(number, "A change of what is no customer's message.")
    return ChannelEvent(
        kind=event.EDIT,
        external_id=f'update:{number}',
        conversation=person.external_id,
        moment=as_moment(message.get('edit_date')) or as_moment(message.get('date')),
        person=person,
        text=as_text(message.get('text')) or as_text(message.get('caption')),
        target=_message_key(chat, message_id),
    )


def _read_reaction(reaction, number):
    """Return a customer's smiley, or its removal; of several the last counts."""
    chat, person = as_dict(reaction.get('chat')), _read_person(reaction.get('user'))
    message_id = as_id(reaction.get('message_id'))
    if as_text(chat.get('type')) != 'private' or not person or not message_id:
        return _ignored(number, "A reaction to what is no customer's message.")
    smileys = [as_text(item.get('emoji')) for item in as_dicts(reaction.get('new_reaction'))]
    return ChannelEvent(
        kind=event.REACTION,
        external_id=f'update:{number}',
        conversation=person.external_id,
        moment=as_moment(reaction.get('date')),
        person=person,
        text=next((smiley for smiley in reversed(smileys) if smiley), ''),
        target=_message_key(chat, message_id),
    )


def _read_button(query, number):
    """Return the click on a button below a message of ours."""
    person, data = _read_person(query.get('from')), as_text(query.get('data'))
    message = as_dict(query.get('message'))
    if not person or not data:
        return _ignored(number, 'A button without a meaning for tickets.')
    return ChannelEvent(
        kind=event.MESSAGE,
        external_id=f'button:{as_id(query.get("id")) or number}',
        conversation=person.external_id,
        person=person,
        text=data,
        reply_to=_message_key(as_dict(message.get('chat')), as_id(message.get('message_id')))
        if message
        else '',
    )


def _read_person(values):
    """Return who wrote; None if that is not told."""
    values = as_dict(values)
    external_id = as_id(values.get('id'))
    if not external_id:
        return None
    names = (as_text(values.get('first_name')), as_text(values.get('last_name')))
    return Person(
        external_id=external_id,
        name=' '.join(filter(None, names))[:255],
        username=as_text(values.get('username'))[:255],
        lang=as_text(values.get('language_code')).replace('-', '_')[:10],
    )


def _read_media(message):
    """Return the files of a message; of a picture the largest size."""
    media = []
    photos = [photo for photo in as_dicts(message.get('photo')) if as_text(photo.get('file_id'))]
    if photos:
        largest = max(photos, key=lambda photo: as_number(photo.get('file_size')))
        media.append(_read_file(largest, 'image', 'image/jpeg'))
    for key, kind in FILES.items():
        values = as_dict(message.get(key))
        # an animation comes as a document, too, for programs that know only that
        if as_text(values.get('file_id')) and not (key == 'document' and 'animation' in message):
            media.append(_read_file(values, kind, ''))
    return tuple(media)


def _read_file(values, kind, mimetype):
    """Return one file."""
    return Media(
        kind=kind,
        media_id=as_text(values.get('file_id'))[:500],
        mimetype=as_text(values.get('mime_type'))[:100] or mimetype,
        name=as_text(values.get('file_name'))[:255],
        size=int(as_number(values.get('file_size'))),
    )


def _read_details(message):
    """Return what a message brings beside words and files: a place, a contact."""
    details = {}
    venue = as_dict(message.get('venue'))
    place = as_dict(venue.get('location')) or as_dict(message.get('location'))
    if {'latitude', 'longitude'} <= {*place}:
        details['place'] = {
            'latitude': as_number(place['latitude']),
            'longitude': as_number(place['longitude']),
            'name': as_text(venue.get('title')),
            'address': as_text(venue.get('address')),
        }
    contact = as_dict(message.get('contact'))
    if contact:
        names = (contact.get('first_name'), contact.get('last_name'), contact.get('phone_number'))
        details['lines'] = [' '.join(filter(None, map(as_text, names)))]
    return details


def _message_key(chat, message_id):
    """Return what tells a message from all others of the bot: its number counts in its chat."""
    return f'{as_id(chat.get("id"))}:{message_id}'


def _ignored(number, why):
    return ChannelEvent(kind=event.IGNORED, external_id=f'update:{number}', text=why)
