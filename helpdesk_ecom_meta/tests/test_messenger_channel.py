"""Messenger from the webhook to the ticket, and from the agent's answer to Meta."""

from dataclasses import replace
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.helpdesk_ecom.tools.channel.error import ChannelError
from odoo.addons.helpdesk_ecom.tools.channel.event import Media, Person
from odoo.addons.helpdesk_ecom.tools.channel.outgoing import File

from .common_page import HelpdeskPageCommon
from .fake_page import APP, PNG, TOKEN, answer_raw, hang_up, refuse, take_and_hang_up
from .messenger_common import PAGE, PSID, fixture, fixtures

CONTROLLER = 'odoo.addons.helpdesk_ecom.controllers.webhook'


@tagged('post_install', '-at_install')
class TestMessengerWebhook(HelpdeskPageCommon, HttpCase):
    def _path(self, channel=None):
        channel = channel or self.page
        return f'/helpdesk/webhook/{channel.provider}/{channel.webhook_token}'

    def _stored(self):
        return self.Envelope.search(
            [
                ('channel_id', 'in', (self.page | self.instagram).ids),
                ('direction', '=', 'in'),
                ('kind', '!=', 'media'),
            ]
        )

    def test_handshake(self):
        query = '?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token='
        response = self.url_open(f'{self._path()}{query}tell%20me')
        self.assertEqual((response.status_code, response.text), (200, '1158201444'))
        self.assertIn('text/plain', response.headers['Content-Type'])
        self.assertEqual(self.url_open(f'{self._path()}{query}guess').status_code, 403)
        self.page.verify_token = False
        self.assertEqual(self.url_open(f'{self._path()}{query}').status_code, 403)

    def test_from_webhook_to_ticket(self):
        body = fixture('messenger', 'text')
        for _time in range(3):
            response = self.url_open(self._path(), data=body, headers=self._sign(body))
            self.assertEqual(response.status_code, 200)
        self._run_inbox()
        envelope = self._stored()
        self.assertEqual(len(envelope), 1)
        self.assertIn('Where is my order #1001?', envelope.ticket_id.message_ids.mapped('body')[0])
        self.assertEqual(envelope.ticket_id.channel_id, self.page)

    @mute_logger(CONTROLLER)
    def test_forged(self):
        body = fixture('messenger', 'text')
        for channel in (self.page, self.instagram):
            for headers in (
                self._sign(body, 'guessed'),
                self._sign(body + b' '),
                {'Content-Type': 'application/json'},
            ):
                response = self.url_open(self._path(channel), data=body, headers=headers)
                self.assertEqual(response.status_code, 403)
        self.page.signing_secret = False
        response = self.url_open(self._path(), data=body, headers=self._sign(body, ''))
        self.assertEqual(response.status_code, 403)
        self.assertFalse(self._stored())

    def test_garbage_is_parked(self):
        for body in (b'{', b'\xff\xfe', b'[]', b'{"object":"user","entry":[]}'):
            response = self.url_open(self._path(), data=body, headers=self._sign(body))
            self.assertEqual(response.status_code, 200)
        self.assertEqual(set(self._stored().mapped('state')), {'parked'})

    def test_two_pages_of_an_app(self):
        """Meta sends the messages of all pages of an app to one address."""
        other = self.page.copy(
            {
                'name': 'Other',
                'account_id': '999',
                'signing_secret': self.page.signing_secret,
                'state': 'on',
            }
        )
        body = fixture('messenger', 'several_pages')
        self.url_open(self._path(), data=body, headers=self._sign(body))
        found = {envelope.external_id: envelope.channel_id for envelope in self._stored()}
        self.assertEqual(found, {'m_a': self.page, 'm_b': self.page})
        theirs = self.Envelope.search([('channel_id', '=', other.id)])
        self.assertEqual(theirs.external_id, 'm_c')


