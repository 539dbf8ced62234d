"""Screens over HTTP: each round asks every peer once, so that noise meets all of them."""

from __future__ import annotations

from collections import defaultdict
from time import sleep

from mail_servers import SmtpSink

from suite.client import Client
from suite.context import Run
from suite.samples import row
from suite.screens import Desk

ROUNDS, WARM_UP = 20, 4
SKIPPED = 'floor'  # its screens are those of floor_mixins
LOGIN = 'agent1'  # has the most tickets


def open_desks(run: Run) -> dict[str, Desk]:
    """An agent for each peer, logged in."""
    desks = {}
    for peer in run.peers:
        if peer.name == SKIPPED:
            continue
        facts = run.child(peer.kind).call('facts.of', peer=peer.name)
        server = run.server(peer.kind)
        desks[peer.name] = Desk(Client(server.port, server.database, LOGIN), peer, facts)
    return desks


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
    desks = open_desks(run)
    screens = {name: desk.screens() for name, desk in desks.items()}
    cases = list(dict.fromkeys(case for found in screens.values() for case in found))
    timed: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    sizes = {}
    for number, case in enumerate(cases):
        for turn in range(-WARM_UP, ROUNDS):
            for name, desk in desks.items():
                if case not in screens[name]:
                    continue
                peer, server = desk.peer, run.server(desk.peer.kind)
                label = f'bench-{number}-{peer.name}'
                before = server.cpu_ms()
                screens[peer.name][case](label if turn >= 0 else 'warm-up')
                wall = desk.client.seconds * 1000
                if turn >= 0:
                    timed[case, peer.name].append([wall, server.cpu_ms() - before])
                    sizes[case, peer.name] = desk.client.bytes
    sleep(1)  # until the servers have written their logs
    statements = {kind: server.statements() for kind, server in run.servers.items()}
    rows = []
    for (case, name), samples in timed.items():
        label = f'bench-{cases.index(case)}-{name}'
        counts = statements[desks[name].peer.kind].get(label) or [0] * len(samples)
        full = [
            [*sample, count] for sample, count in zip(samples, counts[: len(samples)], strict=True)
        ]
        rows.append(row('screens', case, name, full, bytes=sizes[case, name]))
    return rows
