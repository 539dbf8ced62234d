"""The list of a customer in the portal, of the one who has most tickets."""

from __future__ import annotations

from collections import defaultdict
from time import sleep

from suite.client import Client
from suite.context import Run
from suite.measure_screens import ROUNDS, WARM_UP
from suite.samples import row

PAGES = {'ours': '/my/tickets', 'oca': '/my/tickets', 'project_task': '/my/tasks'}


def measure(run: Run) -> list[dict]:
    """The first page of those models that have one."""
    clients, timed = {}, defaultdict(list)
    for peer in run.peers:
        if peer.name in PAGES:
            server, login = run.server(peer.kind), f'portal-{peer.name}'
            run.child(peer.kind).call('facts.portal_user', peer=peer.name, login=login)
            clients[peer.name] = Client(server.port, server.database, login)
    for turn in range(-WARM_UP, ROUNDS):
        for peer in run.peers:
            if peer.name not in clients:
                continue
            client, server = clients[peer.name], run.server(peer.kind)
            before = server.cpu_ms()
            label = f'bench-portal-{peer.name}' if turn >= 0 else 'warm-up'
            client.get(f'{PAGES[peer.name]}?{label}')
            if turn >= 0:
                timed[peer.name].append([client.seconds * 1000, server.cpu_ms() - before])
    sleep(1)
    rows = []
    for name, samples in timed.items():
        kind = next(peer.kind for peer in run.peers if peer.name == name)
        counts = run.server(kind).statements().get(f'bench-portal-{name}')
        counts = counts or [0] * len(samples)
        full = [
            [*sample, count] for sample, count in zip(samples, counts[: len(samples)], strict=True)
        ]
        rows.append(row('portal', 'list of the tickets', name, full))
    return rows
