"""./dev lint: every check of the sources, side by side."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools import databases, python_env, translations
from tools.common import DEV, ROOT, TOOLS, digest, output, run, say, step

VENV = DEV / 'lint'
# the checks that Odoo itself runs with pylint (its test_lint/tests/test_pylint.py)
ODOO_CHECKS = (
    'used-before-assignment',
    'undefined-variable',
    'eval-used',
    'unreachable',
    'function-redefined',
    'sql-injection',
    'missing-gettext',
    'gettext-variable',
    'gettext-placeholders',
    'gettext-repr',
    'raise-unlink-override',
)
# of pylint-odoo's
NOT_WANTED = (
    'method-required-super',  # it takes any method "create" or "read" for the ORM's
    'missing-return',  # of methods that return nothing
    'missing-readme',  # one README for all addons, at the top
    'no-search-all',  # configuration tables have few rows
    'consider-merging-classes-inherited',  # a large model has one file for one concern
    'context-overridden',  # on purpose, where a caller's context must not reach further
)
# of OCA's: order of attributes, sequence="10" against eval="10"
NOT_WANTED_XML = 'xml-tag-position,xml-field-numeric-without-eval'
ODOO_PLUGINS = (
    '_pylint_path_setup',
    'pylint.extensions.bad_builtin',
    '_odoo_checker_sql_injection',
    '_odoo_checker_gettext',
    '_odoo_checker_unlink_override',
)


def prepare() -> dict:
    """Install the tools; environment for running them."""
    python_env.ensure(VENV, 'requirements-lint')
    environment = {**os.environ}
    version = output('node', '--version').removeprefix('v').partition('.')[0]
    if not shutil.which('npm') or int(version or 0) < 18:
        folder = python_env.ensure(DEV / 'node', 'requirements-node')
        environment['PATH'] = f'{folder / "bin"}{os.pathsep}{environment["PATH"]}'
    modules = ROOT / 'node_modules'
    stamp, want = modules / '.stamp', digest((ROOT / 'package-lock.json').read_bytes())
    if not stamp.exists() or stamp.read_text() != want:
        with step('npm packages'):
            run(
                *('npm', 'ci', '--silent', '--no-audit', '--no-fund'),
                cwd=ROOT,
                env=environment,
                log='npm',
                advice='Is the network there? npm takes its registry from your npm configuration',
            )
            stamp.write_text(want)
    return environment


def fixers() -> dict[str, list]:
    """Commands that repair, to be run one after the other."""
    ours, b, js = databases.modules(), VENV / 'bin', ROOT / 'node_modules/.bin'
    oca = [b / 'oca-checks-odoo-module', f'--disable={NOT_WANTED_XML}']
    return {
        'oca-checks': [*oca, '--fix', *ours],
        'ruff': [b / 'ruff', 'check', '--fix', '-q', '.'],
        'ruff format': [b / 'ruff', 'format', '-q', '.'],
        'eslint': [js / 'eslint', '--fix', '.'],
        'prettier': [js / 'prettier', '--write', *styled()],
    }


def styled() -> list[str]:
    """What prettier looks at."""
    files = [f'{name}/**/*.{{js,xml,scss,css}}' for name in databases.modules()]
    return ['--log-level=warn', '--no-error-on-unmatched-pattern', *files]


def checks() -> dict[str, list]:
    """Commands that only look."""
    ours, b, js = databases.modules(), VENV / 'bin', ROOT / 'node_modules/.bin'
    oca = [b / 'oca-checks-odoo-module', f'--disable={NOT_WANTED_XML}']
    return {
        'pylint with the checkers of Odoo': [
            *(python_env.BIN / 'python', '-m', 'pylint', f'--rcfile={os.devnull}'),
            *('--score=n', '--disable=all', f'--enable={",".join(ODOO_CHECKS)}'),
            *(f'--load-plugins={",".join(ODOO_PLUGINS)}', '--bad-functions=input', *ours),
        ],
        'pylint-odoo': [b / 'pylint', f'--disable={",".join(NOT_WANTED)}', *ours],
        'ruff': [b / 'ruff', 'check', '.'],
        'ruff format': [b / 'ruff', 'format', '--check', '.'],
        'oca-checks': [*oca, *ours],
        'eslint': [js / 'eslint', '.'],
        'prettier': [js / 'prettier', '--check', *styled()],
    }


def odoo_checks(database: str) -> dict[str, list]:
    """Commands that need the database ``test``."""
    return {
        "Odoo's test_lint": [
            *(python_env.BIN / 'python', '-m', 'pytest', '-q', '-p', 'no:cacheprovider'),
            *(f'--odoo-config={databases.write_conf()}', f'--odoo-database={database}'),
            *('--odoo-log-level=error', TOOLS / 'odoo_lint'),
        ],
    }


def start(commands: dict[str, list], environment: dict) -> dict[str, subprocess.Popen]:
    return {
        name: subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for name, command in commands.items()
    }


def report(name: str, text: str, failed: list[str]) -> None:
    """``text`` is what it complained of, or nothing."""
    print(f'{"FAIL" if text else "ok  "} {name}', flush=True)
    if text:
        print(text)
        failed.append(name)


def main(fix: bool, source: Path, make_database) -> None:
    """Run them all; the exit code tells whether one complained.

    ``make_database`` returns the test database, up to date, while the checks that need none
    are running.
    """
    environment = prepare()
    began, failed = time.monotonic(), []
    if fix:
        for name, command in fixers().items():
            with step(name):
                subprocess.run([str(part) for part in command], cwd=ROOT, env=environment)
    checkers = source / 'odoo/addons/test_lint/tests'
    environment['PYTHONPATH'] = str(checkers)
    running = start(checks(), environment)
    try:
        database = make_database()
        running |= start(odoo_checks(database), environment)
        if fix:
            translations.write(database)
        stale = translations.stale(database)
        for name, process in running.items():
            text = process.communicate()[0]
            report(name, (text or 'it failed') if process.returncode else '', failed)
        report('translation templates', '\n'.join(stale), failed)
    finally:
        for process in running.values():
            if process.poll() is None:
                process.kill()
    say(f'lint: {time.monotonic() - began:.1f} s')
    if failed:
        say(f'failed: {", ".join(failed)}' + ('' if fix else ' (./dev lint --fix repairs some)'))
    sys.exit(bool(failed))
