"""One mail on its way in: its source, and what has become of it. No ORM."""

import base64
import hashlib
import re
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage

_TEXT_SUBTYPES = ('plain', 'html')
_REFERENCE = re.compile(r'#\s?([A-Za-z0-9][A-Za-z0-9/_.-]*[0-9])\b')
# What PostgreSQL or UTF-8 refuse to store.
_UNSTORABLE = re.compile('[\x00\ud800-\udfff]')
_HEAD_LENGTH = 8000
# PostgreSQL's indexes take 2700 bytes; RFC 5322 knows no line of more than 998.
_ID_LENGTH = 998
# There was no e-mail before; a year of three digits is text that Odoo can't read again.
_FIRST_YEAR = 1971
_HEADERS = {
    key: re.compile(rf'^{name}:[ \t]*(.*)$', re.IGNORECASE | re.MULTILINE)
    for key, name in (
        ('subject', 'Subject'),
        ('email_from', 'From'),
        ('to', 'To'),
        ('message_id', 'Message-Id'),
    )
}


class IncomingMail:
    """The raw source of a mail, kept beside Odoo's parsed values while they are processed.

    :param bytes raw: the mail as it came.
    """

    def __init__(self, raw):
        self.raw = raw
        self.message = None  # the EmailMessage, once parsed
        self.message_dict = None  # Odoo's reading of it
        self.error = None  # what Odoo's own parser stumbled over first
        self.routed = False  # whether it got so far that a destination was looked for
        self.ignored_as = None  # why core dropped it before
        self.released = False  # a person said: this is to become a ticket
        self.ticket_id = False  # ... or an answer to this one
        self.known_aliases = {}  # address -> whether it is one of the database's own
        self.opens_ticket = False  # core is about to ask which fields a ticket has

    def note_problem(self, error):
        """Remember that something had to be guessed, so that the source is kept."""
        self.error = self.error or error

    @property
    def encoded(self):
        """The source in base64, as binary fields take it."""
        return base64.b64encode(self.raw)

    def guess_values(self):
        """Return what can be told of a mail that Odoo could not read at all."""
        head = self.raw[:_HEAD_LENGTH].decode('utf-8', 'replace')
        found = {
            name: storable(match[1].strip()) if (match := _HEADERS[name].search(head)) else ''
            for name in _HEADERS
        }
        found['message_id'] = (
            short_id(found['message_id']) or f'<{hashlib.sha256(self.raw).hexdigest()}@mail>'
        )
        return {**found, 'body': storable(head)}

    @property
    def is_lossy(self):
        """Whether what Odoo made of the mail may be less than what it says."""
        return bool(self.error) or has_defects(self.message)


def find_references(subject):
    """Return the possible ticket numbers of a subject: words after '#' that end in a digit."""
    return list(dict.fromkeys(_REFERENCE.findall(subject or '')))


def has_defects(message):
    """Tell whether the parser had to guess anywhere in the mail."""
    return any(part.defects for part in message.walk())


def is_storable(text):
    """Tell whether the database takes the text as it is."""
    return not _UNSTORABLE.search(text)


def storable(text):
    """Return the text without the characters that the database can't take."""
    return _UNSTORABLE.sub('\N{REPLACEMENT CHARACTER}', text)


def is_plausible_date(text):
    """Tell whether a moment as Odoo writes it is of a time in which there was e-mail."""
    try:
        return datetime.strptime(text, '%Y-%m-%d %H:%M:%S').year >= _FIRST_YEAR
    except ValueError:
        return False


def short_id(message_id):
    """Return a Message-Id that an index takes: one that is too long becomes its own digest."""
    if len(message_id) <= _ID_LENGTH:
        return message_id
    return f'<{hashlib.sha256(message_id.encode()).hexdigest()}@long>'


def heal_headers(message):
    """Replace the headers that the standard library can't read by their readable rest, in place.

    :return: whether anything had to be replaced.
    """
    healed = False
    for name in {key for key, _value in message.raw_items()}:
        try:
            readable = all(is_storable(str(value)) for value in message.get_all(name))
        except Exception:  # noqa: BLE001 the parser fails in many ways: IndexError, TypeError ...
            readable = False
        if not readable:
            raw_values = [
                value for key, value in message.raw_items() if key.lower() == name.lower()
            ]
            del message[name]
            for value in raw_values:
                _set_readable(message, name, value)
            healed = True
    return healed


def extract_text(message):
    """Return ``(plain, html)``: the readable text of a mail, whatever its MIME structure says.

    Charsets that nobody knows are read as UTF-8, else as Latin-1; what is in a multipart that has
    no parts is its text.
    """
    texts = {'plain': [], 'html': []}
    for part in message.walk():
        if part.is_multipart() or _filename(part):
            continue
        subtype = part.get_content_subtype() if part.get_content_maintype() == 'text' else None
        if subtype in _TEXT_SUBTYPES or part.get_content_maintype() == 'multipart':
            texts[subtype if subtype == 'html' else 'plain'].append(decode(part))
    return '\n'.join(texts['plain']).strip(), '\n'.join(texts['html']).strip()


def extract_files(message):
    """Return ``(name, bytes)`` of every part that is not the text of the mail."""
    files = []
    for part in message.walk():
        if part.get_content_maintype() == 'multipart':
            continue
        filename = _filename(part)
        if part.get_content_maintype() == 'text' and not filename:
            continue
        payload = _as_bytes(part) if part.is_multipart() else _content(part)
        files.append((filename or 'attachment', payload))
    return files


def decode(part):
    """Return the text of a part, never raising."""
    payload = _content(part)
    for charset in (_charset(part), 'utf-8', 'latin-1'):
        try:
            return storable(payload.decode(charset))
        except (LookupError, UnicodeError, ValueError):
            continue
    return ''


def _set_readable(message, name, value):
    """Add a header from which everything but plain text was taken; drop it if that fails, too."""
    text = re.sub(r'\s+', ' ', re.sub(r'[^\x20-\x7e]', '?', str(value)))
    for candidate in (text, ', '.join(re.findall(r'[\w.+-]+@[\w.-]+\w', text))):
        try:
            str(message.policy.header_factory(name, candidate))
        except Exception:  # noqa: BLE001 see `heal_headers`
            continue
        with suppress(ValueError):  # it may stand there only once: the first one counts
            message[name] = candidate
        return


def _content(part):
    """Return the bytes of a part; those of its source where nobody knows how to read it."""
    try:
        return part.get_payload(decode=True) or b''
    except Exception:  # noqa: BLE001 charsets that are none of text: idna, punycode ...
        return _as_bytes(part)


def _charset(part):
    try:
        return part.get_content_charset() or 'utf-8'
    except Exception:  # noqa: BLE001 a broken Content-Type
        return 'utf-8'


def _filename(part):
    try:
        return storable(part.get_filename() or '')
    except Exception:  # noqa: BLE001 a broken Content-Disposition
        return 'attachment'


def _as_bytes(part):
    """Return an attached mail as a file."""
    try:
        inner = part.get_payload(0) if part.is_multipart() else part
        return inner.as_bytes() if isinstance(inner, EmailMessage) else str(inner).encode()
    except Exception:  # noqa: BLE001 what can't be written down again is in the kept source
        return b''
