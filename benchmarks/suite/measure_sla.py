"""SLA clocks: what the timer costs, and a policy that changes.  Nobody else has a timer."""

from __future__ import annotations

from suite.context import Run
from suite.samples import fact, row

DUE, MOVES = 1000, 30


def measure(run: Run) -> list[dict]:
    """Of our addons alone."""
    if 'ours' not in run.databases:
        return []
    child = run.child('ours')
    child.call('clocks.idle')  # notices what became due since the data were loaded
    rows = [row('sla', 'timer, nothing due', 'ours', [child.call('clocks.idle') for _ in range(5)])]
    changed = [child.call('clocks.policy_changed', hours=hours) for hours in (420.0, 440.0)]
    rows.append(row('sla', 'policy changed, all open tickets', 'ours', changed))
    due, found = child.call('clocks.due', count=DUE)
    rows.append(row('sla', f'timer, up to {DUE} due', 'ours', [found], due=due))
    found = child.call('clocks.escalation_added')
    rows.append(row('sla', 'timer, escalation added, all clocks', 'ours', [found]))
    due, found = child.call('clocks.due', count=DUE, seconds=1)
    rows.append(row('sla', f'timer, up to {DUE} due, each escalates', 'ours', [found], due=due))
    escalated = child.call('clocks.escalations_gone')
    rows.append(fact('sla', 'escalations that happened', 'ours', escalated, 'of them'))
    cases = ('stage change, two policies', 'stage change, no policy')
    for case, samples in zip(cases, child.call('clocks.move', rounds=MOVES), strict=True):
        rows.append(row('sla', case, 'ours', samples))
    return rows
