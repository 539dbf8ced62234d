"""A chat in which both sides write while two operators make it a ticket, over real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from odoo_server import RpcError, connect, wait_for

ROUNDS = 4
WORDS = 12
GROUPS = ('im_livechat.im_livechat_group_user', 'helpdesk_ecom.group_helpdesk_user')


def start_chat(odoo, livechat, people):
    """A chat of two people in a live chat channel; returns its id."""
    admin = odoo.xmlrpc()
    users = admin('res.users', 'read', people, ['partner_id'])
    partners = [user['partner_id'][0] for user in users]
    return admin(
        'discuss.channel',
        'create',
        {
            'name': 'Chat',
            'channel_type': 'livechat',
            'livechat_channel_id': livechat,
            'livechat_operator_id': partners[0],
            'channel_member_ids': [
                [0, 0, {'partner_id': partners[0], 'livechat_member_type': 'agent'}],
                [0, 0, {'partner_id': partners[1], 'livechat_member_type': 'visitor'}],
            ],
        },
    )


def post(client, chat, text):
    client(
        'discuss.channel',
        'message_post',
        chat,
        body=text,
        message_type='comment',
        subtype_xmlid='mail.mt_comment',
    )


def write(client, start, chat, name):
    """Write a number of messages one after the other; returns how many were taken."""
    start.wait()
    taken = 0
    for number in range(WORDS):
        try:
            post(client, chat, f'{name} {number}')
        except RpcError as error:
            assert 'concurrent update' in str(error)  # tried five times: the writer tries again
        else:
            taken += 1
    return taken


def make_ticket(client, start, chat):
    start.wait()
    client('discuss.channel', 'execute_command_ticket', chat, body='/ticket')


def get_said(odoo, chat):
    """What was said in a chat."""
    return odoo.sql(
        "SELECT body FROM mail_message WHERE model = 'discuss.channel' AND res_id = %s "
        "AND message_type = 'comment' ORDER BY id",
        chat,
    )


def get_kept(odoo, chat):
    """What stands of it on the ticket."""
    return odoo.sql(
        'SELECT message.body FROM mail_message message '
        'JOIN discuss_channel chat ON chat.helpdesk_ticket_id = message.res_id '
        "WHERE message.model = 'helpdesk.ticket' AND message.message_type = 'comment' "
        'AND chat.id = %s ORDER BY message.id',
        chat,
    )


def count_waiting(odoo):
    """How many transactions of the server wait for a lock."""
    [[count]] = odoo.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
        odoo.database,
    )
    return count


@pytest.fixture
def desk(odoo):
    """A live chat channel with a team, two operators and a visitor: clients and ids."""
    if not odoo.sql("SELECT 1 FROM res_users WHERE login = 'chat_1'"):
        for login in ('chat_1', 'chat_2'):
            odoo.create_user(login, *GROUPS)
        odoo.create_user('chat_visitor', *GROUPS[:1])
    ids = dict(odoo.sql("SELECT login, id FROM res_users WHERE login LIKE 'chat_%%'"))
    team = odoo.xmlrpc()('helpdesk.team', 'create', {'name': 'Chats'})
    operators = [[6, 0, [ids['chat_1'], ids['chat_2']]]]
    values = {'name': 'Shop', 'helpdesk_team_id': team, 'user_ids': operators}
    livechat = odoo.xmlrpc()('im_livechat.channel', 'create', values)
    people = [ids['chat_1'], ids['chat_visitor']]
    return team, lambda: start_chat(odoo, livechat, people)


@pytest.mark.server_errors('odoo.sql_db: bad query')  # somebody was faster: it is tried again
def test_nothing_lost_nothing_twice(odoo, desk):
    """One ticket, on which everything stands once that was said in the chat, in its order."""
    team, new_chat = desk
    for number in range(1, ROUNDS + 1):
        chat, start = new_chat(), Barrier(4)
        with ThreadPoolExecutor(4) as pool:
            jobs = [
                pool.submit(write, odoo.xmlrpc('chat_1'), start, chat, 'operator'),
                pool.submit(write, odoo.xmlrpc('chat_visitor'), start, chat, 'visitor'),
                pool.submit(make_ticket, odoo.xmlrpc('chat_2'), start, chat),
                pool.submit(make_ticket, odoo.xmlrpc('chat_1'), start, chat),
            ]
            taken = jobs[0].result() + jobs[1].result()
            for job in jobs[2:]:
                job.result()
        tickets = odoo.sql('SELECT id FROM helpdesk_ticket WHERE team_id = %s', team)
        assert len(tickets) == number
        said = get_said(odoo, chat)
        assert len(said) == taken
        assert get_kept(odoo, chat) == said


@pytest.mark.server_errors('odoo.sql_db: bad query')
def test_said_while_the_ticket_is_made(odoo, desk):
    """A message that arrives in the middle is not lost.

    It is said when whoever makes the ticket has read the chat, and there is no ticket yet to see.
    """
    _team, new_chat = desk
    visitor, operator = odoo.xmlrpc('chat_visitor'), odoo.xmlrpc('chat_2')
    chat = new_chat()
    post(visitor, chat, 'before')
    blocker = connect(odoo.database)
    cursor = blocker.cursor()
    cursor.execute('BEGIN')
    cursor.execute('LOCK TABLE helpdesk_ticket IN SHARE MODE')  # nobody can add one
    with ThreadPoolExecutor(2) as pool:
        making = pool.submit(
            operator, 'discuss.channel', 'execute_command_ticket', chat, body='/ticket'
        )
        wait_for(lambda: count_waiting(odoo) == 1, 'the ticket is being made')
        post(visitor, chat, 'in the middle')
        cursor.execute('COMMIT')
        blocker.close()
        making.result()
    assert len(get_said(odoo, chat)) == 2
    assert get_kept(odoo, chat) == get_said(odoo, chat)
