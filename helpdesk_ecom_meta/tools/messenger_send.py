"""What Messenger and Instagram want to be told to send something. No ORM, no network."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from odoo.addons.helpdesk_ecom.tools.channel.error import NEVER, UNKNOWN, WINDOW, ChannelError
from odoo.addons.helpdesk_ecom.tools.channel.event import NotParsed
from odoo.addons.helpdesk_ecom.tools.channel.outgoing import Limits, Sent
from odoo.addons.helpdesk_ecom.tools.channel.reading import as_id, load

from .messenger_event import OWN_PREFIX

MB = 1024 * 1024
STANDARD_HOURS = 24
HUMAN_AGENT_HOURS = 7 * 24
PRIVATE_REPLY_HOURS = 7 * 24
PUBLIC, PRIVATE_REPLY, DIRECT = 'public', 'private_reply', 'direct'
TYPES = {'document': 'file'}  # of attachments, where we call them otherwise

LIMITS = {
    'messenger': Limits(
        text=2000,
        sizes=dict.fromkeys(('image', 'audio', 'video', 'document'), 25 * MB),
        mimetypes={'image': ('image/png', 'image/jpeg', 'image/gif')},
    ),
    'instagram': Limits(
        text=1000,
        sizes={'image': 8 * MB, 'audio': 25 * MB, 'video': 25 * MB, 'document': 25 * MB},
        mimetypes={
            'image': ('image/png', 'image/jpeg', 'image/gif'),
            'audio': (
                'audio/aac',
                'audio/mp4',
                'audio/m4a',
                'audio/x-m4a',
                'audio/wav',
                'audio/x-wav',
            ),
            'video': (
                'video/mp4',
                'video/ogg',
                'video/x-msvideo',
                'video/quicktime',
                'video/webm',
            ),
            'document': ('application/pdf',),
        },
    ),
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A POST to the Graph API.

    :param path: below the base address.
    :param json: the body, as plain values.
    """

    path: str
    json: dict = field(default_factory=dict)


def is_instagram_login(api_url):
    """Tell whether an address is the one for accounts that have no page at Facebook."""
    return urlsplit(api_url).hostname == 'graph.instagram.com'


def way_of(outgoing):
    """Return how a message is to be sent: ``public``, ``private_reply`` or ``direct``."""
    if not outgoing.is_private:
        return PUBLIC
    return PRIVATE_REPLY if _commented_id(outgoing.details) else DIRECT


def needs_tag(window_until, window_hours, now):
    """Tell whether only a human agent may answer now, rather than any program.

    :param datetime window_until: until when we may write at all; None: unknown.
    :param float window_hours: how long that is after the customer's last message.
    :param datetime now: naive UTC, as the other.
    """
    if not window_until or window_hours <= STANDARD_HOURS:
        return False
    return now >= window_until - timedelta(hours=window_hours - STANDARD_HOURS)


def upload_form(kind, platform):
    """Return the fields that go beside a file that is uploaded before it is sent.

    :param str kind: one of `event.MEDIA_KINDS`.
    :param str platform: ``messenger`` or ``instagram``.
    :rtype: dict
    """
    form = {'message': {'attachment': {'type': TYPES.get(kind, kind), 'payload': {}}}}
    if platform == 'instagram':
        form['platform'] = 'instagram'
    return form


def build(outgoing, platform, account_id, attachment=None, is_tagged=False):
    """Return the request that sends a message.

    :param Outgoing outgoing: what to send.
    :param str platform: ``messenger`` or ``instagram``.
    :param str account_id: of the page or Instagram account.
    :param dict attachment: kind and ``attachment_id`` of the file, if there is one.
    :param bool is_tagged: whether a human agent answers after the usual window.
    :rtype: Request
    :raise ChannelError: if it can't be sent that way.
    """
    way = way_of(outgoing)
    if way == PUBLIC:
        return _build_comment(outgoing, platform, account_id)
    message = {'metadata': OWN_PREFIX + outgoing.key}
    if attachment:
        payload = {key: value for key, value in attachment.items() if key != 'kind' and value}
        kind = attachment['kind']
        message['attachment'] = {'type': TYPES.get(kind, kind), 'payload': payload}
    else:
        message['text'] = outgoing.text
    if way == PRIVATE_REPLY:
        details = outgoing.details
        key = 'comment_id' if details.get('comment_id') else 'post_id'
        if platform == 'instagram' and key == 'post_id':
            raise ChannelError(NEVER, 'There is no comment to answer privately.')
        body = {'recipient': {key: _commented_id(details)}, 'message': message}
    else:
        body = {'recipient': {'id': outgoing.external_id}, 'message': message}
        if is_tagged:
            body |= {'messaging_type': 'MESSAGE_TAG', 'tag': 'HUMAN_AGENT'}
        else:
            body['messaging_type'] = 'RESPONSE'
    # whose token it is tells Instagram's account
    sender = 'me' if platform == 'instagram' else account_id
    return Request(path=f'{sender}/messages', json=body)


def _commented_id(details):
    return as_id(details.get('comment_id')) or as_id(details.get('post_id'))


def _build_comment(outgoing, platform, account_id):
    """Return the request that answers below a comment, or below a post that has none."""
    details = outgoing.details
    comment_id, post_id = as_id(details.get('comment_id')), as_id(details.get('post_id'))
    target_id = comment_id or post_id or as_id(details.get('thread'))
    if outgoing.file:
        raise ChannelError(NEVER, 'A public answer takes no files.')
    if not target_id.replace('_', '').isalnum():
        raise ChannelError(NEVER, 'The comment to answer is not known.')
    if details.get('mention'):
        body = {'media_id': post_id, 'comment_id': comment_id, 'message': outgoing.text}
        return Request(
            path=f'{account_id}/mentions', json={key: text for key, text in body.items() if text}
        )
    edge = 'replies' if platform == 'instagram' and comment_id else 'comments'
    return Request(path=f'{target_id}/{edge}', json={'message': outgoing.text})


def check_private_reply(commented, now):
    """Refuse a private answer to a comment that is too old for it.

    :param float commented: when the comment was written, seconds since 1970; 0: unknown.
    :param float now: likewise.
    :raise ChannelError: ``WINDOW``.
    """
    if commented and now - commented > PRIVATE_REPLY_HOURS * 3600:
        raise ChannelError(WINDOW, 'The comment is older than seven days.')


def read_sent(body, outgoing):
    """Return what Meta says of a message that it took.

    :param bytes body: of an answer of success.
    :param Outgoing outgoing: what was sent.
    :rtype: Sent
    :raise ChannelError: ``UNKNOWN`` if it can't be made out.
    """
    try:
        answer = load(body)
    except NotParsed:
        answer = {}
    message_id = as_id(answer.get('message_id')) or as_id(answer.get('id'))
    if not message_id:
        raise ChannelError(UNKNOWN, 'Meta took the message, but did not say its number.')
    # a comment's author may be called otherwise in messages
    recipient_id = as_id(answer.get('recipient_id'))
    if not recipient_id or recipient_id == outgoing.external_id:
        return Sent(message_id=message_id)
    return Sent(message_id=message_id, external_id=recipient_id, alternate_id=outgoing.external_id)
