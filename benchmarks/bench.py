#!/usr/bin/env python3
"""What the addons cost, beside what one would use instead; ``./dev bench`` starts it.

    ./dev bench                          20,000 tickets
    ./dev bench --tickets 1000000        other sizes, one after the other
    ./dev bench --only screens mail      some measures
    ./dev bench --peers ours floor_mixins
    ./dev bench --report                 tables and plots of what was measured before

Results are in benchmarks/results.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / 'benchmarks'), str(ROOT / 'tests/system')]
sys.dont_write_bytecode = True

from tools.common import DEV, die  # noqa: E402

os.environ['DEV_DIR'] = str(DEV)  # where the system tests' server looks for Odoo

from suite import peers, runner  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        prog='./dev bench',
    )
    parser.add_argument('--tickets', type=int, nargs='+', default=[20_000])
    parser.add_argument('--only', nargs='+', default=[], choices=[*runner.MEASURES])
    parser.add_argument('--peers', nargs='+', default=[], choices=[*peers.BY_NAME])
    parser.add_argument('--load', action='store_true', help='only make the databases')
    parser.add_argument('--report', action='store_true', help='only write the report')
    args = parser.parse_args()
    failed = []
    if not args.report:
        for size in args.tickets:
            failed += runner.run(size, set(args.only), set(args.peers), load_only=args.load)
    if not args.load:
        runner.report_all()
    if failed:
        die('\n'.join(['failed:', *failed]))


if __name__ == '__main__':
    main()
