"""What providers tell us, in one form for all of them. No ORM.

A provider's parser is a pure function from the bytes of a webhook to a list of `ChannelEvent`. The
desk stores each event in an envelope of its own and processes it later, so that an event must say
everything by itself, and must survive a round trip through JSON.
"""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timezone

# What may happen. The values are stored: don't rename them.
MESSAGE = 'message'  # a customer's words
ECHO = 'echo'  # our words, written in another program (the phone's app, the page's inbox)
STATUS = 'status'  # what became of a message that we sent
REACTION = 'reaction'  # a customer's smiley on a message, or its removal (no text)
EDIT = 'edit'  # a customer changed a message
DELETE = 'delete'  # a customer took a message back
IDENTITY = 'identity'  # a customer has another number or id from now on
ACCOUNT = 'account'  # news of the account itself: quality, restrictions, templates
IGNORED = 'ignored'  # not for us; kept for a while, so that nothing vanishes unseen
# What a parser can't read, among others that it can: ``text`` is its source, which the parser takes
# alone, too, ``error`` what is wrong with it. Parked for an administrator; nobody sends it.
UNREADABLE = 'unreadable'
KINDS = (MESSAGE, ECHO, STATUS, REACTION, EDIT, DELETE, IDENTITY, ACCOUNT, IGNORED)

# What became of a message, in the order in which it happens. It never goes back.
SENT, DELIVERED, READ, FAILED = 'sent', 'delivered', 'read', 'failed'
STATUS_RANKS = {SENT: 1, DELIVERED: 2, READ: 3, FAILED: 4}

MEDIA_KINDS = ('image', 'audio', 'video', 'document', 'sticker')


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who wrote, as the provider knows them.

    ``external_id`` is what the provider calls them, ``alternate_id`` a second id of the same
    person (a phone number beside a user id): either finds the person again. ``phone`` is a number
    in E.164 that the provider vouches for, or empty.
    """

    external_id: str
    alternate_id: str = ''
    name: str = ''
    username: str = ''
    phone: str = ''
    email: str = ''
    lang: str = ''  # ISO 639, may have a country: pt_BR


@dataclass(frozen=True, kw_only=True)
class Media:
    """A file that the customer sent, to be fetched later by ``media_id`` or ``url``."""

    kind: str  # one of MEDIA_KINDS
    media_id: str = ''
    url: str = ''
    mimetype: str = ''
    name: str = ''
    size: int = 0  # bytes, 0: unknown
    sha256: str = ''  # hexadecimal, empty: unknown


@dataclass(frozen=True, kw_only=True)
class ChannelEvent:
    """One thing that happened.

    :param kind: one of ``KINDS``.
    :param external_id: unique for the channel and the event, the same when it is delivered twice
        (for a status: message and status). What makes one delivery recognisable.
    :param account: which of our accounts it is for, as the provider calls it; empty: the one whose
        address was called.
    :param conversation: what keeps its order: events of one conversation are processed in the
        order of ``moment``. Usually the person's id; empty: none.
    :param moment: when it happened, seconds since 1970 (UTC), 0: unknown.
    :param person: who it is about: the author, or for echoes whom we wrote to.
    :param text: what was said; for a reaction the smiley, for ``ACCOUNT`` and ``IGNORED`` what to
        tell an administrator.
    :param media: files to fetch.
    :param target: external id of the message that is changed, deleted, reacted to or reported on.
    :param reply_to: external id of the message that is answered or quoted.
    :param status: for ``STATUS``: one of ``STATUS_RANKS``.
    :param own_key: for ``STATUS`` and ``ECHO``: the key that we sent along, if it came back.
    :param error_code: and ``error``: why a message failed, or what is wrong with the account.
    :param severity: for ``ACCOUNT``: ``info``, ``warning`` or ``error`` (the channel stops).
    :param opens_window: whether the provider lets us write freely after it.
    :param is_private: False for what everybody can read (a comment below a post).
    :param details: what else is worth to be shown or found again, JSON only: a place, a product,
        an order, the post of a comment.
    """

    kind: str
    external_id: str
    account: str = ''
    conversation: str = ''
    moment: float = 0
    person: Person | None = None
    text: str = ''
    media: tuple[Media, ...] = ()
    target: str = ''
    reply_to: str = ''
    status: str = ''
    own_key: str = ''
    error_code: str = ''
    error: str = ''
    severity: str = 'info'
    opens_window: bool = True
    is_private: bool = True
    details: dict = field(default_factory=dict)

    def to_json(self):
        """Return the event as a dict of plain values, without what is empty."""
        return {
            key: value for key, value in asdict(self).items() if value not in ('', (), {}, None)
        }

    @classmethod
    def from_json(cls, values):
        """Return the event that `to_json` made this of; unknown keys are left out."""
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in values.items() if key in known}
        if values.get('person'):
            values['person'] = Person(**values['person'])
        values['media'] = tuple(Media(**media) for media in values.get('media') or ())
        return cls(**values)

    @property
    def date(self):
        """When it happened, as the ORM wants it (naive, UTC); None if that is not known."""
        if not self.moment:
            return None
        try:
            aware = datetime.fromtimestamp(self.moment, timezone.utc)
        except (OverflowError, OSError, ValueError):
            return None
        return aware.replace(tzinfo=None, microsecond=0)


class NotParsed(ValueError):
    """A parser can't make sense of a body at all: it is parked as it came, for an admin to see."""
