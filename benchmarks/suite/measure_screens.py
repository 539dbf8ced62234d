"""Screens over HTTP: each round asks every peer once, so that noise meets all of them."""

from __future__ import annotations

from collections import defaultdict
from time import sleep

from mail_servers import SmtpSink

from suite.attempts import Attempts
from suite.client import Client
from suite.context import Run
from suite.peers import Peer
from suite.samples import row
from suite.screens import Desk

ROUNDS, WARM_UP = 16, 4  # both workers know everything then
SKIPPED = 'floor'  # its screens are those of floor_mixins
LOGIN = 'agent1'  # has the most tickets


def open_desk(run: Run, peer: Peer) -> Desk:
    """An agent of a peer, logged in."""
    facts = run.child(peer.kind).call('facts.of', peer=peer.name)
    server = run.server(peer.kind)
    return Desk(Client(server.port, server.database, LOGIN), peer, facts)


def measure(run: Run) -> list[dict]:
    """Every screen of every peer."""
    sink = SmtpSink().start()
    try:
        for kind in run.databases:
            run.child(kind).call('facts.mail_server', port=sink.port)
        return _measure(run)
    finally:
        sink.stop()


def _measure(run: Run) -> list[dict]:
    attempts = Attempts('screens')
    opened = {
        peer.name: attempts.call(peer.name, open_desk, run, peer)
        for peer in run.peers
        if peer.name != SKIPPED
    }
    desks = {name: desk for name, desk in opened.items() if desk}
    screens = {name: desk.screens() for name, desk in desks.items()}
    cases = list(dict.fromkeys(case for found in screens.values() for case in found))
    timed: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    sizes = {}
    for number, case in enumerate(cases):
        for turn in range(-WARM_UP, ROUNDS):
            for name, desk in desks.items():
                if case not in screens[name] or attempts.has_failed(name, case):
                    continue
                peer, server = desk.peer, run.server(desk.peer.kind)
                label = f'bench-{number}-{peer.name}'
                before = server.cpu_ms()
                shown = label if turn >= 0 else 'warm-up'
                attempts.call(name, screens[name][case], shown, case=case)
                wall = desk.client.seconds * 1000
                if turn >= 0 and not attempts.has_failed(name, case):
                    timed[case, peer.name].append([wall, server.cpu_ms() - before])
                    sizes[case, peer.name] = desk.client.bytes
    sleep(1)  # until the servers have written their logs
    statements = {kind: server.statements() for kind, server in run.servers.items()}
    rows = []
    for (case, name), samples in timed.items():
        if attempts.has_failed(name, case):
            continue
        label = f'bench-{cases.index(case)}-{name}'
        counts = statements[desks[name].peer.kind].get(label) or [0] * len(samples)
        full = [
            [*sample, count] for sample, count in zip(samples, counts[: len(samples)], strict=True)
        ]
        rows.append(row('screens', case, name, full, bytes=sizes[case, name]))
    return rows + attempts.rows()
