"""The server dies while it refunds, and comes back: never no refund, never two."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from odoo_server import wait_for
from shop import Bank, books, draft_refund, make_case

JOB = 'helpdesk_ecom.ir_cron_order_action'


def submit_and_die(server, case, bank, place):
    """Submit a refund of one cup, and kill the server at a place; return the action."""
    client = server.xmlrpc('agent')
    action = draft_refund(client, case, 1)
    bank.hold(place)
    with ThreadPoolExecutor(1) as pool:
        request = pool.submit(client, 'helpdesk.order.action', 'action_submit', [action])
        wait_for(lambda: bank.reached(place), f'the server at "{place}"')
        server.kill()
        with suppress(Exception):  # the connection broke
            request.result()
    bank.release(place)
    return action


def state_of(server, action):
    return server.sql('SELECT state FROM helpdesk_order_action WHERE id = %s', action)[0][0]


# Odoo's own jobs book the same refund, and mail the same order, at the same moment; one of the two
# starts again.
@pytest.mark.server_errors('could not serialize|bad query|Sales: Send pending emails')
def test_killed_between_credit_note_and_refund(new_odoo, tmp_path):
    """Nothing was sent yet: the action resumes by itself, and refunds once."""
    server = new_odoo(crons=1)
    case, bank = make_case(server), Bank(server, tmp_path / 'bank')
    action = submit_and_die(server, case, bank, 'prepare')
    assert state_of(server, action) == 'running'
    assert books(server, case) == ([40.0], [])
    assert bank.refunds == []

    server.start()
    server.run_cron(JOB)
    wait_for(lambda: state_of(server, action) == 'done', 'the end of the refund')
    assert bank.refunds == [40.0]
    assert books(server, case) == ([40.0], [40.0])
    server.run_cron(JOB)
    assert bank.refunds == [40.0]


@pytest.mark.parametrize('left', [True, False])
def test_killed_while_the_provider_answers(new_odoo, tmp_path, left):
    """Nobody knows whether money left: a person decides, nothing is sent again by itself."""
    server = new_odoo()
    case, bank = make_case(server), Bank(server, tmp_path / 'bank')
    action = submit_and_die(server, case, bank, 'sent')
    assert bank.refunds == [40.0]

    server.start()
    server.run_cron(JOB)
    server.run_cron(JOB)
    assert state_of(server, action) == 'to_check'
    assert bank.refunds == [40.0]
    server.create_user('leader', 'helpdesk_ecom.group_helpdesk_manager')
    leader = server.xmlrpc('leader')
    if left:
        leader('helpdesk.order.action', 'action_confirm_done', [action])
    else:
        leader('helpdesk.order.action', 'action_confirm_not_done', [action])
        assert state_of(server, action) == 'failed'
        leader('helpdesk.order.action', 'action_resume', [action])
    assert state_of(server, action) == 'done'
    assert bank.refunds == ([40.0] if left else [40.0, 40.0])
    assert books(server, case) == ([40.0], [40.0])
