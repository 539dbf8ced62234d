import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

import requests

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.helpdesk_ecom.tests.channel_common import HelpdeskChannelCommon

from .test_telegram_parse import UPDATES, message

TOKEN = '123456:' + 'A' * 35
PHOTO = b'\xff\xd8\xff\xe0 a picture'


class FakeTelegram:
    """Telegram's API on loopback. ``answers`` holds (status, body) of what goes wrong next."""

    def __init__(self):
        self.calls = []
        self.answers = []
        self.hook = {}
        telegram = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                token, _slash, method = self.path.removeprefix('/bot').partition('/')
                is_json = self.headers.get('Content-Type') == 'application/json'
                telegram.calls.append((method, json.loads(body) if is_json else body))
                if token != TOKEN:
                    self.answer(401, {'ok': False, 'error_code': 401, 'description': 'No'})
                elif telegram.answers:
                    self.answer(*telegram.answers.pop(0))
                else:
                    self.answer(200, {'ok': True, 'result': telegram.result(method, body)})

            def do_GET(self):
                found = self.path == f'/file/bot{TOKEN}/photos/file_0.jpg'
                self.send_response(200 if found else 404)
                self.send_header('Content-Type', 'image/jpeg')
                self.end_headers()
                self.wfile.write(PHOTO if found else b'')

            def answer(self, status, values):
                content = json.dumps(values).encode()
                self.send_response(status)
                self.send_header('Content-Length', str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f'http://127.0.0.1:{self.server.server_address[1]}'

    def result(self, method, body):
        if method == 'getMe':
            return {'id': 123456, 'is_bot': True, 'username': 'shop_bot'}
        if method == 'setWebhook':
            self.hook = json.loads(body)
            return {}
        if method == 'getWebhookInfo':
            return {'url': self.hook.get('url', '')}
        if method == 'getFile':
            return {'file_id': 'large', 'file_path': 'photos/file_0.jpg'}
        return {'message_id': 100 + len(self.calls), 'chat': {'id': 123456789, 'type': 'private'}}

    def sent(self):
        return [(method, body) for method, body in self.calls if method.startswith('send')]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@tagged('post_install', '-at_install')
class TestTelegramChannel(HelpdeskChannelCommon, HttpCase):
    """A bot from the first click to the answer."""

    def setUp(self):
        super().setUp()
        self.telegram = FakeTelegram()
        self.addCleanup(self.telegram.stop)
        self.channel = self.env['helpdesk.channel'].create(
            {
                'name': 'Telegram',
                'provider': 'telegram',
                'team_id': self.team.id,
                'user_id': self.leader.id,
                'access_token': TOKEN,
                'api_url': self.telegram.url,
            }
        )

    def _connect(self):
        self.channel.with_user(self.admin).action_connect_telegram()

    def _post(self, values, secret=None):
        return self.url_open(
            f'/helpdesk/webhook/telegram/{self.channel.webhook_token}',
            data=json.dumps(values).encode(),
            headers={
                'Content-Type': 'application/json',
                'X-Telegram-Bot-Api-Secret-Token': secret or self.telegram.hook['secret_token'],
            },
        )

    def test_connect(self):
        self._connect()
        self.assertEqual(self.channel.state, 'on')
        self.assertEqual(self.channel.account_id, '123456')
        self.assertEqual(self.telegram.hook['url'], self.channel.webhook_url)
        self.assertEqual(self.telegram.hook['secret_token'], self.channel.signing_secret)
        self.assertIn('@shop_bot', self.channel._check_account())

    def test_a_wrong_token(self):
        self.channel.access_token = '123456:' + 'B' * 35
        with self.assertRaisesRegex(UserError, 'Telegram says: No'):
            self._connect()
        self.channel.access_token = 'x/../../y'
        with self.assertRaisesRegex(UserError, 'not the token'):
            self._connect()
        self.assertEqual(self.channel.state, 'draft')

    @mute_logger('odoo.addons.helpdesk_ecom.controllers.webhook')
    def test_conversation(self):
        self._connect()
        self.assertEqual(self._post(UPDATES['text'], secret='guessed').status_code, 403)
        for _time in range(2):
            self.assertEqual(self._post(UPDATES['text']).status_code, 200)
        self._run_inbox()
        ticket = self.env['helpdesk.ticket'].search([('channel_id', '=', self.channel.id)])
        self.assertEqual(ticket.partner_id.name, 'Emma Clark')
        self._answer(ticket, '<p>On its way.</p>')
        self._run_outbox()
        ((method, body),) = self.telegram.sent()
        self.assertEqual(
            (method, body['chat_id'], body['text']), ('sendMessage', '123456789', 'On its way.')
        )

    def test_picture_both_ways(self):
        self._connect()
        self._post(UPDATES['photo'])
        self._run_inbox()
        self._run_job('ir_cron_fetch_media')
        ticket = self.env['helpdesk.ticket'].search([('channel_id', '=', self.channel.id)])
        picture = ticket.message_ids.attachment_ids
        self.assertEqual(picture.raw, PHOTO)
        self.assertEqual(picture.mimetype, 'image/jpeg')
        attachment = (
            self.env['ir.attachment']
            .with_user(self.agent)
            .create(
                {
                    'name': 'new.pdf',
                    'raw': b'%PDF-1.4',
                    'res_model': 'helpdesk.ticket',
                    'res_id': ticket.id,
                }
            )
        )
        self._answer(ticket, '<p>The new bill</p>', attachment_ids=attachment.ids)
        self._run_outbox()
        ((method, body),) = self.telegram.sent()
        self.assertEqual(method, 'sendDocument')
        self.assertIn(b'The new bill', body)
        self.assertIn(b'%PDF-1.4', body)

    def test_a_question_may_be_repeated(self):
        """Who is out of order has nothing to say of the channel; a message may have been sent."""
        self._connect()
        self._post(message(text='Hi'))
        self._run_inbox()
        ticket = self.env['helpdesk.ticket'].search([('channel_id', '=', self.channel.id)])
        self.telegram.answers = [(502, {})]
        self.channel._check_health()
        self.assertFalse(self.telegram.answers)
        self.assertEqual((self.channel.health, self.channel.last_error), ('ok', False))
        with patch.object(requests, 'request', side_effect=requests.exceptions.ReadTimeout()):
            self.channel._check_health()
            self.assertEqual((self.channel.health, self.channel.last_error), ('ok', False))
            for attachments in ((), ((('bill.pdf', b'%PDF-1.4')),)):
                answer = self._answer(ticket, '<p>Yes.</p>', attachments=attachments)
                self._run_outbox()
                envelopes = answer.sudo().helpdesk_envelope_ids
                self.assertEqual(set(envelopes.mapped('state')), {'unknown'})

    def test_refusals(self):
        self._connect()
        self._post(message(text='Hi'))
        self._run_inbox()
        ticket = self.env['helpdesk.ticket'].search([('channel_id', '=', self.channel.id)])
        for number, (status, values, state, error_class) in enumerate(
            (
                (
                    429,
                    {'ok': False, 'error_code': 429, 'parameters': {'retry_after': 9}},
                    'outgoing',
                    'wait',
                ),
                (
                    403,
                    {'ok': False, 'error_code': 403, 'description': 'bot was blocked'},
                    'failed',
                    'never',
                ),
                (502, {}, 'unknown', 'unknown'),
                (200, {'ok': True, 'result': {}}, 'unknown', 'unknown'),
                (500, {'ok': False, 'error_code': 500}, 'outgoing', 'retry'),
            )
        ):
            with self.subTest(status=status):
                self.telegram.answers = [(status, values)]
                message_ = self._answer(ticket, f'<p>{number}</p>')
                self._run_outbox()
                envelope = self.Envelope.search(
                    [('message_id', '=', message_.id), ('direction', '=', 'out')]
                )
                self.assertEqual((envelope.state, envelope.error_class), (state, error_class))
                self.assertNotIn(TOKEN, envelope.error or '')
                envelope.state = 'canceled'
                self.channel.send_after = False
