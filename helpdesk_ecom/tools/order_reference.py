"""Find what may be the number of an order or of one of its documents. No ORM: text in, numbers out.

Anything may stand in a mail, in any language and of any size: nothing here raises, and the time
grows with the length of the text, never faster.
"""

import re
import unicodedata
from html import unescape
from typing import NamedTuple

MAX_REFERENCES = 50
MAX_TEXT_LENGTH = 100_000
MAX_TEXTS = 50

# Letters and digits in groups: S00042, INV/2026/00012, WH_OUT_00017, 112-1234567-1234567, #1001.
# Each repetition starts with a separator that can't be part of a group, so there is one way to
# match, and a long text is read once.
_TOKEN = re.compile(r'#?[A-Za-z0-9]+(?:[-/_][A-Za-z0-9]+)*')
# Carriers print long numbers in groups: 1Z 999 AA1 01 2345 6784, 7712 3456 7890.
_SPACED_UPS = re.compile(r'\b1Z(?: ?[0-9A-Z]){16}\b', re.IGNORECASE)
_SPACED_DIGITS = re.compile(r'(?<![0-9+] )(?<![0-9+])\d{4}(?: \d{4}){2,4}(?: \d{2,3})?(?! ?\d)')
_DATE = re.compile(r'(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{2,4})')
_TAG = re.compile(r'<[^<>]*>')
_INVISIBLE = {
    code: None
    for code in (
        0xAD,
        0x200B,
        0x200C,
        0x200D,
        0x200E,
        0x200F,
        0x2060,
        0xFEFF,
        *range(0x202A, 0x202F),
    )
}
_LOOKALIKES = (
    _INVISIBLE
    | dict.fromkeys(range(0x2010, 0x2016), '-')
    | {
        0x2212: '-',
        0x2116: '#',
        0x00A0: ' ',
        0x2044: '/',
    }
)
_UNSEEN_ELEMENTS = ('style', 'script')


class Reference(NamedTuple):
    """One candidate.

    ``text`` as it was written (normalised), ``variants`` the spellings to look up, ``strong`` False
    for what could as well be a price, a year or a model name: good enough to pick one of the
    customer's own orders by, not to point at somebody else's.
    """

    text: str
    variants: tuple
    strong: bool


def find_references(texts, quoted=()):
    """Return what may be the number of an order, an invoice, a transfer or a parcel.

    :param texts: iterable of str, plain or HTML; what stands in the first one comes first.
    :param quoted: like ``texts``, of less weight: what was said before (quoted history).
    :return: at most 50 `Reference`, strong ones first, else in the order of the text.
    :rtype: list[Reference]
    """
    strong, weak = {}, {}
    for text in [*texts, *quoted][:MAX_TEXTS]:
        for candidate in _candidates(_normalise(text)):
            found = strong if _is_strong(candidate) else weak
            if len(found) < MAX_REFERENCES:
                found.setdefault(candidate.upper(), candidate)
        if len(strong) >= MAX_REFERENCES:
            break
    return [
        Reference(candidate, _variants(candidate), found is strong)
        for found in (strong, weak)
        for candidate in found.values()
    ][:MAX_REFERENCES]


def _normalise(text):
    """Return the text without markup, in ASCII digits, dashes and spaces where it means these."""
    text = str(text or '')[:MAX_TEXT_LENGTH]
    if '<' in text:
        for name in _UNSEEN_ELEMENTS:
            text = _drop_element(text, name)
        text = _TAG.sub(' ', text)
    text = unescape(text).translate(_LOOKALIKES)
    text = unicodedata.normalize('NFKC', text).translate(_LOOKALIKES)
    if text.isascii():
        return text
    return ''.join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _drop_element(text, name):
    """Return the text without the elements of that name: a style sheet is full of #123456."""
    lowered, kept, start = text.lower(), [], 0
    if len(lowered) != len(text):  # a few letters change their length: then positions differ
        return text
    while (begin := lowered.find(f'<{name}', start)) >= 0:
        end = lowered.find(f'</{name}', begin)
        kept.append(text[start:begin])
        if end < 0:  # never closed: drop the tag only
            start = begin + 1
            break
        start = end
    kept.append(text[start:])
    return ' '.join(kept)


def _candidates(text):
    """Yield the candidates of a normalised text."""
    for match in _SPACED_UPS.finditer(text):
        yield match[0].replace(' ', '')
    for match in _SPACED_DIGITS.finditer(text):
        yield match[0].replace(' ', '')
    for match in _TOKEN.finditer(text):
        token = match[0]
        if _is_reference(token):
            yield token
        yield from _parts(token)


def _parts(token):
    """Return the groups that can be a number of their own: S00042 in the payment S00042-1."""
    if len(token) > 200:
        return []
    groups = re.split('[-/_]', token)
    return [
        group
        for group in groups
        if len(groups) > 1
        and 5 <= len(group) <= 40
        and _count_digits(group) >= 3
        and not group.isdigit()
    ]


def _is_reference(token):
    """Return whether the token can be a reference: digits in it, neither too short nor a date."""
    digits = _count_digits(token)
    bare = token.removeprefix('#')
    if not 3 <= len(bare) <= 40 or not digits or _DATE.fullmatch(bare):
        return False
    if bare.isdigit() and not token.startswith('#'):
        return len(bare) >= 4
    return digits >= 2


def _is_strong(candidate):
    """Return whether hardly anything but a document is named so."""
    bare = candidate.removeprefix('#')
    digits = _count_digits(bare)
    if bare.isdigit():
        return digits >= 10 or (bare != candidate and digits >= 4)
    return digits >= 3 and len(bare) >= 5


def _count_digits(text):
    return sum(char.isdigit() for char in text)


def _variants(candidate):
    """Return the spellings under which a document may be stored."""
    bare = candidate.removeprefix('#')
    spellings = [bare, bare.upper(), bare.lower()]
    spellings += [f'#{spelling}' for spelling in spellings]
    if '_' in bare:  # the name of a printed document's file
        spellings += [bare.replace('_', '/'), bare.replace('_', '/').upper()]
    if '-' in bare:
        spellings.append(bare.replace('-', '').upper())
    return tuple(dict.fromkeys(spellings))
