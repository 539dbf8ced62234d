"""What people write below the posts of a page or an Instagram account. No ORM."""

from odoo.addons.helpdesk_ecom.tools.channel.event import (
    DELETE,
    EDIT,
    IGNORED,
    MESSAGE,
    ChannelEvent,
    Media,
    Person,
)
from odoo.addons.helpdesk_ecom.tools.channel.reading import as_dict, as_id, as_text, digest

from .messenger_attachment import as_url, file_name

MENTION = 'mention:'  # before the ids of where the account was named
POSTS = ('post', 'status', 'photo', 'video')  # what a visitor may put on a page


def parse(field, value, scope):
    """Return what a change of a page or an Instagram account tells.

    :param str field: what changed.
    :param dict value: as Meta sent it.
    :param scope: the entry's, see `messenger_parse.Scope`.
    :rtype: ChannelEvent
    """
    reader = _READERS.get((scope.platform, field))
    event = reader(field, value, scope) if reader else None
    return event or _ignored(field, value, scope)


def _ignored(field, value, scope):
    what = ' '.join(filter(None, map(as_text, (value.get('item'), value.get('verb')))))
    return ChannelEvent(
        kind=IGNORED,
        external_id=f'ignored:{digest(field, value, scope.account, scope.moment)}',
        account=scope.account,
        moment=scope.moment,
        text=f'{field} {what}'.strip()[:200],
        opens_window=False,
        is_private=False,
    )


def _person(value, comment_id):
    """Return who wrote. If Meta doesn't say it, each comment has an author of its own."""
    author = as_dict(value.get('from'))
    return Person(
        external_id=as_id(author.get('id')) or as_id(f'comment:{comment_id}'),
        name=as_text(author.get('name'))[:200],
        username=as_text(author.get('username'))[:200],
    )


def _public(kind, external_id, value, scope, target_id, **values):
    """Return an event that everybody can read."""
    person = _person(value, target_id)
    return ChannelEvent(
        kind=kind,
        external_id=as_id(external_id),
        account=scope.account,
        conversation=person.external_id,
        moment=scope.moment_of(value.get('created_time')),
        person=person,
        opens_window=False,
        is_private=False,
        **values,
    )


def _is_own(value, scope):
    author_id = as_id(as_dict(value.get('from')).get('id'))
    return bool(author_id) and author_id == scope.account


# === PAGES === #


def _read_feed(_field, value, scope):
    """Return the event of a comment, or of what a visitor put on the page."""
    item, verb = as_text(value.get('item')), as_text(value.get('verb'))
    post_id, comment_id = as_id(value.get('post_id')), as_id(value.get('comment_id'))
    target_id = comment_id if item == 'comment' else post_id
    if _is_own(value, scope) or not target_id or item not in ('comment', *POSTS):
        return None
    if item != 'comment' and not as_dict(value.get('from')).get('id'):
        return None  # an author who isn't named has a comment, but no post
    text = as_text(value.get('message'))
    if verb == 'add':
        media = _read_media(value)
        if not text and not media:
            return None
        return _public(
            MESSAGE,
            target_id,
            value,
            scope,
            target_id,
            text=text,
            media=media,
            reply_to=_parent_of(value, post_id),
            details=_details_of(value, scope, post_id, comment_id),
        )
    if verb in ('edited', 'edit') and text:
        external_id = f'edit:{digest(value, scope.moment)}:{target_id}'
        return _public(EDIT, external_id, value, scope, target_id, text=text, target=target_id)
    if verb in ('remove', 'delete'):
        external_id = f'deleted:{target_id}'
        return _public(DELETE, external_id, value, scope, target_id, target=target_id)
    return None


def _parent_of(value, post_id):
    """Return the comment that is answered, empty if it is the post itself."""
    parent_id = as_id(value.get('parent_id'))
    return '' if parent_id == post_id else parent_id


def _details_of(value, scope, post_id, comment_id):
    url = as_url(as_dict(value.get('post')).get('permalink_url'))
    details = {
        'thread': post_id or comment_id,
        'post_id': post_id,
        'comment_id': comment_id,
        'post_url': url or as_url(value.get('permalink_url')),
        'commented': scope.moment_of(value.get('created_time')),
    }
    return {key: value for key, value in details.items() if value}


def _read_media(value):
    urls = {key: as_url(value.get(key)) for key in ('photo', 'video', 'link')}
    if urls['link'] and as_text(value.get('item')) in ('photo', 'video'):
        urls[as_text(value.get('item'))] = urls['link']
    return tuple(
        Media(kind=kind, url=urls[key], name=file_name(urls[key]))
        for key, kind in (('photo', 'image'), ('video', 'video'))
        if urls[key]
    )


# === INSTAGRAM === #


def _read_comment(field, value, scope):
    comment_id = as_id(value.get('id'))
    text = as_text(value.get('text'))
    if not comment_id or not text or _is_own(value, scope):
        return None
    media = as_dict(value.get('media'))
    post_id = as_id(media.get('id'))
    details = {
        'thread': post_id or comment_id,
        'post_id': post_id,
        'comment_id': comment_id,
        'post_type': as_id(media.get('media_product_type')),
        'ad_id': as_id(media.get('ad_id')),
        'commented': scope.moment,
        'is_live': field == 'live_comments',
    }
    return _public(
        MESSAGE,
        comment_id,
        value,
        scope,
        comment_id,
        text=text,
        reply_to=as_id(value.get('parent_id')),
        details={key: value for key, value in details.items() if value},
    )


def _read_mention(_field, value, scope):
    """Return that somebody named the account: Meta says where, not who or what."""
    media_id, comment_id = as_id(value.get('media_id')), as_id(value.get('comment_id'))
    target_id = comment_id or media_id
    if not target_id:
        return None
    details = {
        'thread': f'{MENTION}{target_id}',
        'mention': True,
        'post_id': media_id,
        'comment_id': comment_id,
    }
    return _public(
        MESSAGE,
        f'{MENTION}{target_id}',
        value,
        scope,
        target_id,
        # what was written has to be fetched, as a file has
        media=(Media(kind='document', media_id=mention_id(media_id, comment_id)),),
        details={key: value for key, value in details.items() if value},
    )


def mention_id(media_id, comment_id):
    """Return by what name the words of a mention are fetched: `read_mention_id` reads it."""
    return f'{MENTION}{media_id}:{comment_id}'


def read_mention_id(text):
    """Return the ids of media and comment of a mention; None if it is something else."""
    if not text.startswith(MENTION):
        return None
    media_id, _colon, comment_id = text.removeprefix(MENTION).partition(':')
    return media_id, comment_id


_READERS = {
    ('page', 'feed'): _read_feed,
    ('instagram', 'comments'): _read_comment,
    ('instagram', 'live_comments'): _read_comment,
    ('instagram', 'mentions'): _read_mention,
}
