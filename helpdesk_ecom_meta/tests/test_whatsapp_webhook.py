from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_whatsapp import fixture
from .fake_graph import FakeGraph
from .whatsapp_channel_common import WhatsappWebhookCommon


@tagged('post_install', '-at_install')
class TestWhatsappWebhook(WhatsappWebhookCommon):
    def _envelopes(self):
        return self.Envelope.search([('channel_id', '=', self.channel.id)], order='id')

    def test_handshake(self):
        query = '?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token='
        answer = self.url_open(f'{self.path}{query}verify%20me')
        self.assertEqual((answer.status_code, answer.text), (200, '1158201444'))
        self.assertTrue(answer.headers['Content-Type'].startswith('text/plain'))
        self.assertEqual(self.url_open(f'{self.path}{query}other').status_code, 403)

    def test_message(self):
        body = self.fake.write('Where is my parcel?')
        for _time in range(3):
            self.assertEqual(self._post(body).status_code, 200)
        envelope = self._envelopes()
        self.assertEqual((len(envelope), envelope.state), (1, 'new'))
        self._run_job('ir_cron_process_inbox')
        self.assertEqual(envelope.ticket_id.name, 'Where is my parcel?')

    @mute_logger('odoo.addons.helpdesk_ecom.controllers.webhook')
    def test_forged(self):
        body = self.fake.write('I am Meta')
        right = self.fake.headers(body)['X-Hub-Signature-256']
        for header in ('', right[:-1], right.removeprefix('sha256='), 'sha256=' + '0' * 64):
            with self.subTest(header=header):
                answer = self._post(body, {'X-Hub-Signature-256': header})
                self.assertEqual(answer.status_code, 403)
        self.channel.signing_secret = False
        self.assertEqual(self._post(body).status_code, 403)
        self.assertFalse(self._envelopes())

    def test_garbage_is_parked(self):
        self.assertEqual(self._post(b'{"entry": 3}').status_code, 200)
        self.assertEqual(self._envelopes().state, 'parked')

    def test_two_numbers_of_one_app(self):
        """A message finds its number, but only that of somebody with the same secret."""
        second = self.channel.copy(
            {
                'name': 'Other Shop',
                'account_id': '206540352242922',
                'signing_secret': FakeGraph.secret,
                'state': 'on',
            }
        )
        body = fixture('batch')
        self.assertEqual(self._post(body).status_code, 200)
        events = self.Envelope.search([('channel_id', '=', second.id)])
        self.assertEqual(events.mapped('external_id'), ['wamid.b3'])
        self.assertEqual(len(self._envelopes()), 4)
