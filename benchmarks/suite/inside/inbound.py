"""Mails of customers coming in, one transaction each."""

from __future__ import annotations

import random

from suite.inside import desk, mails
from suite.inside.meter import measure
from suite.peers import BY_NAME

# ten mails as they come in a shop
MIX = ('text', 'text', 'text', 'html', 'html', 'html', 'unknown', 'attachment', 'reply', 'reply')


def receive(env, peer, rounds=1):
    """Take in ``rounds`` times the mix; ``{kind: [[wall, CPU, SQL], ...]}``."""
    peer = BY_NAME[peer]
    address = desk.prepare(env, peer)['address']
    env.cr.commit()
    samples = {}
    for kind, mail in [(kind, _mail(env, peer, address, kind)) for kind in MIX * rounds]:
        seen = {}

        def take(mail=mail, seen=seen):
            seen['id'] = mails.receive(env, mail)

        samples.setdefault(kind, []).append(measure(env, take))
        assert seen['id'], f'{peer.name}: the {kind} mail made no ticket'
    return samples


def _mail(env, peer, address, kind):
    if kind == 'reply':
        env.cr.execute(
            """
            SELECT message.message_id, partner.email
              FROM mail_message message
              JOIN mail_notification notification ON notification.mail_message_id = message.id
              JOIN res_partner partner ON partner.id = notification.res_partner_id
             WHERE message.model = %s AND message.message_type = 'comment'
                   AND partner.email LIKE '%%@customer.example'
                   AND message.id > (
                        SELECT min(id) + (max(id) - min(id)) * %s
                          FROM mail_message WHERE model = %s
                   )
             ORDER BY message.id LIMIT 1
            """,
            # another ticket each time: who writes too often to one is taken for a robot
            [peer.model, random.random() * 0.99, peer.model],
        )
        if row := env.cr.fetchone():
            return mails.reply(address, row[1], 'Your order', row[0])
    number = next(mails.NUMBERS)
    if kind == 'unknown':
        sender = f'new.person{number}.{id(env)}@elsewhere.example', 'New Person'
    else:
        env.cr.execute(
            'SELECT email, name FROM bench_customer OFFSET floor(random() * '
            '(SELECT count(*) FROM bench_customer)) LIMIT 1'
        )
        sender = env.cr.fetchone()
    return mails.new(
        address,
        *sender,
        f'Cup arrived broken {number}',
        html=kind == 'html',
        attachment=200_000 if kind == 'attachment' else 0,
    )
