"""Meta's WhatsApp Cloud API on this machine: speaks the documented format, and can misbehave.

For tests of all kinds, also of a whole server: no ORM.
"""

import hashlib
import json
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from odoo.addons.helpdesk_ecom_meta.tools.graph import SIGNATURE_HEADER, sign

VERSION = 'v26.0'
MOMENT = 1764400000  # when the first message was written


class FakeGraph:
    """A server on loopback, with one account that has one number.

    ``sent`` is what it took, in its order, and ``calls`` everything that was asked. ``answers``
    holds what happens to the next messages instead of taking them: functions of the request's
    handler and the message, see below.
    """

    phone_id, waba_id, phone = '106540352242922', '102290129340398', '15550783881'
    app_id = '670843887433847'
    token, secret = 'EAAtokenOfTheTest0123456789', 'secret of the test'

    def __init__(self):
        self.sent, self.calls, self.uploads, self.answers = [], [], {}, []
        self.files = {}  # id of a customer's file -> (MIME type, bytes)
        self.links = {}  # id of a file -> another address than the right one
        self.templates = []
        self.moves = {}  # number that is written to -> how WhatsApp calls it
        self.apps = {self.app_id: 'Desk'}  # that are told what happens on the account
        self.is_window_open = True
        self.released = threading.Event()
        self.count = 0
        self.server = ThreadingHTTPServer(('127.0.0.1', 0), _Handler)
        self.server.fake = self
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def host(self):
        return f'http://127.0.0.1:{self.server.server_address[1]}'

    @property
    def url(self):
        return f'{self.host}/{VERSION}'

    def stop(self):
        """Let everybody go who waits, and close the port."""
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    # === WHAT COMES IN === #

    def headers(self, body):
        """Return the headers by which a webhook is known as Meta's."""
        return {'Content-Type': 'application/json', SIGNATURE_HEADER: sign(self.secret, body)}

    def write(self, text='', wa_id='16505551234', user_id='US.1349', **message):
        """Return the webhook of a customer's message.

        :param message: other values of the message, such as ``type`` and the body of that type.
        """
        self.count += 1
        body = {
            'from': wa_id,
            'from_user_id': user_id,
            'id': f'wamid.in{self.count}',
            'timestamp': str(MOMENT + self.count),
            'type': 'text',
            'text': {'body': text},
            **message,
        }
        contact = {'profile': {'name': 'Kerry Fisher'}, 'wa_id': wa_id, 'user_id': user_id}
        return self._webhook(contacts=[contact], messages=[body])

    def tell(self, status, number=-1, **values):
        """Return the webhook that tells what became of a message that was sent."""
        message = self.sent[number]
        return self._webhook(
            statuses=[
                {
                    'id': message['id'],
                    'status': status,
                    'timestamp': str(MOMENT + 100),
                    'recipient_id': message.get('to'),
                    'biz_opaque_callback_data': message.get('biz_opaque_callback_data'),
                    **values,
                }
            ]
        )

    def _webhook(self, **value):
        metadata = {'display_phone_number': self.phone, 'phone_number_id': self.phone_id}
        value = {'messaging_product': 'whatsapp', 'metadata': metadata, **value}
        changes = [{'field': 'messages', 'value': value}]
        entry = [{'id': self.waba_id, 'changes': changes}]
        return json.dumps({'object': 'whatsapp_business_account', 'entry': entry}).encode()

    def find_problem(self, body):
        """Return Meta's code for what is wrong with a message, None if it is right."""
        kind = body.get('type')
        content = body.get(kind) or {}
        if body.get('messaging_product') != 'whatsapp' or bool(body.get('to')) == bool(
            body.get('recipient')
        ):
            return 100
        if kind == 'template':
            wrong = not content.get('name') or not content.get('language', {}).get('code')
            return 131008 if wrong else None
        if not self.is_window_open:
            return 131047
        if kind == 'text':
            return None if 0 < len(content.get('body', '')) <= 4096 else 131009
        if kind in ('image', 'document', 'audio', 'video'):
            wrong = content.get('id') not in self.uploads or (kind == 'audio' and len(content) > 1)
            return 131009 if wrong else None
        return 131051

    def take(self, body):
        """Take a message for good, and return what is answered."""
        message_id = f'wamid.out{len(self.sent) + 1}'
        self.sent.append({**body, 'id': message_id})
        to = body.get('to')
        contact = {'input': to, 'wa_id': self.moves.get(to, to)}
        if not to:
            contact = {'input': body['recipient'], 'user_id': body['recipient']}
        return {
            'messaging_product': 'whatsapp',
            'contacts': [contact],
            'messages': [{'id': message_id, 'message_status': 'accepted'}],
        }


# === MISBEHAVIOUR: for `answers` === #


def refuse(status, code, **headers):
    """Return an answer that refuses a message with a code of Meta's."""

    def answer(handler, _body):
        handler.refuse(status, code, headers)

    return answer


def say(status, content=b'<html>Bad gateway</html>'):
    """Return an answer as of a proxy that takes no message and has no words of Meta's."""

    def answer(handler, _body):
        handler.answer(status, content)

    return answer


