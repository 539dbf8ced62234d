"""Many customers write at once, and what serves them dies: every message arrives, and none twice.

``CHANNEL_LOAD=200x60`` posts 200 messages a second for a minute (benchmarks/channels.py reports the
times); without it these are a few seconds of a lighter load.
"""

import os
import random
import signal

import pytest
from odoo_server import wait_for
from webhook_client import Customers, Messenger, make_channel, make_events

RATE, SECONDS = (int(part) for part in os.environ.get('CHANNEL_LOAD', '40x5').split('x'))
PATIENCE = 120 + RATE * SECONDS  # seconds until all must be processed
CUSTOMERS = 20
JOB_ERRORS = pytest.mark.server_errors('could not serialize|SIGKILL|died|Worker')


def workers_of(server) -> list[int]:
    """The processes of a server's HTTP workers and jobs."""
    return [pid for pid, args in server.children().items() if 'gevent' not in args]


def expect_all_once(server, channel: int, events: list[dict], *, in_order=True) -> None:
    """Wait until all is processed, and compare what stands in the tickets with what was written."""

    def left():
        states = dict(
            server.sql(
                'SELECT state, count(*) FROM helpdesk_channel_envelope '
                'WHERE channel_id = %s GROUP BY state',
                channel,
            )
        )
        return states if states == {'done': len(events)} else None

    wait_for(left, 'all messages to be processed', PATIENCE)
    rows = server.sql(
        """
        SELECT identity.external_id, array_agg(envelope.external_id ORDER BY message.id),
               count(DISTINCT message.id), count(DISTINCT ticket.id)
          FROM helpdesk_channel_envelope envelope
          JOIN helpdesk_channel_identity identity ON identity.id = envelope.identity_id
          JOIN mail_message message ON message.id = envelope.message_id
          JOIN helpdesk_ticket ticket ON ticket.id = envelope.ticket_id
         WHERE envelope.channel_id = %s
      GROUP BY identity.external_id
        """,
        channel,
    )
    expected: dict[str, list[str]] = {}
    for event in events:
        expected.setdefault(event['from']['id'], []).append(event['id'])
    assert {row[0] for row in rows} == {*expected}
    for person, written, messages, tickets in rows:
        assert messages == len(expected[person])
        assert tickets == 1
        assert (written if in_order else sorted(written)) == (
            expected[person] if in_order else sorted(expected[person])
        )
    (total,) = server.sql(
        """
        SELECT count(*) FROM mail_message message
          JOIN helpdesk_ticket ticket ON ticket.id = message.res_id
         WHERE message.model = 'helpdesk.ticket' AND message.message_type = 'comment'
           AND ticket.channel_id = %s
        """,
        channel,
    )
    assert total[0] == len(events), 'no message stands there twice'


def test_in_order(new_odoo):
    server = new_odoo(workers=2, crons=1)
    channel, path = make_channel(server)
    events = make_events(RATE * SECONDS, CUSTOMERS)
    customers = Customers(server.port, path)
    customers.post(events, RATE)
    assert not customers.refused
    expect_all_once(server, channel, events)


def test_three_times_and_shuffled(new_odoo):
    server = new_odoo(workers=2, crons=1)
    channel, path = make_channel(server)
    events = make_events(RATE * SECONDS, CUSTOMERS)
    shuffled = events * 3
    random.Random(4).shuffle(shuffled)
    customers = Customers(server.port, path)
    customers.post(shuffled, RATE * 3)
    assert not customers.refused
    expect_all_once(server, channel, events, in_order=False)


@JOB_ERRORS
def test_workers_and_server_are_killed(new_odoo):
    server = new_odoo(workers=2, crons=1)
    channel, path = make_channel(server)
    events = make_events(RATE * SECONDS, CUSTOMERS)
    third = len(events) // 3
    customers = Customers(server.port, path)
    customers.post(events[:third], RATE)
    os.kill(random.Random(1).choice(workers_of(server)), signal.SIGKILL)
    customers.post(events[third : 2 * third], RATE)
    server.kill()
    server.start()
    customers.post(events[2 * third :], RATE)
    expect_all_once(server, channel, events)


@JOB_ERRORS
def test_killed_while_an_answer_leaves(new_odoo):
    """The program recognises the key: it is told again, under the same one, and nothing twice."""
    messenger = Messenger()
    try:
        server = new_odoo(workers=2, crons=1)
        channel, path = make_channel(server, messenger.url)
        events = make_events(1, 1)
        Customers(server.port, path).post(events)
        expect_all_once(server, channel, events)
        ((ticket,),) = server.sql(
            'SELECT ticket_id FROM helpdesk_channel_envelope WHERE channel_id = %s', channel
        )
        messenger.go.clear()
        server.xmlrpc()(
            'helpdesk.ticket',
            'message_post',
            [ticket],
            body='It is on its way.',
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )
        wait_for(messenger.arrived.is_set, 'the answer to arrive', 60)
        server.kill()
        messenger.go.set()
        server.start()
        wait_for(
            lambda: server.sql(
                "SELECT 1 FROM helpdesk_channel_envelope WHERE direction = 'out' AND state = 'sent'"
            ),
            'the answer to be sent',
            120,
        )
        keys = {message['key'] for message in messenger.messages}
        assert len(keys) == 1
        assert {message['text'] for message in messenger.messages} == {'It is on its way.'}
    finally:
        messenger.stop()
