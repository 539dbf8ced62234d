"""A session of the web client: the same requests, without a browser."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from time import perf_counter


class ServerError(Exception):
    """What the server answered instead of a result."""


class Client:
    """One user who is logged in, on one connection."""

    def __init__(self, port: int, database: str, login: str):
        self.port = port
        self.cookie = ''
        self.seconds = 0.0  # of the last request
        self.bytes = 0
        answer = self.post('/web/session/authenticate', db=database, login=login, password=login)
        self.uid = answer['uid']
        self.context = answer['user_context']

    def _request(self, method: str, path: str, body: str | None) -> bytes:
        connection = HTTPConnection('127.0.0.1', self.port, timeout=300)
        headers = {'Content-Type': 'application/json', 'Cookie': self.cookie}
        start = perf_counter()
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        self.seconds = perf_counter() - start
        connection.close()
        self.bytes = len(content)
        for cookie in response.headers.get_all('Set-Cookie', []):
            if cookie.startswith('session_id='):
                self.cookie = cookie.partition(';')[0]
        if response.status != 200:
            target = response.getheader('Location', '')
            raise ServerError(f'{method} {path}: {response.status} {target}')
        return content

    def get(self, path: str) -> bytes:
        """A page."""
        return self._request('GET', path, None)

    def post(self, path: str, **params):
        """The result of a JSON-RPC call."""
        body = json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params})
        answer = json.loads(self._request('POST', path, body))
        if 'error' in answer:
            raise ServerError(answer['error']['data']['debug'][-2000:])
        return answer['result']

    def call(self, label: str, model: str, method: str, *args, context=None, **kwargs):
        """Call a method; the server's log has its statements under the label."""
        return self.post(
            f'/web/dataset/call_kw/{label}',
            model=model,
            method=method,
            args=args,
            kwargs={**kwargs, 'context': {**self.context, **(context or {})}},
        )
