"""A real Odoo server process on a database of its own, and the clients that talk to it."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import xmlrpc.client
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from passlib.context import CryptContext

ROOT = Path(__file__).resolve().parents[2]
DEV = Path(os.environ.get('DEV_DIR') or ROOT / '.dev')
ODOO = DEV / 'venv/bin/odoo'
# made by ./dev test: all addons, no demo data, nobody connected
TEMPLATE = os.environ.get('DEV_SYSTEM_DATABASE', 'system')
# what Odoo's res.users.apikeys uses
API_KEYS = CryptContext(['pbkdf2_sha512'], pbkdf2_sha512__rounds=6000)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wait_for(condition, what: str, timeout: float = 30):
    """The first true result of ``condition``; an AssertionError after ``timeout`` seconds."""
    end = time.monotonic() + timeout
    while True:
        if result := condition():
            return result
        if time.monotonic() > end:
            raise AssertionError(f'{what}: not within {timeout:g} s')
        time.sleep(0.05)


def connect(database: str, **parameters):
    """A PostgreSQL connection (autocommit) besides Odoo's own; parameters as of libpq."""
    connection = psycopg2.connect(dbname=database, **parameters)
    connection.autocommit = True
    return connection


@contextmanager
def database_copy(name: str, template: str = TEMPLATE):
    """A database of our own, gone afterwards."""
    connection = connect('postgres')
    cursor = connection.cursor()
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.close()


class RpcError(Exception):
    """An error that the server answered; ``name`` is the Python class, e.g. AccessError."""

    def __init__(self, name: str, message: str):
        super().__init__(f'{name}: {message}')
        self.name, self.message = name.rpartition('.')[2], message


class XmlRpc:
    """``client('res.partner', 'search', [])``: positional and named arguments of the method."""

    NAMES = {1: 'Exception', 2: 'UserError', 3: 'AccessDenied', 4: 'AccessError'}

    def __init__(self, url: str, database: str, login: str, password: str):
        self.database, self.password = database, password
        common = xmlrpc.client.ServerProxy(f'{url}/xmlrpc/2/common')
        self.uid = common.authenticate(database, login, password, {})
        assert self.uid, f'{login} cannot log in'
        self.object = xmlrpc.client.ServerProxy(f'{url}/xmlrpc/2/object', allow_none=True)

    def __call__(self, model: str, method: str, *args, **kwargs):
        try:
            return self.object.execute_kw(
                self.database, self.uid, self.password, model, method, list(args), kwargs
            )
        except xmlrpc.client.Fault as fault:
            code = fault.faultCode
            raise RpcError(self.NAMES.get(code, str(code)), fault.faultString) from None


class Json2:
    """``client('res.partner', 'search_read', domain=[], fields=['name'])``; ``ids=[1]`` for a
    method of records.  POST /json/2/<model>/<method> with an API key."""

    def __init__(self, url: str, database: str, key: str):
        self.url, self.database, self.key = url, database, key

    def __call__(self, model: str, method: str, **arguments):
        request = urllib.request.Request(
            f'{self.url}/json/2/{model}/{method}',
            json.dumps(arguments).encode(),
            {
                'Content-Type': 'application/json',
                'Authorization': f'bearer {self.key}',
                'X-Odoo-Database': self.database,
            },
        )
        try:
            with local_urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            body = json.load(error)
            raise RpcError(body['name'], body['message']) from None


