"""Mails of customers: how many a second one process takes in, and what each costs."""

from __future__ import annotations

from collections import defaultdict

from suite.context import Run
from suite.samples import fact, row

ROUNDS = 12  # of ten mails


def measure(run: Run) -> list[dict]:
    """Rounds of the same mix, the peers in turns."""
    samples = defaultdict(list)
    for turn in range(-1, ROUNDS):
        for peer in run.peers:
            found = run.child(peer.kind).call('inbound.receive', peer=peer.name)
            if turn >= 0:
                for kind, values in found.items():
                    samples[peer.name, kind] += values
                    samples[peer.name, 'all'] += values
    rows = [row('mail', kind, name, values) for (name, kind), values in samples.items()]
    for (name, kind), values in samples.items():
        if kind == 'all':
            seconds = sum(wall for wall, _cpu, _sql in values) / 1000
            rows.append(fact('mail', 'mails a second', name, round(len(values) / seconds, 1), '/s'))
    return rows
