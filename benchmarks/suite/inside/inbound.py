"""Mails of customers coming in, one transaction each."""

from __future__ import annotations

import logging
import random

from odoo.tools import SQL

from suite.inside import desk, mails
from suite.inside.meter import measure
from suite.load.people import CUSTOMER
from suite.peers import BY_NAME

# ten mails as they come in a shop
MIX = ('text', 'text', 'text', 'html', 'html', 'html', 'unknown', 'attachment', 'reply', 'reply')
DRAWS = 50  # until one is not among the last, which are of this run and not answered
_logger = logging.getLogger(__name__)


def receive(env, peer):
    """Take in the mix once.

    :return: ``{'samples': {kind: [[wall, CPU, SQL], ...]}, 'astray': [[kind, what], ...]}``; what
        went astray is counted, and is no sample: what is ignored costs less.
    """
    peer = BY_NAME[peer]
    address = desk.prepare(env, peer)['address']
    env.cr.commit()
    samples, astray = {}, []
    for kind in MIX:
        ticket, mail = _mail(env, peer, address, kind)
        seen = {}

        def take(mail=mail, seen=seen):
            seen['id'] = mails.receive(env, mail)

        try:
            sample = measure(env, take)
        except Exception:  # as a mail server does that hands over mail after mail
            _logger.exception('%s: the %s mail', peer.name, kind)
            env.cr.rollback()
            astray.append([kind, 'an error'])
            continue
        if not seen['id']:
            astray.append([kind, 'made nothing'])
            continue
        if ticket and seen['id'] != ticket:
            astray.append([kind, 'made another ticket'])
            continue
        samples.setdefault(kind, []).append(sample)
    return {'samples': samples, 'astray': astray}


def _mail(env, peer, address, kind):
    """The ticket that a mail belongs to, if it is a reply, and the mail."""
    if kind == 'reply':
        ticket, message, email = _answered(env, peer)
        return ticket, mails.reply(address, email, 'Your order', message)
    number = next(mails.NUMBERS)
    if kind == 'unknown':
        sender = f'new.person{number}.{id(env)}@elsewhere.example', 'New Person'
    else:
        env.cr.execute(
            'SELECT email, name FROM bench_customer OFFSET floor(random() * '
            '(SELECT count(*) FROM bench_customer)) LIMIT 1'
        )
        sender = env.cr.fetchone()
    return None, mails.new(
        address,
        *sender,
        f'Cup arrived broken {number}',
        html=kind == 'html',
        attachment=200_000 if kind == 'attachment' else 0,
    )


def _answered(env, peer):
    """A ticket, the message id of the last answer in it, and the customer's address.

    Another ticket each time: who writes too often to one is taken for a robot. So it is drawn from
    the ids of tickets. Those of messages have gaps where other models' are, and what stands behind
    a wide gap would be drawn again and again.
    """
    query = """
        SELECT ticket.id, answer.message_id, partner.email
          FROM %(table)s ticket
          JOIN res_partner partner ON partner.id = ticket.partner_id AND partner.ref LIKE %(ref)s
          JOIN LATERAL (
                SELECT message_id FROM mail_message
                 WHERE model = %(model)s AND res_id = ticket.id AND message_type = 'comment'
                 ORDER BY id DESC LIMIT 1
               ) answer ON TRUE
         WHERE ticket.id >= (
                SELECT min(id) + floor((max(id) - min(id)) * %(share)s) FROM %(table)s
               )
         ORDER BY ticket.id LIMIT 1
    """
    table = SQL.identifier(env[peer.model]._table)
    for _attempt in range(DRAWS):
        found = env.execute_query(
            SQL(query, table=table, model=peer.model, ref=CUSTOMER, share=random.random())
        )
        if found:
            return found[0]
    raise LookupError(f'{peer.name}: no ticket was answered')
