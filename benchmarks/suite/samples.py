"""Rows of results: medians with their spread."""

from __future__ import annotations

from statistics import mean, median


def spread(values: list[float]) -> dict[str, float]:
    """Median, extremes, and the 95th percentile."""
    ordered = sorted(values)
    return {
        'median': round(median(ordered), 3),
        'min': round(ordered[0], 3),
        'max': round(ordered[-1], 3),
        'p95': round(ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)], 3),
    }


def row(measure: str, case: str, peer: str, samples: list[list[float]], **more) -> dict:
    """A row of samples ``[wall ms, CPU ms, statements]``.

    CPU is an average: what the kernel accounts is too coarse for a median of single requests.
    """
    walls, cpus, statements = zip(*samples, strict=True)
    return {
        'measure': measure,
        'case': case,
        'peer': peer,
        'n': len(samples),
        'ms': spread(list(walls)),
        'cpu_ms': round(mean(cpus), 3),
        'sql': round(median(statements), 2),
        **more,
    }


def fact(measure: str, case: str, peer: str, value: float, unit: str) -> dict:
    """A row of one number."""
    return {'measure': measure, 'case': case, 'peer': peer, 'value': value, 'unit': unit}
