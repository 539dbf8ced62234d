"""Is this mail from a person? Small predicates over `email.message.EmailMessage`, without ORM.

Each predicate looks for one thing and returns a reason code (a key of `REASONS`) or None. `screen`
asks them in order. Nobody decides here what happens to the mail: the gateway does.

What is deliberately *not* a reason: a sender called noreply. Marketplaces and shop forms relay the
words of a customer from such addresses, and those words are the very thing that a desk is for.
"""

import re
from email.utils import getaddresses
from functools import lru_cache

from .incoming_mail import storable
from .robot_address import is_robot_address

OWN_LOOP = 'loop'
BOUNCE = 'bounce'
DELAY = 'delay'
RECEIPT = 'receipt'
AUTO_REPLY = 'auto_reply'
AUTO_GENERATED = 'auto_generated'
LIST = 'list'
REASONS = (OWN_LOOP, BOUNCE, DELAY, RECEIPT, AUTO_REPLY, AUTO_GENERATED, LIST)

_DAEMON_LOCALPART = re.compile(r'^(mailer-daemon|mail-daemon|maildaemon|mdaemon)$', re.IGNORECASE)
_BOUNCE_SUBJECT = re.compile(
    r'undeliver|delivery (status|fail|has failed|incomplete)|mail delivery (failed|system)|'
    r'returned mail|failure notice|non remis|unzustellbar|rechazado|não entregue|退信|配信不能',
    re.IGNORECASE,
)
# The words of absence in the languages of the house. Never enough on their own: "Automatic reply
# doesn't work" is a fine subject for a customer's question.
_ABSENCE_SUBJECT = re.compile(
    r'out of (the )?office|auto(matic)?[- ]?(reply|response)|away from (my|the) (mail|office|desk)|'
    r'vacation|abwesen|automatische antwort|autoantwort|absence du bureau|réponse automatique|'
    r'fuera de (la )?oficina|respuesta automática|ausência|resposta automática|risposta automatica|'
    r'自动回复|自動回覆|自动答复|自動返信|不在',
    re.IGNORECASE,
)
_BULK_PRECEDENCE = {'bulk', 'list', 'junk'}


def screen(message, own_addresses=frozenset(), own_domains=frozenset()):
    """Return why the mail is no person's word to the desk, or None when it is one.

    :param EmailMessage message: the mail.
    :param own_addresses: lower-case addresses that belong to the desk itself.
    :param own_domains: lower-case domains from which the desk sends.
    """
    return (
        own_loop(message, own_addresses, own_domains)
        or delivery_report(message)
        or auto_reply(message)
        or list_mail(message)
        or auto_generated(message)
    )


def own_loop(message, own_addresses, own_domains=frozenset()):
    """Our own mail came back: from one of our inboxes on nobody's behalf, or with Odoo's mark.

    The mark alone proves nothing, other people have an Odoo, too; together with our domain it does.
    """
    domain = sender(message).rpartition('@')[2]
    if domain in own_domains and 'helpdesk.ticket-' in header(message, 'X-Odoo-Objects'):
        return OWN_LOOP
    if sender(message) in own_addresses and not is_relay(message):
        return OWN_LOOP
    return None


def delivery_report(message):
    """RFC 3464 delivery reports, RFC 8098 read receipts, and what older servers send instead."""
    report_type = _report_type(message)
    if report_type == 'disposition-notification':
        return RECEIPT
    if report_type == 'delivery-status':
        return _judge_actions(report_actions(message))
    if report_type is not None:
        return AUTO_GENERATED
    if _DAEMON_LOCALPART.match(sender(message).partition('@')[0]):
        return BOUNCE
    if null_return_path(message) and _BOUNCE_SUBJECT.search(header(message, 'Subject')):
        return BOUNCE
    return None


def auto_reply(message):
    """RFC 3834 and what came before it: a machine answers a mail of ours."""
    if _token(message, 'Auto-Submitted') == 'auto-replied':
        return AUTO_REPLY
    if header(message, 'X-Autoreply') or header(message, 'X-Autorespond'):
        return AUTO_REPLY
    if _token(message, 'Precedence') == 'auto_reply':
        return AUTO_REPLY
    if _ABSENCE_SUBJECT.search(header(message, 'Subject')) and _is_machine_made(message):
        return AUTO_REPLY
    return None


