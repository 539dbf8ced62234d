"""The project's databases: a template with what the addons depend on, made once; ``demo`` and
``test``, copies of it with the addons; ``system``, a copy of ``test`` that nobody is
connected to, for the system tests to copy from."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tools.common import DEV, LOGS, ROOT, die, digest, say, step
from tools.postgres import Pg
from tools.python_env import BIN

# the browser's bundles that tests load
BUNDLES = (
    'web.assets_web',
    'web.assets_tests',
    'web.assets_unit_tests_setup',
    'web.assets_unit_tests',
    'web.assets_web_print',
    'web.assets_emoji',
    'bus.websocket_worker_assets',
    'web.assets_frontend',
    'web.assets_frontend_lazy',
    'portal.assets_chatter',
    'portal.assets_chatter_style',
)
STATE = DEV / 'state'


def manifest(module: str) -> dict:
    return ast.literal_eval((ROOT / module / '__manifest__.py').read_text())


def modules() -> list[str]:
    """Our addons: the folders at the top level that have a manifest."""
    found = sorted(path.parent.name for path in ROOT.glob('*/__manifest__.py'))
    return [name for name in found if manifest(name).get('installable', True)] or die(
        f'no addon (a folder with __manifest__.py) in {ROOT}: is the checkout complete?'
    )


def dependencies() -> list[str]:
    own = modules()
    return sorted({name for module in own for name in manifest(module).get('depends', [])} - {*own})


def sources() -> str:
    """Digest of what a database must be updated for; static files are read live."""
    files = sorted(
        path
        for module in modules()
        for path in (ROOT / module).rglob('*')
        if path.suffix in {'.py', '.xml', '.csv', '.po', '.sql'}
        and not {'static', 'tests'} & {*path.relative_to(ROOT).parts}
    )
    return digest(*(part for path in files for part in (path.relative_to(ROOT), path.read_bytes())))


def port() -> int:
    return int(os.environ.get('HTTP_PORT') or 8069)


def write_conf() -> Path:
    conf = DEV / 'odoo.conf'
    text = (
        f'[options]\naddons_path = {ROOT}\ndata_dir = {DEV / "data"}\n'
        f'http_interface = 127.0.0.1\nhttp_port = {port()}\nadmin_passwd = admin\n'
        f'screenshots = {DEV / "screenshots"}\n'
    )
    if not conf.exists() or conf.read_text() != text:
        conf.write_text(text)
    return conf


def odoo(*args, advice: str, **kwargs) -> None:
    """Odoo's own command line, its log in a file; an ERROR in the log is a failure, too."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f'{time.strftime("%Y%m%d-%H%M%S")}-{args[0].strip("-")}.log'
    with path.open('w') as log:
        command = [str(arg) for arg in (BIN / 'odoo', *args)]
        code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, **kwargs).returncode
    text = path.read_text(errors='replace')
    if code or re.search(r'^\S+ \S+ \d+ (ERROR|CRITICAL) ', text, re.M):
        sys.stderr.write(''.join(text.splitlines(keepends=True)[-40:]))
        die(f'Odoo failed (the whole log: {path}).\n{advice}')


def template(pg: Pg, source: Path) -> str:
    """Name of the database with what the addons depend on, made if need be."""
    needed = dependencies()
    version = (source / 'odoo/release.py').stat().st_mtime
    name = pg.name(f'tpl_{digest(source, version, needed)}')
    if pg.exists(name):
        return name
    with step(f'template database ({", ".join(needed)})'):
        new, old = pg.name('tpl_new'), pg.name('tpl_')
        names = pg.sql(f"SELECT datname FROM pg_database WHERE starts_with(datname, '{old}')")
        for name_of_old in names.split():
            pg.drop(name_of_old)
        conf = ('-c', write_conf(), '-d', new, '--no-http')
        advice = 'Do the addons name only modules of Odoo 19 Community in "depends"?'
        odoo(*conf, '-i', ','.join(needed), '--stop-after-init', advice=advice)
        # files in the database: a copy of it is then a copy of everything
        script = (
            "env['ir.config_parameter'].set_param('ir_attachment.location', 'db')\n"
            "env['ir.attachment'].force_storage()\nenv.cr.commit()\n"
        )
        odoo('shell', *conf, advice=advice, text=True, input=script)
        pg.sql(f'ALTER DATABASE "{new}" RENAME TO "{name}"')
    return name


