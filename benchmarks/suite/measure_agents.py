"""Many agents at once: reads, stage changes and answers, mixed, against two workers."""

from __future__ import annotations

import random
import threading
from time import monotonic, sleep

from mail_servers import SmtpSink

from suite.attempts import Attempts
from suite.client import Client
from suite.context import Run
from suite.peers import Peer
from suite.score import Score
from suite.screens import Desk

AGENTS = 32  # as many as are loaded
PEERS = ('ours', 'floor_mixins', 'crm_lead', 'oca')
ROUNDS, REQUESTS = 2, 8  # requests of each agent in each round
HOT_AGENTS, HOT_TICKETS, HOT_REQUESTS = 8, 4, 12
# what agents do, how often
MIX = {
    'list, open, mine': 4,
    'board, open': 2,
    'form': 6,
    'chatter': 3,
    'search: title': 2,
    'stage change': 2,
    'answer': 2,
}
WRITES = ('stage change', 'answer')


def measure(run: Run) -> list[dict]:
    """First everybody at everything, then eight at the same four tickets."""
    sink = SmtpSink().start()
    attempts = Attempts('agents')
    try:
        for kind in run.databases:
            run.child(kind).call('facts.mail_server', port=sink.port)
        crews = {
            peer.name: attempts.call(peer.name, _crew, run, peer)
            for peer in run.peers
            if peer.name in PEERS
        }
        rows = _rounds(run, crews, attempts, '32 agents, mixed', _mixed)
        rows += _rounds(run, crews, attempts, '8 agents, 4 tickets', _hot)
        return rows + attempts.rows()
    finally:
        sink.stop()


def _crew(run: Run, peer: Peer) -> list[Desk]:
    """All agents of a peer, logged in, each with a ticket of its own to begin with."""
    facts = run.child(peer.kind).call('facts.of', peer=peer.name)
    server = run.server(peer.kind)
    crew = []
    for number in range(1, AGENTS + 1):
        client = Client(server.port, server.database, f'agent{number}')
        desk = Desk(client, peer, facts, crew[0].fields if crew else None)
        desk.turn = number * 6
        crew.append(desk)
    return crew


def _rounds(run, crews, attempts, case, work) -> list[dict]:
    """Let the crews take turns; requests a second, times, errors and retries."""
    scores = {name: Score() for name in crews}
    for turn in range(ROUNDS):
        for name, crew in crews.items():
            attempts.call(name, _round, run, crew, turn, work, scores[name])
    rows = []
    for name, score in scores.items():
        if score.walls:
            rows += score.rows('agents', case, name)
    return rows


def _round(run, crew, turn, work, score) -> None:
    server = run.server(crew[0].peer.kind)
    before = server.retries()
    start = monotonic()
    work(crew, turn, score)
    score.seconds += monotonic() - start
    sleep(1)  # until the workers have written their log
    after = server.retries()
    score.retries += after[0] - before[0]
    score.given_up += after[1] - before[1]
    score.explain(server.statements())


def _together(workers) -> None:
    threads = [threading.Thread(target=worker) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _mixed(crew: list[Desk], turn: int, score: Score) -> None:
    def work(number, desk):
        chooser = random.Random(turn * 1000 + number)
        screens = desk.screens()
        chosen = chooser.choices([*MIX], weights=[*MIX.values()], k=REQUESTS)
        for request, case in enumerate(chosen):
            label = f'agents-{desk.peer.name}-{turn}-{number}-{request}'
            score.ask(screens[case], label, reads=case not in WRITES)

    _together([lambda n=n, desk=desk: work(n, desk) for n, desk in enumerate(crew)])


def _hot(crew: list[Desk], turn: int, score: Score) -> None:
    def work(number, desk):
        ids, stages = desk.facts['open_ids'], desk.facts['stages']
        for request in range(HOT_REQUESTS):
            ticket = ids[(number + request) % HOT_TICKETS]
            stage = stages[('open', 'waiting')[(number + request + turn) % 2]]
            score.ask(
                lambda label, ticket=ticket, stage=stage: desk.save_stage(label, ticket, stage),
                f'hot-{desk.peer.name}-{turn}-{number}-{request}',
                reads=False,
            )

    _together([lambda n=n, desk=desk: work(n, desk) for n, desk in enumerate(crew[:HOT_AGENTS])])
