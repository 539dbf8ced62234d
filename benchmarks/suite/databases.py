"""The databases of a benchmark: one with our addons, one with Odoo's own, one with OCA's.

Each has the same customers and orders, and tickets of its own. They are kept as templates, under a
digest of what they were made of; a run works on copies.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from suite.attempts import failure
from suite.peers import DATABASES, peers_of
from tools import databases, python_env
from tools.common import DEV, ROOT, TOOLS, digest, say, step
from tools.postgres import Pg

BENCHMARKS = Path(__file__).resolve().parent.parent
OCA = DEV / 'bench-oca'
# copying what is larger than this takes longer than it is worth, and as much disk again
MAX_TICKETS_COPIED = 200_000


@dataclass
class Database:
    """A database of one run."""

    kind: str
    name: str
    size: int
    load_seconds: float


def oca_addons() -> Path | None:
    """OCA's addons, installed into a folder of their own; None if they cannot be had."""
    requirements = TOOLS / 'requirements-bench-oca.txt'
    stamp, want = OCA / '.stamp', digest(requirements.read_bytes())
    addons = OCA / 'odoo/addons'
    if stamp.exists() and stamp.read_text() == want:
        return addons
    shutil.rmtree(OCA, ignore_errors=True)
    OCA.mkdir(parents=True)
    done = subprocess.run(
        [
            *(str(python_env.BIN / 'python'), '-m', 'pip', 'install', '-q', '--no-deps'),
            *('--disable-pip-version-check', '--target', str(OCA), '-r', str(requirements)),
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        say(f'OCA helpdesk_mgmt cannot be had, the run goes on without it:\n{done.stderr[-500:]}')
        return None
    stamp.write_text(want)
    return addons


def modules_of(kind: str) -> list[str]:
    """What is installed on top of what our addons depend on."""
    if kind == 'ours':
        return [name for name in databases.modules() if not name.startswith('test_')]
    if kind == 'core':
        return ['bench_floor', 'crm', 'project']
    return sorted(path.parent.name for path in oca_addons().glob('*/__manifest__.py'))


def addons_path() -> str:
    folders = [ROOT, BENCHMARKS / 'addons', OCA / 'odoo/addons']
    return ','.join(str(folder) for folder in folders if folder.exists())


def _addons(kind: str) -> str:
    """Digest of what is installed in a database of this kind."""
    files = [
        *(BENCHMARKS / 'addons').rglob('*.py'),
        *(BENCHMARKS / 'addons').rglob('*.xml'),
        TOOLS / 'requirements-bench-oca.txt',
    ]
    own = databases.sources() if kind == 'ours' else ''
    return digest(own, *(path.read_bytes() for path in sorted(files)))


def _loader() -> str:
    """Digest of what loads the data."""
    suite = BENCHMARKS / 'suite'
    files = [*suite.glob('load/*.py'), suite / 'inside/desk.py', suite / 'inside/mails.py']
    return digest(*(path.read_bytes() for path in sorted(files)))


def _comment(pg: Pg, name: str) -> dict:
    """What was noted about a database when it was made."""
    text = pg.sql(
        f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
    )
    return json.loads(text) if text.startswith('{') else {}


def _note(pg: Pg, name: str, **values) -> None:
    pg.sql(f"""COMMENT ON DATABASE "{name}" IS '{json.dumps(values)}'""")


def _base(pg: Pg, template: str, kind: str) -> str:
    """Name of the database with the addons and without data, made if need be."""
    name, want = pg.name(f'bench_{kind}'), digest(template, _addons(kind))
    if _comment(pg, name).get('digest') == want:
        return name
    new = f'{name}_new'
    with step(f'database {name}'):
        pg.copy(template, new)
        databases.odoo(
            *('-c', databases.write_conf(), '-d', new, f'--addons-path={addons_path()}'),
            *('-i', ','.join(modules_of(kind)), '--no-http', '--stop-after-init'),
            advice='The addons of the benchmark do not install',
        )
        # as in production: files of new records go to the disk
        pg.sql(
            "UPDATE ir_config_parameter SET value = 'file' WHERE key = 'ir_attachment.location'",
            new,
        )
        pg.drop(name)
        pg.sql(f'ALTER DATABASE "{new}" RENAME TO "{name}"')
    _note(pg, name, digest=want)
    return name


def _loaded(pg: Pg, template: str, kind: str, size: int, only: set[str]) -> Database:
    """The database with its data, made if need be."""
    from suite.child import Child

    names = sorted(peer.name for peer in peers_of(kind) if not only or peer.name in only)
    name = pg.name(f'bench_{kind}_{size}')
    want = digest(template, _addons(kind), _loader(), names)
    found = _comment(pg, name)
    if found.get('digest') != want:
        base = _base(pg, template, kind)
        with step(f'database {name}'):
            pg.copy(base, f'{name}_new')
            start = time.monotonic()
            with Child(f'{name}_new', addons_path()) as child:
                child.call('load.main', size=size, peers=names)
            seconds = round(time.monotonic() - start, 1)
            pg.drop(name)
            pg.sql(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
        _note(pg, name, digest=want, seconds=seconds)
        found = {'seconds': seconds}
    return Database(kind, name, size, found['seconds'])


def prepare(
    pg: Pg, template: str, size: int, only: set[str], kinds: list[str], *, load_only: bool
) -> tuple[dict[str, Database], list[dict]]:
    """Return the databases to measure on, each a copy unless it is too large for that; and a row
    for each that could not be made."""
    made, missing = {}, []
    for kind in kinds:
        try:
            loaded = _loaded(pg, template, kind, size, only)
        except (Exception, SystemExit) as error:  # the others are measured without it
            traceback.print_exc()
            missing.append(failure('load', f'database {kind}', kind, error))
            continue
        if load_only:
            continue
        if size <= MAX_TICKETS_COPIED:
            run = pg.name(f'bench_run_{kind}_{size}')
            with step(f'copy of {loaded.name}'):
                pg.copy(loaded.name, run)
            loaded = Database(kind, run, size, loaded.load_seconds)
        else:
            # what is measured changes it: it serves once
            _note(pg, loaded.name, seconds=loaded.load_seconds)
        made[kind] = loaded
    return made, missing


def available() -> list[str]:
    """The kinds of databases that can be made here."""
    return [kind for kind in DATABASES if kind != 'oca' or oca_addons()]
