"""Which templates an account has and what their variables are. Pure functions, no ORM."""

import re

from odoo.addons.helpdesk_ecom.tools.channel.reading import as_dict, as_dicts, as_text

_VARIABLE = re.compile(r'\{\{\s*(\w+)\s*\}\}')


def read_templates(answer):
    """Return the templates of an answer of Meta's, each as a dict of plain values.

    ``name``, ``lang``, ``category``, ``status`` (as Meta calls it), ``body`` (header, body and
    footer), ``names`` of the variables in the form that `whatsapp_send.build_template` reads;
    ``is_usable`` is False for those that need what we can't give: a picture in the header, a code
    to copy, a catalogue.
    """
    return [_read_template(each) for each in as_dicts(as_dict(answer).get('data'))]


def next_page(answer):
    """Return the cursor of the next page of the templates; empty if there is none."""
    paging = as_dict(as_dict(answer).get('paging'))
    return as_text(as_dict(paging.get('cursors')).get('after')) if paging.get('next') else ''


def _read_template(template):
    texts, names, usable = {}, [], True
    for component in as_dicts(template.get('components')):
        kind = as_text(component.get('type')).upper()
        text = as_text(component.get('text'))
        if kind == 'BUTTONS':
            found, ready = _read_buttons(component)
            names += found
            usable &= ready
        elif kind in ('HEADER', 'BODY', 'FOOTER'):
            texts[kind] = text
            prefix = 'header.' if kind == 'HEADER' else ''
            names += [prefix + name for name in dict.fromkeys(_VARIABLE.findall(text))]
            usable &= kind != 'HEADER' or component.get('format', 'TEXT') == 'TEXT'
        else:
            usable = False
    parts = (texts.get(kind) for kind in ('HEADER', 'BODY', 'FOOTER'))
    return {
        'name': as_text(template.get('name')),
        'lang': as_text(template.get('language')),
        'category': as_text(template.get('category')).lower(),
        'status': as_text(template.get('status')).upper(),
        'body': '\n\n'.join(part for part in parts if part),
        'names': names,
        'is_usable': usable,
    }


def _read_buttons(component):
    """Return (names of the variables in the buttons, whether we can fill them all)."""
    names, usable = [], True
    for index, button in enumerate(as_dicts(component.get('buttons'))):
        kind = as_text(button.get('type')).upper()
        if kind == 'URL' and _VARIABLE.search(as_text(button.get('url'))):
            names.append(f'button.{index}')
        usable &= kind in ('URL', 'PHONE_NUMBER', 'QUICK_REPLY')
    return names, usable