class Web:
    """``client('/mail/data', name=value)``: a JSON route, as the browser of a user calls it."""

    def __init__(self, url: str, database: str, login: str, password: str):
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )
        self('/web/session/authenticate', db=database, login=login, password=password)

    def __call__(self, path: str, **params):
        request = urllib.request.Request(
            self.url + path,
            json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params}).encode(),
            {'Content-Type': 'application/json'},
        )
        with self.opener.open(request, timeout=120) as answer:
            values = json.load(answer)
        if 'error' in values:
            raise RpcError(values['error']['data']['name'], values['error']['data']['message'])
        return values['result']

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a method of a model as the web client does."""
        return self(
            f'/web/dataset/call_kw/{model}/{method}',
            model=model,
            method=method,
            args=list(args),
            kwargs=kwargs,
        )

    @property
    def session_id(self) -> str:
        return next(cookie.value for cookie in self.cookies if cookie.name == 'session_id')


def answers(url: str) -> bool:
    """Whether a server of Odoo, or what stands before it, shows its login page."""
    try:
        with local_urlopen(f'{url}/web/login'):
            return True
    except OSError:
        return False


def local_urlopen(request, timeout: float = 120):
    """urlopen that never asks a proxy."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
        request, timeout=timeout
    )


class OdooServer:
    """One Odoo process.  ``start`` returns when it answers; ``kill`` is SIGKILL.

    With ``crons=0`` (the default) scheduled jobs run only when a test calls ``run_cron``;
    several servers may share a database (``OdooServer(database, folder)`` twice).
    """

    def __init__(
        self,
        database: str,
        folder: Path,
        *,
        workers: int = 0,
        crons: int = 0,
        options: tuple[str, ...] = (),
        settings: str = '',
        environment: dict[str, str] | None = None,
        prefix: tuple[str, ...] = (),
    ):
        self.database, self.folder = database, folder
        self.settings = settings  # lines of odoo.conf; what is given as an option counts more
        self.environment = environment or {}  # beside that of the tests
        self.prefix = prefix  # a command that runs it elsewhere
        host = self.environment.get('PGHOST')
        self.connection = {'host': host} if host else {}
        self.port, self.gevent_port = free_port(), free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.log = folder / f'odoo-{self.port}.log'
        self.options = [f'--workers={workers}', f'--max-cron-threads={crons}', *options]
        self.process: subprocess.Popen | None = None

    def start(self, *options: str) -> OdooServer:
        assert self.process is None or self.process.poll() is not None, 'it is running'
        self.folder.mkdir(parents=True, exist_ok=True)
        conf = self.folder / 'odoo.conf'
        conf.write_text(
            f'[options]\naddons_path = {ROOT}\ndata_dir = {self.folder / "data"}\n{self.settings}'
        )
        with self.log.open('a') as log:
            self.process = subprocess.Popen(
                [
                    *(*self.prefix, str(ODOO), '-c', str(conf), '-d', self.database),
                    '--http-interface=127.0.0.1',
                    *(f'--http-port={self.port}', f'--gevent-port={self.gevent_port}'),
                    *(*self.options, *options),
                ],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(self._answers, f'Odoo on {self.url} (log: {self.log})', 120)
        return self

    def _answers(self) -> bool:
        assert self.process.poll() is None, f'Odoo ended:\n{self.log.read_text()[-4000:]}'
        return answers(self.url)

    def stop(self) -> None:
        """As an administrator stops it: SIGTERM; what runs may finish."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """As a power cut does: SIGKILL to it and all its workers."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def children(self) -> dict[int, str]:
        """The processes of a server with workers, and how each was started."""
        found = subprocess.run(
            ['ps', '-o', 'pid=,args=', '--ppid', str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        return {
            int(pid): args for pid, args in (line.split(None, 1) for line in found.splitlines())
        }

    def restart(self) -> OdooServer:
        self.stop()
        return self.start()

    def errors(self) -> list[str]:
        """Lines of the log with ERROR or CRITICAL."""
        text = self.log.read_text(errors='replace') if self.log.exists() else ''
        return re.findall(r'^\S+ \S+ \d+ (?:ERROR|CRITICAL) .*$', text, re.M)

    # --- clients ---

    def xmlrpc(self, login: str = 'admin', password: str | None = None) -> XmlRpc:
        return XmlRpc(self.url, self.database, login, password or login)

    def web(self, login: str = 'admin') -> Web:
        """What a browser calls after the user logged in."""
        return Web(self.url, self.database, login, login)

    def json2(self, login: str = 'admin') -> Json2:
        """A client with a new API key of that user."""
        key = secrets.token_hex(20)
        self.sql(
            'INSERT INTO res_users_apikeys (name, user_id, scope, expiration_date, key, index) '
            "SELECT 'test', id, 'rpc', now() at time zone 'utc' + interval '1 day', %s, %s "
            'FROM res_users WHERE login = %s',
            API_KEYS.hash(key),
            key[:8],
            login,
        )
        return Json2(self.url, self.database, key)

    def sql(self, query: str, *params) -> list[tuple]:
        """Straight to the database, committed at once."""
        connection = connect(self.database, **self.connection)
        try:
            cursor = connection.cursor()
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    # --- what several tests set up or trigger ---

    def create_user(self, login: str, *groups: str, **values) -> int:
        """A user whose password is the login, with just these groups (xml ids)."""
        admin = self.xmlrpc()
        ids = [
            admin(
                'ir.model.data',
                'search_read',
                [['module', '=', group.partition('.')[0]], ['name', '=', group.partition('.')[2]]],
                ['res_id'],
            )[0]['res_id']
            for group in groups
        ]
        values = {
            'name': login.title(),
            'login': login,
            'password': login,
            'email': f'{login}@shop.example.com',
            'group_ids': [[6, 0, ids]],
            **values,
        }
        return admin('res.users', 'create', values)

    def run_cron(self, xml_id: str) -> None:
        """Run a scheduled job now, as the button "Run manually" does."""
        module, name = xml_id.split('.')
        admin = self.xmlrpc()
        found = admin(
            'ir.model.data',
            'search_read',
            [['module', '=', module], ['name', '=', name]],
            ['res_id'],
        )
        admin('ir.cron', 'method_direct_trigger', [found[0]['res_id']])

    def use_alias_domain(self, domain: str = 'shop.example.com') -> None:
        """Aliases, catch-all and bounce addresses of every company end in ``@domain``."""
        admin = self.xmlrpc()
        found = admin('mail.alias.domain', 'search', [['name', '=', domain]])
        alias_domain = found[0] if found else admin('mail.alias.domain', 'create', {'name': domain})
        companies = admin('res.company', 'search', [])
        admin('res.company', 'write', companies, {'alias_domain_id': alias_domain})

    def use_smtp(self, sink) -> int:
        """Send all mail to the sink (fixture ``smtp``); id of the ir.mail_server."""
        admin = self.xmlrpc()
        admin('ir.mail_server', 'write', admin('ir.mail_server', 'search', []), {'active': False})
        return admin(
            'ir.mail_server',
            'create',
            {
                'name': 'Sink',
                'smtp_host': sink.host,
                'smtp_port': sink.port,
                'smtp_encryption': 'none',
            },
        )

    def use_mailbox(self, mailbox, model: str | None = None, *, tls: bool = False) -> int:
        """Fetch from that mailbox (fixture ``mailbox``); mail that is for no alias becomes a
        record of ``model``.  Id of the fetchmail.server, its connection tested by Odoo."""
        admin = self.xmlrpc()
        values = {
            'name': mailbox.address,
            'server_type': 'imap',
            'server': mailbox.host,
            'port': mailbox.tls_port if tls else mailbox.port,
            'is_ssl': tls,
            'user': mailbox.address,
            'password': mailbox.password,
        }
        if model:
            values['object_id'] = admin('ir.model', 'search', [['model', '=', model]])[0]
        server = admin('fetchmail.server', 'create', values)
        admin('fetchmail.server', 'button_confirm_login', [server])
        return server

    def wake_crons(self) -> None:
        """Make the cron threads of every server look for jobs that are due, now."""
        connection = connect('postgres')  # the database that they listen on
        connection.cursor().execute("SELECT pg_notify('cron_trigger', %s)", [self.database])
        connection.close()

    def fetch_mail(self) -> None:
        """Fetch now from every mailbox, by the scheduled job."""
        self.run_cron('mail.ir_cron_mail_gateway_action')

    def send_queued_mail(self) -> None:
        self.run_cron('mail.ir_cron_mail_scheduler_action')
