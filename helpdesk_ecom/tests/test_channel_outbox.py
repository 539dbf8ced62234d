import ssl
from datetime import timedelta
from unittest.mock import patch

import requests
import urllib3
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.channel.error import MAX_ATTEMPTS, ChannelError
from ..tools.channel.event import Person
from ..tools.channel.outgoing import Sent
from .channel_common import EMMA, FakeProgram, HelpdeskChannelCommon


@tagged('post_install', '-at_install')
class TestChannelOutbox(HelpdeskChannelCommon):
    """An answer leaves by the customer's channel, once, and says what became of it."""

    def setUp(self):
        super().setUp()
        self.ticket = self._receive(self._event('Where is it?')).ticket_id
        self.program.messages.clear()

    def _envelopes(self, message):
        return self.Envelope.search(
            [('message_id', '=', message.id), ('direction', '=', 'out')], order='id'
        )

    def test_answer(self):
        message = self._answer(self.ticket)
        envelope = self._envelopes(message)
        self.assertEqual(envelope.state, 'outgoing')
        self.assertFalse(self.program.messages, 'nothing leaves before the commit')
        self.assertFalse(
            self.env['mail.mail'].sudo().search([('mail_message_id', '=', message.id)])
        )
        self._run_outbox()
        self.assertEqual(envelope.state, 'sent')
        self.assertEqual(envelope.external_id, 'out-1')
        (sent,) = self.program.messages
        self.assertEqual(sent['to'], EMMA.external_id)
        self.assertEqual(sent['text'], 'It is on its way.')
        self.assertEqual(message.sudo()._get_delivery()['state'], 'sent')

    def test_notes_stay_inside(self):
        ticket = self.ticket.with_user(self.agent)
        ticket.message_post(body='secret', subtype_xmlid='mail.mt_note')
        ticket.message_post(
            body='secret', message_type='comment', subtype_xmlid='mail.mt_note', is_internal=True
        )
        ticket.message_post(
            body='secret',
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
            is_internal=True,
        )
        ticket._message_log(body='secret')
        self.assertFalse(
            self.Envelope.search([('direction', '=', 'out'), ('ticket_id', '=', ticket.id)])
        )
        self._run_outbox()
        self.assertFalse(self.program.messages)

    def test_by_mail_instead(self):
        message = self._answer(self.ticket.with_context(helpdesk_reply_by='email'))
        self.assertFalse(self._envelopes(message))
        self.assertIn(self.customer, message.sudo().notification_ids.res_partner_id)

    def test_long_text_and_file(self):
        attachment = (
            self.env['ir.attachment']
            .with_user(self.agent)
            .create(
                {
                    'name': 'label.pdf',
                    'raw': b'%PDF-1.4',
                    'res_model': 'helpdesk.ticket',
                    'res_id': self.ticket.id,
                }
            )
        )
        message = self._answer(
            self.ticket, f'<p>{"word " * 5000}</p>', attachment_ids=attachment.ids
        )
        self._run_outbox()
        texts = [m['text'] for m in self.program.messages if 'text' in m]
        self.assertEqual(len(texts), 2)
        self.assertTrue(all(len(text) <= 20_000 for text in texts))
        self.assertEqual(self.program.messages[-1]['file']['name'], 'label.pdf')
        self.assertEqual(set(self._envelopes(message).mapped('state')), {'sent'})

    def test_links_and_lists_arrive(self):
        self._answer(
            self.ticket,
            '<p>See <a href="https://shop.example/t/1">the tracking</a>:</p>'
            '<ul><li>one</li><li>two</li></ul>'
            '<p><a href="/my/tickets">your tickets</a></p>',
        )
        self._run_outbox()
        base = self.channel.get_base_url()
        self.assertEqual(
            self.program.messages[0]['text'],
            'See the tracking (https://shop.example/t/1):\n- one\n- two\n'
            f'your tickets ({base}/my/tickets)',
        )

    def test_status(self):
        message = self._answer(self.ticket)
        self._run_outbox()
        envelope = self._envelopes(message)
        for status, expected in (
            ('read', 'read'),
            ('delivered', 'read'),
            ('sent', 'read'),
            ('failed', 'read'),
        ):
            self._report(status)
            self.assertEqual(envelope.state, expected)
        notification = message.sudo().notification_ids.filtered(
            lambda n: n.notification_type == 'helpdesk'
        )
        self.assertEqual(notification.notification_status, 'sent')

    def test_a_failure_is_shown(self):
        message = self._answer(self.ticket)
        self._run_outbox()
        self._report('failed', error='No such customer')
        self.assertEqual(self._envelopes(message).state, 'failed')
        self.assertEqual(message.sudo()._get_delivery()['error'], 'No such customer')

    def test_a_failure_is_put_away(self):
        """By the cross in the menu of messages, which is its author's; or for good, below it."""
        message = self._answer(self.ticket)
        self.program.answers = [400]
        self._run_outbox()
        notification = message.sudo().notification_ids.filtered(
            lambda n: n.notification_type == 'helpdesk'
        )
        self.assertEqual(notification.notification_status, 'exception')
        Ticket = self.env['helpdesk.ticket']
        Ticket.with_user(self.agent).notify_cancel_by_type('email')
        Ticket.with_user(self.leader).notify_cancel_by_type('helpdesk')
        notification.invalidate_recordset()
        self.assertEqual(notification.notification_status, 'exception')
        Ticket.with_user(self.agent).notify_cancel_by_type('helpdesk')
        notification.invalidate_recordset()
        self.assertEqual(notification.notification_status, 'canceled')
        self.assertEqual(self._envelopes(message).state, 'failed')
        self._envelopes(message).with_user(self.agent).action_cancel()
        self.assertEqual(message.sudo()._get_delivery()['state'], 'canceled')

    def test_the_provider_calls_them_otherwise(self):
        identity = self.ticket.channel_identity_id
        self.patch(
            type(self.channel),
            '_send_message',
            lambda channel, outgoing: Sent(message_id=outgoing.key, external_id='emma-new'),
        )
        self._answer(self.ticket)
        self._run_outbox()
        # answers go to the new name, and either finds the person
        self.assertEqual((identity.external_id, identity.alternate_id), ('emma-new', 'emma-1'))
        for name in ('emma-new', 'emma-1'):
            person = Person(external_id=name)
            ticket = self._receive(self._event('Thanks', person=person)).ticket_id
            self.assertEqual(ticket, self.ticket)

    # === WHAT GOES WRONG === #

    def test_out_of_order_then_fine(self):
        self.program.answers = [500]
        message = self._answer(self.ticket)
        self._run_outbox()
        envelope = self._envelopes(message)
        self.assertEqual((envelope.state, envelope.error_class), ('outgoing', 'retry'))
        self.assertGreater(envelope.next_try, fields.Datetime.now())
        self._run_outbox()
        self.assertEqual(len(self.program.messages), 1, 'not before it is time')
        envelope.next_try = False
        self._run_outbox()
        self.assertEqual(envelope.state, 'sent')

    def test_longer_and_longer_then_never(self):
        envelope = self._envelopes(self._answer(self.ticket))
        waits = []
        for _attempt in range(MAX_ATTEMPTS):
            self.program.answers = [500]
            envelope.next_try = False
            self._run_outbox()
            if envelope.next_try:
                waits.append((envelope.next_try - fields.Datetime.now()).total_seconds())
        self.assertEqual(len(waits), MAX_ATTEMPTS - 1)
        self.assertGreater(waits[3], 70)
        self.assertEqual(envelope.state, 'failed')

    def test_the_next_waits_behind(self):
        self.program.answers = [500]
        first = self._envelopes(self._answer(self.ticket, '<p>first</p>'))
        second = self._envelopes(self._answer(self.ticket, '<p>second</p>'))
        self._run_outbox()
        self.assertEqual((first.state, second.state), ('outgoing', 'outgoing'))
        first.next_try = False
        self._run_outbox()
        self.assertEqual([m['text'] for m in self.program.messages], ['first', 'first', 'second'])

    def test_slower_please(self):
        self.program.answers = [429]
        self._answer(self.ticket)
        self._run_outbox()
        self.assertGreater(self.channel.send_after, fields.Datetime.now() + timedelta(seconds=100))
        self._run_outbox()
        self.assertEqual(len(self.program.messages), 1)

    def test_the_others_wait_or_stop_with_it(self):
        """What the provider says of the channel counts at once, also for what is next in turn."""
        lee = Person(external_id='lee-1', name='Lee')
        other = self._receive(self._event('Hello', person=lee)).ticket_id
        for status in (429, 401):
            with self.subTest(status=status):
                before = len(self.program.messages)
                self.program.answers = [status]
                envelopes = self._envelopes(self._answer(self.ticket))
                envelopes |= self._envelopes(self._answer(other))
                self._run_outbox()
                self.assertEqual(len(self.program.messages), before + 1)
                self.assertEqual(set(envelopes.mapped('state')), {'outgoing'})
                self.channel.write({'send_after': False, 'state': 'on'})
                envelopes.next_try = False
                self._run_outbox()
                self.assertEqual(set(envelopes.mapped('state')), {'sent'})

    def test_an_id_that_is_not_new(self):
        """A provider that gives two messages one id holds nobody up."""
        self.patch(type(self.channel), '_send_message', lambda *args: Sent(message_id='same'))
        envelopes = self._envelopes(self._answer(self.ticket))
        envelopes |= self._envelopes(self._answer(self.ticket))
        self._run_outbox()
        self.assertEqual(envelopes.mapped('state'), ['sent', 'sent'])
        self.assertEqual(envelopes.mapped('external_id'), ['same', False])

    def test_given_up_after_a_while(self):
        """It is tried at longer and longer intervals, and then no more."""
        envelope = self._envelopes(self._answer(self.ticket))
        self.program.answers = [500] * MAX_ATTEMPTS
        waits = []
        while envelope.state == 'outgoing':
            envelope.next_try = False
            now = fields.Datetime.now()
            self._run_outbox()
            if envelope.next_try:
                waits.append((envelope.next_try - now).total_seconds())
        self.assertEqual(envelope.state, 'failed')
        self.assertEqual(len(self.program.messages), MAX_ATTEMPTS)
        self.assertEqual([round(wait, -1) for wait in waits[:4]], [10, 20, 40, 80])

    def test_no_answer_is_unknown_or_repeated_with_the_key(self):
        self.program.answers = [FakeProgram.hang_up]
        envelope = self._envelopes(self._answer(self.ticket))
        self._run_outbox()
        self.assertEqual(envelope.state, 'outgoing', 'the program recognises the key')
        envelope.next_try = False
        self._run_outbox()
        self.assertEqual(envelope.state, 'sent')
        keys = {m['key'] for m in self.program.messages}
        self.assertEqual(len(keys), 1)

    def test_no_answer_is_never_repeated_without_a_key(self):
        self.patch(type(self.channel), '_is_idempotent', lambda channel: False)
        self.program.answers = [FakeProgram.hang_up]
        message = self._answer(self.ticket)
        envelope = self._envelopes(message)
        for _run in range(3):
            self._run_outbox()
        self.assertEqual(envelope.state, 'unknown')
        self.assertEqual(len(self.program.messages), 1)
        self.assertEqual(message.sudo()._get_delivery()['state'], 'unknown')
        with self.assertRaises(AccessError):
            envelope.with_user(self.outsider).action_send_again()
        envelope.with_user(self.agent).action_send_again()
        self._run_outbox()
        self.assertEqual(envelope.state, 'sent')
        self.assertEqual(len(self.program.messages), 2)
        with self.assertRaises(UserError):
            envelope.with_user(self.agent).action_send_again()

    def test_the_provider_tells_of_an_unknown_one(self):
        self.patch(type(self.channel), '_is_idempotent', lambda channel: False)
        self.program.answers = [FakeProgram.hang_up]
        envelope = self._envelopes(self._answer(self.ticket))
        self._run_outbox()
        self._report('delivered', 'wamid', own_key=envelope.key)
        self.assertEqual((envelope.state, envelope.external_id), ('delivered', 'wamid'))

    def test_killed_while_sending(self):
        self.patch(type(self.channel), '_is_idempotent', lambda channel: False)
        envelope = self._envelopes(self._answer(self.ticket))
        envelope.state = 'sending'
        self._run_outbox()
        self.assertEqual(envelope.state, 'unknown')
        self.assertFalse(self.program.messages)

    def test_refused_stops_the_channel(self):
        self.program.answers = [401]
        envelope = self._envelopes(self._answer(self.ticket))
        self._run_outbox()
        self.assertEqual(self.channel.state, 'stopped')
        self.assertEqual(envelope.state, 'outgoing')
        self.assertEqual(self.channel.activity_ids.user_id, self.leader)
        self._run_outbox()
        self.assertEqual(len(self.program.messages), 1)
        self.channel.with_user(self.admin).action_turn_on()
        self._run_outbox()
        self.assertEqual(envelope.state, 'sent')

    def test_not_reached(self):
        self.program.stop()
        self.addCleanup(setattr, self.program, 'stop', lambda: None)
        envelope = self._envelopes(self._answer(self.ticket))
        self._run_outbox()
        self.assertEqual((envelope.state, envelope.error_class), ('outgoing', 'retry'))
        self.program.stop = lambda: None

    def test_broken_tls(self):
        """Who shows a wrong certificate gets nothing; what breaks later may have arrived."""
        for cause, error_class in (
            (ssl.SSLCertVerificationError(1, 'self-signed certificate'), 'retry'),
            (ssl.SSLError(1, 'decryption failed or bad record mac'), 'unknown'),
        ):
            reason = urllib3.exceptions.SSLError(cause)
            broken = requests.exceptions.SSLError(
                urllib3.exceptions.MaxRetryError(None, '/', reason)
            )
            with (
                self.subTest(error_class=error_class),
                patch.object(requests, 'request', side_effect=broken),
                self.assertRaises(ChannelError) as error,
            ):
                self.channel._http('POST', 'https://shop.example/messages', sends=True)
            self.assertEqual(error.exception.error_class, error_class)

    def test_a_question_may_be_repeated(self):
        """Whatever became of a request that sends nothing, nobody got a message twice by it."""
        for broken in (
            requests.exceptions.ReadTimeout(),
            requests.exceptions.ConnectionError('Connection aborted'),
        ):
            for sends, error_class in ((True, 'unknown'), (False, 'retry')):
                with (
                    self.subTest(broken=broken, sends=sends),
                    patch.object(requests, 'request', side_effect=broken),
                    self.assertRaises(ChannelError) as error,
                ):
                    self.channel._http('POST', 'https://shop.example/messages', sends=sends)
                self.assertEqual(error.exception.error_class, error_class)
        with (
            patch.object(requests, 'request', side_effect=requests.exceptions.ReadTimeout()),
            self.assertRaises(ChannelError) as error,
        ):
            self.channel._download(f'{self.program.url}/cup.jpg')
        self.assertEqual(error.exception.error_class, 'retry')

    def test_the_channel_waits_within_a_batch(self):
        """What others would get is not sent when the channel was asked to wait, or stopped."""
        other = self._receive(self._event('Hi', person=Person(external_id='kim-1'))).ticket_id
        for answer in (429, 401):
            with self.subTest(answer=answer):
                self.program.messages.clear()
                self.program.answers = [answer]
                first = self._envelopes(self._answer(self.ticket))
                second = self._envelopes(self._answer(other))
                self._run_outbox()
                self.assertEqual(len(self.program.messages), 1)
                self.assertEqual((first.state, second.state), ('outgoing', 'outgoing'))
                self.assertEqual((first.attempts, second.attempts), (int(answer == 429), 0))
                (first | second).state = 'canceled'
                self.channel.write({'send_after': False, 'state': 'on'})

    def test_turned_off_within_a_batch(self):
        other = self._receive(self._event('Hi', person=Person(external_id='kim-1'))).ticket_id
        sent = []

        def turn_off(channel, outgoing):
            sent.append(outgoing.external_id)
            channel.state = 'draft'
            channel.env.cr.commit()  # somebody else did, in the form
            return Sent(message_id='out')

        self.patch(type(self.channel), '_send_message', turn_off)
        self._answer(self.ticket)
        envelope = self._envelopes(self._answer(other))
        self._run_outbox()
        self.assertEqual(sent, ['emma-1'])
        self.assertEqual(envelope.state, 'failed')

    def _collide_once(self, owner, method, collisions):
        """Return a method that does its work, and finds that somebody was faster, once."""
        original = getattr(type(owner), method)

        def collide(records, *args):
            original(records, *args)
            if collisions:
                collisions.pop()
                raise SerializationFailure

        return collide

    def test_what_was_sent_is_noted_whatever_comes_between(self):
        """Somebody changes the same row meanwhile: the provider's id must not get lost."""
        for owner, method in (
            (self.Envelope, '_note_sent'),
            (self.Envelope, '_show_delivery'),
            (self.channel, '_note_outbound'),
            (self.env['helpdesk.channel.identity'], '_learn_sent'),
        ):
            with self.subTest(method=method):
                collisions = [True]
                with patch.object(
                    type(owner), method, self._collide_once(owner, method, collisions)
                ):
                    envelope = self._envelopes(self._answer(self.ticket))
                    self._run_outbox()
                self.assertFalse(collisions)
                self.assertEqual(envelope.state, 'sent')
                self.assertTrue(envelope.external_id)
        self.assertEqual(len(self.program.messages), 4)

    @mute_logger('odoo.addons.helpdesk_ecom.models.channel.helpdesk_channel_outbox')
    def test_a_mishap_afterwards_does_not_undo_it(self):
        def fail(channel):
            raise KeyError('by the test')

        self.patch(type(self.channel), '_note_outbound', fail)
        envelope = self._envelopes(self._answer(self.ticket))
        self._run_outbox()
        self.assertEqual((envelope.state, envelope.external_id), ('sent', 'out-1'))

    def test_the_status_is_faster_than_the_answer(self):
        """What the provider tells while it is being sent stays; its id is learnt all the same."""
        envelope = self._envelopes(self._answer(self.ticket))

        def deliver(channel, outgoing):
            envelope.with_env(channel.env).state = 'read'
            channel.env.cr.commit()
            return Sent(message_id='out')

        self.patch(type(self.channel), '_send_message', deliver)
        self._run_outbox()
        self.assertEqual((envelope.state, envelope.external_id), ('read', 'out'))

    def test_the_same_id_twice(self):
        self.patch(
            type(self.channel), '_send_message', lambda channel, outgoing: Sent(message_id='same')
        )
        envelopes = self._envelopes(self._answer(self.ticket))
        envelopes |= self._envelopes(self._answer(self.ticket))
        with mute_logger('odoo.sql_db'):
            self._run_outbox()
        self.assertEqual(envelopes.mapped('state'), ['sent', 'sent'])
        self.assertEqual(set(envelopes.mapped('external_id')), {'same', False})

    def test_a_new_key_for_what_failed(self):
        """The program has seen the key of what it refused later: it would do nothing."""
        message = self._answer(self.ticket)
        self._run_outbox()
        envelope = self._envelopes(message)
        key = envelope.key
        self._report('failed')
        envelope.with_user(self.agent).action_send_again()
        self._run_outbox()
        self.assertEqual(envelope.state, 'sent')
        self.assertNotEqual(envelope.key, key)
        self.assertEqual(len({m['key'] for m in self.program.messages}), 2)
        # what nobody knows of goes under the old one: it may have arrived
        key = envelope.key
        envelope.state = 'unknown'
        envelope.with_user(self.agent).action_send_again()
        self.assertEqual(envelope.key, key)

    @mute_logger('odoo.addons.helpdesk_ecom.models.channel.helpdesk_channel_outbox')
    def test_a_mistake_of_ours_is_unknown(self):
        def fail(channel, outgoing):
            raise KeyError('by the test')

        self.patch(type(self.channel), '_is_idempotent', lambda channel: False)
        self.patch(type(self.channel), '_send_message', fail)
        envelope = self._envelopes(self._answer(self.ticket))
        self._run_outbox()
        self.assertEqual(envelope.state, 'unknown')

    # === REPLY WINDOW === #

    def test_closed_window(self):
        self.patch(type(self.channel), '_get_window_hours', lambda channel: 24)
        ticket = self._receive(self._event('Hello?')).ticket_id
        self._answer(ticket)
        ticket.channel_identity_id.window_until = fields.Datetime.now() - timedelta(minutes=1)
        with self.assertRaisesRegex(UserError, 'too long ago'):
            self._answer(ticket)
        self._answer(ticket.with_context(helpdesk_reply_by='email'))

    def test_off(self):
        self.channel.with_user(self.admin).action_turn_off()
        with self.assertRaisesRegex(UserError, 'is off'):
            self._answer(self.ticket)

    def test_what_is_automatic_does_not_wait_for_a_channel_that_is_off(self):
        self.channel.with_user(self.admin).action_turn_off()
        message = self.ticket.with_user(self.agent).message_post(
            body='We got your message.',
            message_type='auto_comment',
            subtype_xmlid='mail.mt_comment',
        )
        self.assertEqual(self._envelopes(message).state, 'failed')
        self.assertIn('off', message.sudo()._get_delivery()['error'])
        self.channel.with_user(self.admin).action_turn_on()
        self._run_outbox()
        self.assertFalse(self.program.messages)

    def test_what_waited_is_given_up(self):
        """It would be out of date by the time that the channel is turned on again."""
        message = self._answer(self.ticket)
        envelope = self._envelopes(message)
        self.channel.with_user(self.admin).action_turn_off()
        self.assertEqual((envelope.state, envelope.error), ('failed', 'The channel is off.'))
        self.assertEqual(message.sudo()._get_delivery()['state'], 'failed')
        notification = message.sudo().notification_ids.filtered(
            lambda n: n.notification_type == 'helpdesk'
        )
        self.assertEqual(notification.notification_status, 'exception')
        with self.assertRaisesRegex(UserError, 'is off'):
            envelope.with_user(self.agent).action_send_again()
        self.assertEqual(envelope.state, 'failed')
        # as left behind by who was just sending when it was turned off
        envelope.state = 'outgoing'
        self.channel.with_user(self.admin).action_turn_on()
        self._run_outbox()
        self.assertFalse(self.program.messages)
        envelope.with_user(self.agent).action_send_again()
        self._run_outbox()
        self.assertEqual((envelope.state, len(self.program.messages)), ('sent', 1))

    def test_what_waits_for_a_stopped_channel_is_kept(self):
        envelope = self._envelopes(self._answer(self.ticket))
        self.channel._stop('The program refuses us.')
        self.channel.with_user(self.admin).action_turn_on()
        self._run_outbox()
        self.assertEqual(envelope.state, 'sent')

    def test_archived(self):
        envelope = self._envelopes(self._answer(self.ticket))
        self.channel.with_user(self.admin).action_archive()
        self.assertEqual(self.channel.state, 'draft')
        self.assertEqual(envelope.state, 'failed')
        # as archived before archiving turned it off
        self.env.cr.execute(
            "UPDATE helpdesk_channel SET state = 'on' WHERE id = %s", [self.channel.id]
        )
        self.channel.invalidate_recordset()
        self._run_outbox()
        self.assertFalse(self.program.messages)
        with self.assertRaisesRegex(UserError, 'is off'):
            self._answer(self.ticket)
        self.channel.with_user(self.admin).action_turn_on()
        self.assertTrue(self.channel.active)
        self._run_outbox()
        self.assertFalse(self.program.messages, 'the answer is out of date')
