"""A program that posts customers' messages to a channel's webhook, as providers do: until each is
acknowledged; and takes the answers."""

from __future__ import annotations

import hmac
import json
import queue
import threading
import time
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = 'a secret of the system tests'
# What it is no use to send again. A server without its database redirects or knows no address.
FINAL = (400, 403, 413)


class Customers:
    """Posts messages over many connections; one that is not acknowledged is posted again."""

    def __init__(self, port: int, path: str, threads: int = 8):
        self.port, self.path, self.threads = port, path, threads
        self.seconds: list[float] = []
        self.refused: list[int] = []
        self.stopped = threading.Event()

    def post(self, events: list[dict], rate: float = 0) -> None:
        """Post each event alone, so many in a second (0: as fast as it goes); wait for all."""
        todo: queue.SimpleQueue = queue.SimpleQueue()
        start = time.monotonic()
        for number, event in enumerate(events):
            todo.put((start + number / rate if rate else start, event))
        workers = [threading.Thread(target=self._work, args=(todo,)) for _ in range(self.threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _work(self, todo) -> None:
        connection = None
        while True:
            try:
                due, event = todo.get_nowait()
            except queue.Empty:
                break
            # the pace of the load itself, not a wait for something to happen
            self.stopped.wait(max(0.0, due - time.monotonic()))
            body = json.dumps(event).encode()
            while True:
                connection = connection or HTTPConnection('127.0.0.1', self.port, timeout=30)
                before = time.perf_counter()
                try:
                    status = self._send(connection, body)
                except (OSError, HTTPException):
                    connection.close()
                    connection = None
                    self.stopped.wait(0.2)  # the server is down: as providers do, later again
                    continue
                self.seconds.append(time.perf_counter() - before)
                if status == 200:
                    break
                self.refused.append(status)
                if status in FINAL:
                    break
                self.stopped.wait(0.2)
        if connection:
            connection.close()

    def _send(self, connection: HTTPConnection, body: bytes) -> int:
        stamp = str(int(time.time()))
        digest = hmac.new(SECRET.encode(), stamp.encode() + b'.' + body, sha256).hexdigest()
        headers = {
            'Content-Type': 'application/json',
            'X-Helpdesk-Timestamp': stamp,
            'X-Helpdesk-Signature': f'sha256={digest}',
        }
        connection.request('POST', self.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status


class Messenger:
    """Takes the desk's answers; ``held`` lets the next ones wait for ``go`` after they arrived."""

    def __init__(self):
        self.messages: list[dict] = []
        self.arrived = threading.Event()
        self.go = threading.Event()
        self.go.set()
        messenger = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
                messenger.messages.append(body)
                messenger.arrived.set()
                messenger.go.wait(120)
                content = json.dumps({'id': f'out-{len(messenger.messages)}'}).encode()
                try:
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    self.close_connection = True  # the desk was killed meanwhile

            def log_message(self, *args):
                """Say nothing."""

        self.handler, self.port = Handler, 0
        self.go_on()
        self.url = f'http://127.0.0.1:{self.port}/'

    def go_on(self) -> None:
        """Listen, at the same port as before."""
        self.server = ThreadingHTTPServer(('127.0.0.1', self.port), self.handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def pause(self) -> None:
        """Be away: connections are refused."""
        self.server.shutdown()
        self.server.server_close()

    def stop(self) -> None:
        self.go.set()
        self.pause()


def make_channel(server, url: str = '') -> tuple[int, str]:
    """A channel of a program, turned on; its id and the path of its webhook."""
    admin = server.xmlrpc()
    team = admin('helpdesk.team', 'create', {'name': 'Chat', 'resource_calendar_id': False})
    channel = admin(
        'helpdesk.channel',
        'create',
        {
            'name': 'Program',
            'provider': 'webhook',
            'team_id': team,
            'signing_secret': SECRET,
            'api_url': url,
        },
    )
    admin('helpdesk.channel', 'action_turn_on', [channel])
    token = admin('helpdesk.channel', 'read', [channel], ['webhook_token'])[0]['webhook_token']
    return channel, f'/helpdesk/webhook/webhook/{token}'


def make_events(count: int, customers: int) -> list[dict]:
    """So many messages of so many customers, who take turns."""
    return [
        {
            'id': f'm{number}',
            'from': {'id': f'customer-{number % customers}', 'name': f'Kim {number % customers}'},
            'text': f'Word {number // customers}',
            'time': 1_790_000_000 + number,
        }
        for number in range(count)
    ]
