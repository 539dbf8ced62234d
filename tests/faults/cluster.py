"""A PostgreSQL server of one test, that may be killed or run out of space.

Durable, unlike the one that ./dev makes: what was committed is there after a crash.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from odoo_server import ROOT, connect, database_copy, wait_for

sys.path.append(str(ROOT))
from tools.postgres import bindir, unprivileged  # noqa: E402

OPTIONS = {
    'listen_addresses': '',
    'fsync': 'off',  # the machine itself goes on
    'jit': 'off',
    'shared_buffers': '64MB',
    'max_connections': '60',
    'min_wal_size': '32MB',
    'max_wal_size': '64MB',
}


class Cluster:
    """``prefix`` runs it elsewhere, where ``data`` may be on a small disk; see `SmallDisk`."""

    def __init__(self, folder: Path, data: Path | None = None, prefix: tuple[str, ...] = ()):
        self.data, self.sock, self.log = data or folder / 'data', folder / 'sock', folder / 'log'
        self.prefix = [*prefix, *unprivileged()]
        self.bin = bindir()
        if not all((self.bin / name).exists() for name in ('pg_dump', 'pg_restore')):
            pytest.skip('this PostgreSQL has no pg_dump')
        self.process: subprocess.Popen | None = None
        self.environment = {'PGHOST': str(self.sock)}

    def create(self) -> Cluster:
        """Make it, start it, and copy the system tests' database into it."""
        self.sock.mkdir(mode=0o700, parents=True)
        self._run(
            'initdb',
            '-D',
            self.data,
            '-U',
            os.environ['PGUSER'],
            '-A',
            'trust',
            '-E',
            'UTF8',
            '--no-locale',
            '--no-sync',
        )
        self.start()
        return self

    def load(self, database: str) -> None:
        """Make a database with all addons."""
        self.sql('postgres', f'CREATE DATABASE "{database}"')
        with database_copy(f'dump_{os.getpid()}') as copy:
            dump = subprocess.Popen(
                [str(self.bin / 'pg_dump'), '-Fc', '-Z0', copy], stdout=subprocess.PIPE
            )
            subprocess.run(
                [str(self.bin / 'pg_restore'), '--no-owner', '-d', database, '-h', str(self.sock)],
                stdin=dump.stdout,
                check=True,
            )
            assert dump.wait() == 0

    def create_replica(self, folder: Path) -> Cluster:
        """A second server that follows this one and answers what only reads; not yet started."""
        replica = Cluster(folder)
        if not (self.bin / 'pg_basebackup').exists():
            pytest.skip('this PostgreSQL has no pg_basebackup')
        replica.sock.mkdir(mode=0o700, parents=True)
        self._run(
            *('pg_basebackup', '-h', self.sock, '-U', os.environ['PGUSER'], '-D', replica.data),
            *('--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast', '--no-sync'),
        )
        return replica

    def start(self) -> None:
        options = [f'{name}={value}' for name, value in OPTIONS.items()]
        with self.log.open('a') as log:
            self.process = subprocess.Popen(
                [
                    *self.prefix,
                    *(str(self.bin / 'postgres'), '-D', str(self.data), '-k', str(self.sock)),
                    *(part for option in options for part in ('-c', option)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self.answers, f'PostgreSQL (see {self.log})', 120)

    def answers(self) -> bool:
        try:
            connect('postgres', host=str(self.sock)).close()
        except psycopg2.OperationalError:
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            return False
        return True

    def crash(self) -> None:
        """End at once, as when the power fails: what is not in the log of changes is gone."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(60)

    def sql(self, database: str, query: str, *params) -> list[tuple]:
        connection = connect(database, host=str(self.sock))
        try:
            cursor = connection.cursor()
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.crash()

    def _run(self, program, *args) -> None:
        command = [*self.prefix, str(self.bin / program), *map(str, args)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert not done.returncode, done.stderr
