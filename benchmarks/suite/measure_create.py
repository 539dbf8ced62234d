"""Tickets created, and moved to another stage, one by one and in batches, inside of Odoo."""

from __future__ import annotations

from collections import defaultdict

from suite.attempts import Attempts
from suite.context import Run
from suite.peers import Peer
from suite.samples import row

# batch: rounds
CREATE = {1: 15, 100: 3}  # a thousand at once cost each as much as in a hundred
MOVE = {1: 15, 100: 3}


def measure(run: Run) -> list[dict]:
    """For one ticket of each batch, the peers in turns."""
    rows, attempts = [], Attempts('create')
    for case, function, batches in (
        ('create', 'creating.create', CREATE),
        ('stage change', 'creating.move', MOVE),
    ):
        for batch, rounds in batches.items():
            samples = defaultdict(list)
            for turn in range(-1 if batch == 1 else 0, rounds):  # the first warms up
                for peer in run.peers:
                    found = attempts.call(
                        *(peer.name, _ask, run, peer, function, batch),
                        case=f'{case}, batch of {batch}',
                    )
                    if turn >= 0 and found:
                        samples[peer.name].append(found)
            for name, values in samples.items():
                rows.append(row('create', f'{case}, batch of {batch}', name, values))
    return rows + attempts.rows()


def _ask(run: Run, peer: Peer, function: str, batch: int) -> list[float] | None:
    return run.child(peer.kind).call(function, peer=peer.name, batch=batch)
