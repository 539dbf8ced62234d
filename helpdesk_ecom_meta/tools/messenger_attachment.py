"""What may hang on a message of Messenger or Instagram. No ORM."""

from urllib.parse import parse_qs, unquote, urlsplit

from odoo.addons.helpdesk_ecom.tools.channel.event import Media
from odoo.addons.helpdesk_ecom.tools.channel.reading import (
    as_dict,
    as_dicts,
    as_id,
    as_number,
    as_text,
)

from ..const import MEDIA_HOSTS

MAX_URL = 4000  # characters
MAX_LINES = 30  # of a template
MAX_TITLE = 500  # characters

MEDIA_KINDS = {
    'image': 'image',
    'audio': 'audio',
    'video': 'video',
    'file': 'document',
    'animated_image': 'image',
    'animated_image_share': 'image',
    'sticker': 'sticker',
}
# what is shared, and as what its file shows it
SHARED = {
    'share': 'image',
    'post': 'image',
    'ig_post': 'image',
    'reel': 'video',
    'ig_reel': 'video',
    'story_mention': 'image',
    'ig_story': 'image',
}
# the thumb that is one tap away, in its three sizes
LIKE_STICKERS = ('369239263222822', '369239343222814', '369239383222810')


class Attachments:
    """What was found in a message's attachments."""

    def __init__(self):
        self.media = []
        self.details = {}
        self._texts = []

    def add_media(self, kind, url, media_id=''):
        """Add a file; one without an address can't be fetched."""
        if url and not any(media.url == url for media in self.media):
            self.media.append(Media(kind=kind, url=url, media_id=media_id, name=file_name(url)))

    def add_text(self, *texts):
        """Add lines to what the customer said."""
        self._texts += [text for text in texts if text and text not in self._texts]

    def add_detail(self, key, value):
        """Add one of several things of a kind."""
        self.details.setdefault(key, []).append(value)

    def texts(self, said):
        """Return the lines that are not part of what was said anyway."""
        return [text for text in self._texts if text not in said]


def as_url(value):
    """Return a value if it is an address on the web, else an empty text."""
    url = as_text(value).strip()
    if len(url) > MAX_URL or not url.lower().startswith(('https://', 'http://')):
        return ''
    return '' if any(char.isspace() for char in url) else url


def file_name(url):
    """Return the name of the file that an address ends in, if it does."""
    try:
        name = unquote(urlsplit(url).path.rpartition('/')[2])
    except ValueError:
        return ''
    stem, dot, suffix = name.rpartition('.')
    is_name = stem and dot and 1 <= len(suffix) <= 5 and suffix.isalnum()
    return name[-120:].replace('\0', '') if is_name and name.isprintable() else ''


def is_file_host(url):
    """Tell whether a file is kept there by Meta, rather than a page to look at."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ''
    except ValueError:
        return False
    if host in ('www.facebook.com', 'm.facebook.com', 'l.facebook.com', 'facebook.com'):
        return False
    return any(host == name or host.endswith(f'.{name}') for name in MEDIA_HOSTS)


def unwrap(url):
    """Return where an address leads that Facebook wrapped to count the clicks."""
    try:
        parts = urlsplit(url)
        wrapped = parse_qs(parts.query).get('u', [''])[0]
    except ValueError:
        return url
    if parts.hostname in ('l.facebook.com', 'l.instagram.com', 'lm.facebook.com'):
        return as_url(wrapped) or url
    return url


def read_attachments(attachments):
    """Return the files, texts and details of a message's attachments.

    :param list[dict] attachments: as Meta sent them.
    :rtype: Attachments
    """
    found = Attachments()
    for attachment in attachments:
        kind, payload = as_text(attachment.get('type')), as_dict(attachment.get('payload'))
        if kind in MEDIA_KINDS:
            _read_file(found, kind, payload)
        elif kind in SHARED:
            _read_shared(found, kind, attachment, payload)
        elif kind == 'location':
            _read_location(found, attachment, payload)
        elif kind == 'template':
            _read_template(found, payload)
        elif kind == 'like_heart':
            found.add_text('❤️')
        else:
            _read_fallback(found, kind, attachment, payload)
    return found


def _read_file(found, kind, payload):
    sticker_id = as_id(payload.get('sticker_id'))
    if sticker_id in LIKE_STICKERS:
        found.add_text('👍')
        return
    url = as_url(payload.get('url'))
    if not url:
        found.add_detail('attachments', {'type': kind})
        return
    found.add_media('sticker' if sticker_id else MEDIA_KINDS[kind], url, sticker_id)


def _title_and_url(attachment, payload):
    """Return what stands in the attachment or in its payload, depending on its age."""
    title = as_text(payload.get('title')) or as_text(attachment.get('title'))
    url = as_url(payload.get('url')) or as_url(attachment.get('url'))
    return title[:MAX_TITLE], unwrap(url)


def _read_shared(found, kind, attachment, payload):
    """Read a post, reel or story: a picture if Meta keeps it, a link otherwise."""
    title, url = _title_and_url(attachment, payload)
    shared = {'type': kind, 'title': title, 'url': url}
    for key in ('ig_post_media_id', 'reel_video_id', 'post_id', 'id'):
        if value := as_id(payload.get(key)):
            shared['id'] = value
            break
    found.add_detail('shared', {key: value for key, value in shared.items() if value})
    if kind == 'story_mention' or is_file_host(url):
        found.add_media(SHARED[kind], url)
    elif url:
        found.add_text(f'{title} {url}'.strip())


def _read_location(found, attachment, payload):
    coordinates = as_dict(payload.get('coordinates'))
    latitude, longitude = coordinates.get('lat'), coordinates.get('long')
    title, url = _title_and_url(attachment, payload)
    if latitude is None or longitude is None:
        found.add_text(title, url)
        return
    place = {'latitude': as_number(latitude), 'longitude': as_number(longitude), 'name': title}
    found.details['place'] = {key: value for key, value in place.items() if value != ''}


def _read_template(found, payload):
    """Read a template: what another program sent, or a product that the customer asks about."""
    product = as_dict(payload.get('product'))
    elements = as_dicts(payload.get('elements')) + as_dicts(product.get('elements'))
    found.add_text(as_text(payload.get('text'))[: 4 * MAX_TITLE])
    for element in elements[:MAX_LINES]:
        title = as_text(element.get('title'))[:MAX_TITLE]
        found.add_text(title, as_text(element.get('subtitle'))[:MAX_TITLE])
        if product and (product_id := as_id(element.get('id'))):
            values = {
                'id': product_id,
                'sku': as_id(element.get('retailer_id')),
                'title': title,
                'image': as_url(element.get('image_url')),
            }
            found.add_detail('products', {key: value for key, value in values.items() if value})


def _read_fallback(found, kind, attachment, payload):
    """Read a link with its preview, or what Meta invents tomorrow."""
    title, url = _title_and_url(attachment, payload)
    if not (title or url) or kind != 'fallback':
        found.add_detail('attachments', {'type': kind[:50] or 'unknown'})
    if is_file_host(url) and kind != 'fallback':
        found.add_media('document', url)
    else:
        found.add_text(title, url)
