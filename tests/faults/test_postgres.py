"""PostgreSQL dies while customers write."""

import os
import random
import signal
from contextlib import ExitStack

import pytest
from cluster import Cluster
from odoo_server import OdooServer, wait_for
from traffic import Traffic

pytestmark = pytest.mark.server_errors('.*')


@pytest.fixture
def durable(tmp_path):
    """A server with a PostgreSQL of its own."""
    with ExitStack() as stack:
        cluster = Cluster(tmp_path / 'pg')
        stack.callback(cluster.close)
        cluster.create().load('desk')
        server = OdooServer(
            'desk', tmp_path / 'odoo', workers=2, crons=1, environment=cluster.environment
        )
        stack.callback(server.kill)
        yield cluster, server.start()


def test_crash(durable, attempt, report):
    cluster, server = durable
    traffic = Traffic(server).start()
    traffic.wait_for_some(10 + attempt)
    cluster.crash()
    cluster.start()
    report('PostgreSQL crashes', traffic.finish())


def test_one_connection_is_killed(durable, attempt, report):
    """As the kernel does it when memory runs out: PostgreSQL ends all others, and recovers."""
    cluster, server = durable
    traffic = Traffic(server).start()
    traffic.wait_for_some(10)
    rows = cluster.sql(
        'postgres', "SELECT pid FROM pg_stat_activity WHERE datname = 'desk' ORDER BY pid"
    )
    os.kill(random.Random(attempt).choice(rows)[0], signal.SIGKILL)
    wait_for(cluster.answers, 'its recovery', 60)
    report("a connection's process is killed", traffic.finish())
