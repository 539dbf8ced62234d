"""One run: databases, servers, every measure, results."""

from __future__ import annotations

import os
import subprocess
import time
import traceback
from collections.abc import Callable

from suite import (
    databases,
    measure_agents,
    measure_create,
    measure_mail,
    measure_plans,
    measure_portal,
    measure_resources,
    measure_screens,
    measure_sla,
    measure_webhook,
    peers,
    report,
    results,
)
from suite.attempts import EVERYTHING, failure
from suite.context import Run
from tools import databases as dev_databases
from tools import odoo_source, postgres, python_env
from tools.common import DEV, step

ALL = 'all'  # peers
MEASURES = {
    'screens': measure_screens.measure,
    'portal': measure_portal.measure,
    'plans': measure_plans.measure,
    'create': measure_create.measure,
    'mail': measure_mail.measure,
    'sla': measure_sla.measure,
    'agents': measure_agents.measure,
    'webhook': measure_webhook.measure,
    'resources': measure_resources.measure,
}


def run(size: int, only: set[str], names: set[str], *, load_only: bool) -> list[str]:
    """Measure with so many tickets, and note it in benchmarks/results; return what failed."""
    source = odoo_source.ensure()
    python_env.link_odoo(source)
    pg = postgres.Pg().ensure()
    template = dev_databases.template(pg, source)
    kinds = [
        kind
        for kind in databases.available()
        if not names or any(peer.name in names for peer in peers.peers_of(kind))
    ]
    prepared, missing = databases.prepare(pg, template, size, names, kinds, load_only=load_only)
    if load_only or not prepared:
        return _tell(missing)
    results.start(size, pg, prepared)
    results.add(size, 'load', missing)
    failed = [*missing]
    current = Run(pg, template, prepared, names)
    try:
        for name, measure in MEASURES.items():
            if only and name not in only:
                continue
            with step(f'{size} tickets: {name}'):
                start = time.monotonic()
                rows = _rows(current, name, measure)
                results.add(size, name, rows, seconds=time.monotonic() - start)
                failed += [row for row in rows if 'failed' in row]
    finally:
        current.close()
        for database in prepared.values():
            pg.drop(database.name)
    return _tell(failed)


def _tell(failed: list[dict]) -> list[str]:
    return [f'{row["measure"]}, {row["case"]}, {row["peer"]}: {row["failed"]}' for row in failed]


def _rows(current: Run, name: str, measure: Callable[[Run], list[dict]]) -> list[dict]:
    try:
        return measure(current)
    except Exception as error:  # the other measures go on
        traceback.print_exc()
        return [failure(name, EVERYTHING, ALL, error)]


def report_all() -> None:
    """Tables and plots of all results."""
    found = sorted(int(path.stem) for path in results.FOLDER.glob('*.json'))
    sizes = [size for size in found if results.read(size)['rows']]
    for size in sizes:
        report.write(size)
    if len(sizes) > 1:
        report.write_growth(sizes)
    suite = results.FOLDER.parent
    subprocess.run(
        [str(DEV / 'bench/bin/python'), '-m', 'suite.plots', *map(str, sizes)],
        cwd=suite,
        env={**os.environ, 'PYTHONPATH': f'{suite}{os.pathsep}{suite.parent}'},
        check=True,
    )
