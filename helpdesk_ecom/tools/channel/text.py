"""What is written in the form or in a mail, as plain text for a messenger. No ORM."""

import re
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

# Between these a reader sees the end of a line.
_BLOCKS = frozenset(
    'address article blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 '
    'header hr li main nav ol p pre section table tbody tfoot thead tr ul'.split()
)
_MARKS = {'strong': '*', 'b': '*', 'h3': '*', 'h2': '**', 'h1': '**', 'em': '/'}
_SILENT = frozenset('head script style title template'.split())
_SPACE = re.compile(r'[ \t\r\n\f]+')


def html_to_text(body, base_url='', own_words=False):
    """Return HTML as plain text: with its lines and lists, and with the addresses of its links.

    :param body: HTML, or something empty.
    :param str base_url: what addresses without a host belong to.
    :param bool own_words: whether to leave out what a mail quotes (``data-o-mail-quote``).
    """
    root = _parse(body)
    if root is None:
        return ''
    if own_words:
        _drop_quoted(root)
    writer = _Writer(base_url)
    writer.write(root)
    return writer.get_text()


def remove_quoted(body):
    """Return HTML without what a mail quotes (``data-o-mail-quote``)."""
    root = _parse(body)
    if root is None:
        return ''
    _drop_quoted(root)
    return html.tostring(root, encoding='unicode')


def _parse(body):
    """Return the tree of some HTML, None if there is nothing in it."""
    if not body or not body.strip():
        return None
    try:
        return html.document_fromstring(f'<body>{body}</body>')
    except (ValueError, etree.LxmlError):  # no text that XML could hold, or none at all
        return None


def _drop_quoted(root):
    for element in root.xpath('//*[@data-o-mail-quote]'):
        if element.getparent() is not None:
            element.drop_tree()


class _Writer:
    """Collects lines on the way through a tree."""

    def __init__(self, base_url):
        self.base_url = base_url
        self.lines, self.line = [], ''
        self.counters = []  # of the lists around: the number of the next item, None for bullets
        self.opening = ''  # of the item that has no words yet
        self.pre_depth = 0

    def get_text(self):
        """Return the text, with one empty line at most between others."""
        self.break_line()
        text = '\n'.join(line.rstrip() for line in self.lines)
        return re.sub(r'\n{3,}', '\n\n', text).strip()

    def write(self, element):
        """Add an element; what follows it is its parent's."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _SILENT:
            return
        if tag == 'br':
            self.lines.append(self.line)
            self.line = ''
        elif tag == 'a':
            self.add(self.describe_link(element))
        elif tag in _MARKS:
            self.write_marked(element)
        elif tag in ('ul', 'ol'):
            start = element.get('start') or ''
            first = int(start) if start.isdecimal() else 1
            self.counters.append(first if tag == 'ol' else None)
            self.write_block(element)
            self.counters.pop()
        elif tag == 'li':
            self.break_line()
            self.line = self.opening = self.open_item()
            self.write_block(element)
        elif tag in _BLOCKS:
            self.write_block(element)
        else:
            self.write_inside(element)
            if tag in ('td', 'th'):
                self.add(' ')

    def write_block(self, element):
        """Add what begins and ends a line of its own."""
        self.break_line()
        self.pre_depth += element.tag == 'pre'
        self.write_inside(element)
        self.pre_depth -= element.tag == 'pre'
        self.break_line()

    def write_inside(self, element):
        self.add(element.text)
        for child in element:
            self.write(child)
            self.add(child.tail)

    def write_marked(self, element):
        """Add bold or slanted words between the marks that messengers know."""
        is_block = element.tag in _BLOCKS
        if is_block:
            self.break_line()
        mark = _MARKS[element.tag] if (element.text_content() or '').strip() else ''
        self.add(mark)
        self.write_inside(element)
        self.add(mark)
        if is_block:
            self.break_line()

    def open_item(self):
        """Return how a line of the innermost list begins."""
        indent = '  ' * max(len(self.counters) - 1, 0)
        number = self.counters[-1] if self.counters else None
        if number is None:
            return f'{indent}- '
        self.counters[-1] = number + 1
        return f'{indent}{number}. '

    def add(self, text):
        """Add words to the line; white space is one space, as in a browser."""
        if not text:
            return
        if self.pre_depth:
            *lines, last = text.replace('\r', '').split('\n')
            for line in lines:
                self.lines.append(self.line + line)
                self.line = ''
            self.line += last
            return
        text = _SPACE.sub(' ', text)
        if not self.line or self.line.endswith(' '):
            text = text.lstrip(' ')
        self.line += text

    def break_line(self):
        """End the line, if anything is on it; what an item begins with waits for its words."""
        if self.line.strip() and self.line != self.opening:
            self.lines.append(self.line)
            self.line = ''
            self.opening = ''

    # --- links ---

    def describe_link(self, element):
        """Return a link as text: its words and where it leads to, once if they are the same."""
        inner = _Writer(self.base_url)
        inner.write_inside(element)
        words = ' '.join(inner.get_text().split())
        address = self.get_address(element)
        if not address or not words:
            return words or address
        if _same(words, address):
            return address if address.startswith('http') else words
        return f'{words} ({address})'

    def get_address(self, element):
        """Return where a link leads to, for somebody who is not here; '' for nowhere."""
        href = (element.get('href') or '').strip()
        scheme, colon, rest = href.partition(':')
        if colon and scheme.lower() in ('mailto', 'tel', 'sms'):
            return unquote(rest.partition('?')[0])
        if element.get('data-oe-model') or href.startswith('#'):
            return ''  # somebody or something that is mentioned: the customer can't open it
        try:
            url = urljoin(f'{self.base_url}/', href) if self.base_url and href else href
            return url if urlsplit(url).scheme in ('http', 'https') else ''
        except ValueError:  # nobody understands it: as it stands
            return href


def _same(words, address):
    """Tell whether a link says where it leads to."""

    def bare(text):
        return re.sub(r'^https?://|/$', '', text.strip().lower())

    digits = re.sub(r'[^\d]', '', words)
    is_number = bool(re.fullmatch(r'[+\d\s()./-]+', words)) and len(digits) > 4
    return bare(words) == bare(address) or (is_number and digits == re.sub(r'\D', '', address))