def list_mail(message):
    """Lists and newsletters. An unsubscribe link alone proves nothing: shops' mails have one."""
    if header(message, 'List-Id') or header(message, 'List-Post'):
        return LIST
    if _token(message, 'Precedence') not in _BULK_PRECEDENCE:
        return None
    # Newsletters like to set a Reply-To, too; a form has nothing to unsubscribe from.
    return None if is_relay(message) and not header(message, 'List-Unsubscribe') else LIST


def auto_generated(message):
    """Mail that a machine wrote by itself, unless it relays what a person typed into a form."""
    if is_relay(message):
        return None
    return AUTO_GENERATED if _is_machine_made(message) else None


def is_relay(message):
    """Tell whether the mail carries a person's words in a robot's name: a form with a Reply-To."""
    return bool(relayed_sender(message))


def relayed_sender(message):
    """Return the lower-case address of the person behind a relaying sender, or ''."""
    reply_to = _first_address(message, 'Reply-To')
    return reply_to if reply_to != sender(message) and not is_robot_address(reply_to) else ''


def sender(message):
    """Return the lower-case address of the first author, or ''."""
    return _first_address(message, 'From')


def null_return_path(message):
    """Tell whether the mail says that nobody wants to hear of it again (``Return-Path: <>``)."""
    return header(message, 'Return-Path').replace(' ', '') == '<>'


def report_actions(message):
    """Return the ``Action`` words of a delivery report's recipients, in lower case."""
    actions = set()
    for part in message.walk():
        if part.get_content_type() == 'message/delivery-status':
            for block in _blocks(part):
                actions.add(_token(block, 'Action'))
    return actions - {''}


def header(message, name):
    """Return a header as text, '' when it is missing or beyond parsing."""
    lowered = name.lower()
    for key, value in message.raw_items():
        if key.lower() == lowered:
            # mail that was parsed has text, mail that a program made may have an object
            return _read_header(message.policy, key, str(value))
    return ''


# The predicates ask for a few headers again and again, and the standard library reads them anew.
@lru_cache(maxsize=32)
def _read_header(policy, name, raw):
    """Return the text of a header, the raw one if it is beyond parsing."""
    try:
        value = str(policy.header_fetch_parse(name, raw))
    except Exception:  # noqa: BLE001 the parser of the standard library fails in many ways
        value = str(raw)
    return storable(value).strip()


def _is_machine_made(message):
    """Tell whether a header says that no person pressed "send"."""
    auto_submitted = _token(message, 'Auto-Submitted')
    return bool(
        auto_submitted not in ('', 'no')
        or header(message, 'X-Auto-Response-Suppress').lower() not in ('', 'none')
        or null_return_path(message)
    )


def _report_type(message):
    """Return the kind of a multipart/report ('' when it does not say), None for any other mail."""
    if message.get_content_type() != 'multipart/report':
        return None
    report_type = str(message.get_param('report-type') or '').lower()
    if report_type:
        return report_type
    kinds = {part.get_content_type() for part in message.walk()}
    return next(
        (
            kind.partition('/')[2]
            for kind in ('message/delivery-status', 'message/disposition-notification')
            if kind in kinds
        ),
        '',
    )


def _judge_actions(actions):
    """Return what a delivery report means: a failure unless it says otherwise."""
    if 'failed' in actions or not actions:
        return BOUNCE
    return DELAY if 'delayed' in actions else RECEIPT


def _blocks(part):
    """Yield the header blocks of a message/delivery-status part."""
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def _token(message, name):
    """Return the first word of a header without parameters and comments, in lower case."""
    return re.split(r'[;(\s]', header(message, name), maxsplit=1)[0].lower()


def _first_address(message, name):
    """Return the first address of a header in lower case, or ''."""
    return _find_address(header(message, name))


@lru_cache(maxsize=32)
def _find_address(text):
    """Return the first address of a header's text in lower case, or ''."""
    for _name, address in getaddresses([text]):
        if '@' in address:
            return address.strip('<> ').lower()
    return ''
