import base64
import hashlib
from unittest.mock import patch

import requests

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.helpdesk_ecom.models.channel import helpdesk_channel_http
from odoo.addons.helpdesk_ecom.tools.channel.error import ChannelError
from odoo.addons.helpdesk_ecom.tools.channel.event import Media
from odoo.addons.helpdesk_ecom.tools.channel.outgoing import File, Outgoing, Template

from . import fake_graph
from .whatsapp_channel_common import WhatsappChannelCommon

PDF = b'%PDF-1.4 tiny'
HELLO = Outgoing(key='key-1', external_id='16505551234', text='Hello')


@tagged('post_install', '-at_install')
class TestWhatsappChannel(WhatsappChannelCommon):
    def _fail(self, *answers, outgoing=HELLO):
        """Return the error of a message, with what happens instead of its being taken."""
        self.fake.answers = list(answers)
        with self.assertRaises(ChannelError) as error:
            self.channel._send_message(outgoing)
        return error.exception

    # === SEND === #

    def test_text(self):
        self.fake.moves['16505551234'] = '16505551235'
        sent = self.channel._send_message(HELLO)
        self.assertEqual((sent.message_id, sent.external_id), ('wamid.out1', '16505551235'))
        self.assertEqual(self.fake.sent[0]['text']['body'], 'Hello')
        self.assertEqual(self.fake.sent[0]['biz_opaque_callback_data'], 'key-1')

    def test_file_is_uploaded_first(self):
        file = File(name='Invoice Ü.pdf', mimetype='application/pdf', content=PDF)
        self.channel._send_message(
            Outgoing(key='k', external_id='US.1349', text='Your invoice', file=file)
        )
        (media_id,) = self.fake.uploads
        self.assertEqual(self.fake.uploads[media_id], ('application/pdf', PDF))
        self.assertEqual(
            self.fake.sent[0]['document'],
            {'id': media_id, 'caption': 'Your invoice', 'filename': 'Invoice Ü.pdf'},
        )
        self.assertEqual(self.fake.sent[0]['recipient'], 'US.1349')

    def test_file_that_is_refused_is_not_uploaded(self):
        file = File(name='a.zip', mimetype='application/zip', content=b'PK')
        error = self._fail(outgoing=Outgoing(key='k', external_id='16505551234', file=file))
        self.assertEqual(error.error_class, 'never')
        self.assertFalse(self.fake.calls)

    def test_template_after_the_window(self):
        self.fake.is_window_open = False
        self.assertEqual(self._fail().error_class, 'window')
        template = Template(name='order_update', lang='en_US', values=('Ann',))
        self.channel._send_message(Outgoing(key='k', external_id='16505551234', template=template))
        self.assertEqual(self.fake.sent[0]['template']['name'], 'order_update')

    def test_refusals(self):
        for answer, error_class in (
            (fake_graph.refuse(429, 130429), 'wait'),
            (fake_graph.refuse(500, 2), 'retry'),
            (fake_graph.refuse(401, 190), 'stop'),
            (fake_graph.refuse(400, 131026), 'never'),
            (fake_graph.say(502), 'unknown'),
            (fake_graph.say(503), 'retry'),
            (fake_graph.take_and_hang_up, 'unknown'),
            (fake_graph.take_and_mumble, 'unknown'),
        ):
            with self.subTest(error_class=error_class):
                self.assertEqual(self._fail(answer).error_class, error_class)

    def test_retry_after(self):
        error = self._fail(fake_graph.refuse(429, 130429, Retry_After='17'))
        self.assertEqual(error.retry_after, 17)
        for header, seconds in (('999999', 3600), ('Wed, 21 Oct 2026 07:28:00 GMT', 0)):
            error = self._fail(fake_graph.refuse(429, 130429, Retry_After=header))
            self.assertEqual(error.retry_after, seconds)

    def test_no_server(self):
        self.fake.stop()
        self.addCleanup(setattr, self, 'fake', fake_graph.FakeGraph())
        self.assertEqual(self._fail().error_class, 'retry')

    def test_time_out_of_a_message_and_of_an_upload(self):
        with patch.object(helpdesk_channel_http, 'TIMEOUT', 0.2):
            self.assertEqual(self._fail(fake_graph.take_and_hang).error_class, 'unknown')
        with patch.object(requests, 'request', side_effect=requests.exceptions.ReadTimeout()):
            file = File(name='a.pdf', mimetype='application/pdf', content=PDF)
            error = self._fail(outgoing=Outgoing(key='k', external_id='16505551234', file=file))
        # an upload is no message: it may be repeated
        self.assertEqual(error.error_class, 'retry')

    def test_errors_have_no_secrets(self):
        error = self._fail(fake_graph.refuse(400, 131009))
        self.assertIn('Details of 131009', str(error))
        self.assertNotIn(self.fake.token, str(error))

    # === OUTBOX === #

    def test_conversation(self):
        ticket = self._customer_writes()
        self.assertEqual(ticket.name, 'Where is my parcel?')
        self.assertEqual(ticket.partner_id.name, 'Kerry Fisher')
        self.assertEqual(ticket.team_id, self.team)
        envelope = self._answer(ticket)
        self.assertEqual((envelope.state, envelope.external_id), ('sent', 'wamid.out1'))
        self.assertEqual(self.fake.sent[0]['to'], '16505551234')
        for status, state in (('read', 'read'), ('delivered', 'read'), ('failed', 'read')):
            self._receive(self.fake.tell(status))
            self.assertEqual(envelope.state, state)

    def test_note_does_not_go_out(self):
        ticket = self._customer_writes()
        ticket.with_user(self.agent).message_post(body='He lies', subtype_xmlid='mail.mt_note')
        self._run_job('ir_cron_process_outbox')
        self.assertFalse(self.fake.sent)

    @mute_logger('odoo.addons.helpdesk_ecom.models.channel.helpdesk_channel_outbox')
    def test_time_out_after_taking_is_never_sent_twice(self):
        ticket = self._customer_writes()
        self.fake.answers = [fake_graph.take_and_hang]
        with patch.object(helpdesk_channel_http, 'TIMEOUT', 0.2):
            envelope = self._answer(ticket)
        self.assertEqual((envelope.state, len(self.fake.sent)), ('unknown', 1))
        for _time in range(3):
            self._run_job('ir_cron_process_outbox')
        self.assertEqual((envelope.state, len(self.fake.sent)), ('unknown', 1))
        # the status brings our key: then it is known
        self._receive(self.fake.tell('delivered'))
        self.assertEqual((envelope.state, envelope.external_id), ('delivered', 'wamid.out1'))

    def test_refused_connection_is_tried_again(self):
        ticket = self._customer_writes()
        api_url = self.channel.api_url
        self.channel.api_url = 'http://127.0.0.1:9'  # nobody listens there
        envelope = self._answer(ticket)
        self.assertEqual((envelope.state, envelope.error_class), ('outgoing', 'retry'))
        self.assertTrue(envelope.next_try)
        self.channel.api_url = api_url
        envelope.next_try = False
        self._run_job('ir_cron_process_outbox')
        self.assertEqual((envelope.state, len(self.fake.sent)), ('sent', 1))

    def test_too_fast(self):
        ticket = self._customer_writes()
        self.fake.answers = [fake_graph.refuse(429, 130429, Retry_After='17')]
        envelope = self._answer(ticket)
        self.assertEqual((envelope.state, envelope.error_class), ('outgoing', 'wait'))
        self.assertGreater(self.channel.send_after, self.env.cr.now())

    def test_token_expired(self):
        ticket = self._customer_writes()
        self.channel.access_token = 'expired'
        envelope = self._answer(ticket)
        self.assertEqual((envelope.state, self.channel.state), ('outgoing', 'stopped'))
        self.assertIn('190', self.channel.last_error)
        self.channel.access_token = self.fake.token
        self.channel.action_test()
        self._run_job('ir_cron_process_outbox')
        self.assertEqual((envelope.state, len(self.fake.sent)), ('sent', 1))

    def test_window(self):
        ticket = self._customer_writes()
        identity = ticket.channel_identity_id.sudo()
        self.assertEqual(
            (identity.window_until - identity.last_inbound_date).total_seconds(), 24 * 3600
        )
        identity.window_until = self.env.cr.now().replace(year=2020)
        with self.assertRaises(UserError):
            self._answer(ticket)
        # a smiley does not open it
        self._receive(
            self.fake.write(
                type='reaction', reaction={'message_id': 'wamid.in1', 'emoji': '👍'}, text=None
            )
        )
        self.assertEqual(identity.window_until.year, 2020)

    def test_failure_that_is_told_later(self):
        ticket = self._customer_writes()
        for code, error_class in ((131047, 'window'), (131026, 'never'), (131000, 'never')):
            with self.subTest(code=code):
                envelope = self._answer(ticket)
                self._receive(
                    self.fake.tell('failed', errors=[{'code': code, 'title': 'Undeliverable'}])
                )
                self.assertEqual(envelope.state, 'failed')
                self.assertEqual(
                    (envelope.error, envelope.error_code), ('Undeliverable', str(code))
                )
                self.assertEqual(envelope.error_class, error_class)
                self.assertEqual(self.channel.state, 'on')

    def test_an_account_that_is_refused_later(self):
        """Meta takes each message, and says afterwards that nobody pays for it."""
        ticket = self._customer_writes()
        envelope = self._answer(ticket)
        self._receive(self.fake.tell('failed', errors=[{'code': 131042, 'title': 'Payment'}]))
        self.assertEqual((envelope.state, envelope.error_class), ('failed', 'stop'))
        self.assertEqual(self.channel.state, 'stopped')
        self.assertEqual(self.channel.last_error, 'Payment (131042)')
        self.assertEqual(self._answer(ticket).state, 'outgoing')
        self.assertEqual(len(self.fake.sent), 1)

    # === WHAT COMES IN === #

    def test_changes_of_a_message(self):
        ticket = self._customer_writes('Where is it')
        message = ticket.message_ids.filtered(lambda m: 'Where is it' in m.body)
        self._receive(
            self.fake.write(
                type='edit',
                edit={
                    'original_message_id': 'wamid.in1',
                    'message': {'type': 'text', 'text': {'body': 'Where is my vase'}},
                },
            )
        )
        self.assertIn('Where is my vase', message.body)
        self._receive(self.fake.write(type='revoke', revoke={'original_message_id': 'wamid.in1'}))
        self.assertNotIn('vase', message.body or '')

    def test_other_number(self):
        ticket = self._customer_writes()
        self._receive(
            self.fake.write(
                type='system',
                system={'body': 'Kerry changed', 'wa_id': '491701234567', 'type': 'x'},
            )
        )
        self.assertEqual(ticket.channel_identity_id.external_id, '491701234567')
        again = self._customer_writes('It is me', wa_id='491701234567', user_id='DE.7')
        self.assertEqual(again, ticket)
        self._answer(ticket)
        self.assertEqual(self.fake.sent[0]['to'], '491701234567')

    def test_what_has_no_words(self):
        ticket = self._customer_writes()
        for values, words in (
            ({'type': 'unsupported', 'unsupported': {'type': 'poll'}}, 'poll'),
            ({'context': {'forwarded': True}}, 'Forwarded'),
            ({'type': 'location', 'location': {'latitude': 52.5, 'longitude': 13.4}}, '52.5'),
            ({'referral': {'source_url': 'https://fb.me/1', 'headline': 'Mugs'}}, 'Mugs'),
        ):
            with self.subTest(words=words):
                self.assertEqual(self._customer_writes('', **values), ticket)
                self.assertIn(words, ticket.message_ids[0].body)
        self.assertIn('1:05', ticket._get_call_line({'answered': True, 'seconds': 65}))

    # === FILES === #

    def _media(self, content=PDF, **values):
        self.fake.files['7'] = 'application/pdf', content
        digest = hashlib.sha256(content).hexdigest()
        return Media(**{'kind': 'document', 'media_id': '7', 'sha256': digest, **values})

    def test_file_of_a_customer(self):
        self.fake.files['7'] = 'application/pdf', PDF
        digest = base64.b64encode(hashlib.sha256(PDF).digest()).decode()
        ticket = self._customer_writes(
            type='document',
            document={
                'id': '7',
                'filename': 'receipt.pdf',
                'mime_type': 'application/pdf',
                'sha256': digest,
            },
        )
        self._run_job('ir_cron_fetch_media')
        attachment = ticket.message_ids.attachment_ids
        self.assertEqual((attachment.name, attachment.raw), ('receipt.pdf', PDF))

    def test_file_that_was_changed(self):
        with self.assertRaises(ChannelError) as error:
            self.channel._fetch_media(self._media(sha256='0' * 64))
        self.assertEqual(error.exception.error_class, 'retry')

    def test_link_that_expired(self):
        media = self._media()
        self.fake.links['7'] = f'{self.fake.host}/elsewhere'
        with self.assertRaises(ChannelError) as error:
            self.channel._fetch_media(media)
        self.assertEqual(error.exception.error_class, 'retry')

    def test_links_that_lead_elsewhere(self):
        """The token goes to nobody but Meta, and nobody is called within our own network."""
        media = self._media()
        for url in (
            'http://169.254.169.254/latest/meta-data',
            'https://evil.example/x',
            'https://evilfbsbx.com/x',
            'https://lookaside.fbsbx.com@evil.example/x',
            'file:///etc/passwd',
            'http://lookaside.fbsbx.com/x',
            '',
        ):
            self.fake.links['7'] = url
            with self.subTest(url=url), self.assertRaises(ChannelError) as error:
                self.channel._fetch_media(media)
            self.assertEqual(error.exception.error_class, 'never')

    def test_file_that_is_too_large(self):
        with self.assertRaises(ChannelError) as error:
            self.channel._check_media_size(101 * 1024 * 1024)
        self.assertEqual(error.exception.error_class, 'never')

    def test_file_that_is_gone(self):
        with self.assertRaises(ChannelError) as error:
            self.channel._fetch_media(Media(kind='image', media_id='8'))
        self.assertEqual(error.exception.error_class, 'never')

    # === ACCOUNT === #

    def test_account(self):
        self.assertIn('+1 555-078-3881', self.channel._check_account())
        self.channel.account_id = '999'
        with self.assertRaises(ChannelError):
            self.channel._check_account()

    def test_app_that_hears_nothing(self):
        """It may send, and nothing looks broken: it is only quiet."""
        channel = self.channel.with_user(self.admin)
        for apps, words in (({}, 'no app is subscribed'), ({'9': 'Shop Bot'}, 'Shop Bot')):
            self.fake.apps = apps
            with self.subTest(apps=apps), self.assertRaisesRegex(UserError, words) as caught:
                channel.action_test()
            self.assertIn('"Connect"', str(caught.exception))
        self.channel._check_health()
        self.assertEqual((self.channel.state, self.channel.health), ('on', 'warning'))
        self.assertIn('Shop Bot', self.channel.health_reason)
        self.assertIn('Shop Bot', self.channel.activity_ids.note)
        self.assertEqual(self.channel.activity_ids.user_id, self.leader)

        action = channel.action_subscribe_meta()
        self.assertIn('+1 555-078-3881', action['params']['message'])
        self.assertEqual({*self.fake.apps}, {'9', self.fake.app_id})
        self.assertEqual(self.channel.meta_app_id, self.fake.app_id)
        self.channel._check_health()
        self.assertEqual((self.channel.health, self.channel.last_error), ('ok', False))

    def test_account_that_is_not_known(self):
        """Who hears what is a question that a token for messages alone need not be good for."""
        self.channel.waba_id = '999'
        self.assertRegex(self.channel._check_account(), 'could not be checked: .*Details of 100')
        self.channel._check_health()
        self.assertEqual((self.channel.state, self.channel.health), ('on', 'ok'))
        self.channel.waba_id = False
        self.assertIn('enter the WhatsApp Business Account', self.channel._check_account())
        with self.assertRaisesRegex(UserError, 'enter the WhatsApp Business Account'):
            self.channel.with_user(self.admin).action_subscribe_meta()

    def test_templates(self):
        body = {'type': 'BODY', 'text': 'Hello {{1}}'}
        self.fake.templates = [
            {'name': f't{number}', 'language': 'en', 'status': 'APPROVED', 'components': [body]}
            for number in range(5)
        ]
        found = self.channel._list_templates()
        self.assertEqual([each['name'] for each in found], ['t0', 't1', 't2', 't3', 't4'])
        self.channel.waba_id = False
        with self.assertRaises(ChannelError):
            self.channel._list_templates()

    def test_numbers_are_numbers(self):
        for number in ('+1 555 078', '106540352242922 ', '../me', '١٢٣'):
            for name in ('account_id', 'waba_id'):
                with self.subTest(number=number, name=name), self.assertRaises(ValidationError):
                    self.channel[name] = number

    def test_incomplete_channel_is_not_turned_on(self):
        self.channel.state = 'draft'
        self.channel.signing_secret = False
        with self.assertRaises(UserError):
            self.channel.action_turn_on()

    def test_secrets_are_for_admins(self):
        for user in (self.agent, self.leader):
            channel = self.channel.with_user(user)
            self.assertTrue(channel.name)
            for name in ('access_token', 'signing_secret', 'verify_token', 'webhook_url'):
                with self.subTest(name=name), self.assertRaises(AccessError):
                    channel.read([name])
            arch = channel.get_view(view_type='form')['arch']
            self.assertNotIn('access_token', arch)
            self.assertNotIn('whatsapp_help', arch)
