"""Find the addresses and numbers that somebody writes into a chat. No ORM: text in, contacts out.

Anything may stand in a message. Nothing here raises, and the time grows with the length of the
text, never faster: every repetition has an upper bound.
"""

import re
from typing import NamedTuple

MAX_TEXT_LENGTH = 10_000
MAX_FOUND = 5

_EMAIL = re.compile(
    r'(?<![\w.+%-])[\w.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}\b'
)
_PHONE = re.compile(r'(?<![\w+.,/-])(?:\+|\()?\d(?:[ ().\-/\u00a0]{0,2}\d){6,14}(?![\w-])')
_DATE = re.compile(r'\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}')


class WrittenContact(NamedTuple):
    """What was found, as it was written, each once and in the order of the text."""

    emails: tuple
    phones: tuple


def find_written_contact(text):
    """Return the email addresses and phone numbers in a text.

    :param str text: plain text; None is fine.
    :rtype: WrittenContact
    """
    text = (text or '')[:MAX_TEXT_LENGTH]
    emails = _EMAIL.findall(text) if '@' in text else []
    rest = _EMAIL.sub(' ', text) if emails else text
    phones = [number for number in _PHONE.findall(rest) if not _DATE.fullmatch(number)]
    return WrittenContact(_first(emails), _first(number.strip() for number in phones))


def _first(found):
    """Return the first few, each once."""
    return tuple(dict.fromkeys(found))[:MAX_FOUND]
