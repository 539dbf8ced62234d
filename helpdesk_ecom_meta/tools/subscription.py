"""Which apps Meta tells what happens on an account. Pure functions, no ORM."""

from odoo.addons.helpdesk_ecom.tools.channel.reading import (
    as_dict,
    as_dicts,
    as_id,
    as_list,
    as_text,
)


def read_apps(answer):
    """Return the apps that are subscribed to an account.

    A page's answer names the app itself, that of a WhatsApp account one level deeper.

    :param dict answer: what Meta says of the account's ``subscribed_apps``.
    :return: list of dicts of ``id`` (may be empty), ``name`` and ``fields``: what the app is told;
        None where that is not chosen for each account.
    """
    apps = []
    for each in as_dicts(answer.get('data')):
        app = as_dict(each.get('whatsapp_business_api_data')) or each
        names = [as_text(name) for name in as_list(each.get('subscribed_fields'))]
        fields = names if 'subscribed_fields' in each else None
        apps.append(
            {'id': as_id(app.get('id')), 'name': as_text(app.get('name')), 'fields': fields}
        )
    return apps


def find_app(apps, app_id):
    """Return the app with an id, None if it certainly is not among them.

    Where an id is missing nobody can tell, and the first one that it may be is taken.

    :param list apps: see `read_apps`.
    :param str app_id: of the own app; '' if it is not known.
    """
    return next((app for app in apps if not app_id or app['id'] in ('', app_id)), None)
