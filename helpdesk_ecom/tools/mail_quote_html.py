"""Marks, in the HTML of a mail, the history that the person did not write. No ORM.

The mark is Odoo's own `data-o-mail-quote`, which the chatter folds behind a button. The sanitizer
sets it for the markup of a few mail programs; here the words are read, in many languages.
"""

from typing import NamedTuple

from lxml import etree, html

from .mail_quote import find_history, is_quote_line

MARK = 'data-o-mail-quote'
_BLOCKS = frozenset(
    'address article blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 '
    'header hr li main nav ol p pre section table tbody td tfoot th thead tr ul'.split()
)
# Between these a reader sees space: what is announced in one does not go on in the next.
_PARAGRAPHS = frozenset('blockquote h1 h2 h3 h4 h5 h6 hr ol p pre table ul'.split())
# A cut goes up to these at most: half a row makes no table.
_INDIVISIBLE = frozenset('table tbody thead tfoot tr ul ol dl'.split())
_QUOTE_CLASSES = (
    'gmail_quote',
    'yahoo_quoted',
    'protonmail_quote',
    'moz-cite-prefix',
    'zmail_extra',
)


class _Place(NamedTuple):
    """A place in the text of a tree: in an element's text or tail, that many characters in."""

    element: etree.ElementBase
    in_tail: bool
    offset: int


def mark_quoted_html(body):
    """Return the HTML with its history wrapped in one marked element; unchanged if there is none.

    :param body: HTML, str or Markup; the result has the same type.
    """
    try:
        root = _parse(str(body))
    except (ValueError, etree.LxmlError):  # no text that XML could hold
        return body
    places, lines, quoted = _read_lines(root)
    start = find_history(lines, quoted)
    if start is None:
        return body
    _wrap_from(root, places[start])
    inner = html.tostring(root, encoding='unicode')
    return type(body)(inner[inner.index('>') + 1 : inner.rindex('</')])


def _parse(body):
    """Return the HTML, whatever it is, as the children of one element."""
    # Bare text at the very beginning would become a paragraph.
    root = html.document_fromstring(f'<br>{body}').find('body')
    first = root[0]
    root.text, first.tail = first.tail, None
    root.remove(first)
    return root


def _read_lines(root):
    """Return what a reader sees as lines: where each begins, its text, and whether it is quoted."""
    reader = _Reader()
    for event, element in etree.iterwalk(root, events=('start', 'end')):
        if not isinstance(element.tag, str):
            if event == 'end':
                reader.read(_Place(element, True, 0), element.tail)
        elif event == 'start':
            reader.enter(element)
        else:
            reader.leave(element, element is root)
    reader.break_line()
    return reader.places, reader.lines, reader.quoted


class _Reader:
    """Collects lines on the way through a tree."""

    def __init__(self):
        self.places, self.lines, self.quoted = [], [], []
        self._parts, self._place = [], None
        self._quote_depth = self._pre_depth = 0

    def enter(self, element):
        if element.tag in _BLOCKS or element.tag == 'br':
            self.break_line()
        if element.tag in _PARAGRAPHS:
            self._break_paragraph()
        self._quote_depth += _is_quote(element)
        self._pre_depth += element.tag == 'pre'
        self.read(_Place(element, False, 0), element.text)

    def leave(self, element, is_root):
        if element.tag in _BLOCKS:
            self.break_line()
        if element.tag in _PARAGRAPHS:
            self._break_paragraph()
        self._quote_depth -= _is_quote(element)
        self._pre_depth -= element.tag == 'pre'
        if not is_root:
            self.read(_Place(element, True, 0), element.tail)

    def read(self, place, text):
        """Add text that stands at the place; in <pre> it may hold several lines."""
        if not text:
            return
        if not self._pre_depth:
            self._add(place, text)
            return
        offset = 0
        for number, line in enumerate(text.split('\n')):
            if number:
                self.break_line()
            self._add(place._replace(offset=offset), line)
            offset += len(line) + 1

    def _add(self, place, text):
        if not text.strip() and not self._parts:
            return
        self._place = self._place or place
        self._parts.append(text)

    def break_line(self):
        """End the line, if anything is on it."""
        if self._place:
            line = ''.join(self._parts)
            if not self._pre_depth:
                line = ' '.join(line.split())
            self.places.append(self._place)
            self.lines.append(line)
            self.quoted.append(self._quote_depth > 0 or is_quote_line(line))
        self._parts, self._place = [], None

    def _break_paragraph(self):
        """Add a blank line, unless there is one."""
        if self.lines and self.lines[-1]:
            self.places.append(None)
            self.lines.append('')
            self.quoted.append(False)


def _is_quote(element):
    """Tell whether all of the element is quoted, by its tag, its mark or its class."""
    if element.tag == 'blockquote' or element.get(MARK):
        return True
    classes = element.get('class') or ''
    return any(name in classes for name in _QUOTE_CLASSES)


def _wrap_from(root, place):
    """Move all that stands at the place and behind it into one marked element."""
    node = _absorb_breaks(_split_text(place))
    parent = node.getparent()
    while parent is not root and parent.tag not in _INDIVISIBLE and not _is_stuck(parent):
        node = _absorb_breaks(_split_element(parent, node))
        parent = node.getparent()
    _wrap_siblings(node)
    while parent is not root:  # what could not be divided: the rest has marks of its own
        if parent.getnext() is not None:
            _wrap_siblings(parent.getnext())
        parent = parent.getparent()


def _absorb_breaks(node):
    """Return the first of the line breaks right before the node, or the node."""
    while (before := node.getprevious()) is not None:
        if before.tag != 'br' or (before.tail or '').strip():
            break
        node = before
    return node


def _is_stuck(element):
    """Tell whether the element can't be divided because its parent can't be."""
    return element.getparent() is not None and element.getparent().tag in _INDIVISIBLE


def _split_text(place):
    """Cut the text at the place, and return the element that the second half became."""
    element, in_tail, offset = place
    rest = etree.Element('span')
    if in_tail:
        text, element.tail = element.tail, None
        element.addnext(rest)
        element.tail = text[:offset].rstrip()
    else:
        text = element.text
        element.text = text[:offset].rstrip()
        element.insert(0, rest)
    rest.text = text[offset:]
    return rest


def _split_element(element, child):
    """Divide the element before its child; return the half that holds the child and what follows.

    An element of which nothing would be left is not divided but returned whole.
    """
    if child.getprevious() is None and not (element.text or '').strip():
        return element
    half = etree.Element(element.tag, element.attrib)
    half.tail, element.tail = element.tail, None
    following = [child, *child.itersiblings()]
    element.addnext(half)
    half.extend(following)
    return half


def _wrap_siblings(first):
    """Put the element and all that follows it in its parent into a marked <div>."""
    following = [first, *first.itersiblings()]
    if first.getparent().tag in _INDIVISIBLE:  # rows of a table, items of a list
        for element in following:
            element.set(MARK, '1')
        return
    wrapper = etree.Element('div', {MARK: '1'})
    first.addprevious(wrapper)
    wrapper.extend(following)
