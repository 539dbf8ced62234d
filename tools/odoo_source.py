"""Odoo 19 Community: an existing one, or fetched.

Order: $ODOO_SOURCE (a git checkout or a dist-packages folder); what was fetched earlier into
.dev/odoo; the Debian package ``odoo-19``, unpacked without installing; a shallow git clone.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from tools import debian
from tools.common import DEV, LOGS, die, output, run, say, step

SERIES = '19.0'
PACKAGE = 'odoo-19'
# What the package's symbolic links point at.  From the machine's own suite: those of sid have
# newer files under other names, and every icon would be gone.
COMPANIONS = (
    'libjs-jquery',
    'libjs-jquery-form',
    'libjs-underscore',
    'fonts-font-awesome',
    'fonts-inconsolata',
    'fonts-montserrat',
    'fonts-ocr-b',
    'fonts-roboto-unhinted',
)
GIT_URL = 'https://github.com/odoo/odoo.git'
PACKAGES = 'usr/lib/python3/dist-packages'
# a second copy of the addons, packaging files
LEFT_OUT = re.compile(
    rf'(etc/|{PACKAGES}/(addons|setup|doc|odoo-{re.escape(SERIES)}\.egg-info)/|usr/share/(lintian|bug)/)'
)
TRANSLATION = re.compile(r'/i18n/([^/]+)\.po$')


def series(folder: Path) -> str:
    """``'19.0'`` for a folder that holds such a package ``odoo``, else ``''``."""
    try:
        text = (folder / 'odoo/release.py').read_text()
    except OSError:
        return ''
    found = re.search(r'^version_info\s*=\s*\((\d+)\s*,\s*(\d+)', text, re.M)
    return f'{found[1]}.{found[2]}' if found else ''


def existing() -> Path | None:
    env = os.environ.get('ODOO_SOURCE')
    if env:
        for folder in (Path(env), Path(env) / PACKAGES):
            if series(folder) == SERIES:
                return folder.resolve()
        die(f'ODOO_SOURCE={env} holds no Odoo {SERIES} (there is no odoo/release.py of it)')
    for folder in (DEV / 'odoo' / PACKAGES, DEV / 'odoo/src'):
        if (DEV / 'odoo/.complete').exists() and series(folder) == SERIES:
            return folder
    return None


def ensure() -> Path:
    """The folder that holds the package ``odoo``."""
    if found := existing():
        return found
    with step(f'Odoo {SERIES}'):
        if not from_debian() and not from_git():
            die(
                f'Odoo {SERIES} is not here and cannot be fetched: neither from Debian (package '
                f'{PACKAGE} of unstable, over the mirror in your apt sources; log: '
                f'{LOGS / "apt.log"}) nor by git from {GIT_URL}.\n'
                f'Get a checkout of branch {SERIES} in any way and run\n'
                '    ODOO_SOURCE=/path/to/odoo ./dev up'
            )
    return existing()


def wanted_languages() -> set[str] | None:
    """Languages whose translations are kept of a fetched Odoo (they are 3/4 of it)."""
    text = os.environ.get('ODOO_LANGS', 'zh_CN es fr de pt pt_BR')
    return None if text == 'all' else set(text.split())


def from_debian() -> bool:
    if not debian.has_apt() or not debian.KEYRING.exists():
        say(f'no Debian here: its package {PACKAGE} is not looked for, git is tried')
        return False
    languages = wanted_languages()

    def keep(name: str) -> bool:
        language = TRANSLATION.search(name)
        return not LEFT_OUT.match(name) and not (
            language and languages is not None and language[1] not in languages
        )

    work, target = DEV / 'odoo.part', DEV / 'odoo'
    for base, suite in debian.mirrors():
        shutil.rmtree(work, ignore_errors=True)
        sources = ''.join(
            f'Types: deb\nURIs: {base}\nSuites: {name}\nComponents: main\n'
            f'Signed-By: {debian.KEYRING}\n\n'
            for name in dict.fromkeys([suite, 'sid'])
        )
        pins = 'Package: *\nPin: release n=sid\nPin-Priority: 100\n'
        apt = debian.Apt(work / 'apt', sources, pins)
        if not apt.download(PACKAGE, *COMPANIONS):
            continue
        debian.unpack(apt.folder / 'debs', work / 'root', keep)
        fill_gap(work / 'root' / PACKAGES)
        shutil.rmtree(target, ignore_errors=True)
        (work / 'root').rename(target)
        shutil.rmtree(work, ignore_errors=True)
        (target / '.complete').touch()
        return True
    shutil.rmtree(work, ignore_errors=True)
    return False


def fill_gap(packages: Path) -> None:
    """Debian leaves out one file that the web client's bundle names (background blur in video
    calls).  Its absence is a console error, and every browser test would fail on that."""
    file = packages / 'odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js'
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("/* not in Debian's package of Odoo */\n")


def from_git() -> bool:
    if not shutil.which('git') or not output(
        'git', 'ls-remote', '--heads', GIT_URL, SERIES, stdin=-3, timeout=60
    ):
        return False
    target = DEV / 'odoo'
    shutil.rmtree(target, ignore_errors=True)
    run(
        *('git', 'clone', '-q', '--depth', '1', '--branch', SERIES, GIT_URL, target / 'src'),
        log='git',
        advice='Check the network, or set ODOO_SOURCE to a checkout of your own',
    )
    (target / '.complete').touch()
    return True
