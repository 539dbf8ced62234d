"""A channel's webhook: how soon a message is acknowledged, and how many a second are processed."""

from __future__ import annotations

import time

from webhook_client import Customers, make_channel, make_events

from suite.context import Run
from suite.samples import fact, spread
from suite.server import Server

RATE, SECONDS, CUSTOMERS = 50, 10, 100
PATIENCE = 300


def measure(run: Run) -> list[dict]:
    """As benchmarks/channels.py does, on the database of this run."""
    if 'ours' not in run.databases:
        return []
    server = Server(run.databases['ours'], run.folder / 'webhook', crons=1).start()
    try:
        _settle(server)
        channel, path = make_channel(server)
        customers = Customers(server.port, path, threads=16)
        customers.post(make_events(CUSTOMERS, CUSTOMERS))  # everything is loaded now
        _wait(server, channel)
        customers.seconds.clear()
        count = RATE * SECONDS
        events = [{**event, 'id': f'load-{event["id"]}'} for event in make_events(count, CUSTOMERS)]
        start = time.monotonic()
        customers.post(events, RATE)
        posted = time.monotonic() - start
        _wait(server, channel)
        processed = time.monotonic() - start
    finally:
        server.stop()
    acknowledged = {
        'measure': 'webhook',
        'case': f'acknowledgement, {RATE} a second asked for',
        'peer': 'ours',
        'n': len(customers.seconds),
        'ms': spread([1000 * seconds for seconds in customers.seconds]),
    }
    return [
        acknowledged,
        fact('webhook', 'acknowledged', 'ours', round(count / posted, 1), '/s'),
        fact('webhook', 'processed', 'ours', round(count / processed, 1), '/s'),
        fact('webhook', 'refused', 'ours', len(customers.refused), 'posts'),
    ]


def _settle(server: Server) -> None:
    """Until the jobs that are due in a database that was just loaded have run."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.sql(
        "SELECT 1 FROM ir_cron WHERE active AND nextcall <= now() AT TIME ZONE 'UTC'"
    ):
        time.sleep(0.5)


def _wait(server: Server, channel: int) -> None:
    """Until every message is in a ticket."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        ((left,),) = server.sql(
            'SELECT count(*) FROM helpdesk_channel_envelope '
            "WHERE channel_id = %s AND state = 'new'",
            channel,
        )
        if not left:
            return
        time.sleep(0.2)
    raise SystemExit(f'{left} messages are not processed after {PATIENCE} s')
