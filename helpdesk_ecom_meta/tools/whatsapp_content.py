"""What a message of WhatsApp says: words, files and the rest, whatever its type. No ORM.

What has no words of the customer's is told by the details, which the ticket puts into the words of
the desk's language.
"""

import base64
import json
import re
from dataclasses import dataclass, field

from odoo.addons.helpdesk_ecom.tools.channel.event import Media
from odoo.addons.helpdesk_ecom.tools.channel.reading import (
    as_dict,
    as_dicts,
    as_id,
    as_number,
    as_text,
)

MAX_NAME = 200  # characters of a name; longer ones are no names
_MIMETYPE = re.compile(r'[\w.+-]+/[\w.+-]+')


@dataclass
class Content:
    text: str = ''
    media: tuple = ()
    details: dict = field(default_factory=dict)


def read_content(message):
    """Return the `Content` of a message; something is there to be shown in any case."""
    kind = as_text(message.get('type'))
    if kind in _READERS:
        content = _READERS[kind](message.get(kind))
    else:
        content = Content()
    if not (content.text or content.media or content.details):
        content = _read_unsupported(message, kind)
    content.details.update(_read_surroundings(message))
    return content


def plain(value):
    """Return a text or a number as text, anything else as an empty one."""
    if isinstance(value, float):
        return format(value, '.12g')
    return as_text(value)


def name_of(value):
    """Return a name without line breaks and of a length that can be one."""
    return ' '.join(as_text(value)[: 2 * MAX_NAME].split())[:MAX_NAME]


def first_error(value):
    """Return (code, words) of the first error in a list of Meta's; both empty if there is none."""
    error = next(iter(as_dicts(value)), {})
    words = (
        as_dict(error.get('error_data')).get('details'),
        error.get('message'),
        error.get('title'),
    )
    return as_text(error.get('code')), next((as_text(text) for text in words if text), '')


# === TYPES === #


def _read_text(body):
    return Content(as_text(as_dict(body).get('body')))


def _read_media(kind):
    """Return the reader of a type that is a file."""

    def read(body):
        body = as_dict(body)
        url, media_id = as_text(body.get('url')), as_id(body.get('id'))
        if not media_id and not url:
            return Content(as_text(body.get('caption')))
        mimetype = _MIMETYPE.match(as_text(body.get('mime_type')))
        media = Media(
            kind=kind,
            media_id=media_id,
            url=url,
            mimetype=mimetype[0].lower() if mimetype else '',
            name=name_of(body.get('filename')),
            sha256=hex_digest(body.get('sha256')),
        )
        details = {'voice': True} if body.get('voice') is True else {}
        return Content(as_text(body.get('caption')), (media,), details)

    return read


def hex_digest(value):
    """Return a SHA-256 in hexadecimal that is written so or in base64; empty if it is none."""
    text = as_text(value).strip()
    if re.fullmatch('[0-9a-fA-F]{64}', text):
        return text.lower()
    try:
        raw = base64.b64decode(text.encode(), validate=True)
    except ValueError:
        return ''
    return raw.hex() if len(raw) == 32 else ''


def _read_location(body):
    body = as_dict(body)
    place = {key: name_of(body.get(key)) for key in ('name', 'address') if body.get(key)}
    latitude, longitude = as_number(body.get('latitude')), as_number(body.get('longitude'))
    if 'latitude' in body and abs(latitude) <= 90 and abs(longitude) <= 180:
        place.update(latitude=latitude, longitude=longitude)
    text = [as_text(body.get('url'))]
    if 'latitude' not in place:  # there is no map for it
        text = [place.get('name'), place.get('address'), *text]
    return Content('\n'.join(filter(None, text)), details={'place': place} if place else {})


