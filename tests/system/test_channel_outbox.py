"""Answers to a provider that recognises no key: none is lost, and none goes out twice by itself.

What the provider took is read from its own record, never from ours.
"""

import itertools
import json
import urllib.request

import pytest
from odoo_server import local_urlopen, wait_for
from telegram_server import (
    DROP,
    HOLD,
    OUT_OF_ORDER,
    SECRET,
    TOKEN,
    TOO_MANY,
    Telegram,
    make_update,
)

OUTBOX = 'helpdesk_ecom.ir_cron_process_outbox'
INBOX = 'helpdesk_ecom.ir_cron_process_inbox'
numbers = itertools.count(1)


@pytest.fixture
def telegram():
    server = Telegram()
    yield server
    server.stop()


class Desk:
    """A bot, an agent with no more than the agents' group, and customers who wrote to the bot."""

    def __init__(self, server, telegram):
        self.server = server
        self.login = f'agent{next(numbers)}'
        agent = server.create_user(self.login, 'helpdesk_ecom.group_helpdesk_user')
        admin = server.xmlrpc()
        team = admin(
            'helpdesk.team',
            'create',
            {'name': 'Bot', 'resource_calendar_id': False, 'member_ids': [[6, 0, [agent]]]},
        )
        self.channel = admin(
            'helpdesk.channel',
            'create',
            {
                'name': 'Bot',
                'provider': 'telegram',
                'team_id': team,
                'access_token': TOKEN,
                'signing_secret': SECRET,
                'api_url': telegram.url,
            },
        )
        admin('helpdesk.channel', 'action_turn_on', [self.channel])
        (channel,) = admin('helpdesk.channel', 'read', [self.channel], ['webhook_token'])
        self.path = f'/helpdesk/webhook/telegram/{channel["webhook_token"]}'
        self.agent = server.xmlrpc(self.login)

    def hear(self, chat: int) -> int:
        """Let a customer write; the ticket of it."""
        number = next(numbers)
        request = urllib.request.Request(
            self.server.url + self.path,
            json.dumps(make_update(number, chat, 'Where is my cup?')).encode(),
            {'Content-Type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': SECRET},
        )
        with local_urlopen(request) as answer:
            assert answer.status == 200
        if '--max-cron-threads=0' in self.server.options:
            self.server.run_cron(INBOX)
        ((ticket,),) = wait_for(
            lambda: self.server.sql(
                "SELECT ticket_id FROM helpdesk_channel_envelope WHERE state = 'done' "
                'AND channel_id = %s AND external_id = %s',
                self.channel,
                f'{chat}:{number}',
            ),
            'the message to be in a ticket',
            60,
        )
        return ticket

    def answer(self, ticket: int, text: str) -> int:
        message = self.agent(
            'helpdesk.ticket',
            'message_post',
            [ticket],
            body=text,
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )
        return message[0] if isinstance(message, list) else message

    def states(self, state: str | None = None) -> list[tuple]:
        """The answers in the order in which they were given: state, class of the error."""
        return self.server.sql(
            'SELECT state, error_class FROM helpdesk_channel_envelope '
            "WHERE channel_id = %s AND direction = 'out' AND state = coalesce(%s, state) "
            'ORDER BY id',
            self.channel,
            state,
        )

    def work(self) -> None:
        self.server.run_cron(OUTBOX)

    def pass_time(self) -> None:
        """Let what waits be due."""
        self.server.sql(
            "UPDATE helpdesk_channel_envelope SET next_try = next_try - interval '1 day' "
            "WHERE channel_id = %s AND state = 'outgoing'",
            self.channel,
        )
        self.server.sql(
            "UPDATE helpdesk_channel SET send_after = send_after - interval '1 day' WHERE id = %s",
            self.channel,
        )

    def wait(self) -> float:
        """How many seconds are left until something may be sent again."""
        ((seconds,),) = self.server.sql(
            'SELECT extract(epoch FROM max(greatest(envelope.next_try, channel.send_after)) '
            "- now() at time zone 'utc') "
            'FROM helpdesk_channel_envelope envelope '
            'JOIN helpdesk_channel channel ON channel.id = envelope.channel_id '
            "WHERE channel.id = %s AND envelope.state = 'outgoing'",
            self.channel,
        )
        return float(seconds)

    def delivery(self, ticket: int, message: int) -> dict:
        """What the web client of the agent learns of a message."""
        web = self.server.web(self.login)
        answer = web('/mail/thread/messages', thread_model='helpdesk.ticket', thread_id=ticket)
        (found,) = (m for m in answer['data']['mail.message'] if m['id'] == message)
        return found['helpdesk_delivery']

    def expect_maybe_sent(self, ticket: int, message: int) -> list[int]:
        """The agent sees it, and nothing happens by itself; the envelopes to decide on."""
        assert self.states() == [('unknown', 'unknown')]
        delivery = self.delivery(ticket, message)
        assert delivery['state'] == 'unknown'
        assert delivery['error']
        self.pass_time()
        for _time in range(3):
            self.work()
        assert [row[0] for row in self.states()] == ['unknown']
        return delivery['envelope_ids']


