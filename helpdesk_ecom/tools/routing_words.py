"""Find words in a customer's text. Pure functions, no ORM.

A word counts where it stands alone: ``art`` is not in ``party``. Chinese, Japanese and Thai are
written without spaces, so their words count wherever they stand.
"""

import re
import unicodedata
from functools import lru_cache
from html import unescape

MAX_TEXT_LENGTH = 100_000

_SEPARATOR = re.compile(r'[,;\n\uff0c\uff1b\u3001]+')
_UNSEEN = re.compile(r'<(/?)(?:style|script)\b[^<>]*>', re.IGNORECASE)
# One way only to match, so that what never ends is read once: mails are written by anybody.
_TAG = re.compile(r'<[^<>]*>')
_TAG_NAME = re.compile(r'[a-z0-9]*', re.IGNORECASE)
# What may stand inside a word.
_INLINE = frozenset(
    'a abbr b big code del em font i ins mark s small span strong sub sup tt u'.split()
)
# Scripts without spaces between words: Thai to Burmese, Khmer, kana, Chinese characters.
_UNSPACED = (
    (0x0E00, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def split_words(text):
    """Return the words or phrases of a list that a person wrote, with commas or on lines.

    :param str text: such as ``refund, money back``.
    :return: each once, in the order of the list, as written.
    :rtype: tuple[str, ...]
    """
    words = {}
    for word in _SEPARATOR.split(text or ''):
        if folded := _fold(word):
            words.setdefault(folded, ' '.join(word.split()))
    return tuple(words.values())


def plain_text(html):
    """Return what people see of HTML, to find words in; its first 100,000 characters count.

    :rtype: str
    """
    seen, *rest = _UNSEEN.split(_drop_comments(_cut(html or '')))
    texts = [seen, *(text for end, text in zip(rest[::2], rest[1::2], strict=True) if end)]
    return unescape(_TAG.sub(_replace_tag, ' '.join(texts)))


def find_words(words, text):
    """Return those of the words that stand in the text, whatever the case.

    :param words: iterable of str: words or phrases, as `split_words` returns them.
    :param str text: plain text; its first 100,000 characters count.
    :return: the words found, in the order given.
    :rtype: list[str]
    """
    folded = _fold((text or '')[:MAX_TEXT_LENGTH])
    return [word for word in words if _pattern(word).search(folded)]


def _cut(html):
    """Return the first characters of HTML, without a tag that would be cut in two."""
    cut = html[:MAX_TEXT_LENGTH]
    if len(cut) < len(html) and cut.rfind('<') > cut.rfind('>'):
        return cut[: cut.rfind('<')]
    return cut


def _drop_comments(html):
    """Return HTML without comments; one that doesn't end goes to the end, as in a browser."""
    parts, position = [], 0
    while (start := html.find('<!--', position)) >= 0:
        parts.append(html[position:start])
        end = html.find('-->', start + 2)
        position = end + 3 if end >= 0 else len(html)
    return ''.join([*parts, html[position:]])


def _replace_tag(tag):
    """Return what people see of a tag: nothing inside a word, else a space."""
    start = 2 if tag[0].startswith('</') else 1
    return '' if _TAG_NAME.match(tag[0], start)[0].lower() in _INLINE else ' '


def _fold(text):
    """Return the text as it is compared: one case, one width, one space between words."""
    return ' '.join(unicodedata.normalize('NFKC', text).casefold().split())


@lru_cache(maxsize=1024)
def _pattern(word):
    """Return the pattern of a word with its ends."""
    folded = _fold(word)
    if not folded:
        return re.compile(r'(?!)')
    before = r'(?<!\w)' if _needs_boundary(folded[0]) else ''
    after = r'(?!\w)' if _needs_boundary(folded[-1]) else ''
    return re.compile(f'{before}{re.escape(folded)}{after}')


def _needs_boundary(char):
    """Return whether words that begin or end with the character are set off by spaces."""
    return char.isalnum() and not any(low <= ord(char) <= high for low, high in _UNSPACED)
