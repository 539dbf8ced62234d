import json

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.channel.event import NotParsed
from ..tools.channel.generic import parse
from .channel_common import HelpdeskChannelCommon


@tagged('post_install', '-at_install')
class TestChannelAgain(HelpdeskChannelCommon):
    """What could not be read, or was for nobody here, is processed once somebody has mended it."""

    def _park(self, body):
        self.Envelope._store_unreadable(self.channel, body, NotParsed('by the test'))
        return self.Envelope.search([('kind', '=', 'unreadable')], limit=1)

    def _again(self, envelopes):
        envelopes.with_user(self.admin).action_process_again()
        self._run_inbox()

    def _message(self, number, **values):
        return {'id': f'm{number}', 'from': {'id': f'kim-{number}'}, 'text': 'Hi', **values}

    # === UNREADABLE === #

    def test_a_long_body_is_kept_whole(self):
        body = json.dumps([self._message(n, text='ü' * 3000) for n in range(20)]).encode()
        parked = self._park(body)
        self.assertEqual(parked.with_user(self.admin).payload_text, body.decode()[:20_000])
        self._again(parked)
        self.assertEqual((parked.state, parked.error), ('done', False))
        self._run_inbox()
        came = self.Envelope.search(
            [('channel_id', '=', self.channel.id), ('kind', '=', 'message')]
        )
        self.assertEqual(set(came.mapped('state')), {'done'})
        self.assertEqual(len(came.ticket_id), 20)

    def test_still_unreadable(self):
        for body in (b'\xff\xfe\0', b'no json', b'{"id": "x"}'):
            with self.subTest(body=body):
                parked = self._park(body)
                self._again(parked)
                self.assertEqual(parked.state, 'parked')
                self.assertEqual(parked.error, 'NotParsed: by the test')
                self.assertTrue(parked.with_user(self.admin).payload_text)

    def test_one_that_is_wrong_among_others(self):
        nested = json.loads('[' * 100 + ']' * 100)
        events = [
            self._message(1),
            {'id': 'bad', 'from': 'kim', 'time': 'yesterday'},
            'no object',
            self._message(2, details={'deep': nested}),
            self._message(3),
        ]
        self.Envelope._store_events(self.channel, parse(json.dumps({'events': events}).encode()))
        self._run_inbox()
        came = self.Envelope.search([('channel_id', '=', self.channel.id)])
        self.assertEqual(
            came.filtered(lambda envelope: envelope.state == 'done').mapped('external_id'),
            ['m3', 'm1'],
        )
        parked = came.filtered(lambda envelope: envelope.state == 'parked')
        self.assertEqual(len(parked), 3)
        reasons = parked.sorted('id').mapped('error')
        for reason, words in zip(reasons, ('time', 'no object', 'deeply'), strict=True):
            self.assertIn(words, reason)
        self._again(parked)
        self.assertEqual(set(parked.mapped('state')), {'parked'})
        self.assertEqual(parked.sorted('id').mapped('error'), reasons)

    def test_alone_it_is_refused(self):
        with self.assertRaises(NotParsed):
            parse(b'{"id": "x"}')
        with self.assertRaises(NotParsed):
            parse(b'{"id": "x", "from": "e", "kind": "unreadable"}')

    # === FOR ANOTHER ACCOUNT === #

    def _create_account(self, **values):
        return self.channel.copy(
            {
                'name': 'Second Shop',
                'account_id': 'second',
                'signing_secret': self.channel.signing_secret,
                'state': 'on',
                **values,
            }
        )

    def test_an_account_that_is_known_by_now(self):
        envelope = self._receive(self._event('Hello?', account='second'))
        self.assertEqual(envelope.state, 'ignored')
        with self.assertRaisesRegex(UserError, 'no channel here has'):
            self._again(envelope)
        self._create_account(signing_secret='another one')
        with self.assertRaisesRegex(UserError, 'no channel here has'):
            self._again(envelope)
        self.assertEqual((envelope.state, envelope.channel_id), ('ignored', self.channel))
        other = self._create_account()
        self._again(envelope)
        self.assertEqual((envelope.state, envelope.channel_id), ('done', other))
        self.assertEqual(envelope.ticket_id.channel_id, other)

    def test_what_has_come_by_another_way(self):
        event = self._event('Hello?', account='second')
        envelope = self._receive(event)
        other = self._create_account()
        self.Envelope._store_events(other, [event])
        with self.assertRaisesRegex(UserError, 'has come there'):
            self._again(envelope)
        self.assertEqual((envelope.state, envelope.channel_id), ('ignored', self.channel))

    @mute_logger('odoo.addons.helpdesk_ecom.models.channel.helpdesk_channel_inbox')
    def test_nothing_is_done_about_it(self):
        envelopes = self._receive(
            self._event('A call.', kind='ignored'), self._event('?', kind='strange')
        )
        self.assertEqual(set(envelopes.mapped('state')), {'ignored'})
        with self.assertRaisesRegex(UserError, 'Only what came in'):
            self._again(envelopes)
        self.assertEqual(set(envelopes.mapped('state')), {'ignored'})
        self.assertEqual(envelopes.mapped('attempts'), [0, 0])
