"""The project's own Python environments, locked, below .dev."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import debian
from tools.common import DEV, ROOT, TOOLS, die, digest, output, run, step

VENV = DEV / 'venv'
BIN = VENV / 'bin'
SUPPORTED = ((3, 10), (3, 13))


def python() -> str:
    """A Python that Odoo 19 runs on."""
    names = [f'python3.{minor}' for minor in (12, 13, 11, 10)] + ['python3']
    for candidate in (os.environ.get('PYTHON'), sys.executable, *map(shutil.which, names)):
        version = candidate and output(candidate, '-c', 'import sys; print(*sys.version_info[:2])')
        if version and SUPPORTED[0] <= tuple(map(int, version.split())) <= SUPPORTED[1]:
            return candidate
    die('Odoo 19 needs Python 3.10 to 3.13 and none is here: install one, or set PYTHON to it')


def make_venv(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if not subprocess.run(
        [python(), '-m', 'venv', folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ).returncode:
        return
    # Debian keeps ensurepip in python3-venv; its pip is in a package of its own
    shutil.rmtree(folder, ignore_errors=True)
    advice = 'Install it (Debian, Ubuntu: apt-get install python3-venv) and try again'
    run(python(), '-m', 'venv', '--without-pip', folder, log='venv', advice=advice)
    wheels = debian.unpacked('pip', 'python3-pip-whl')
    wheel = next(wheels.glob('usr/share/python-wheels/pip-*.whl'), None) if wheels else None
    if not wheel:
        shutil.rmtree(folder)
        die(f'Python has no ensurepip here. {advice}')
    run(
        *(folder / 'bin/python', f'{wheel}/pip', 'install', '-q', '--no-index', wheel),
        log='venv',
        advice=advice,
    )


def pip_install(folder: Path, *args) -> None:
    run(
        *(folder / 'bin/python', '-m', 'pip', 'install', '-q', '--disable-pip-version-check'),
        *('--no-warn-script-location', *args),
        log='pip',
        advice='Is the network there? pip takes its index from your pip configuration',
    )


def ensure(folder: Path, *requirements: str) -> Path:
    """The environment in ``folder`` with just these locked requirements."""
    files = [TOOLS / f'{name}.txt' for name in requirements]
    stamp = folder / '.stamp'
    # an environment names its own folder: a moved one is made anew
    want = [digest(folder), digest(*(file.read_bytes() for file in files))]
    have = stamp.read_text().split() if stamp.exists() and (folder / 'bin/python').exists() else []
    if have == want:
        return folder
    where = folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder
    with step(f'Python environment {where}'):
        if have[:1] != want[:1]:
            make_venv(folder)
        stamp.unlink(missing_ok=True)
        pip_install(folder, *(arg for file in files for arg in ('-r', file)))
        stamp.write_text(' '.join(want))
    return folder


def link_odoo(source: Path) -> None:
    """Make the environment import this Odoo, and give it its programs."""
    site = next(VENV.glob('lib/python3.*/site-packages'))
    (site / 'odoo-source.pth').write_text(f'{source}\n')
    # not 'python -m odoo': its gevent child would shadow the module http
    launcher = BIN / 'odoo'
    launcher.write_text(
        f"#!{BIN / 'python'}\nimport odoo.cli\n\nif __name__ == '__main__':\n    odoo.cli.main()\n"
    )
    launcher.chmod(0o755)
    # a confirmed order is mailed as a PDF: Odoo looks for it by this name
    pdf = BIN / 'wkhtmltopdf'
    if not pdf.is_symlink():
        pdf.symlink_to('wkhtmltopdf-pack')
    # what Odoo starts by bare names (python, chromium, psql) is ours first
    os.environ['PATH'] = os.pathsep.join([str(DEV / 'bin'), str(BIN), os.environ['PATH']])
