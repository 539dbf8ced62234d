"""Processes of the server die while customers write."""

import os
import random
import signal

import pytest
from odoo_server import wait_for
from traffic import Traffic

pytestmark = pytest.mark.server_errors('.*')
KILLS = 3


def test_worker_killed(new_odoo, attempt, report):
    server = new_odoo(workers=2, crons=1)
    traffic = Traffic(server)
    dice = random.Random(attempt)
    traffic.start()
    for number in range(1, KILLS + 1):
        traffic.wait_for_some(number * len(traffic.events) // (KILLS + 2))
        victim = dice.choice(list(server.children()))
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: victim not in server.children(), 'its end')  # noqa: B023 - called at once
    report('a worker is killed', traffic.finish())


def test_server_killed(new_odoo, attempt, report):
    server = new_odoo(workers=2, crons=1)
    traffic = Traffic(server).start()
    traffic.wait_for_some(10 + attempt)
    server.kill()
    server.start()
    report('the server is killed', traffic.finish())


def test_two_servers_one_dies(new_odoo, attempt, report):
    """Both take messages and run the same jobs; one comes to its end."""
    first = new_odoo(workers=2, crons=1)
    second = new_odoo(first.database, workers=2, crons=1)
    traffic = Traffic(first).start(ports=[first.port, second.port])
    traffic.wait_for_some(10 + attempt)
    second.kill()
    second.start()
    report('one of two servers is killed', traffic.finish())
