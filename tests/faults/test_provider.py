"""The program at the other end of a channel is out of order while agents answer."""

import pytest
from odoo_server import wait_for
from traffic import PATIENCE, Outcome
from webhook_client import Customers, Messenger, make_channel, make_events

pytestmark = pytest.mark.server_errors('.*')
ANSWERS = 6


def test_away(new_odoo, attempt, report):
    """Nobody listens for a while; then all answers arrive, in their order."""
    messenger = Messenger()
    try:
        server = new_odoo(workers=2, crons=1)
        channel, path = make_channel(server, messenger.url)
        Customers(server.port, path).post(make_events(1, 1))
        (ticket,) = wait_for(
            lambda: server.sql(
                'SELECT ticket_id FROM helpdesk_channel_envelope '
                'WHERE channel_id = %s AND ticket_id IS NOT NULL',
                channel,
            ),
            'the ticket',
            120,
        )[0]
        messenger.pause()
        admin = server.xmlrpc()
        words = [f'Answer {number}' for number in range(ANSWERS)]
        for text in words:
            admin(
                'helpdesk.ticket',
                'message_post',
                [ticket],
                body=text,
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
            )
        wait_for(
            lambda: server.sql('SELECT 1 FROM helpdesk_channel_envelope WHERE attempts > 0'),
            'an attempt',
            120,
        )
        messenger.go_on()
        wait_for(lambda: len(messenger.messages) >= ANSWERS, 'all answers', PATIENCE)
        arrived = [message['text'] for message in messenger.messages]
        assert arrived == words
    finally:
        messenger.stop()
    report('the provider is away', Outcome.compare(words, arrived))
