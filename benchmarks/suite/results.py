"""benchmarks/results/<tickets>.json: what was measured with so many tickets."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path

from suite.databases import Database
from tools.common import ROOT
from tools.postgres import Pg

FOLDER = Path(__file__).resolve().parent.parent / 'results'


def path_of(size: int) -> Path:
    return FOLDER / f'{size}.json'


def read(size: int) -> dict:
    path = path_of(size)
    return json.loads(path.read_text()) if path.exists() else {}


def write(size: int, result: dict) -> None:
    FOLDER.mkdir(exist_ok=True)
    path_of(size).write_text(json.dumps(result, indent=1, sort_keys=True) + '\n')


def start(size: int, pg: Pg, prepared: dict[str, Database]) -> None:
    """Note where and on what is measured; nothing that names the machine."""
    result = read(size)
    result['tickets'] = size
    result['machine'] = {
        'cpus': os.cpu_count(),
        'load before': round(os.getloadavg()[0], 1),
        'python': platform.python_version(),
        'postgresql': pg.sql('SHOW server_version').split()[0],
    }
    commit = ['git', '-C', str(ROOT), 'rev-parse', '--short', 'HEAD']
    result['commit'] = subprocess.run(commit, capture_output=True, text=True).stdout.strip()
    result['databases'] = {
        kind: {
            'load_seconds': database.load_seconds,
            'bytes': int(pg.sql(f"SELECT pg_database_size('{database.name}')")),
            'rows': _rows(pg, database),
        }
        for kind, database in prepared.items()
    }
    result.setdefault('rows', [])
    write(size, result)


def _rows(pg: Pg, database: Database) -> dict[str, int]:
    """The largest tables of a database."""
    text = pg.sql(
        "SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r' "
        "AND relname NOT LIKE 'bench_%' ORDER BY reltuples DESC LIMIT 14",
        database.name,
    )
    return {name: int(count) for name, _bar, count in (x.partition('|') for x in text.split())}


def add(size: int, measure: str, rows: list[dict], *, seconds: float = 0.0) -> None:
    """Note the rows of a measure, and what it took, instead of those of an earlier run."""
    result = read(size)
    if seconds:
        result.setdefault('seconds', {})[measure] = round(seconds, 1)
    result['rows'] = [old for old in result['rows'] if old['measure'] != measure] + rows
    write(size, result)
