"""A second PostgreSQL answers what agents only read; the desk works on without it."""

from contextlib import ExitStack
from urllib.error import HTTPError

import pytest
from cluster import Cluster
from odoo_server import OdooServer, wait_for

COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = 'desk'"
READS = 20
TICKET = 'helpdesk.ticket'


@pytest.fixture
def desk(tmp_path):
    """A server with a PostgreSQL of its own and its replica."""
    with ExitStack() as stack:
        primary = Cluster(tmp_path / 'primary')
        stack.callback(primary.close)
        primary.create().load('desk')
        replica = primary.create_replica(tmp_path / 'replica')
        stack.callback(replica.close)
        replica.start()
        server = OdooServer(
            'desk',
            tmp_path / 'odoo',
            options=(f'--db_replica_host={replica.sock}',),
            environment=primary.environment,
        )
        stack.callback(server.kill)
        yield server.start(), primary, replica


@pytest.mark.server_errors('.*')
def test_replica(desk):
    """What only reads goes to the replica, and to the primary when there is none any more."""
    server, primary, replica = desk
    agent = server.create_user('ann', 'helpdesk_ecom.group_helpdesk_user')
    admin = server.xmlrpc()
    ticket = admin('helpdesk.ticket', 'create', {'name': 'Cup arrived broken', 'user_id': agent})
    web = server.web('ann')

    def read_all():
        for method, *args in (
            ('web_search_read', [], {'name': {}}),
            ('get_inbox',),
            ('get_order_panel_data', [ticket]),
        ):
            answer = web.call(TICKET, method, *args)
        return answer

    wait_for(
        lambda: web.call(TICKET, 'web_read', [ticket], {'name': {}}), 'the ticket at the replica'
    )
    before = [commits(server) for server in (primary, replica)]
    for _number in range(READS):
        read_all()
    wait_for(lambda: commits(replica) - before[1] >= 3 * READS, 'reads at the replica')
    assert commits(primary) - before[0] < READS

    replica.crash()
    wait_for(works(read_all), 'reads at the primary')
    web.call(TICKET, 'write', [ticket], {'name': 'Cup arrived in pieces'})
    [row] = web.call(TICKET, 'web_read', [ticket], {'name': {}})
    assert row['name'] == 'Cup arrived in pieces'


def works(function):
    """Return a condition: Odoo fails once for each connection that it held to the replica."""

    def check():
        try:
            function()
        except HTTPError:
            return False
        return True

    return check


def commits(cluster):
    """How many transactions a server has answered, also those that only read."""
    ((count,),) = cluster.sql('postgres', COMMITS)
    return count
