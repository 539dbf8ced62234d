"""A process inside Odoo that the benchmark asks things of: ``child.call('mail.receive', n=5)``."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tools import databases, python_env
from tools.common import LOGS, ROOT

BENCHMARKS = Path(__file__).resolve().parent.parent


class ChildFailed(Exception):
    """What was asked raised an error."""


class Child:
    """One Odoo registry on one database; calls run one after the other."""

    def __init__(self, database: str, addons_path: str):
        LOGS.mkdir(parents=True, exist_ok=True)
        self.log = LOGS / f'bench-{database}.log'
        environment = {**os.environ, 'PYTHONPATH': f'{BENCHMARKS}{os.pathsep}{ROOT}'}
        with self.log.open('w') as log:
            self.process = subprocess.Popen(
                [
                    *(str(python_env.BIN / 'python'), '-m', 'suite.inside'),
                    *(str(databases.write_conf()), database, addons_path),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment,
            )

    def call(self, function: str, **arguments):
        """What the function, a module of suite.inside or suite.load and its name, returns.

        A function that raises an error is rolled back; the process goes on.
        """
        self.process.stdin.write(json.dumps([function, arguments]) + '\n')
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise ChildFailed(f'{self.log.read_text()[-3000:]}\n{function} ended the process')
        answer = json.loads(line)
        if 'error' in answer:
            raise ChildFailed(f'{function} (log: {self.log})\n{answer["error"]}')
        return answer['result']

    def __enter__(self) -> Child:
        return self

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def __exit__(self, *_error) -> None:
        self.process.stdin.close()
        self.process.wait()
