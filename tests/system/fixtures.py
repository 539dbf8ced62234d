"""The servers that system tests and tests of faults stand on; described in conftest.py."""

from __future__ import annotations

import itertools
import os
import re
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from mail_servers import Dovecot, SmtpSink
from odoo_server import OdooServer, database_copy

numbers = itertools.count(1)


def pytest_configure(config):
    config.addinivalue_line(
        'markers', 'server_errors(pattern): these ERRORs in the log are expected'
    )


@pytest.fixture(scope='session')
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp('system')


def _server(stack: ExitStack, folder: Path, database: str | None = None, **options) -> OdooServer:
    if not database:
        database = stack.enter_context(database_copy(f'system_{os.getpid()}_{next(numbers)}'))
    server = OdooServer(database, folder / database, **options)
    stack.callback(server.kill)
    stack.callback(server.stop)
    return server.start()


def _check(server: OdooServer, before: int, expected) -> None:
    pattern = expected.args[0] if expected else None
    errors = [
        line for line in server.errors()[before:] if not pattern or not re.search(pattern, line)
    ]
    assert not errors, f'the server logged (all of it: {server.log}):\n' + '\n'.join(errors)


@pytest.fixture(scope='module')
def module_odoo(folder):
    with ExitStack() as stack:
        yield _server(stack, folder)


@pytest.fixture
def odoo(module_odoo, request):
    before = len(module_odoo.errors())
    yield module_odoo
    _check(module_odoo, before, request.node.get_closest_marker('server_errors'))


@pytest.fixture
def new_odoo(folder, request):
    servers = []
    with ExitStack() as stack:

        def make(database=None, **options):
            servers.append(_server(stack, folder, database, **options))
            return servers[-1]

        yield make
        for server in servers:
            _check(server, 0, request.node.get_closest_marker('server_errors'))


@pytest.fixture
def smtp():
    sink = SmtpSink().start()
    yield sink
    sink.stop()


@pytest.fixture(scope='session')
def dovecot():
    # a short path: sockets in it have 107 bytes at most
    server = Dovecot(Path(tempfile.mkdtemp(prefix='dovecot-', dir='/tmp')))
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def mailbox(dovecot):
    return dovecot.ensure_started().mailbox(f'desk{next(numbers)}@shop.example.com')