def _read_contacts(body):
    cards = []
    for card in as_dicts(body):
        name = as_dict(card.get('name'))
        parts = (name_of(name.get(key)) for key in ('first_name', 'last_name'))
        phones = [
            as_text(phone.get('phone')) or as_text(phone.get('wa_id'))
            for phone in as_dicts(card.get('phones'))
        ]
        emails = [as_text(email.get('email')) for email in as_dicts(card.get('emails'))]
        full_name = name_of(name.get('formatted_name')) or ' '.join(filter(None, parts))
        card = {
            'name': full_name,
            'phones': [phone for phone in phones if phone],
            'emails': [email for email in emails if email],
        }
        if any(card.values()):
            cards.append(card)
    lines = [
        '👤 ' + ', '.join(filter(None, [card['name'], *card['phones'], *card['emails']]))
        for card in cards
    ]
    return Content('\n'.join(lines), details={'contacts': cards} if cards else {})


def _read_interactive(body):
    body = as_dict(body)
    kind = as_text(body.get('type'))
    answer = as_dict(body.get(kind))
    if kind == 'nfm_reply':
        return _read_form(answer)
    if kind == 'call_permission_reply':
        return Content(details={'may_call': answer.get('response') == 'accept'})
    lines = [as_text(answer.get('title')), as_text(answer.get('description'))]
    choice = as_text(answer.get('id'))
    text = '\n'.join(line for line in lines if line) or choice
    return Content(text, details={'choice': choice} if choice else {})


def _read_form(answer):
    """Read what was entered in a form (flow): its values are JSON within the JSON."""
    try:
        values = as_dict(json.loads(as_text(answer.get('response_json'))))
    except (ValueError, RecursionError):
        values = {}
    values.pop('flow_token', None)
    lines = []
    for key, value in values.items():
        words = [plain(item) for item in (value if isinstance(value, list) else [value])]
        if any(words):
            lines.append(f'{key}: {", ".join(filter(None, words))}')
    text = '\n'.join(lines) or as_text(answer.get('body'))
    # the second JSON may hold what the first was cleaned of
    text = text.replace('\0', '').encode(errors='replace').decode()
    return Content(text)


def _read_button(body):
    body = as_dict(body)
    choice = as_text(body.get('payload'))
    text = as_text(body.get('text')) or choice
    return Content(text, details={'choice': choice} if choice else {})


def _read_order(body):
    body = as_dict(body)
    lines, items = [as_text(body.get('text'))], []
    for item in as_dicts(body.get('product_items')):
        values = {
            key: plain(item.get(key))
            for key in ('product_retailer_id', 'quantity', 'item_price', 'currency')
        }
        sku, quantity, price, currency = values.values()
        lines.append(f'🛒 {quantity or 1} × {sku} {price} {currency}'.rstrip())
        items.append(values)
    text = '\n'.join(line for line in lines if line)
    return Content(text, details={'order': {'items': items}} if items else {})


def _read_system(body):
    return Content(as_text(as_dict(body).get('body')))


_READERS = {
    'text': _read_text,
    'image': _read_media('image'),
    'video': _read_media('video'),
    'audio': _read_media('audio'),
    'voice': _read_media('audio'),
    'document': _read_media('document'),
    'sticker': _read_media('sticker'),
    'location': _read_location,
    'contacts': _read_contacts,
    'interactive': _read_interactive,
    'button': _read_button,
    'order': _read_order,
    'system': _read_system,
}


def _read_unsupported(message, kind):
    """Tell that something came, of which WhatsApp names at most the type."""
    inner = name_of(as_dict(message.get('unsupported')).get('type'))
    return Content(details={'unsupported': inner or name_of(kind) or '?'})


# === AROUND === #


def _read_surroundings(message):
    """Return the details that any type may have: what it answers, where it came from."""
    details = {}
    context = as_dict(message.get('context'))
    if context.get('forwarded') is True or context.get('frequently_forwarded') is True:
        details['forwarded'] = True
    product = as_dict(context.get('referred_product'))
    if product:
        details['product'] = {
            key: as_text(product.get(key)) for key in ('catalog_id', 'product_retailer_id')
        }
    referral = as_dict(message.get('referral'))
    if referral:
        details['referral'] = {
            key: as_text(value) for key, value in referral.items() if as_text(value)
        }
    if group := as_id(message.get('group_id')):
        details['thread'] = group
    return details
