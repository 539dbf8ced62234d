"""Sixteen tickets at the same moment, over real connections to two servers of one database."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Barrier

import pytest
from odoo_server import RpcError, wait_for

TICKETS = 16
JOB = 'helpdesk_ecom.ir_cron_assign_tickets'


@pytest.fixture
def nodes(odoo, new_odoo):
    """Two servers on one database; the second one has two threads for scheduled jobs."""
    return odoo, new_odoo(odoo.database, crons=2)


def wait(condition, what):
    """As `wait_for`, for what a thread does that has other jobs, too."""
    return wait_for(condition, what, 120)


def make_team(odoo, agents, method, capacity=0):
    """A team that is always open; returns its id and those of its agents."""
    ids = [
        odoo.create_user(agent, 'helpdesk_ecom.group_helpdesk_user', helpdesk_capacity=capacity)
        for agent in agents
    ]
    team = odoo.xmlrpc()(
        'helpdesk.team',
        'create',
        {
            'name': f'Team of {agents[0]}',
            'auto_assignment': True,
            'assign_method': method,
            'resource_calendar_id': False,
            'member_ids': [[6, 0, ids]],
        },
    )
    return team, ids


def create_at_once(nodes, team, meanwhile=lambda: None):
    """Let every connection create a ticket at the same moment."""
    start = Barrier(TICKETS + 1)
    clients = [node.xmlrpc() for node, _number in zip(cycle(nodes), range(TICKETS))]  # noqa: B905

    def create(client):
        start.wait()
        return client('helpdesk.ticket', 'create', {'name': 'At once', 'team_id': team})

    with ThreadPoolExecutor(TICKETS + 1) as pool:
        created = [pool.submit(create, client) for client in clients]
        other = pool.submit(lambda: (start.wait(), meanwhile()))
        other.result()
        return [future.result() for future in created]


def loads(odoo, team):
    """How many open tickets of the team each agent has; None: nobody."""
    return Counter(
        dict(
            odoo.sql(
                'SELECT user_id, count(*) FROM helpdesk_ticket '
                'WHERE team_id = %s AND fold IS NOT TRUE GROUP BY user_id',
                team,
            )
        )
    )


def is_idle(odoo):
    """Whether the job is neither called nor running."""
    return not odoo.sql(
        'SELECT 1 FROM ir_cron_trigger t JOIN ir_model_data d ON d.res_id = t.cron_id '
        "WHERE d.module || '.' || d.name = %s AND t.call_at <= now() AT TIME ZONE 'utc'",
        JOB,
    ) and bool(
        odoo.sql(
            'SELECT 1 FROM ir_cron c JOIN ir_model_data d ON d.res_id = c.id '
            "WHERE d.module || '.' || d.name = %s FOR UPDATE OF c SKIP LOCKED",
            JOB,
        )
    )


@pytest.mark.parametrize('method', ['balanced', 'randomly'])
def test_even(nodes, method):
    """Everything is assigned, and nobody gets more than one more than somebody else."""
    first, _second = nodes
    team, agents = make_team(first, [f'even_{method}_{number}' for number in range(3)], method)
    create_at_once(nodes, team)
    wait(lambda: not loads(first, team)[None], 'all tickets are assigned')
    counts = [loads(first, team)[agent] for agent in agents]
    assert sum(counts) == TICKETS
    assert max(counts) - min(counts) <= 1, counts


def test_capacity(nodes):
    """Nobody gets too much while somebody else runs the job by hand; the rest waits its turn."""
    first, second = nodes
    capacity = 4
    team, agents = make_team(first, ['full_1', 'full_2', 'full_3'], 'balanced', capacity)

    def run_by_hand():
        for node in (second, first, second):
            try:
                node.run_cron(JOB)
            except RpcError as error:
                assert 'already executing' in str(error)

    create_at_once(nodes, team, run_by_hand)
    room = capacity * len(agents)
    wait(lambda: loads(first, team)[None] == TICKETS - room, 'what fits is assigned')
    wait(lambda: is_idle(first), 'the job has nothing to do')
    assert loads(first, team) == {None: TICKETS - room} | dict.fromkeys(agents, capacity)
    queued = first.sql(
        'SELECT count(*) FROM helpdesk_ticket '
        'WHERE team_id = %s AND user_id IS NULL AND assignment_queue_date IS NOT NULL',
        team,
    )
    assert queued == [(TICKETS - room,)]

    mine = first.xmlrpc('full_1')(
        'helpdesk.ticket', 'search', [['user_id', '=', agents[0]]], limit=2
    )
    first.xmlrpc('full_1')('helpdesk.ticket', 'action_solve', mine)
    wait(lambda: loads(first, team)[None] == TICKETS - room - 2, 'who is free gets the next')
    wait(lambda: is_idle(first), 'the job has nothing to do')
    assert loads(first, team)[agents[0]] == capacity


@pytest.mark.server_errors('odoo.sql_db: bad query')  # somebody was faster: it is tried again
def test_people_take_tickets_meanwhile(nodes):
    """What somebody takes while the job runs stays theirs, and the job does not fail."""
    first, second = nodes
    team, _agents = make_team(first, ['job_1', 'job_2'], 'balanced')
    taker = first.create_user('taker', 'helpdesk_ecom.group_helpdesk_manager')
    client = second.xmlrpc('taker')
    taken = []

    def take():
        for _round in range(20):
            found = client(
                'helpdesk.ticket',
                'search',
                [['team_id', '=', team], ['user_id', '=', False]],
                limit=1,
                order='id desc',
            )
            if found:
                client('helpdesk.ticket', 'action_assign_to_me', found)
                taken.extend(found)

    create_at_once(nodes, team, take)
    wait(lambda: not loads(first, team)[None], 'all tickets are assigned')
    assert loads(first, team)[taker] == len(set(taken))
