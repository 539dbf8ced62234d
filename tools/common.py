"""What every part of ./dev needs: where things are, running, saying, timing, locking."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / 'tools'
DEV = Path(os.environ.get('ODOO_DEV_DIR') or ROOT / '.dev').absolute()
LOGS = DEV / 'log'
STEPS: list[tuple[str, float]] = []  # (name, seconds) of what this command had to make


def say(*words) -> None:
    mark = '\033[1m[dev]\033[0m' if sys.stderr.isatty() else '[dev]'
    print(mark, *words, file=sys.stderr, flush=True)


def die(message: str):
    say('error:', message)
    raise SystemExit(1)


def is_root() -> bool:
    return os.geteuid() == 0


@contextlib.contextmanager
def step(name: str):
    """Tell that something begins and how long it took; kept for the table at the end."""
    start = time.monotonic()
    say(name, '...')
    yield
    seconds = time.monotonic() - start
    STEPS.append((name, round(seconds, 1)))
    say(f'{name}: {seconds:.1f} s')
    os.environ['DEV_STEPS'] = json.dumps(STEPS)


def run(*command, advice: str, log: str, **kwargs) -> str:
    """Run with the output in ``.dev/log/<log>``; on failure show its end and the advice."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f'{log}.log'
    with path.open('w') as out:
        try:
            code = subprocess.run(
                [str(c) for c in command], stdout=out, stderr=subprocess.STDOUT, **kwargs
            ).returncode
        except OSError as error:
            out.write(f'{error}\n')
            code = 1
    text = path.read_text(errors='replace')
    if code:
        sys.stderr.write(''.join(text.splitlines(keepends=True)[-40:]))
        die(f'{" ".join(str(c) for c in command[:3])} ... failed (all of it: {path})\n{advice}')
    return text


def output(*command, **kwargs) -> str:
    """What a command prints, ``''`` when it fails."""
    try:
        done = subprocess.run(
            [str(c) for c in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            **kwargs,
        )
    except OSError:
        return ''
    return '' if done.returncode else done.stdout.strip()


def digest(*parts) -> str:
    h = hashlib.sha256()
    for part in parts:
        h.update(part if isinstance(part, bytes) else str(part).encode())
        h.update(b'\0')
    return h.hexdigest()[:16]


def lock(name: str, *, inherit: bool = False):
    """Wait for other ./dev of this checkout.  The kernel frees it when the process ends;
    ``inherit`` hands it on to the program that replaces this one."""
    DEV.mkdir(parents=True, exist_ok=True)
    (DEV / '.gitignore').write_text('*\n')
    handle = open(DEV / f'{name}.lock', 'w')
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say(f'waiting for another ./dev ({name}) to finish ...')
        fcntl.flock(handle, fcntl.LOCK_EX)
    os.set_inheritable(handle.fileno(), inherit)
    return handle
