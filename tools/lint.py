"""./dev lint: every check of the sources, side by side."""

from __future__ import annotations

import os
import shutil
import subprocess
import time

from tools import databases, python_env
from tools.common import DEV, ROOT, digest, run, say, step

VENV = DEV / 'lint'


def node() -> dict:
    """Environment with npm; from PyPI where the machine has none."""
    if not shutil.which('npm'):
        folder = python_env.ensure(DEV / 'node', 'requirements-node')
        return {**os.environ, 'PATH': f'{folder / "bin"}{os.pathsep}{os.environ["PATH"]}'}
    return {**os.environ}


def ensure_node_modules(environment: dict) -> None:
    modules = ROOT / 'node_modules'
    stamp, want = modules / '.stamp', digest((ROOT / 'package-lock.json').read_bytes())
    if stamp.exists() and stamp.read_text() == want:
        return
    with step('npm packages'):
        run(
            *('npm', 'ci', '--silent', '--no-audit', '--no-fund'),
            cwd=ROOT,
            env=environment,
            log='npm',
            advice='Is the network there? npm takes its registry from your npm configuration',
        )
        stamp.write_text(want)


def jobs(fix: bool) -> dict[str, list]:
    ours = databases.modules()
    python, js = VENV / 'bin', ROOT / 'node_modules/.bin'
    repair = ['--fix'] if fix else []
    styled = [f'{name}/**/*.{{js,xml,scss,css}}' for name in ours]
    return {
        'ruff': [python / 'ruff', 'check', *repair, '.'],
        'ruff format': [python / 'ruff', 'format', *([] if fix else ['--check']), '.'],
        'pylint-odoo': [python / 'pylint', *ours],
        'oca-checks': [python / 'oca-checks-odoo-module', *repair, *ours],
        'eslint': [js / 'eslint', *repair, '.'],
        'prettier': [js / 'prettier', '--write' if fix else '--check', '--log-level=warn', *styled],
    }


def main(fix: bool) -> int:
    """Run them all; 1 if one complained."""
    python_env.ensure(VENV, 'requirements-lint')
    environment = node()
    ensure_node_modules(environment)
    start, failed = time.monotonic(), []
    processes = {
        name: subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for name, command in jobs(fix).items()
    }
    for name, process in processes.items():
        text = process.communicate()[0]
        print(f'{"FAIL" if process.returncode else "ok  "} {name}', flush=True)
        if process.returncode:
            failed.append(name)
            print(text)
    say(f'lint: {time.monotonic() - start:.1f} s')
    if failed and not fix:
        say(f'failed: {", ".join(failed)} (./dev lint --fix repairs what it can)')
    return bool(failed)


def write_templates() -> None:
    """i18n/<addon>.pot of each addon from the database ``test``, merged into its *.po."""
    for module in databases.modules():
        folder = ROOT / module / 'i18n'
        folder.mkdir(exist_ok=True)
        pot = folder / f'{module}.pot'
        databases.odoo(
            *('i18n', 'export', module, '-c', databases.write_conf(), '-d', 'test'), advice=''
        )
        # two dates that change at each export
        lines = pot.read_text().splitlines(keepends=True)
        dates = ('"POT-Creation-Date: ', '"PO-Revision-Date: ')
        pot.write_text(''.join(line for line in lines if not line.startswith(dates)))
        script = (
            'import polib, sys\np = polib.pofile(sys.argv[1])\n'
            'p.merge(polib.pofile(sys.argv[2]))\np.save()'
        )
        for po in sorted(folder.glob('*.po')):
            run(python_env.BIN / 'python', '-c', script, po, pot, log='polib', advice='')
