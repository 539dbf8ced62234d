#!/usr/bin/env python3
"""What the clocks of SLA policies cost as tickets pile up, as a table in Markdown.

    benchmarks/sla.py                     1,000, 10,000 and 100,000 open tickets
    benchmarks/sla.py --tickets 5000      other numbers
    benchmarks/sla.py --http              only what it takes to save a stage over HTTP

It needs the database of ``./dev test``, works on a copy of it, and drops the copy. Beside the
seconds, which are this machine's, it counts SQL statements, which are the code's.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.dont_write_bytecode = True

import sla_http  # noqa: E402

from tools import databases, odoo_source, postgres, python_env  # noqa: E402
from tools.common import die  # noqa: E402

INSIDE = Path(__file__).with_name('sla_inside.py')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--tickets', type=int, nargs='+', default=[1_000, 10_000, 100_000])
    parser.add_argument('--http', action='store_true')
    args = parser.parse_args()
    sizes = [] if args.http else args.tickets
    python_env.link_odoo(odoo_source.ensure())
    pg = postgres.Pg().ensure()
    test, bench = pg.name('test'), pg.name('bench')
    if not pg.exists(test):
        die('run ./dev test first: it makes the database that this copies')
    for number, size in enumerate(sizes):
        pg.copy(test, bench)
        script = f'SIZE, HEADER = {size}, {not number}\n{INSIDE.read_text()}'
        done = subprocess.run(
            [
                *(str(python_env.BIN / 'odoo'), 'shell', '-c', str(databases.write_conf())),
                *('-d', bench, '--no-http', '--log-level=error'),
            ],
            input=script,
            text=True,
        )
        pg.drop(bench)
        if done.returncode:
            raise SystemExit(done.returncode)
    pg.copy(test, bench)
    try:
        print('\n' + sla_http.measure(python_env.BIN / 'odoo', databases.write_conf(), bench))
    finally:
        pg.drop(bench)


if __name__ == '__main__':
    main()
