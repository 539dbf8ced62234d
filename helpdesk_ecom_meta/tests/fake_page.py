"""A Graph API on loopback with one page, its Instagram account, and people who write to them."""

import hashlib
import hmac
import json
import threading
from base64 import b64decode
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .messenger_common import INSTAGRAM, PAGE

TOKEN = 'EAAB' + 'token' * 8
SECRET = 'the secret of the app'
APP = '1517776481860111'
# one point
PNG = b64decode(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
)


class Refused(Exception):
    def __init__(self, code, subcode=None, message='Sorry', status=400):
        self.status = status
        self.error = {'message': message, 'code': code, 'type': 'OAuthException'}
        if subcode:
            self.error['error_subcode'] = subcode


class FakePage:
    """Takes what is sent as Meta does, and can be told how to misbehave.

    :ivar requests: (method, path) of what was asked.
    :ivar messages: bodies of the messages that were taken, each of which arrives.
    :ivar comments: (path, body) of the public answers that were taken.
    :ivar misbehaviour: functions of the request's handler, each used once instead of, or before
        (if it returns True) the right answer to a POST.
    :ivar subscribed: what our app is told, None if it isn't subscribed to the page.
    :ivar other_apps: that are subscribed to the page, too.
    :ivar refuses_questions: whether the token is too weak to see who is subscribed.
    :ivar closed: people to whom only a human agent may write.
    """

    def __init__(self):
        self.requests, self.messages, self.comments, self.uploads = [], [], [], {}
        self.misbehaviour, self.closed, self.replied = [], set(), set()
        self.subscribed, self.other_apps, self.refuses_questions = None, [], False
        self.instagram = {'id': INSTAGRAM, 'username': 'blue.cups'}
        self.people = {'7001': {'first_name': 'Emma', 'last_name': 'Stone'}}
        self.people['5551'] = {'name': 'Emma', 'username': 'emma.cups'}
        self.recipient_ids = {}  # of comments -> what their author is called in messages
        self.files = {'/files/cup.png': (200, 'image/png', PNG)}
        page = self

        class Handler(_Handler):
            fake = page

        self.server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server.server_address[1]}'

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    # === WHAT META DOES === #

    def get(self, path, query):
        if path == 'me':
            page = {'id': PAGE, 'name': 'Blue Cups'}
            return (
                {**page, 'instagram_business_account': self.instagram} if self.instagram else page
            )
        if path == 'app':
            return {'id': APP, 'name': 'Desk'}
        if path == 'me/subscribed_apps':
            return self._list_apps()
        if path == INSTAGRAM and query['fields'].startswith('mentioned_comment.comment_id(17899)'):
            mention = {'username': 'li', 'text': '@blue.cups is it safe?', 'id': '17899'}
            return {'mentioned_comment': mention, 'id': INSTAGRAM}
        if path in self.people:
            return {**self.people[path], 'id': path}
        raise Refused(100, 33, 'Unsupported get request')

    def post(self, path, query, body):
        if path == 'me/subscribed_apps':
            self.subscribed = query['subscribed_fields'].split(',')
            return {'success': True}
        if path == 'me/message_attachments':
            return self._upload(body)
        if path.endswith('/messages') and path.split('/')[0] in (PAGE, 'me'):
            return self._send(body)
        if path.endswith(('/comments', '/replies', '/mentions')):
            if not body.get('message'):
                raise Refused(100)
            self.comments.append((path, body))
            return {'id': f'c_{len(self.comments)}'}
        raise Refused(100, 33, 'Unsupported post request')

    def _list_apps(self):
        if self.refuses_questions:
            raise Refused(200, None, 'Requires pages_manage_metadata permission', 403)
        own = {'id': APP, 'name': 'Desk', 'subscribed_fields': self.subscribed}
        return {'data': [*self.other_apps, *([own] if self.subscribed is not None else [])]}

    def _upload(self, form):
        attachment = json.loads(form['message'][1])['attachment']
        name, content = form['filedata']
        attachment_id = str(9000 + len(self.uploads))
        self.uploads[attachment_id] = (attachment['type'], name, content)
        return {'attachment_id': attachment_id}

    def _send(self, body):
        recipient, message = body['recipient'], body['message']
        if len(message.get('text', '')) > 2000:
            raise Refused(100, 2018002, 'Too long')
        if 'attachment' in message:
            if message['attachment']['payload'].get('attachment_id') not in self.uploads:
                raise Refused(100, 2018074, 'Invalid attachment')
        elif not message.get('text'):
            raise Refused(100)
        person_id = recipient.get('id')
        if comment_id := recipient.get('comment_id') or recipient.get('post_id'):
            if comment_id in self.replied:
                raise Refused(10900, None, 'Activity already replied to')
            self.replied.add(comment_id)
            person_id = self.recipient_ids.get(comment_id, '7002')
        elif person_id in self.closed and body.get('tag') != 'HUMAN_AGENT':
            raise Refused(10, 2018278, 'This message is sent outside of allowed window.')
        self.messages.append(body)
        return {'recipient_id': person_id, 'message_id': f'm_out{len(self.messages)}'}

    def check(self, headers, query):
        """Refuse who has not got the token, or has got another app's secret."""
        if headers.get('Authorization') != f'Bearer {TOKEN}':
            raise Refused(190, None, f'Malformed access token {headers["Authorization"]}', 401)
        proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
        if query.get('appsecret_proof', proof) != proof:
            raise Refused(100, None, 'Invalid appsecret_proof provided in the API argument')