@tagged('post_install', '-at_install')
class TestMessengerInbox(HelpdeskPageCommon):
    def test_every_fixture(self):
        """Each makes something, or is ignored; none is parked."""
        for channel in (self.page, self.instagram):
            self.channel = channel
            events = [
                replace(event, external_id=f'{name}:{event.external_id}')
                for name, body in fixtures(channel.provider).items()
                for event in channel._parse_webhook(body)
            ]
            envelopes = self._receive(*events)
            self.assertEqual(len(envelopes), len(events))
            parked = envelopes.filtered(lambda envelope: envelope.state == 'parked')
            self.assertFalse(parked, parked.mapped('error'))

    def test_what_came_along_is_said(self):
        for name, channel, words in (
            ('unsupported', self.instagram, 'only in the app'),
            ('story_reply', self.instagram, 'An answer to your story'),
            ('story_mention', self.instagram, 'Mentioned you in a story'),
            ('ig_post', self.instagram, 'Spring cups'),
            ('ephemeral', self.instagram, 'ephemeral'),
            ('mention_in_comment', self.instagram, 'Somebody mentioned you'),
            ('message_referral', self.page, 'Spring cups, spring, 4801'),
            ('standby', self.page, 'Another program'),
            ('comment', self.page, 'href="https://www.facebook.com/shop/posts/1"'),
            ('comment', self.instagram, 'Public comment'),
            ('location', self.page, 'openstreetmap'),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                envelope = self._receive_fixture(name, channel)
                self.assertIn(words, envelope.message_id.body)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_own_echo_is_not_doubled(self):
        ticket = self._receive_fixture('text').ticket_id
        sent = self._send_answer(ticket)
        self.assertEqual((sent.state, sent.external_id), ('sent', 'm_out1'))
        count = len(ticket.message_ids)
        metadata = self.graph.messages[0]['message']['metadata']
        echo = fixture('messenger', 'echo_own_metadata').replace(
            b'helpdesk:out-42', metadata.encode()
        )
        self._receive_body(echo)
        # without the key: by the number of the message
        self._receive_fixture('echo_of_page_inbox', external_id='m_out1')
        self.assertEqual(len(ticket.message_ids), count)
        self._receive_fixture('echo_of_page_inbox')
        self.assertEqual(len(ticket.message_ids), count + 1)

    def test_watermark(self):
        ticket = self._receive_fixture('text').ticket_id
        first = self._send_answer(ticket)
        moment = self.env.cr.now().timestamp()
        self._receive_fixture('delivery_watermark', details={'until': moment - 3600})
        self.assertEqual(first.state, 'sent')
        self._receive_fixture('read', details={'until': moment + 60})
        self.assertEqual(first.state, 'read')
        self._receive_fixture(
            'delivery_watermark', external_id='again', details={'until': moment + 61}
        )
        self.assertEqual(first.state, 'read')

    def test_media(self):
        envelope = self._receive_fixture(
            'image', media=(Media(kind='image', url=f'{self.graph.url}/files/cup.png'),)
        )
        self._run_job('ir_cron_fetch_media')
        attachment = envelope.message_id.attachment_ids
        self.assertEqual((attachment.name, attachment.raw), ('image.png', PNG))

    def test_media_of_others(self):
        for url in (
            'https://shop.example/a.png',
            'https://evilfbcdn.net/a.png',
            'https://8.8.8.8/',
        ):
            with self.subTest(url), self.assertRaisesRegex(ChannelError, 'host of the provider'):
                self.page._fetch_media(Media(kind='image', url=url))
        for url in (
            'http://scontent.xx.fbcdn.net/a.png',
            'https://scontent.xx.fbcdn.net:8443/a.png',
            'https://x@127.0.0.1/a.png',
            'file:///etc/passwd',
        ):
            with self.subTest(url), self.assertRaises(ChannelError) as caught:
                self.page._fetch_media(Media(kind='image', url=url))
            self.assertEqual(caught.exception.error_class, 'never')
        self.graph.files['/files/go'] = (302, '', b'http://127.0.0.1:1/secret')
        with self.assertRaises(ChannelError) as caught:
            self.page._fetch_media(Media(kind='image', url=f'{self.graph.url}/files/go'))
        self.assertEqual(caught.exception.error_class, 'never')

    def test_profile(self):
        """The ticket is there at once, the customer's name a little later."""
        for channel, name in ((self.page, 'Emma Stone'), (self.instagram, 'Emma')):
            envelope = self._receive_fixture('text', channel)
            self.assertFalse(self.graph.requests)
            self._run_job('ir_cron_fetch_media')
            self.assertEqual(envelope.identity_id.name, name)
            self.assertEqual(envelope.ticket_id.partner_id.name, name)
            self.assertEqual(envelope.ticket_id.partner_name, name)
            self.graph.requests.clear()
            self._receive_fixture('text', channel, external_id='again')
            self._run_job('ir_cron_fetch_media')
            self.assertFalse(self.graph.requests)
        self.assertEqual(envelope.identity_id.username, 'emma.cups')

    def test_profile_does_not_rename(self):
        """A contact whom somebody has named keeps that name."""
        ticket = self._receive_fixture('text').ticket_id
        ticket.partner_id.name = 'Emma from the market'
        self._run_job('ir_cron_fetch_media')
        self.assertEqual(ticket.partner_id.name, 'Emma from the market')
        self.assertEqual(ticket.channel_identity_id.name, 'Emma Stone')

    def test_profile_of_nobody(self):
        """The ticket is there whether Meta tells who it is or not."""
        self.graph.people.clear()
        envelope = self._receive_fixture('text')
        self._run_job('ir_cron_fetch_media')
        asked = self.Envelope.search([('external_id', '=', f'profile:{envelope.identity_id.id}')])
        self.assertEqual((envelope.state, asked.state), ('done', 'ignored'))
        envelope = self._receive_fixture('comment_without_author')
        self.graph.requests.clear()
        self._run_job('ir_cron_fetch_media')
        self.assertFalse(self.graph.requests)

    def test_echo_without_key(self):
        """Instagram may not give our keys back: what is lost is found by its words."""
        ticket = self._receive_fixture('text', self.instagram).ticket_id
        self.graph.misbehaviour.append(take_and_hang_up)
        sent = self._send_answer(ticket, '<p>Yes</p>')
        self.assertEqual(sent.state, 'unknown')
        count = len(ticket.message_ids)
        self._receive_fixture('echo_of_app', self.instagram, external_id='x', text='No')
        self.assertEqual((sent.state, len(ticket.message_ids)), ('unknown', count + 1))
        self._receive_fixture('echo_of_app', self.instagram)
        self.assertEqual((sent.state, sent.external_id, sent.error), ('sent', 'aWdf5', False))
        self.assertEqual(len(ticket.message_ids), count + 1)

    def test_echo_before_the_answer(self):
        """Who hears of a message before its number is known waits for it."""
        ticket = self._receive_fixture('text', self.instagram).ticket_id
        self._answer(ticket, '<p>Yes</p>')
        sent = self.Envelope.search([('ticket_id', '=', ticket.id), ('direction', '=', 'out')])
        sent.state = 'sending'
        count = len(ticket.message_ids)
        echo = self._receive_fixture('echo_of_app', self.instagram)
        self.assertEqual(echo.state, 'new')
        sent.write({'state': 'sent', 'external_id': 'aWdf5'})
        echo.next_try = False
        self._run_inbox()
        self.assertEqual((echo.state, len(ticket.message_ids)), ('ignored', count))


@tagged('post_install', '-at_install')
class TestMessengerOutbox(HelpdeskPageCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self._receive_fixture('text').ticket_id

    def test_answer(self):
        sent = self._send_answer(self.ticket, '<p>It is on <b>its</b> way.</p>')
        self.assertEqual(sent.state, 'sent')
        (body,) = self.graph.messages
        self.assertEqual(body['recipient'], {'id': PSID})
        self.assertEqual(body['messaging_type'], 'RESPONSE')
        self.assertIn(('POST', f'{PAGE}/messages'), self.graph.requests)

    def test_note_stays_here(self):
        self.ticket.with_user(self.agent).message_post(body='A secret', message_type='comment')
        self._run_outbox()
        self.assertFalse(self.graph.messages)

    def test_long_text(self):
        sent = self._send_answer(self.ticket, f'<p>{"word " * 900}</p>')
        self.assertEqual(len(sent), 3)
        self.assertEqual(set(sent.mapped('state')), {'sent'})
        self.assertTrue(all(len(m['message']['text']) <= 2000 for m in self.graph.messages))

    def test_file(self):
        sent = self._send_answer(self.ticket, '<p>See</p>', attachments=[('cup.png', PNG)])
        self.assertEqual(sent.mapped('state'), ['sent', 'sent'])
        self.assertEqual(self.graph.uploads['9000'], ('image', 'cup.png', PNG))
        payload = self.graph.messages[1]['message']['attachment']
        self.assertEqual(payload, {'type': 'image', 'payload': {'attachment_id': '9000'}})

    def test_window(self):
        identity = self.ticket.channel_identity_id
        self.assertAlmostEqual(
            identity.window_until,
            fields.Datetime.now() + timedelta(hours=24),
            delta=timedelta(minutes=5),
        )
        identity.window_until = fields.Datetime.now() - timedelta(minutes=1)
        with self.assertRaises(UserError):
            self._answer(self.ticket)

    def test_human_agent(self):
        self.page.meta_human_agent = True
        identity = self.ticket.channel_identity_id
        identity.window_until = fields.Datetime.now() + timedelta(days=5)  # wrote two days ago
        self.graph.closed.add(PSID)
        self.assertEqual(self._send_answer(self.ticket).state, 'sent')
        self.assertEqual(self.graph.messages[0]['tag'], 'HUMAN_AGENT')

    def test_meta_counts_otherwise(self):
        """The window is closed for Meta but not for us."""
        self.graph.closed.add(PSID)
        sent = self._send_answer(self.ticket)
        self.assertEqual((sent.state, sent.error_class), ('failed', 'window'))
        self.page.meta_human_agent = True
        self.ticket.channel_identity_id.window_until = fields.Datetime.now() + timedelta(days=7)
        self.graph.requests.clear()
        self.assertEqual(self._send_answer(self.ticket).state, 'sent')
        # refused, then taken from a human agent
        self.assertEqual(len(self.graph.requests), 2)
        self.assertEqual([body['tag'] for body in self.graph.messages], ['HUMAN_AGENT'])

    def _misbehave(self, misbehaviour, state, error_class, arrived=0):
        self.graph.misbehaviour.append(misbehaviour)
        sent = self._send_answer(self.ticket)
        self.assertEqual((sent.state, sent.error_class), (state, error_class))
        self._run_outbox()
        self.assertEqual(len(self.graph.messages), arrived)
        return sent

    def test_never_twice(self):
        """It was taken, but nobody said so: only the echo tells, and nothing is repeated."""
        sent = self._misbehave(take_and_hang_up, 'unknown', 'unknown', arrived=1)
        metadata = self.graph.messages[0]['message']['metadata']
        echo = fixture('messenger', 'echo_own_metadata').replace(
            b'helpdesk:out-42', metadata.encode()
        )
        self._receive_body(echo)
        self.assertEqual((sent.state, sent.external_id), ('sent', 'm_6'))

    def test_nobody_knows(self):
        self._misbehave(hang_up, 'unknown', 'unknown')

    def test_proxy(self):
        self._misbehave(answer_raw(502), 'unknown', 'unknown')

    def test_sent_although_error(self):
        self._misbehave(refuse(1, 1357046), 'unknown', 'unknown')

    def test_taken_without_number(self):
        self._misbehave(answer_raw(200, b'{}'), 'unknown', 'unknown')

    def test_out_of_order(self):
        sent = self._misbehave(refuse(2, status=500), 'outgoing', 'retry')
        sent.next_try = False
        self._run_outbox()
        self.assertEqual(sent.state, 'sent')
        self.assertEqual(len(self.graph.messages), 1)

    def test_too_fast(self):
        before = fields.Datetime.now()
        self._misbehave(refuse(613, headers=[('Retry-After', '300')]), 'outgoing', 'wait')
        self.assertGreaterEqual(self.page.send_after, before + timedelta(seconds=299))

    def test_person_is_gone(self):
        self._misbehave(refuse(551, 1545041), 'failed', 'never')

    def test_token_expired(self):
        self._misbehave(refuse(190, 463, 401), 'outgoing', 'stop')
        self.assertEqual(self.page.state, 'stopped')

    def test_upload_may_be_repeated(self):
        """A file that may have arrived is no message yet."""
        self.graph.misbehaviour.append(take_and_hang_up)
        sent = self._send_answer(self.ticket, '', attachments=[('cup.png', PNG)])
        self.assertEqual((sent.state, sent.error_class), ('outgoing', 'retry'))
        sent.next_try = False
        self._run_outbox()
        self.assertEqual(sent.state, 'sent')
        self.assertEqual(len(self.graph.messages), 1)

    def test_server_is_away(self):
        self.page.api_url = 'http://127.0.0.1:1'
        sent = self._send_answer(self.ticket)
        self.assertEqual((sent.state, sent.error_class), ('outgoing', 'retry'))


@tagged('post_install', '-at_install')
class TestMessengerAccount(HelpdeskPageCommon):
    def test_connect(self):
        page = self.page.with_user(self.admin)
        with self.assertRaisesRegex(UserError, 'Connect'):
            page.action_test()
        action = page.action_subscribe_meta()
        self.assertIn('Blue Cups', action['params']['message'])
        self.assertEqual(self.page.meta_app_id, APP)
        action = self.instagram.with_user(self.admin).action_test()
        self.assertIn('blue.cups', action['params']['message'])

    def test_page_that_tells_too_little(self):
        page = self.page.with_user(self.admin)
        self.graph.subscribed = ['feed', 'message_reads']
        with self.assertRaisesRegex(UserError, 'not what customers write.*"Connect"'):
            page.action_test()
        self.graph.subscribed = ['messages']
        self.assertIn('Comments do not', page.action_test()['params']['message'])
        self.page._check_health()
        self.assertEqual(self.page.health, 'ok')
        self.graph.subscribed = ['messages', 'feed']
        self.assertNotIn('Comments', page.action_test()['params']['message'])
        # all that matters for Instagram is chosen in the app
        self.graph.subscribed = []
        instagram = self.instagram.with_user(self.admin)
        self.assertNotIn('Comments', instagram.action_test()['params']['message'])

    def test_page_that_tells_another_app(self):
        other = {'id': '9', 'name': 'Shop Bot', 'subscribed_fields': ['messages', 'feed']}
        self.graph.other_apps = [other]
        for channel in self.page | self.instagram:
            with self.subTest(channel=channel.name), self.assertRaisesRegex(UserError, 'Shop Bot'):
                channel.with_user(self.admin).action_test()

    def test_connect_takes_nothing_from_the_other_channel(self):
        """A page has one list of what it tells an app, and may have two channels."""
        self.page.with_user(self.admin).action_subscribe_meta()
        told = set(self.graph.subscribed)
        self.assertLessEqual({'messages', 'feed'}, told)
        self.instagram.with_user(self.admin).action_subscribe_meta()
        self.assertEqual(set(self.graph.subscribed), told)

    def test_token_that_may_not_ask(self):
        self.graph.refuses_questions = True
        answer = self.page.with_user(self.admin).action_test()['params']['message']
        self.assertIn('could not be checked: Requires pages_manage_metadata', answer)
        self.page._check_health()
        self.assertEqual((self.page.state, self.page.health), ('on', 'ok'))

    def test_connect_is_for_admins(self):
        with self.assertRaises(AccessError):
            self.page.with_user(self.agent).action_subscribe_meta()
        self.assertFalse(self.graph.requests)

    def test_token_of_another_page(self):
        self.page.account_id = '42'
        with self.assertRaisesRegex(UserError, 'Blue Cups.*42'):
            self.page.with_user(self.admin).action_test()

    def test_wrong_secret(self):
        """It is found out now, rather than by silence."""
        self.page.signing_secret = 'mistyped'
        with self.assertRaisesRegex(UserError, 'appsecret_proof'):
            self.page.with_user(self.admin).action_test()

    def test_wrong_token_is_not_shown(self):
        self.page.access_token = TOKEN[:-1]
        with self.assertRaises(UserError) as caught:
            self.page.with_user(self.admin).action_test()
        self.assertIn('Malformed', str(caught.exception))
        self.assertNotIn(TOKEN[:20], str(caught.exception))

    def test_instagram_without_page(self):
        """Another address, another question; and no files, which the composer says."""
        self.instagram.api_url = 'https://graph.instagram.com/v26.0'
        self.assertNotIn('appsecret_proof', self.instagram._prove_secret(TOKEN))
        self.assertIn('messages', self.instagram._get_subscribed_fields())
        with self.assertRaises(ChannelError):
            self.instagram._upload(File(name='cup.png', mimetype='image/png', content=PNG))
        ticket = self._receive_fixture('text', self.instagram).ticket_id
        with self.assertRaisesRegex(UserError, 'with a Facebook page'):
            self._answer(ticket, attachments=[('cup.png', PNG)])
        self.assertFalse(self._answer(ticket).sudo().attachment_ids)

    def test_page_without_instagram(self):
        self.graph.instagram = None
        with self.assertRaisesRegex(UserError, 'Blue Cups'):
            self.instagram.with_user(self.admin).action_test()

    def test_incomplete(self):
        self.page.write({'state': 'draft', 'signing_secret': False})
        with self.assertRaises(UserError):
            self.page.with_user(self.admin).action_turn_on()

    def test_secrets(self):
        for name in ('access_token', 'signing_secret', 'verify_token'):
            with self.assertRaises(AccessError):
                self.page.with_user(self.leader).read([name])


@tagged('post_install', '-at_install')
class TestComments(HelpdeskPageCommon):
    def test_public_answer(self):
        ticket = self._comment()
        self.assertEqual(ticket.comment_answer, 'public')
        sent = self._send_answer(ticket)
        self.assertEqual(sent.state, 'sent')
        self.assertEqual(
            self.graph.comments, [('11_22/comments', {'message': 'It is on its way.'})]
        )
        self.assertFalse(self.graph.messages)

    def test_last_comment_is_answered(self):
        ticket = self._comment(age=600)
        again = self._comment('comment_reply')
        self.assertEqual(again, ticket)
        self._send_answer(ticket)
        self.assertEqual(self.graph.comments[0][0], '11_23/comments')

    def test_instagram(self):
        ticket = self._comment('comment', self.instagram)
        self._send_answer(ticket)
        self.assertEqual(self.graph.comments[0][0], '17865/replies')
        ticket = self._comment('mention_in_comment', self.instagram)
        self._run_job('ir_cron_fetch_media')
        self.assertIn(b'is it safe?', ticket.message_ids.attachment_ids.raw)
        self._send_answer(ticket)
        path, body = self.graph.comments[1]
        self.assertTrue(path.endswith('/mentions'))
        self.assertEqual(body['comment_id'], '17899')

    def test_private_answer(self):
        ticket = self._comment()
        ticket.with_user(self.agent).comment_answer = 'private'
        sent = self._send_answer(ticket)
        self.assertEqual(sent.state, 'sent')
        self.assertFalse(self.graph.comments)
        self.assertEqual(self.graph.messages[0]['recipient'], {'comment_id': '11_22'})
        with self.assertRaisesRegex(UserError, 'before'):
            self._answer(ticket)

    def test_customer_answers_privately(self):
        """The private conversation goes on in the comment's ticket."""
        ticket = self._comment()
        ticket.with_user(self.agent).comment_answer = 'private'
        self._send_answer(ticket)
        body = fixture('messenger', 'text').replace(b'"7001"', b'"7002"')
        (event,) = self.page._parse_webhook(body)
        answer = self._receive(replace(event, moment=self.env.cr.now().timestamp()))
        self.assertEqual(answer.ticket_id, ticket)
        self._send_answer(ticket)
        self.assertEqual(self.graph.messages[1]['recipient'], {'id': '7002'})
        self.assertFalse(self.graph.comments)

    def test_private_author_with_another_id(self):
        """Meta may call the author of a comment otherwise in messages."""
        self.graph.recipient_ids['11_22'] = '8002'
        ticket = self._comment()
        ticket.with_user(self.agent).comment_answer = 'private'
        self._send_answer(ticket)
        body = fixture('messenger', 'text').replace(b'"7001"', b'"8002"')
        (event,) = self.page._parse_webhook(body)
        answer = self._receive(replace(event, moment=self.env.cr.now().timestamp()))
        self.assertEqual(answer.ticket_id, ticket)
        self.assertEqual(self._send_answer(ticket).state, 'sent')
        self.assertEqual(self.graph.messages[1]['recipient'], {'id': '8002'})

    def test_private_answer_too_late(self):
        ticket = self._comment(age=8 * 86400)
        ticket.with_user(self.agent).comment_answer = 'private'
        with self.assertRaisesRegex(UserError, 'seven days'):
            self._answer(ticket)

    def test_private_answer_is_one_message(self):
        ticket = self._comment()
        ticket.with_user(self.agent).comment_answer = 'private'
        with self.assertRaisesRegex(UserError, 'one message'):
            self._answer(ticket, attachments=[('cup.png', PNG)])
        with self.assertRaisesRegex(UserError, '2000'):
            self._answer(ticket, f'<p>{"word " * 900}</p>')
        self.assertFalse(
            self.Envelope.search([('ticket_id', '=', ticket.id), ('direction', '=', 'out')])
        )

    def test_public_answer_takes_no_files(self):
        with self.assertRaisesRegex(UserError, 'files'):
            self._answer(self._comment(), attachments=[('cup.png', PNG)])

    def test_nothing_automatic_in_public(self):
        ticket = self._comment()
        ticket.message_post(
            body='Thank you!', message_type='auto_comment', subtype_xmlid='mail.mt_comment'
        )
        self._run_outbox()
        self.assertFalse(self.graph.comments + self.graph.messages)

    def test_default_of_the_channel(self):
        self.page.meta_comment_answer = 'private'
        self.assertEqual(self._comment().comment_answer, 'private')

    def _merge(self, source, survivor):
        source.with_user(self.agent)._merge_into(survivor.with_user(self.agent), confirmed=True)

    def test_merged_into_a_mail_ticket(self):
        """It is answered below the comment, as before."""
        ticket = self._comment()
        survivor = self._create_ticket(name='By mail', partner_id=False)
        self._merge(ticket, survivor)
        self.assertEqual(survivor.comment_answer, 'public')
        self.assertEqual(self._send_answer(survivor).state, 'sent')
        self.assertEqual(self.graph.comments[0][0], '11_22/comments')

    def test_merged_with_a_conversation(self):
        """What somebody wrote in private is not answered in public."""
        ticket = self._comment()
        source = self._receive_fixture('text').ticket_id
        source.sudo().channel_identity_id = ticket.channel_identity_id
        self._merge(source, ticket)
        self.assertEqual(ticket.comment_answer, 'public')
        person = Person(external_id=ticket.channel_identity_id.external_id)
        self._receive_fixture('text', external_id='again', person=person)
        self.assertEqual(ticket.comment_answer, 'private')
        self._send_answer(ticket)
        self.assertFalse(self.graph.comments)
        self.assertTrue(self.graph.messages)

    def test_own_comment_makes_no_ticket(self):
        self.assertFalse(self._receive_fixture('comment_own').ticket_id)

    def test_message_of_the_author_is_another_ticket(self):
        """Who was answered publicly, and writes privately, writes of something else, maybe."""
        ticket = self._comment()
        self._send_answer(ticket)
        body = fixture('messenger', 'text').replace(b'"7001"', b'"7002"')
        self.assertNotEqual(self._receive_body(body).ticket_id, ticket)
