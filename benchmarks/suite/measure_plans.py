"""What of ours reads a large table from end to end: the plans that PostgreSQL really used.

Only with the private server, whose log is at hand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from socket import gethostname

from mail_servers import SmtpSink

from suite.attempts import Attempts
from suite.child import Child
from suite.client import Client
from suite.context import Run
from suite.databases import Database, addons_path
from suite.measure_screens import LOGIN
from suite.samples import fact
from suite.screens import Desk
from suite.server import Server

LARGE = 1000  # rows
WARM_UP = 4  # both workers know everything then
SETTINGS = {
    'session_preload_libraries': 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
}
PLAN = re.compile(r'duration: ([\d.]+) ms  plan:\n\s*Query Text: (.*)', re.S)
# what was written tells nothing
WRITTEN = re.compile(r'VALUES .*?(?=\n\t|\Z)', re.S)
SCAN = re.compile(r'Seq Scan on "?(\w+)')


def measure(run: Run) -> list[dict]:
    """One request of each screen and one run of each job of ours, each with all its plans."""
    if 'ours' not in run.databases or not run.pg.own:
        return []
    database = run.databases['ours']
    for name, value in SETTINGS.items():
        run.pg.sql(f"""ALTER DATABASE "{database.name}" SET {name} = '{value}'""")
    sink = SmtpSink().start()
    server = Server(database, run.folder / 'plans').start()
    try:
        run.child('ours').call('facts.mail_server', port=sink.port)
        return _measure(run, database, server)
    finally:
        server.stop()
        sink.stop()
        run.pg.sql(f'ALTER DATABASE "{database.name}" RESET ALL')


def _measure(run: Run, database: Database, server: Server) -> list[dict]:
    peer = next(peer for peer in run.peers if peer.name == 'ours')
    facts = run.child('ours').call('facts.of', peer='ours')
    desk = Desk(Client(server.port, server.database, LOGIN), peer, facts)
    log = run.pg.home / 'log'
    large = set(
        run.pg.sql(
            f"SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > {LARGE} "
            "AND relname NOT LIKE 'bench%'",  # the loader's
            database.name,
        ).split()
    )
    rows, attempts = [], Attempts('plans')
    # a process of its own: connections that are open already do not explain
    with Child(database.name, addons_path()) as child:
        for case, action in {**desk.screens(), **_jobs(child)}.items():
            plans = attempts.call('ours', _plans_of, action, log, case=case)
            if plans is not None:
                rows += _report(case, plans, large)
    return rows + attempts.rows()


def _jobs(child: Child) -> dict[str, Callable[[str], None]]:
    """What is measured inside of Odoo, by the names of the cases."""
    return {
        'ten mails': lambda _label: child.call('inbound.receive', peer='ours'),
        'ten tickets created': lambda _label: child.call('creating.create', peer='ours', batch=10),
        'ten stage changes': lambda _label: child.call('creating.move', peer='ours', batch=10),
        'SLA timer, nothing due': lambda _label: child.call('clocks.idle'),
    }


def _plans_of(action: Callable[[str], None], log: Path) -> list[tuple[float, str]]:
    for _turn in range(WARM_UP):
        action('warm-up')
    offset = log.stat().st_size
    action('plans')
    return _plans(log, offset)


def _plans(log: Path, offset: int) -> list[tuple[float, str]]:
    """Milliseconds and text of each plan since; ids of messages would name this machine."""
    with log.open(errors='replace') as file:
        file.seek(offset)
        entries = re.split(r'\n(?=\d{4}-)', file.read())
    found = (PLAN.search(entry) for entry in entries)
    return [
        (float(match[1]), WRITTEN.sub('VALUES ...', match[2]).replace(gethostname(), 'host'))
        for match in found
        if match
    ]


def _report(case: str, plans: list[tuple[float, str]], large: set[str]) -> list[dict]:
    rows = [fact('plans', case, 'ours', round(sum(ms for ms, _plan in plans), 2), 'ms of SQL')]
    scans = defaultdict(list)
    for ms, plan in plans:
        for table in {*SCAN.findall(plan)} & large:
            scans[table].append((ms, plan))
    for table, found in sorted(scans.items()):
        total = round(sum(ms for ms, _plan in found), 2)
        rows.append(
            {
                **fact('plans', f'{case}: all of {table}', 'ours', total, 'ms'),
                'n': len(found),
                'plan': max(found)[1][:6000],
            }
        )
    if plans:
        ms, plan = max(plans)
        rows.append(
            {
                **fact('plans', f'{case}: slowest statement', 'ours', round(ms, 2), 'ms'),
                'plan': plan[:6000],
            }
        )
    return rows
