"""A server of the benchmark, and what it used for a request."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from pathlib import Path

import psutil
from odoo_server import OdooServer

from suite.databases import Database, addons_path
from tools.common import DEV

LINE = re.compile(
    r'"(?:POST|GET) (?P<path>\S+) HTTP/[\d.]+" (?P<status>\d+) \S+ '
    r'(?P<sql>\d+) (?P<sql_time>[\d.]+) (?P<rest>[\d.]+)'
)
LABEL = re.compile(r'[/?]')
RETRY = re.compile(r'\d+ tries left, try again in')
GIVEN_UP = re.compile(r'maximum number of tries reached')


class Server(OdooServer):
    """One Odoo with workers, as in production, on one database of the run."""

    def __init__(self, database: Database, folder: Path, *, workers: int = 2, crons: int = 0):
        super().__init__(database.name, folder, workers=workers, crons=crons)
        self.kind = database.kind
        self.seconds_to_start = 0.0

    def start(self, *options: str) -> Server:
        begin = time.monotonic()
        super().start(f'--addons-path={addons_path()}', f'--data-dir={DEV / "data"}', *options)
        self.seconds_to_start = time.monotonic() - begin
        return self

    def workers(self) -> list[psutil.Process]:
        """The processes that answer requests, without the one of the websockets."""
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if 'gevent' not in child.cmdline()]

    def cpu_ms(self) -> float:
        """What all workers together have used."""
        nanoseconds = 0
        for worker in self.workers():
            for stat in Path(f'/proc/{worker.pid}/task').glob('*/schedstat'):
                try:
                    nanoseconds += int(stat.read_text().split()[0])
                except OSError:
                    continue  # a thread that ended meanwhile
        return nanoseconds / 1e6

    def statements(self) -> dict[str, list[int]]:
        """SQL statements of the requests by their labels (the end of the path), from the log."""
        found = defaultdict(list)
        for match in LINE.finditer(self.log.read_text(errors='replace')):
            found[LABEL.split(match['path'].partition('#')[0])[-1]].append(int(match['sql']))
        return found

    def retries(self) -> tuple[int, int]:
        """How often a transaction was tried again, and how often it was given up."""
        text = self.log.read_text(errors='replace')
        return len(RETRY.findall(text)), len(GIVEN_UP.findall(text))
