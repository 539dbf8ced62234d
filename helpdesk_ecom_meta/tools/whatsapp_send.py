"""A message as the WhatsApp Cloud API wants it, and what it answers. Pure functions, no ORM."""

import re

from odoo.addons.helpdesk_ecom.tools.channel.error import NEVER, UNKNOWN, ChannelError
from odoo.addons.helpdesk_ecom.tools.channel.event import NotParsed
from odoo.addons.helpdesk_ecom.tools.channel.outgoing import Limits, Sent
from odoo.addons.helpdesk_ecom.tools.channel.reading import as_dict, as_dicts, as_id, load

from .whatsapp_number import is_user_id, is_wa_id, sort_ids

MEGABYTE = 1024 * 1024
_OFFICE = 'application/vnd.openxmlformats-officedocument'
_IMAGES = ('image/jpeg', 'image/png')
_VIDEOS = ('video/mp4', 'video/3gpp')
_AUDIOS = ('audio/aac', 'audio/amr', 'audio/mp4', 'audio/mpeg', 'audio/ogg')
_DOCUMENTS = (
    'application/pdf',
    'application/msword',
    'application/vnd.ms-excel',
    'application/vnd.ms-powerpoint',
    f'{_OFFICE}.wordprocessingml.document',
    f'{_OFFICE}.spreadsheetml.sheet',
    f'{_OFFICE}.presentationml.presentation',
    'text/plain',
    'image/webp',
)
LIMITS = Limits(
    text=4096,
    caption=1024,
    sizes={
        'image': 5 * MEGABYTE,
        'audio': 16 * MEGABYTE,
        'video': 16 * MEGABYTE,
        'document': 100 * MEGABYTE,
    },
    mimetypes={
        'image': _IMAGES,
        'audio': _AUDIOS,
        'video': _VIDEOS,
        # whatever can be shown can be handed over as a file, too
        'document': (*_DOCUMENTS, *_IMAGES, *_VIDEOS, *_AUDIOS),
    },
)


def kind_of_file(file, text=''):
    """Return as what a file is sent: as it is shown best, or else as a document.

    :raise ChannelError: if it can't be sent at all.
    """
    size = len(file.content)
    kind = LIMITS.kind_of(file.mimetype)
    if kind and size > LIMITS.sizes[kind] or (kind == 'audio' and text):  # it has no caption
        kind = 'document'
    if not kind:
        raise ChannelError(NEVER, f'{file.name}: WhatsApp takes no files of type {file.mimetype}')
    if size > LIMITS.sizes[kind]:
        raise ChannelError(NEVER, f'{file.name}: WhatsApp takes no files of {size} bytes')
    return kind


def build(outgoing, media_id=''):
    """Return the body of the request that sends a message.

    :param Outgoing outgoing: the message.
    :param str media_id: Meta's id of its file, which was uploaded before.
    """
    body = {
        'messaging_product': 'whatsapp',
        **_build_recipient(outgoing),
        # comes back with each status, also if the answer to this request gets lost
        'biz_opaque_callback_data': outgoing.key,
    }
    if outgoing.reply_to:
        body['context'] = {'message_id': outgoing.reply_to}
    if outgoing.template:
        kind, content = 'template', build_template(outgoing.template)
    elif outgoing.file:
        kind = kind_of_file(outgoing.file, outgoing.text)
        content = {'id': media_id}
        if outgoing.text:
            content['caption'] = outgoing.text
        if kind == 'document':
            content['filename'] = outgoing.file.name
    elif outgoing.text:
        kind, content = 'text', {'body': outgoing.text, 'preview_url': False}
    else:
        raise ChannelError(NEVER, 'There is nothing to send')
    return {**body, 'type': kind, kind: content}


def _build_recipient(outgoing):
    """Return whom to: a phone number as WhatsApp knows it, a user id, or a group."""
    group = outgoing.details.get('thread')
    if group and not outgoing.is_private:
        return {'recipient_type': 'group', 'to': group}
    ids = (re.sub(r'[+ ]', '', text) for text in (outgoing.external_id, outgoing.alternate_id))
    wa_id, user_id = sort_ids(*ids)
    if is_wa_id(wa_id):
        return {'recipient_type': 'individual', 'to': wa_id}
    if is_user_id(user_id):
        return {'recipient_type': 'individual', 'recipient': user_id}
    raise ChannelError(NEVER, 'There is neither a phone number nor a user id of WhatsApp')


# === TEMPLATES === #


def build_template(template):
    """Return a template with the values of its variables.

    Names say where a variable is: ``1`` or ``customer`` in the body, ``header.1`` in the header,
    ``button.0`` in the address of the first button. Without names all are in the body.
    """
    if template.names and len(template.names) != len(template.values):
        raise ChannelError(NEVER, f'{template.name}: values are missing')
    header, body, buttons = [], [], []
    names = template.names or ('',) * len(template.values)
    for name, value in zip(names, template.values, strict=True):
        # Meta refuses line breaks and long blanks in values, and empty ones
        parameter = {'type': 'text', 'text': ' '.join(value.split()) or '-'}
        place, point, inner = name.partition('.')
        if place == 'button' and point:
            buttons.append(
                {
                    'type': 'button',
                    'sub_type': 'url',
                    'index': inner,
                    'parameters': [parameter],
                }
            )
            continue
        if place == 'header' and point:
            target, name = header, inner
        else:
            target = body
        if name and not name.isdecimal():
            parameter['parameter_name'] = name
        target.append(parameter)
    components = [
        {'type': kind, 'parameters': parameters}
        for kind, parameters in (('header', header), ('body', body))
        if parameters
    ]
    return {
        'name': template.name,
        'language': {'code': template.lang},
        **({'components': components + buttons} if components or buttons else {}),
    }


# === ANSWERS === #


def read_sent(body):
    """Return the `Sent` of the answer to a request that sent a message.

    :raise ChannelError: if the answer doesn't say so: the message may have been sent.
    """
    try:
        answer = load(body)
    except NotParsed:
        answer = {}
    message = next(iter(as_dicts(answer.get('messages'))), {})
    message_id = as_id(message.get('id'))
    if not message_id:
        raise ChannelError(UNKNOWN, 'WhatsApp took the message, but did not name it')
    contact = as_dict(next(iter(as_dicts(answer.get('contacts'))), {}))
    wa_id, user_id = sort_ids(as_id(contact.get('wa_id')), as_id(contact.get('user_id')))
    return Sent(
        message_id=message_id,
        external_id=wa_id or user_id,
        alternate_id=user_id if wa_id else '',
    )


def read_media_id(body):
    """Return Meta's id of a file that was uploaded; empty if the answer has none."""
    try:
        return as_id(load(body).get('id'))
    except NotParsed:
        return ''
