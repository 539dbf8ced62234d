"""Many agents at once: reads, stage changes and answers, mixed, against two workers."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from time import monotonic, sleep

from mail_servers import SmtpSink

from suite.client import Client, ServerError
from suite.context import Run
from suite.samples import fact, spread
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


def measure(run: Run) -> list[dict]:
    """First everybody at everything, then eight at the same four tickets."""
    sink = SmtpSink().start()
    names = [peer.name for peer in run.peers if peer.name in PEERS]
    try:
        for kind in run.databases:
            run.child(kind).call('facts.mail_server', port=sink.port)
        crews = {name: _crew(run, name) for name in names}
        rows = _rounds(run, crews, '32 agents, mixed', ROUNDS, _mixed)
        return rows + _rounds(run, crews, '8 agents, 4 tickets', ROUNDS, _hot)
    finally:
        sink.stop()


def _crew(run: Run, name: str) -> list[Desk]:
    """All agents of a peer, logged in, each with a ticket of its own to begin with."""
    peer = next(peer for peer in run.peers if peer.name == name)
    facts = run.child(peer.kind).call('facts.of', peer=name)
    server = run.server(peer.kind)
    crew = []
    for number in range(1, AGENTS + 1):
        desk = Desk(Client(server.port, server.database, f'agent{number}'), peer, facts)
        desk.turn = number * 6
        crew.append(desk)
    return crew


def _rounds(run, crews, case, rounds, work) -> list[dict]:
    """Let the crews take turns; requests a second, times, errors and retries."""
    seconds, walls = defaultdict(float), defaultdict(list)
    errors, retries, given_up = defaultdict(list), defaultdict(int), defaultdict(int)
    for turn in range(rounds):
        for name, crew in crews.items():
            server = run.server(crew[0].peer.kind)
            before = server.retries()
            start = monotonic()
            work(crew, turn, walls[name], errors[name])
            seconds[name] += monotonic() - start
            sleep(1)  # until the workers have written their log
            after = server.retries()
            retries[name] += after[0] - before[0]
            given_up[name] += after[1] - before[1]
    rows = []
    for name, found in walls.items():
        count = len(found) + len(errors[name])
        rows.append(
            {
                'measure': 'agents',
                'case': case,
                'peer': name,
                'n': count,
                'ms': spread(found),
                'rate': round(count / seconds[name], 1),
                'errors': len(errors[name]),
                'retries': retries[name],
                'given_up': given_up[name],
            }
        )
        rows += [fact('agents', f'{case}: error', name, 1, text) for text in set(errors[name])]
    return rows


def _together(workers) -> None:
    threads = [threading.Thread(target=worker) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _do(desk, action, walls, errors) -> None:
    try:
        action('load')
        walls.append(desk.client.seconds * 1000)
    except (ServerError, OSError) as error:  # also of the connection
        errors.append((str(error).strip().splitlines() or [repr(error)])[-1][:200])


def _mixed(crew, turn, walls, errors) -> None:
    def work(number, desk):
        chooser = random.Random(turn * 1000 + number)
        screens = desk.screens()
        for case in chooser.choices([*MIX], weights=[*MIX.values()], k=REQUESTS):
            _do(desk, screens[case], walls, errors)

    _together([lambda n=n, desk=desk: work(n, desk) for n, desk in enumerate(crew)])


def _hot(crew, turn, walls, errors) -> None:
    def work(number, desk):
        ids, stages = desk.facts['open_ids'], desk.facts['stages']
        for request in range(HOT_REQUESTS):
            ticket = ids[(number + request) % HOT_TICKETS]
            stage = stages[('open', 'waiting')[(number + request + turn) % 2]]
            _do(
                desk,
                lambda label, ticket=ticket, stage=stage: desk.save_stage(label, ticket, stage),
                walls,
                errors,
            )

    _together([lambda n=n, desk=desk: work(n, desk) for n, desk in enumerate(crew[:HOT_AGENTS])])
