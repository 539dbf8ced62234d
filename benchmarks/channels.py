#!/usr/bin/env python3
"""How a webhook bears load: posts a second, time to acknowledge, time until all is processed.

    benchmarks/channels.py                    200 messages a second for 60 s, two workers
    benchmarks/channels.py --rate 50 --seconds 10

Makes a database of its own from that of the system tests (./dev test makes it), and drops it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / 'tests/system')]

from tools import databases, postgres  # noqa: E402
from tools.common import DEV  # noqa: E402

CUSTOMERS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--rate', type=int, default=200)
    parser.add_argument('--seconds', type=int, default=60)
    parser.add_argument('--workers', type=int, default=2)
    args = parser.parse_args()
    os.environ['DEV_DIR'] = str(DEV)
    databases.ensure_system(postgres.Pg().ensure())
    from odoo_server import OdooServer, database_copy
    from webhook_client import Customers, make_channel, make_events

    count = args.rate * args.seconds
    with database_copy('bench_channels') as database, TemporaryDirectory() as folder:
        server = OdooServer(database, Path(folder), workers=args.workers, crons=1).start()
        try:
            channel, path = make_channel(server)
            customers = Customers(server.port, path, threads=16)
            customers.post(make_events(100, CUSTOMERS))  # everything is loaded now
            customers.seconds.clear()
            events = [
                {**event, 'id': f'load-{event["id"]}'} for event in make_events(count, CUSTOMERS)
            ]
            start = time.monotonic()
            customers.post(events, args.rate)
            posted = time.monotonic() - start
            left = count
            while left:
                time.sleep(0.5)  # a benchmark may: nothing is asserted of it
                ((left,),) = server.sql(
                    'SELECT count(*) FROM helpdesk_channel_envelope '
                    "WHERE channel_id = %s AND state = 'new'",
                    channel,
                )
            processed = time.monotonic() - start
        finally:
            server.stop()
    seconds = sorted(customers.seconds)
    print('| posts | asked for | achieved | median | 99th percentile | slowest | all processed |')
    print('|---:|---:|---:|---:|---:|---:|---:|')
    print(
        f'| {count} | {args.rate}/s | {count / posted:.0f}/s '
        f'| {1000 * seconds[len(seconds) // 2]:.0f} ms '
        f'| {1000 * seconds[int(len(seconds) * 0.99)]:.0f} ms | {1000 * seconds[-1]:.0f} ms '
        f'| after {processed:.0f} s ({count / processed:.0f}/s) |'
    )


if __name__ == '__main__':
    main()