class _Handler(BaseHTTPRequestHandler):
    fake = None

    def do_GET(self):
        if self.path in self.fake.files:
            status, mimetype, content = self.fake.files[self.path]
            self.send_response(status)
            if status in (301, 302):
                self.send_header('Location', content.decode())
            self.answer_bytes(mimetype, content)
            return
        self._serve(self.fake.get)

    def do_POST(self):
        body = self._read_body()
        if self.fake.misbehaviour and not self.fake.misbehaviour.pop(0)(self):
            return
        self._serve(self.fake.post, body)

    def _serve(self, method, *args):
        parts = urlsplit(self.path)
        path, query = parts.path.strip('/'), dict(parse_qsl(parts.query))
        self.fake.requests.append((self.command, path))
        try:
            self.fake.check(self.headers, query)
            self.answer(200, method(path, query, *args))
        except Refused as error:
            self.answer(error.status, {'error': error.error})

    def _read_body(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        kind = self.headers.get('Content-Type') or ''
        if kind.startswith('application/json'):
            return json.loads(body)
        if not kind.startswith('multipart/'):
            return dict(parse_qsl(body.decode()))
        parts = message_from_bytes(f'Content-Type: {kind}\r\n\r\n'.encode() + body, policy=HTTP)
        return {
            part.get_param('name', header='content-disposition'): (
                part.get_filename(),
                part.get_payload(decode=True),
            )
            for part in parts.iter_parts()
        }

    def answer(self, status, value, headers=()):
        self.send_response(status)
        for name, header in headers:
            self.send_header(name, header)
        self.answer_bytes('application/json', json.dumps(value).encode())

    def answer_bytes(self, mimetype, content):
        self.send_header('Content-Type', mimetype)
        self.send_header('Content-Length', str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        """Say nothing."""


# === MISBEHAVIOUR === #


def hang_up(handler):
    """End the connection without an answer, and without having taken the message."""
    handler.close_connection = True
    handler.connection.close()


def take_and_hang_up(handler):
    """Take the message, and end the connection without an answer."""
    handler.answer = lambda *args, **kwargs: hang_up(handler)
    return True


def refuse(code, subcode=None, status=400, headers=()):
    """Answer one of Meta's errors."""

    def answer(handler):
        handler.answer(status, {'error': Refused(code, subcode).error}, headers)

    return answer


def answer_raw(status, content=b'<html>Bad gateway</html>'):
    """Answer as something does that stands between Meta and us."""

    def answer(handler):
        handler.send_response(status)
        handler.answer_bytes('text/html', content)

    return answer
