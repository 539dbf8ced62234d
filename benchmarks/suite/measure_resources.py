"""Memory of the workers, time to start, and bytes that the browser loads.

``plain`` is a database with all that our addons depend on, and without them.
"""

from __future__ import annotations

import gzip
import re

from suite.attempts import Attempts
from suite.client import Client
from suite.context import Run
from suite.databases import Database
from suite.measure_screens import LOGIN
from suite.samples import fact
from suite.screens import Desk
from suite.server import Server

REQUESTS = 400  # of one agent: about an hour's work
PEERS = {'ours': 'ours', 'core': 'floor_mixins', 'oca': 'oca'}
CASES = ('list, open', 'board, open', 'form', 'chatter', 'thread data', 'stage change', 'create')
BUNDLE = re.compile(rb'(?:src|href)="(/web/assets/[^"]*web\.assets_web\.min\.(?:js|css))"')


def measure(run: Run) -> list[dict]:
    """Servers of their own, started for this."""
    rows, attempts = [], Attempts('resources')
    for kind, database in run.databases.items():
        rows += attempts.call(kind, _measure, run, kind, database) or []
    plain = Database('plain', run.pg.name(f'bench_run_plain_{run.size}'), 0, 0.0)
    run.pg.copy(run.template, plain.name)
    rows += attempts.call('plain', _measure, run, 'plain', plain) or []
    run.pg.drop(plain.name)
    return rows + attempts.rows()


def _measure(run: Run, kind: str, database: Database) -> list[dict]:
    server = Server(database, run.folder / f'{kind}-resources').start()
    try:
        rows = [
            fact('resources', 'server answers after', kind, round(server.seconds_to_start, 1), 's')
        ]
        admin = Client(server.port, database.name, 'admin')
        rows += _bundles(admin, kind)
        rows += _memory(server, 'at start', kind)
        if kind not in PEERS:
            return rows
        peer = next((peer for peer in run.peers if peer.name == PEERS[kind]), None)
        if not peer:
            return rows
        facts = run.child(kind).call('facts.of', peer=peer.name)
        screens = Desk(Client(server.port, database.name, LOGIN), peer, facts).screens()
        for number in range(REQUESTS):
            screens[CASES[number % len(CASES)]]('memory')
        rows += _memory(server, f'after {REQUESTS} requests', kind)
        return rows
    finally:
        server.stop()


def _memory(server: Server, when: str, kind: str) -> list[dict]:
    """Of the largest worker."""
    infos = [worker.memory_full_info() for worker in server.workers()]
    return [
        fact('resources', f'RSS of a worker {when}', kind, _mb(max(i.rss for i in infos)), 'MB'),
        fact('resources', f'USS of a worker {when}', kind, _mb(max(i.uss for i in infos)), 'MB'),
    ]


def _mb(size: int) -> float:
    return round(size / 1e6, 1)


def _bundles(admin: Client, kind: str) -> list[dict]:
    """The web client's JavaScript and CSS, as sent and as compressed by a proxy."""
    rows = []
    for url in sorted({url.decode() for url in BUNDLE.findall(admin.get('/odoo'))}):
        content, suffix = admin.get(url), url.rpartition('.')[2]
        packed = gzip.compress(content, 6)
        rows += [
            fact('resources', f'web client {suffix}', kind, len(content), 'bytes'),
            fact('resources', f'web client {suffix}, gzip', kind, len(packed), 'bytes'),
        ]
    return rows
