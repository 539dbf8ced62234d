"""Others write to what an answer belongs to while it leaves, over a connection of their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from odoo_server import wait_for
from webhook_client import Customers, Messenger, make_channel, make_events

OUTBOX = 'helpdesk_ecom.ir_cron_process_outbox'
INBOX = 'helpdesk_ecom.ir_cron_process_inbox'


@pytest.fixture
def messenger():
    server = Messenger()
    yield server
    server.stop()


def test_the_outcome_survives(odoo, messenger):
    """A message and a status come in during the call: the answer to it is noted all the same."""
    channel, path = make_channel(odoo, messenger.url)
    Customers(odoo.port, path).post(make_events(1, 1))
    odoo.run_cron(INBOX)
    ((ticket,),) = odoo.sql(
        'SELECT ticket_id FROM helpdesk_channel_envelope WHERE channel_id = %s', channel
    )
    messenger.go.clear()
    odoo.xmlrpc()(
        'helpdesk.ticket',
        'message_post',
        [ticket],
        body='It is on its way.',
        message_type='comment',
        subtype_xmlid='mail.mt_comment',
    )
    with ThreadPoolExecutor(1) as pool:
        leaving = pool.submit(odoo.run_cron, OUTBOX)
        try:
            wait_for(messenger.arrived.is_set, 'the answer to arrive', 60)
            odoo.sql(
                'UPDATE helpdesk_channel SET last_inbound_date = localtimestamp WHERE id = %s',
                channel,
            )
            odoo.sql(
                'UPDATE helpdesk_channel_envelope SET write_date = localtimestamp '
                "WHERE channel_id = %s AND direction = 'out'",
                channel,
            )
        finally:
            messenger.go.set()
        leaving.result()
    outcome = odoo.sql(
        'SELECT state, external_id, attempts FROM helpdesk_channel_envelope '
        "WHERE channel_id = %s AND direction = 'out'",
        channel,
    )
    assert outcome == [('sent', 'out-1', 1)]
    ((last,),) = odoo.sql('SELECT last_outbound_date FROM helpdesk_channel WHERE id = %s', channel)
    assert last
    odoo.run_cron(OUTBOX)
    assert len(messenger.messages) == 1