def installed(pg: Pg, database: str) -> set[str]:
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    return set(pg.sql(query, database).split())


def ensure(pg: Pg, source: Path, kind: str, *, demo: bool = False, fresh: bool = False) -> str:
    """Name of the database of that kind, which has all our addons in their present state."""
    database, mark = pg.name(kind), STATE / kind
    base, now = template(pg, source), digest(sources(), modules())
    before = mark.read_text().split() if mark.exists() and pg.exists(database) else []
    if before[:2] == [base, now] and not fresh:
        return database
    if gone := {*before[2:]} - {*modules()}:
        say(f'{database} has addons that are not here ({", ".join(gone)}): it is made anew')
        fresh = True
    # a demo database may hold work of the developer: it is updated rather than made anew
    update = bool(before) and not fresh and (demo or before[0] == base)
    STATE.mkdir(exist_ok=True)
    if update and demo:
        mark.write_text(
            ' '.join([before[0], 'unfinished', *before[2:]])
        )  # killed now, it is updated again
    else:
        mark.unlink(missing_ok=True)
    conf = ('-c', write_conf(), '-d', database)
    with step(f'database {database} ({"update" if update else "new"})'):
        if not update:
            pg.copy(base, database)
            # every copy needs an identity of its own
            pg.sql(
                'UPDATE ir_config_parameter SET value = gen_random_uuid() '
                "WHERE key IN ('database.uuid', 'database.secret')",
                database,
            )
            if demo:
                odoo('module', 'force-demo', *conf, advice="Odoo's own demo data do not load")
        have = installed(pg, database)
        new = [name for name in modules() if name not in have]
        old = [name for name in modules() if name in have]
        again = f'./dev {"up" if demo else "test"} --fresh makes a new database'
        odoo(
            *conf,
            *(('-i', ','.join(new)) if new else ()),
            *(('-u', ','.join(old)) if old else ()),
            *('--no-http', '--stop-after-init'),
            advice=f'Correct the addon and try again{f" ({again})" if old else ""}',
        )
    mark.write_text(' '.join([base, now, *modules()]))
    if demo and update:
        say(f'the demo database was updated; {again} (and loads new demo data)')
    return database


def warm_bundles(pg: Pg, database: str) -> None:
    """Build the browser's bundles outside of the tests, whose transactions are undone."""
    files = sorted(
        path
        for module in modules()
        for path in (ROOT / module / 'static').rglob('*')
        if path.is_file()
    )
    oid = pg.sql(f"SELECT oid FROM pg_database WHERE datname = '{database}'")
    want = digest(oid, sources(), *(part for path in files for part in (path, path.read_bytes())))
    mark = STATE / 'bundles'
    if mark.exists() and mark.read_text() == want:
        return
    script = f"""
for name in {BUNDLES!r}:
    try:
        bundle = env['ir.qweb']._get_asset_bundle(name, debug_assets=False)
        bundle.css(), bundle.js()
    except Exception as error:
        print(name, error)
env.cr.commit()
"""
    with step('web bundles'):
        # a bundle that cannot be built shows in the tests that need it
        subprocess.run(
            [str(BIN / 'odoo'), 'shell', '-c', str(write_conf()), '-d', database, '--no-http'],
            input=script,
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    mark.write_text(want)


def ensure_system(pg: Pg) -> None:
    """The copy of ``test`` from which each system test copies its own database."""
    test, system = pg.name('test'), pg.name('system')
    os.environ['DEV_SYSTEM_DATABASE'] = system
    marks = [STATE / 'test', STATE / 'bundles']
    oids = pg.sql(f"SELECT oid FROM pg_database WHERE datname = '{test}'")
    want = digest(oids, *(mark.read_bytes() for mark in marks if mark.exists()))
    mark = STATE / 'system'
    if mark.exists() and mark.read_text() == want and pg.exists(system):
        return
    with step(f'database {system} (copy of {test})'):
        pg.copy(test, system)
        # whoever is connected to it would make another's copy fail
        pg.sql(f'ALTER DATABASE "{system}" ALLOW_CONNECTIONS false')
    mark.write_text(want)
