"""Mails of customers: how many a second one process takes in, and what each costs."""

from __future__ import annotations

from collections import Counter, defaultdict

from suite.attempts import Attempts
from suite.context import Run
from suite.peers import Peer
from suite.samples import fact, row

ROUNDS = 12  # of ten mails


def measure(run: Run) -> list[dict]:
    """Rounds of the same mix, the peers in turns."""
    samples, astray = defaultdict(list), defaultdict(list)
    attempts = Attempts('mail')
    for turn in range(-1, ROUNDS):
        for peer in run.peers:
            found = attempts.call(peer.name, _receive, run, peer)
            if turn >= 0 and found:
                for kind, values in found['samples'].items():
                    samples[peer.name, kind] += values
                    samples[peer.name, 'all'] += values
                for kind, what in found['astray']:
                    astray[peer.name, kind].append(what)
    rows = [row('mail', kind, name, values) for (name, kind), values in samples.items()]
    for (name, kind), values in samples.items():
        if kind == 'all':
            seconds = sum(wall for wall, _cpu, _sql in values) / 1000
            rows.append(fact('mail', 'mails a second', name, round(len(values) / seconds, 1), '/s'))
    for (name, kind), found in astray.items():
        for what, count in Counter(found).items():
            rows.append(fact('mail', f'{kind}: {what}', name, count, 'mails'))
    return rows + attempts.rows()


def _receive(run: Run, peer: Peer) -> dict:
    return run.child(peer.kind).call('inbound.receive', peer=peer.name)
