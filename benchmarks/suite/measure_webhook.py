"""A channel's webhook: how soon a message is acknowledged, and how many a second are processed."""

from __future__ import annotations

import time

from webhook_client import Customers, make_channel, make_events

from suite.context import Run
from suite.samples import fact, spread
from suite.server import Server

RATE, SECONDS, CUSTOMERS = 50, 10, 100
# seconds at most: for the first messages, for those that are measured, until they are in tickets.
# What is not done by then is counted.
WARM_UP, POST, PROCESS = 60, 60, 120


class ImpatientCustomers(Customers):
    """Give up at a moment, where those of the tests repeat their messages for ever."""

    end = 0.0

    def _send(self, connection, body: bytes) -> int:
        if time.monotonic() > self.end:
            raise SystemExit  # of this thread alone
        return super()._send(connection, body)

    def post_within(self, seconds: float, events: list[dict], rate: float = 0) -> None:
        """Post the events; what is not acknowledged so many seconds later stays so."""
        self.end = time.monotonic() + seconds
        self.post(events, rate)


def measure(run: Run) -> list[dict]:
    """As benchmarks/channels.py does, on the database of this run."""
    if 'ours' not in run.databases:
        return []
    server = Server(run.databases['ours'], run.folder / 'webhook', crons=1)
    _put_off(server)
    server.start()
    try:
        channel, path = make_channel(server)
        customers = ImpatientCustomers(server.port, path, threads=16)
        customers.post_within(WARM_UP, make_events(CUSTOMERS, CUSTOMERS))  # loads everything
        waiting = _wait(server, channel, WARM_UP)
        customers.seconds.clear()
        customers.refused.clear()
        count = RATE * SECONDS
        events = [{**event, 'id': f'load-{event["id"]}'} for event in make_events(count, CUSTOMERS)]
        start = time.monotonic()
        customers.post_within(POST, events, RATE)
        posted = time.monotonic() - start
        left = _wait(server, channel, PROCESS)
        processed = time.monotonic() - start
    finally:
        server.stop()
    acknowledged = len(customers.seconds) - len(customers.refused)
    return [
        {
            'measure': 'webhook',
            'case': f'acknowledgement, {RATE} a second asked for',
            'peer': 'ours',
            'n': len(customers.seconds),
            'ms': spread([1000 * seconds for seconds in customers.seconds]),
        },
        fact('webhook', 'acknowledged', 'ours', round(acknowledged / posted, 1), '/s'),
        fact(
            *('webhook', 'processed', 'ours'),
            *(round((waiting + acknowledged - left) / processed, 1), '/s'),
        ),
        fact('webhook', 'refused', 'ours', len(customers.refused), 'posts'),
        fact('webhook', 'not acknowledged', 'ours', count - acknowledged, 'posts'),
        fact('webhook', f'not processed within {PROCESS} s', 'ours', left, 'messages'),
    ]


def _put_off(server: Server) -> None:
    """In a database that was just loaded every job is due, and would be in the way."""
    server.sql(
        "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 hour' WHERE active"
    )


def _wait(server: Server, channel: int, seconds: float) -> int:
    """How many messages are in no ticket, at the latest after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        ((left,),) = server.sql(
            'SELECT count(*) FROM helpdesk_channel_envelope '
            "WHERE channel_id = %s AND state = 'new'",
            channel,
        )
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.2)