def take_and_hang(handler, body):
    """Take the message, and say nothing until the server stops."""
    handler.fake.take(body)
    handler.fake.released.wait()


def take_and_hang_up(handler, body):
    """Take the message, and end the connection without a word."""
    handler.fake.take(body)
    handler.close_connection = True


def take_and_mumble(handler, body):
    """Take the message, but give it no id."""
    handler.fake.take(body)
    handler.answer(200, b'{"success":true}')


class _Handler(BaseHTTPRequestHandler):
    @property
    def fake(self):
        return self.server.fake

    def do_GET(self):
        self.note()
        path = urlsplit(self.path).path.removeprefix(f'/{VERSION}')
        query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        name = path.strip('/')
        if not self.is_authorized():
            self.refuse(401, 190)
        elif name == self.fake.phone_id:
            self.answer_json(
                {
                    'display_phone_number': '+1 555-078-3881',
                    'verified_name': 'Shop',
                    'quality_rating': 'GREEN',
                    'id': self.fake.phone_id,
                }
            )
        elif name == 'app':
            self.answer_json({'id': self.fake.app_id, 'name': 'Desk'})
        elif name == f'{self.fake.waba_id}/subscribed_apps':
            apps = [{'id': app_id, 'name': app} for app_id, app in self.fake.apps.items()]
            self.answer_json({'data': [{'whatsapp_business_api_data': app} for app in apps]})
        elif name == f'{self.fake.waba_id}/message_templates':
            self.answer_templates(query)
        elif name in self.fake.files:
            self.answer_link(name)
        elif path.startswith('/download/') and self.headers.get('User-Agent'):
            mimetype, content = self.fake.files[path.rpartition('/')[2]]
            self.answer(200, content, mimetype)
        elif path.startswith('/elsewhere'):
            self.answer(404, b'URL expired')
        else:
            self.refuse(400, 100, subcode=33)

    def do_POST(self):
        content = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        self.note()
        name = urlsplit(self.path).path.removeprefix(f'/{VERSION}/')
        if not self.is_authorized():
            self.refuse(401, 190)
        elif name == f'{self.fake.waba_id}/subscribed_apps':
            self.fake.apps[self.fake.app_id] = 'Desk'
            self.answer_json({'success': True})
        elif name == f'{self.fake.phone_id}/media':
            self.take_upload(content)
        elif name == f'{self.fake.phone_id}/messages':
            self.take_message(json.loads(content))
        else:
            self.refuse(400, 100, subcode=33)

    def note(self):
        self.fake.calls.append((self.command, self.path, dict(self.headers)))

    def is_authorized(self):
        return self.headers.get('Authorization') == f'Bearer {self.fake.token}'

    def take_message(self, body):
        if self.fake.answers:
            self.fake.answers.pop(0)(self, body)
        elif problem := self.fake.find_problem(body):
            self.refuse(400, problem)
        else:
            self.answer_json(self.fake.take(body))

    def take_upload(self, content):
        kind = self.headers['Content-Type'].encode()
        form = BytesParser(policy=HTTP).parsebytes(b'Content-Type: ' + kind + b'\r\n\r\n' + content)
        parts = {
            part.get_param('name', header='content-disposition'): part for part in form.iter_parts()
        }
        file = parts['file']
        right = parts['messaging_product'].get_content() == 'whatsapp'
        if not right or parts['type'].get_content() != file.get_content_type():
            self.refuse(400, 100)
            return
        media_id = str(4490709327384000 + len(self.fake.uploads))
        self.fake.uploads[media_id] = file.get_content_type(), file.get_payload(decode=True)
        self.answer_json({'id': media_id})

    def answer_templates(self, query):
        start = int(query.get('after') or 0)
        end = start + min(int(query['limit']), 2)
        page = {'data': self.fake.templates[start:end], 'paging': {'cursors': {}}}
        if end < len(self.fake.templates):
            page['paging'] = {'cursors': {'after': str(end)}, 'next': f'{self.fake.url}/...'}
        self.answer_json(page)

    def answer_link(self, media_id):
        mimetype, content = self.fake.files[media_id]
        self.answer_json(
            {
                'messaging_product': 'whatsapp',
                'url': self.fake.links.get(media_id, f'{self.fake.host}/download/{media_id}'),
                'mime_type': mimetype,
                'sha256': hashlib.sha256(content).hexdigest(),
                'file_size': str(len(content)),
                'id': media_id,
            }
        )

    def refuse(self, status, code, headers=None, subcode=0):
        error = {
            'message': f'(#{code}) refused {self.headers.get("Authorization")}',
            'type': 'OAuthException',
            'code': code,
            'error_subcode': subcode,
            'error_data': {'messaging_product': 'whatsapp', 'details': f'Details of {code}'},
            'fbtrace_id': 'A7b',
        }
        self.answer(status, json.dumps({'error': error}).encode(), headers=headers)

    def answer_json(self, value):
        self.answer(200, json.dumps(value).encode(), 'application/json')

    def answer(self, status, content, mimetype='text/html', headers=None):
        self.send_response(status)
        self.send_header('Content-Type', mimetype)
        self.send_header('Content-Length', str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name.replace('_', '-'), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        """Say nothing."""
