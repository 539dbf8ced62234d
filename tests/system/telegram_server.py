"""Telegram's API on loopback: takes what a bot sends, knows no keys, and misbehaves on demand."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = '123456:' + 'A' * 35
SECRET = 'a secret of the bot'
TOO_MANY = (
    429,
    {
        'ok': False,
        'error_code': 429,
        'description': 'Too Many Requests: retry after 40',
        'parameters': {'retry_after': 40},
    },
)
OUT_OF_ORDER = (500, {'ok': False, 'error_code': 500, 'description': 'Internal Server Error'})
HOLD = 'accepts, and answers nothing until it is released'
DROP = 'accepts, and breaks the connection'


class Telegram:
    """``accepted`` is what its users read; ``plans`` what it does to the next messages."""

    def __init__(self):
        self.accepted: list[tuple[str, str]] = []
        self.asked = 0
        self.plans: list = []
        self.held = threading.Event()
        self.release = threading.Event()
        self.port = 0
        self.server = None
        self.start()

    def start(self) -> Telegram:
        """Listen, after a ``stop`` at the same port as before."""
        telegram = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                telegram.take(self)

            def log_message(self, *args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(('127.0.0.1', self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    @property
    def url(self) -> str:
        return f'http://127.0.0.1:{self.port}'

    def stop(self) -> None:
        """Refuse connections from now on."""
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    def let_go(self) -> None:
        """Break the connections that are held, and hold the next ones."""
        self.held.clear()
        held, self.release = self.release, threading.Event()
        held.set()

    def take(self, handler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers['Content-Length'])))
        assert handler.path == f'/bot{TOKEN}/sendMessage', handler.path
        self.asked += 1
        plan, release = self.plans.pop(0) if self.plans else None, self.release
        if isinstance(plan, tuple):
            self.answer(handler, *plan)
            return
        self.accepted.append((body['chat_id'], body['text']))
        if plan == HOLD:
            self.held.set()
            release.wait(120)
        if plan in (HOLD, DROP):
            handler.close_connection = True
            return
        chat = {'id': int(body['chat_id']), 'type': 'private'}
        result = {'message_id': 1000 + len(self.accepted), 'chat': chat}
        self.answer(handler, 200, {'ok': True, 'result': result})

    @staticmethod
    def answer(handler, status: int, values: dict) -> None:
        content = json.dumps(values).encode()
        handler.send_response(status)
        handler.send_header('Content-Length', str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


def make_update(number: int, chat: int, text: str) -> dict:
    """What Telegram posts when a person writes to the bot."""
    person = {'id': chat, 'is_bot': False, 'first_name': f'Kim {chat}'}
    return {
        'update_id': number,
        'message': {
            'message_id': number,
            'from': person,
            'chat': {'id': chat, 'type': 'private', 'first_name': f'Kim {chat}'},
            'date': 1_790_000_000 + number,
            'text': text,
        },
    }