@pytest.mark.server_errors('SIGKILL|died|Worker|could not serialize')
def test_killed_while_an_answer_leaves(new_odoo, telegram):
    """The agent decides: first to send it again, then, as that is cut off, too, that it arrived."""
    server = new_odoo(workers=2, crons=1)
    desk = Desk(server, telegram)
    ticket = desk.hear(77)
    telegram.plans = [HOLD, HOLD]
    message = desk.answer(ticket, 'It is on its way.')
    for times in (1, 2):
        wait_for(telegram.held.is_set, 'Telegram to take the answer', 60)
        server.kill()
        telegram.let_go()
        server.start()
        server.wake_crons()
        wait_for(lambda: desk.states('unknown'), 'the answer to be unknown', 120)
        envelopes = desk.expect_maybe_sent(ticket, message)
        assert telegram.accepted == [('77', 'It is on its way.')] * times
        decision = 'action_send_again' if times == 1 else 'action_mark_sent'
        desk.agent('helpdesk.channel.envelope', decision, envelopes)
    assert desk.delivery(ticket, message)['state'] == 'sent'
    desk.work()
    assert [row[0] for row in desk.states()] == ['sent']
    assert telegram.accepted == [('77', 'It is on its way.')] * 2


@pytest.mark.parametrize('plan', [HOLD, DROP], ids=['time-out', 'broken'])
def test_no_answer(odoo, telegram, plan):
    """It took the message, and never says so."""
    desk = Desk(odoo, telegram)
    ticket = desk.hear(77)
    telegram.plans = [plan]
    message = desk.answer(ticket, 'First')
    desk.work()
    envelopes = desk.expect_maybe_sent(ticket, message)
    assert telegram.accepted == [('77', 'First')]
    # what comes later does not wait for somebody's decision
    desk.answer(ticket, 'Second')
    desk.work()
    assert telegram.accepted == [('77', 'First'), ('77', 'Second')]
    desk.agent('helpdesk.channel.envelope', 'action_mark_sent', envelopes)
    desk.work()
    assert [row[0] for row in desk.states()] == ['sent', 'sent']
    assert telegram.accepted == [('77', 'First'), ('77', 'Second')]


def test_out_of_order_for_a_while(odoo, telegram):
    """Each refusal is waited for; then all goes out once, and a conversation in its order."""
    desk = Desk(odoo, telegram)
    kim, lee = desk.hear(77), desk.hear(88)
    telegram.plans = [TOO_MANY]
    for text in ('One', 'Two', 'Three'):
        desk.answer(kim, text)
    desk.answer(lee, 'Hello')

    desk.work()
    desk.work()
    assert telegram.asked == 1, 'the whole channel waits'
    assert 30 < desk.wait() <= 40

    desk.pass_time()
    telegram.plans = [OUT_OF_ORDER]
    desk.work()
    desk.work()
    assert telegram.accepted == [('88', 'Hello')], 'another conversation is not held up'
    assert [row[0] for row in desk.states()] == ['outgoing', 'outgoing', 'outgoing', 'sent']

    desk.pass_time()
    telegram.stop()
    desk.work()
    assert desk.states()[0] == ('outgoing', 'retry')
    assert desk.wait() > 20, 'longer each time'

    telegram.start()
    desk.work()
    assert telegram.asked == 3, 'not before its time'
    desk.pass_time()
    desk.work()
    assert telegram.accepted == [('88', 'Hello'), ('77', 'One'), ('77', 'Two'), ('77', 'Three')]
    assert {row[0] for row in desk.states()} == {'sent'}
    desk.pass_time()
    desk.work()
    assert len(telegram.accepted) == 4
