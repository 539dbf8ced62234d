"""How what was measured grows with the number of tickets."""

from __future__ import annotations

from math import log

from suite import results


def series(peer: str, sizes: list[int]) -> dict[str, dict[int, float]]:
    """Fastest times of a peer: ``{case: {tickets: milliseconds}}``; others slow down medians."""
    found: dict[str, dict[int, float]] = {}
    for size in sizes:
        for row in results.read(size)['rows']:
            if row['peer'] == peer and row['measure'] in ('screens', 'mail', 'create', 'sla'):
                if 'ms' in row:
                    case = f'{row["measure"]}: {row["case"]}'
                    found.setdefault(case, {})[size] = row['ms']['min']
    return found


def exponent(points: dict[int, float]) -> float:
    """Slope of the straight line through the logarithms, by least squares."""
    xs, ys = [log(size) for size in points], [log(value) for value in points.values()]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - x_mean) ** 2 for x in xs
    )
