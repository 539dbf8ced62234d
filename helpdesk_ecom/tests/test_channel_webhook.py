import hmac
import json
import time
from hashlib import sha256

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .channel_common import HelpdeskChannelCommon

CONTROLLER = 'odoo.addons.helpdesk_ecom.controllers.webhook'
SECRET = 'a secret of the test'


@tagged('post_install', '-at_install')
class TestChannelWebhook(HelpdeskChannelCommon, HttpCase):
    """The address for programs: who may post, and what is acknowledged."""

    def _post(self, body, secret=SECRET, stamp=None, url=None, headers=None):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        stamp = stamp or str(int(time.time()))
        signature = hmac.new(secret.encode(), stamp.encode() + b'.' + body, sha256).hexdigest()
        return self.url_open(
            url or self._path(),
            data=body,
            headers=headers
            or {
                'Content-Type': 'application/json',
                'X-Helpdesk-Timestamp': stamp,
                'X-Helpdesk-Signature': f'sha256={signature}',
            },
        )

    def _path(self):
        return f'/helpdesk/webhook/webhook/{self.channel.webhook_token}'

    def _all(self):
        return self.Envelope.search([('channel_id', '=', self.channel.id)])

    def test_it_is_stored_and_acknowledged(self):
        event = {'id': 'm1', 'from': {'id': 'emma', 'name': 'Emma'}, 'text': 'Hi', 'time': 1}
        for _time in range(3):
            self.assertEqual(self._post({'events': [event]}).status_code, 200)
        self.assertEqual(self._all().mapped('external_id'), ['m1'])
        self.assertEqual(self._all().state, 'new')
        self._run_inbox()
        self.assertEqual(self._all().ticket_id.partner_id.name, 'Emma')

    @mute_logger(CONTROLLER)
    def test_forged(self):
        event = {'id': 'm1', 'from': 'emma', 'text': 'Hi'}
        old = str(int(time.time()) - 3600)
        for response in (
            self._post(event, secret='guessed'),
            self._post(event, stamp=old),
            self._post(event, stamp='9' * 40),
            self._post(event, headers={'Content-Type': 'application/json'}),
            self._post(event, headers={'X-Helpdesk-Timestamp': 'é', 'X-Helpdesk-Signature': 'é'}),
        ):
            self.assertEqual(response.status_code, 403)
        self.channel.signing_secret = False
        self.assertEqual(self._post(event, secret='').status_code, 403)
        self.assertFalse(self._all())

    def test_nobody_listens(self):
        event = {'id': 'm1', 'from': 'emma', 'text': 'Hi'}
        self.assertEqual(self._post(event, url='/helpdesk/webhook/webhook/x').status_code, 404)
        path = self._path().replace('/webhook/webhook/', '/webhook/telegram/')
        self.assertEqual(self._post(event, url=path).status_code, 404)
        self.channel.with_user(self.admin).action_turn_off()
        self.assertEqual(self._post(event).status_code, 404)

    def test_a_new_address(self):
        before = self._path()
        self.channel.with_user(self.admin).action_new_webhook_address()
        event = {'id': 'm1', 'from': 'emma', 'text': 'Hi'}
        self.assertEqual(self._post(event, url=before).status_code, 404)
        self.assertEqual(self._post(event).status_code, 200)

    def test_unreadable_is_parked(self):
        for body in (
            b' ',
            b'no json',
            b'\xff\xfe',
            b'[' * 100_000,
            b'{"events": 3}',
            b'null',
            b'{"id": "x"}',
            b'{"id": {"a": 1}, "from": "x"}',
            b'\0',
            b'{"id": "x", "from": "e", "details": {"a": ' + b'[' * 700 + b']' * 700 + b'}}',
        ):
            with self.subTest(body=body[:20]):
                self.assertEqual(self._post(body).status_code, 200)
        self.assertEqual(set(self._all().mapped('state')), {'parked'})

    @mute_logger('odoo.http', 'werkzeug')
    def test_too_large(self):
        self.assertEqual(self._post(b'x' * (5 * 1024 * 1024)).status_code, 413)
        self.assertFalse(self._all())

    def test_no_handshake(self):
        self.assertEqual(self.url_open(self._path()).status_code, 403)

    def test_secrets_are_the_admins(self):
        names = ['access_token', 'signing_secret', 'verify_token', 'webhook_token', 'webhook_url']
        for user in (self.agent, self.leader):
            readable = self.channel.with_user(user).fields_get()
            self.assertFalse(set(names) & set(readable))
        self.assertTrue(set(names) <= set(self.channel.with_user(self.admin).fields_get()))
