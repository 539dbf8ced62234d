"""Texts with variables, as providers approve them: ``Hi {{1}}`` or ``Hi {{name}}``. No ORM.

A variable of the header is called ``header.<name>``, to tell it from that of the body. The header
is what stands before the first empty line.
"""

import re

_VARIABLE = re.compile(r'\{\{\s*(\w+)\s*\}\}')
_HEADER = 'header.'

# What providers call their states -> ours.
STATUSES = {
    'approved': 'approved',
    'active': 'approved',
    'pending': 'pending',
    'in_appeal': 'pending',
    'pending_deletion': 'disabled',
    'rejected': 'rejected',
    'paused': 'paused',
    'disabled': 'disabled',
    'deleted': 'disabled',
}


def find_variables(text):
    """Return the names of a text's variables, each once, in their order."""
    return list(dict.fromkeys(_VARIABLE.findall(text or '')))


def split(text, names):
    """Return a text in pieces: strings, and numbers of variables (places in ``names``).

    What stands in braces but is no variable stays as it is.

    :param str text: of the template.
    :param list[str] names: of its variables.
    """
    text = text or ''
    numbers = {name: number for number, name in enumerate(names)}
    header_end = text.find('\n\n') if any(name.startswith(_HEADER) for name in names) else -1
    pieces, start = [], 0
    for found in _VARIABLE.finditer(text):
        name = found[1]
        in_header = found.start() < header_end or header_end == -1
        number = numbers.get(_HEADER + name) if in_header else None
        if number is None:
            number = numbers.get(name)
        if number is None:
            continue
        if found.start() > start:
            pieces.append(text[start : found.start()])
        pieces.append(number)
        start = found.end()
    if start < len(text):
        pieces.append(text[start:])
    return pieces


def render(text, names, values):
    """Return a text with the values of its variables.

    :param list[str] names: of the variables.
    :param list[str] values: in the order of ``names``.
    """
    return ''.join(
        piece if isinstance(piece, str) else values[piece] for piece in split(text, names)
    )


def clean_value(value):
    """Return a value as providers take it: on one line, without runs of blanks."""
    return ' '.join(str(value or '').split())


def to_status(status):
    """Return our name of a provider's state; what we don't know can't be sent."""
    return STATUSES.get(str(status or '').lower(), 'disabled')
