"""What is handed to a provider to be sent. No ORM."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class File:
    """A file to send."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Template:
    """An approved template, with the values of its variables in their order."""

    name: str
    lang: str
    values: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # of the variables, where the provider calls them by name


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message to send: a text, or a file (with a text if the provider has captions), or a
    template.

    :param key: ours, unique: to be sent along where the provider gives it back.
    :param external_id: and ``alternate_id``: whom to, as in `event.Person`.
    :param reply_to: the customer's message that is answered, as the provider calls it.
    :param details: what the ticket's last message brought along, such as the post of a comment.
    """

    key: str
    external_id: str
    alternate_id: str = ''
    text: str = ''
    file: File | None = None
    template: Template | None = None
    reply_to: str = ''
    is_private: bool = True
    details: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the provider said: its id of the message, and how it calls the person from now on."""

    message_id: str
    external_id: str = ''
    alternate_id: str = ''


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a provider takes.

    :param text: characters of one message; longer ones are split.
    :param caption: characters beside a file; 0: it has none, the text goes by itself.
    :param sizes: kind of file (``image``, ``audio``, ``video``, ``document``) -> bytes at most; a
        kind that is missing is not taken.
    :param mimetypes: kind of file -> the types taken; a kind that is missing takes all.
    """

    text: int = 4096
    caption: int = 0
    sizes: dict = field(default_factory=dict)
    mimetypes: dict = field(default_factory=dict)

    def kind_of(self, mimetype):
        """Return as which kind a file of this type is sent; None if it can't be."""
        kind = mimetype.partition('/')[0]
        if kind not in ('image', 'audio', 'video') or kind not in self.sizes:
            kind = 'document'
        types = self.mimetypes.get(kind)
        if types and mimetype not in types:
            kind = 'document'
            types = self.mimetypes.get(kind)
        if kind not in self.sizes or (types and mimetype not in types):
            return None
        return kind

    def split(self, text):
        """Return a text in pieces that the provider takes, cut between paragraphs or words."""
        pieces = []
        text = text.strip()
        while len(text) > self.text:
            head = text[: self.text]
            for mark in ('\n\n', '\n', ' '):
                cut = head.rfind(mark)
                if cut > self.text // 2:
                    break
            else:
                cut = self.text
            pieces.append(text[:cut].rstrip())
            text = text[cut:].lstrip()
        return [*pieces, text] if text else pieces
