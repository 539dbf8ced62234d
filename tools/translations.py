"""i18n/<addon>.pot of each addon, and its *.po."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from tools import databases, python_env
from tools.common import DEV, ROOT, run

# two dates that change at each export
DATES = re.compile(rb'^"(POT-Creation|PO-Revision)-Date: .*\n', re.M)
EXPORT = """
from odoo.tools.translate import trans_export
for module, path in {targets!r}.items():
    with open(path, 'wb') as file:
        trans_export(False, [module], file, 'po', env)
"""
MERGE = """
import json, sys, polib
for po, pot in json.loads(sys.argv[1]):
    catalog = polib.pofile(po, wrapwidth=78)
    catalog.merge(polib.pofile(pot))
    for entry in list(catalog.obsolete_entries()):
        catalog.remove(entry)
    catalog.save(sys.argv[2] + '/' + po.replace('/', '_') if sys.argv[2] else po)
"""


def translated() -> list[str]:
    """Our addons without those that only hold tests."""
    return [module for module in databases.modules() if not module.startswith('test_')]


def export(database: str) -> dict[str, bytes]:
    """The template of each addon as this database gives it."""
    folder = DEV / 'i18n'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    targets = {module: str(folder / f'{module}.pot') for module in translated()}
    databases.odoo(
        *('shell', '-c', databases.write_conf(), '-d', database, '--no-http'),
        advice='The translation templates cannot be exported',
        text=True,
        input=EXPORT.format(targets=targets),
    )
    return {module: DATES.sub(b'', Path(path).read_bytes()) for module, path in targets.items()}


def template(module: str) -> Path:
    return ROOT / module / 'i18n' / f'{module}.pot'


def merge(target: str = '') -> dict[Path, Path]:
    """Merge the templates into the *.po, in place or into the folder ``target``."""
    pairs = [
        (str(po.relative_to(ROOT)), str(template(module).relative_to(ROOT)))
        for module in translated()
        for po in sorted((ROOT / module / 'i18n').glob('*.po'))
    ]
    if pairs:
        run(
            *(python_env.BIN / 'python', '-c', MERGE, json.dumps(pairs), target),
            cwd=ROOT,
            log='polib',
            advice='One of the i18n/*.po is broken',
        )
    return {ROOT / po: Path(target, po.replace('/', '_')) for po, _pot in pairs}


def write(database: str) -> None:
    """Write the templates and merge them into the *.po."""
    for module, text in export(database).items():
        template(module).parent.mkdir(exist_ok=True)
        template(module).write_bytes(text)
    merge()


def stale(database: str) -> list[str]:
    """What ``write`` would change, as complaints."""
    found = [
        f'{template(module).relative_to(ROOT)} is not up to date: run ./dev i18n'
        for module, text in export(database).items()
        if not template(module).exists() or template(module).read_bytes() != text
    ]
    if not found:
        found += [
            f'{po.relative_to(ROOT)} is not merged: run ./dev i18n'
            for po, merged in merge(str(DEV / 'i18n')).items()
            if po.read_bytes() != merged.read_bytes()
        ]
    return found
