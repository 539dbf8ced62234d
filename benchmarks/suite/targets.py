"""What was promised, and what came out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

FLOOR = 'floor_mixins'
# (measure, case, quantity, at most); times and rates hold on two quiet cores
LIMITS = (
    ('mail', 'text', 'sql', 52),
    ('mail', 'text', 'x', 1.15),
    ('create', 'create, batch of 1', 'sql', 22),
    ('create', 'create, batch of 1', 'x', 1.7),
    ('create', 'create, batch of 100', 'sql', 3),
    ('create', 'create, batch of 100', 'x', 2.5),
    ('screens', 'list, all', 'ms', 30),
    ('screens', 'list, open', 'ms', 30),
    ('screens', 'board, open', 'ms', 80),
    ('screens', 'form', 'ms', 20),
    ('screens', 'form', 'sql', 18),
    ('screens', 'name search, number', 'ms', 8),
    ('screens', 'search: title', 'ms', 20),
    ('screens', 'search: email', 'ms', 20),
    ('screens', 'stage change', 'ms', 20),
    ('screens', 'SLA missed, first 80', 'ms', 15),
    ('portal', 'list of the tickets', 'ms', 40),
    ('create', 'stage change, batch of 100', 'sql', 3),
    ('sla', 'timer, nothing due', 'ms', 1000),
    ('sla', 'timer, nothing due', 'sql', 20),
    ('sla', 'timer, up to 1000 due', 'ms', 5000),
)
RATE = ('8 agents, 4 tickets', 55)  # a second, at least
COUNTER = 5  # ms, at most, that a counter adds to a customer


def table(rows: list[dict]) -> str:
    """Each target with what ours does."""
    found = {(r['measure'], r['case'], r['peer']): r for r in rows if 'failed' not in r}
    lines = ['| target | at most | ours | |', '|---|---:|---:|---|']
    for title, limit, value, met in [*_limits(found), *_others(found)]:
        lines.append(f'| {title} | {limit} | {value} | {"" if met else "**missed**"} |')
    return '\n'.join(lines)


QUANTITIES: dict[str, Callable[[dict, dict], float | None]] = {
    'ms': lambda row, _floor: row['ms']['median'],
    'sql': lambda row, _floor: row['sql'],
    'x': lambda row, floor: floor and row['cpu_ms'] / floor['cpu_ms'],
}


def _limits(found: dict) -> Iterator[tuple[str, str, str, bool]]:
    for measure, case, quantity, limit in LIMITS:
        row = found.get((measure, case, 'ours'))
        floor = found.get((measure, case, FLOOR))
        value = row and QUANTITIES[quantity](row, floor)
        if value is None:
            continue
        unit = {'ms': ' ms', 'sql': ' SQL', 'x': ' x'}[quantity]
        shown = f'{value:.2f}{unit}'
        if quantity == 'ms':
            shown += f' (fastest {row["ms"]["min"]:.1f})'
        yield f'{measure}: {case}', f'{limit:g}{unit}', shown, value <= limit


def _others(found: dict) -> Iterator[tuple[str, str, str, bool]]:
    case, least = RATE
    if row := found.get(('agents', case, 'ours')):
        yield f'agents: {case}', f'at least {least}/s', f'{row["rate"]}/s', row['rate'] >= least
    counter = found.get(('screens', 'counter on a customer', 'ours'))
    without = found.get(('screens', 'customer without counter', 'ours'))
    if counter and without:
        added = counter['ms']['median'] - without['ms']['median']
        yield 'counter on a customer', f'+{COUNTER} ms', f'{added:+.1f} ms', added <= COUNTER
