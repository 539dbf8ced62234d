"""benchmarks/results/<tickets>.md and growth.md: the results as tables."""

from __future__ import annotations

from suite import growth, results, targets
from suite.peers import PEERS

FLOOR = 'floor_mixins'
MEASURES = {
    'load': 'Databases that could not be made',
    'screens': 'Screens over HTTP, two workers, as an agent',
    'portal': 'Portal, as a customer',
    'plans': 'What PostgreSQL did for one request of each screen, and for jobs',
    'create': 'Created and moved inside of Odoo, for one ticket of the batch',
    'mail': 'Mails taken in, each up to its commit',
    'sla': 'SLA clocks',
    'agents': 'Agents at once',
    'webhook': 'Webhook of a channel',
    'resources': 'Memory, start, bytes',
}
HEAD = (
    'Cells: milliseconds, median (fastest-slowest) / milliseconds of CPU of Odoo / SQL statements; '
    f'**x** is the ratio of the CPU to `{FLOOR}` of the same run.'
)


def write(size: int) -> None:
    """Write the tables of one size."""
    result = results.read(size)
    order = [peer.name for peer in PEERS] + ['core', 'plain', 'all']
    names = sorted({row['peer'] for row in result['rows']}, key=order.index)
    parts = [f'# {size:,} tickets', _about(result), HEAD]
    parts += ['## Targets', targets.table(result['rows'])]
    for measure, title in MEASURES.items():
        rows = [row for row in result['rows'] if row['measure'] == measure]
        if rows:
            parts.append(f'## {title}')
            parts.append(_table(rows, [n for n in names if any(r['peer'] == n for r in rows)]))
    (results.FOLDER / f'{size}.md').write_text('\n\n'.join(parts) + '\n')


def write_growth(sizes: list[int]) -> None:
    """Write how each screen of ours grows with the tickets."""
    head = [f'{size:,}' for size in sizes]
    lines = [
        '# Growth',
        '',
        'Fastest time in milliseconds (sizes are measured one after the other, on a machine with '
        'other work: medians tell of that), the ratio of the largest to the smallest size, and the '
        'exponent *b* of the fit *time ~ tickets^b* (0: it does not grow, 1: in proportion).',
        '',
        f'| screen | {" | ".join(head)} | ratio | b |',
        f'|---|{"---:|" * (len(head) + 2)}',
    ]
    for case, points in growth.series('ours', sizes).items():
        if len(points) < 2:
            continue
        cells = [f'{points[size]:.1f}' if size in points else '' for size in sizes]
        ratio = points[max(points)] / points[min(points)]
        lines.append(
            f'| {case} | {" | ".join(cells)} | {ratio:.2f} | {growth.exponent(points):.2f} |'
        )
    (results.FOLDER / 'growth.md').write_text('\n'.join(lines) + '\n')


def _about(result: dict) -> str:
    machine = result['machine']
    loaded = '; '.join(
        f'`{kind}` {found["bytes"] / 1e9:.2f} GB, loaded in {found["load_seconds"]:.0f} s'
        for kind, found in sorted(result['databases'].items())
    )
    return (
        f'Commit {result["commit"]}, {machine["cpus"]} cores (shared), load '
        f'{machine["load before"]} before, Python {machine["python"]}, '
        f'PostgreSQL {machine["postgresql"]}. {loaded}.{_duration(result)}'
    )


def _duration(result: dict) -> str:
    seconds = result.get('seconds')
    if not seconds:
        return ''
    longest = sorted(seconds, key=seconds.get, reverse=True)
    parts = ', '.join(f'{name} {seconds[name]:.0f}' for name in longest)
    return f' Measuring took {sum(seconds.values()) / 60:.0f} minutes (seconds: {parts}).'


def _table(rows: list[dict], names: list[str]) -> str:
    cases = list(dict.fromkeys(row['case'] for row in rows))
    found = {(row['case'], row['peer']): row for row in rows}
    lines = [f'| | {" | ".join(names)} |', f'|---|{"---:|" * len(names)}']
    for case in cases:
        floor = found.get((case, FLOOR))
        cells = [_cell(found.get((case, name)), floor) for name in names]
        lines.append(f'| {case} | {" | ".join(cells)} |')
    return '\n'.join(lines)


def _cell(row: dict | None, floor: dict | None) -> str:
    if not row:
        return ''
    if 'failed' in row:
        return f'**failed**: {row["failed"]}'
    if 'value' in row:
        return f'{row["value"]:,} {row["unit"]}'
    ms = row['ms']
    text = f'{_short(ms["median"])} ({_short(ms["min"])}-{_short(ms["max"])})'
    if 'rate' in row:
        return (
            f'{row["rate"]}/s, {text}, 95 % {_short(ms["p95"])}; errors {row["errors"]}, '
            f'asked again {row.get("asked_again", 0)}, '
            f'retries {row["retries"]}, given up {row["given_up"]} of {row["n"]}'
        )
    if 'cpu_ms' not in row:
        return f'{text}, 95 % {_short(ms["p95"])}'
    text += f' / {_short(row["cpu_ms"])} / {row["sql"]:g}'
    if floor and floor is not row and floor.get('cpu_ms'):
        text += f' **x {row["cpu_ms"] / floor["cpu_ms"]:.2f}**'
    return text


def _short(value: float) -> str:
    return f'{value:.0f}' if value >= 20 else f'{value:.1f}' if value >= 2 else f'{value:.2f}'
