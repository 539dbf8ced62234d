"""What the web client asks for when it opens a view: the specification of web_read."""

from __future__ import annotations

import re
from xml.etree import ElementTree

LEAN_LIST = 'helpdesk_lean_list'  # reads no column that nobody has chosen to see
PLAIN = {'name', 'string', 'widget', 'class', 'optional', 'width'}
SUBVIEWS = ('list', 'kanban', 'form')


def specification(arch: str, models: dict, model: str) -> dict:
    """Of all fields of a view (its ``arch`` as get_views returns it)."""
    root = ElementTree.fromstring(arch)
    found = _of_node(root, models, model)
    if root.get('js_class') == LEAN_LIST:
        needed = _needed(root, models[model]['fields'])
        found = {name: spec for name, spec in found.items() if name in needed}
    return found


def _needed(root, fields) -> set[str]:
    """As lean_list_columns.js finds them: what is shown, and what some expression reads."""
    shown = {node.get('name') for node in _field_nodes(root) if node.get('optional') != 'hide'}
    expressions = [
        value for node in root.iter() for name, value in node.items() if name not in PLAIN
    ]
    others = [
        str(fields[name].get(key) or '')
        for name in shown & set(fields)
        for key in ('domain', 'definition_record', 'currency_field')
    ]
    return shown | set(re.findall(r'\w+', ' '.join([*expressions, *others])))


def _of_node(root, models, model) -> dict:
    fields = models[model]['fields']
    found: dict = {}
    for node in _field_nodes(root):
        name = node.get('name')
        if name not in fields:
            continue
        kind, comodel = fields[name]['type'], fields[name].get('relation')
        hidden = node.get('invisible') in ('True', '1')
        if kind in ('many2one', 'reference'):
            found[name] = {'fields': {} if hidden else {'display_name': {}}}
        elif kind in ('one2many', 'many2many') and not hidden:
            found[name] = _of_x2many(node, models, comodel)
        else:
            found[name] = {}
    return found


def _of_x2many(node, models, comodel) -> dict:
    for child in node:
        if child.tag in SUBVIEWS and comodel in models:
            limit = int(child.get('limit') or 40)
            return {'fields': _of_node(child, models, comodel), 'limit': limit}
    if 'tags' in (node.get('widget') or '') or 'avatar' in (node.get('widget') or ''):
        names = {'display_name': {}}
        if 'color' in models.get(comodel, {}).get('fields', {}):
            names['color'] = {}
        return {'fields': names}
    return {}


def _field_nodes(root):
    """The fields of this view, without those of the views inside of them."""
    for child in root:
        if child.tag == 'field':
            yield child
            continue
        if child.tag != 'groupby':
            yield from _field_nodes(child)
