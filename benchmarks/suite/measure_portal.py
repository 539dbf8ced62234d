"""The list of a customer in the portal, of the one who has most tickets."""

from __future__ import annotations

from collections import defaultdict
from time import sleep

from suite.attempts import Attempts
from suite.client import Client
from suite.context import Run
from suite.measure_screens import ROUNDS, WARM_UP
from suite.peers import Peer
from suite.samples import row

PAGES = {'ours': '/my/tickets', 'oca': '/my/tickets', 'project_task': '/my/tasks'}


def measure(run: Run) -> list[dict]:
    """The first page of those models that have one."""
    attempts, timed = Attempts('portal'), defaultdict(list)
    clients = {
        peer.name: attempts.call(peer.name, _customer, run, peer)
        for peer in run.peers
        if peer.name in PAGES
    }
    for turn in range(-WARM_UP, ROUNDS):
        for peer in run.peers:
            if peer.name not in clients or attempts.has_failed(peer.name):
                continue
            client, server = clients[peer.name], run.server(peer.kind)
            before = server.cpu_ms()
            label = f'bench-portal-{peer.name}' if turn >= 0 else 'warm-up'
            attempts.call(peer.name, client.get, f'{PAGES[peer.name]}?{label}')
            if turn >= 0 and not attempts.has_failed(peer.name):
                timed[peer.name].append([client.seconds * 1000, server.cpu_ms() - before])
    sleep(1)
    rows = []
    for name, samples in timed.items():
        if attempts.has_failed(name):
            continue
        kind = next(peer.kind for peer in run.peers if peer.name == name)
        counts = run.server(kind).statements().get(f'bench-portal-{name}')
        counts = counts or [0] * len(samples)
        full = [
            [*sample, count] for sample, count in zip(samples, counts[: len(samples)], strict=True)
        ]
        rows.append(row('portal', 'list of the tickets', name, full))
    return rows + attempts.rows()


def _customer(run: Run, peer: Peer) -> Client:
    server, login = run.server(peer.kind), f'portal-{peer.name}'
    run.child(peer.kind).call('facts.portal_user', peer=peer.name, login=login)
    return Client(server.port, server.database, login)
