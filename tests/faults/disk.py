"""A small disk of one test: a file system in memory, in a mount namespace of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from odoo_server import wait_for


class SmallDisk:
    """``prefix`` runs a command where ``folder`` is on that disk; gone with `close`."""

    def __init__(self, folder: Path, megabytes: int):
        folder.mkdir(parents=True)
        self.folder = folder
        self.holder = subprocess.Popen(
            [
                *('unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'),
                'mount -t tmpfs -o size="$1"m tmpfs "$0" && echo made && exec sleep infinity',
                *(str(folder), str(megabytes)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        answer = self.holder.stdout.readline().strip()
        if answer != 'made':
            self.close()
            pytest.skip(f'this machine lets nobody make a small disk: {answer}')
        pid = str(self.holder.pid)
        self.prefix = ('nsenter', '--user', '--mount', '--preserve-credentials', '-t', pid)
        self.filler = Path(f'/proc/{pid}/root{folder}/filler')
        entered = subprocess.run([*self.prefix, 'true'], capture_output=True, text=True)
        if entered.returncode or not self.filler.parent.is_dir():
            self.close()
            pytest.skip(f'this machine lets nobody use a small disk: {entered.stderr.strip()}')

    def fill(self) -> None:
        """Leave no space."""
        with self.filler.open('wb', buffering=0) as file:
            block = bytes(64 * 1024)
            try:
                while True:
                    file.write(block)
            except OSError:
                pass  # that is what it is for
        wait_for(lambda: self.filler.stat().st_size, 'the filler')

    def free(self) -> None:
        """Give the space back."""
        self.filler.unlink()

    def close(self) -> None:
        self.holder.kill()
        self.holder.wait()
