"""What WhatsApp, Messenger and Instagram have in common: Meta's webhooks and errors. No ORM."""

import hashlib
import hmac

from odoo.addons.helpdesk_ecom.tools.channel.event import NotParsed
from odoo.addons.helpdesk_ecom.tools.channel.reading import (
    as_dict,
    as_dicts,
    as_number,
    as_text,
    load,
)

SIGNATURE_HEADER = 'X-Hub-Signature-256'
MAX_CHALLENGE = 256  # characters


# === HANDSHAKE AND SIGNATURE === #


def sign(secret, body):
    """Return the signature header of a body, as Meta makes it."""
    return 'sha256=' + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(secret, headers, body):
    """Tell whether a body was signed with the app's secret; never without a secret.

    :param str secret: the app's secret.
    :param headers: of the request, any mapping.
    :param bytes body: as it came: Meta signs its own way of writing JSON.
    """
    header = headers.get(SIGNATURE_HEADER) or ''
    if not secret or not isinstance(header, str):
        return False
    expected = sign(secret, body).encode()
    return hmac.compare_digest(expected, header.encode(errors='replace'))


def answer_handshake(verify_token, query):
    """Return what Meta wants to read when the webhook is subscribed; None if it isn't Meta.

    :param str verify_token: what the admin typed in both places.
    :param query: arguments of the address, any mapping.
    """
    token, challenge = query.get('hub.verify_token'), query.get('hub.challenge')
    if not (verify_token and isinstance(token, str) and isinstance(challenge, str)):
        return None
    if query.get('hub.mode') != 'subscribe' or len(challenge) > MAX_CHALLENGE:
        return None
    same = hmac.compare_digest(verify_token.encode(), token.encode(errors='replace'))
    return challenge if same else None


# === READING === #


def entries(payload):
    """Return the entries of a webhook's payload.

    :raise NotParsed: if it has none.
    """
    found = as_dicts(payload.get('entry'))
    if not found:
        raise NotParsed('No entry')
    return found


def changes(entry):
    """Return (field, value) of each change of an entry; ``value`` is an object in any case."""
    return [
        (as_text(change.get('field')), as_dict(change.get('value')))
        for change in as_dicts(entry.get('changes'))
    ]


# === ERRORS === #


def read_error(body):
    """Return what Meta says in an error's body.

    ``code`` (None if the body is none of Meta's) and ``subcode`` are whole numbers; ``transient``
    says that it passes by itself; ``message`` and ``details`` are Meta's words.

    :param bytes body: of the answer, may be anything (a proxy's HTML page).
    """
    try:
        error = as_dict(load(body).get('error'))
    except NotParsed:
        error = {}
    code = error.get('code')
    return {
        'code': int(as_number(code)) if code is not None else None,
        'subcode': int(as_number(error.get('error_subcode'))),
        'transient': error.get('is_transient') is True,
        'message': as_text(error.get('message')),
        'details': as_text(as_dict(error.get('error_data')).get('details')),
    }
