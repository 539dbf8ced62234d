"""Programs that the tests drive: a browser, an IMAP server, a load balancer.

The machine's own, else Debian's packages unpacked below .dev: nothing is installed, no service is
touched."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools import debian
from tools.common import DEV, die, digest

CHROME_NAMES = ('google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser')
# without them the browser asks the internet at each start
CHROME_FLAGS = (
    '--disable-quic --disable-component-update --disable-sync --disable-domain-reliability '
    '--no-pings'
)
WRAPPER = DEV / 'bin/google-chrome'
DOVECOT_HOME = '/usr/lib/dovecot'


def find_chrome() -> str | None:
    if os.environ.get('CHROME_BIN'):
        return os.environ['CHROME_BIN']
    found = (shutil.which(name) for name in CHROME_NAMES)
    return next((name for name in found if name and Path(name) != WRAPPER), None)


def ensure_chrome() -> None:
    """A browser as ``google-chrome`` first on the PATH: Odoo looks for that name, and *skips*
    browser tests without one."""
    environment, real = '', find_chrome()
    if not real:
        root = debian.unpacked('chromium', 'chromium', 'fonts-dejavu-core')
        binary = root and root / 'usr/lib/chromium/chromium'
        if not binary or not binary.exists():
            die(
                'the browser tests need Chromium or Chrome, and apt cannot provide one here: '
                'install it, or set CHROME_BIN to one (then: ./dev test)'
            )
        real, environment = str(binary), chromium_environment(root)
    elif not Path(real).exists():
        die(f'CHROME_BIN={real}: no such file')
    # a server of Odoo limits the memory of its process, to less than the browser reserves
    unlimited = 'ulimit -S -v unlimited 2>/dev/null\n'
    text = f'#!/bin/sh\n{unlimited}{environment}exec "{real}" {CHROME_FLAGS} "$@"\n'
    WRAPPER.parent.mkdir(parents=True, exist_ok=True)
    if not WRAPPER.exists() or WRAPPER.read_text() != text:
        WRAPPER.write_text(text)
        WRAPPER.chmod(0o755)


def chromium_environment(root: Path) -> str:
    """Shell lines that let an unpacked Chromium find its libraries and fonts."""
    fonts = root / 'fonts.conf'
    fonts.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f'<dir>/usr/share/fonts</dir><dir>{root}/usr/share/fonts</dir>\n'
        f'<cachedir>{root}/fontcache</cachedir>\n</fontconfig>\n'
    )
    lines = [f'export LD_LIBRARY_PATH="{debian.library_path(root)}"']
    if not Path('/etc/fonts/fonts.conf').exists():
        lines.append(f'export FONTCONFIG_FILE="{fonts}"')
    return '\n'.join(lines) + '\n'


def ensure_dovecot() -> None:
    """Set DOVECOT_ROOT for tests/system: ``/`` for the machine's own, or where it is unpacked.

    Dovecot's programs look for each other in /usr/lib/dovecot.  In the unpacked copy that name
    is replaced by a link of the same length below /tmp.
    """
    if Path('/usr/sbin/dovecot').exists() and Path(DOVECOT_HOME, 'imap').exists():
        os.environ['DOVECOT_ROOT'] = '/'
        return
    link = Path(f'/tmp/dv{digest(DEV, os.getuid())[:9]}')
    target = DEV / 'dovecot'
    if not debian.unpacked('dovecot', 'dovecot-imapd'):
        die(
            "the system tests need Debian's package dovecot-imapd and apt cannot fetch it: "
            'install it (its service may stay off), then run ./dev test again'
        )
    for binary in target.glob('usr/**/*'):
        if binary.is_file() and not binary.is_symlink():
            old = binary.read_bytes()
            if old[:4] == b'\x7fELF' and DOVECOT_HOME.encode() in old:
                binary.write_bytes(old.replace(DOVECOT_HOME.encode(), str(link).encode()))
    link.unlink(missing_ok=True)
    link.symlink_to(target / 'usr/lib/dovecot')
    os.environ['DOVECOT_ROOT'] = str(target)


def ensure_faketime() -> None:
    """Set FAKETIME_LIBRARY for tests/faults, by which a program sees another time."""
    pattern = 'usr/lib/*/faketime/libfaketimeMT.so.1'
    own = next(Path('/').glob(pattern), None)
    if not own:
        if not debian.unpacked('libfaketime', 'libfaketime'):
            die(
                "the tests of faults need Debian's package libfaketime and apt cannot fetch it: "
                'install it, then run ./dev test again'
            )
        own = next((DEV / 'libfaketime').glob(pattern))
    os.environ['FAKETIME_LIBRARY'] = str(own)


def ensure_nginx() -> None:
    """Set NGINX_BIN for tests/faults: the program that shares requests among servers."""
    own = Path('/usr/sbin/nginx')
    if not own.exists():
        root = debian.unpacked('nginx', 'nginx')
        if not root:
            die(
                "the tests of several servers need Debian's package nginx and apt cannot fetch it: "
                'install it (its service may stay off), then run ./dev test again'
            )
        own = DEV / 'bin/nginx'
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(
            f'#!/bin/sh\nexport LD_LIBRARY_PATH="{debian.library_path(root)}"\n'
            f'exec "{root}/usr/sbin/nginx" "$@"\n'
        )
        own.chmod(0o755)
    os.environ['NGINX_BIN'] = str(own)
