"""What the desk does when things break: nothing lost, nothing twice, and it goes on by itself.

``./dev test --faults`` tries each fault several times; ``./dev test`` once. Fixtures are those of
the system tests. ``report(fault, outcome)`` adds a line to the table at the end.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / 'system'))
from fixtures import *  # noqa: E402, F403

ROUNDS = int(os.environ.get('FAULT_ROUNDS') or 1)


@pytest.fixture(params=range(ROUNDS))
def attempt(request):
    """The number of the try, also a seed."""
    return request.param


@pytest.fixture
def report(record_property):
    """Note what became of what was sent while something was broken, and assert that all is well."""

    def note(fault, outcome):
        record_property('fault', [fault, outcome.sent, outcome.lost, outcome.doubled])
        assert (outcome.lost, outcome.doubled) == (0, 0), outcome

    return note


def pytest_terminal_summary(terminalreporter):
    table: dict[str, list[int]] = {}
    for reports in terminalreporter.stats.values():
        for result in reports:
            for name, value in getattr(result, 'user_properties', ()):
                if name == 'fault' and getattr(result, 'when', '') == 'call':
                    fault, *numbers = value
                    sums = table.setdefault(fault, [0, 0, 0, 0])
                    table[fault] = [a + b for a, b in zip(sums, [1, *numbers], strict=True)]
    if table:
        terminalreporter.section('faults')
        terminalreporter.write_line('| fault | tried | sent | lost | doubled |')
        terminalreporter.write_line('|---|---:|---:|---:|---:|')
        for fault, numbers in sorted(table.items()):
            terminalreporter.write_line(f'| {fault} | {" | ".join(map(str, numbers))} |')
