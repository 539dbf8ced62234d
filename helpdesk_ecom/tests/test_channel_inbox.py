from datetime import timedelta, timezone
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.channel.event import Media, Person
from .channel_common import EMMA, HelpdeskChannelCommon

OTTO = Person(external_id='otto-1', name='Otto Braun')


@tagged('post_install', '-at_install')
class TestChannelInbox(HelpdeskChannelCommon):
    """What a customer writes by a channel becomes a ticket, once, in its order."""

    # === TICKETS === #

    def test_first_message(self):
        envelope = self._receive(self._event('Hello, where is my parcel? I wait since Monday.'))
        ticket = envelope.ticket_id
        self.assertEqual(envelope.state, 'done')
        self.assertEqual(ticket.partner_id, self.customer, 'known by the number')
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.channel_id, self.channel)
        self.assertEqual(ticket.name, 'Hello, where is my parcel? I wait since Monday.')
        message = ticket.message_ids.filtered(lambda m: m.message_type == 'comment')
        self.assertEqual(message, envelope.message_id)
        self.assertEqual(message.author_id, self.customer)
        self.assertIn('where is my parcel', message.body)
        self.assertFalse(
            message.notification_ids.filtered(lambda n: n.res_partner_id == self.customer),
            'nobody gets their own words',
        )
        self.assertTrue(ticket.oldest_unanswered_customer_message_date)

    def test_html_is_text(self):
        envelope = self._receive(self._event('<script>alert(1)</script> & <b>bold</b>'))
        self.assertNotIn('<script', envelope.message_id.body)
        self.assertNotIn('<b>', envelope.message_id.body)
        self.assertIn('&lt;b&gt;', envelope.message_id.body)

    def test_a_stranger_gets_a_contact(self):
        envelopes = self._receive(
            self._event('Hi', person=OTTO),
            self._event('Are you there?', person=OTTO),
        )
        ticket = envelopes.ticket_id
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.partner_id.name, 'Otto Braun')
        self.assertEqual(self.env['res.partner'].search_count([('name', '=', 'Otto Braun')]), 1)

    def test_it_comes_twice(self):
        event = self._event('Once')
        self._receive(event)
        self.assertEqual(self.Envelope._store_events(self.channel, [event, event]), 0)
        self._run_inbox()
        ticket = self.Envelope.search([('external_id', '=', event.external_id)]).ticket_id
        self.assertEqual(len(ticket.message_ids.filtered(lambda m: 'Once' in (m.body or ''))), 1)

    def test_order_of_what_happened(self):
        now = 1_790_000_000
        envelopes = self._receive(
            self._event('three', moment=now + 3),
            self._event('one', moment=now + 1),
            self._event('two', moment=now + 2),
        )
        ticket = envelopes.ticket_id
        messages = ticket.message_ids.filtered(lambda m: m.message_type == 'comment').sorted('id')
        self.assertEqual([m.preview for m in messages], ['one', 'two', 'three'])

    def test_a_closed_ticket_reopens_or_is_followed(self):
        ticket = self._receive(self._event('Broken')).ticket_id
        ticket.with_user(self.agent).stage_id = self.stage_solved
        self.assertEqual(self._receive(self._event('Still broken')).ticket_id, ticket)
        self.assertFalse(ticket.fold)
        ticket.with_user(self.agent).stage_id = self.stage_solved
        ticket.close_date -= timedelta(hours=73)
        other = self._receive(self._event('Another thing')).ticket_id
        self.assertNotEqual(other, ticket)
        self.assertTrue(ticket.fold)

    def test_a_quote_leads_to_its_ticket(self):
        first = self._receive(self._event('One thing'))
        second = self.env['helpdesk.ticket'].create(
            {'name': 'Other', 'team_id': self.team.id, 'partner_id': self.customer.id}
        )
        second.channel_identity_id = first.identity_id
        self.assertEqual(self._receive(self._event('To which?')).ticket_id, second)
        quote = self._event('To the first', reply_to=first.external_id)
        self.assertEqual(self._receive(quote).ticket_id, first.ticket_id)

    def test_merged_ticket(self):
        ticket = self._receive(self._event('Broken')).ticket_id
        survivor = self._create_ticket(name='By mail', partner_id=self.customer.id)
        (ticket | survivor).with_user(self.agent)._merge_into(survivor.with_user(self.agent))
        self.assertEqual(self._receive(self._event('And?')).ticket_id, survivor)
        self.assertTrue(survivor.channel_identity_id)

    def test_channel_of_another_company_without_a_team(self):
        company = self.env['res.company'].create({'name': 'Second'})
        team = self.env['helpdesk.team'].create({'name': 'Second', 'company_id': company.id})
        self.channel.write({'team_id': False, 'company_id': company.id})
        envelope = self._receive(self._event('Hello'))
        self.assertEqual(envelope.state, 'done', envelope.error)
        self.assertEqual(envelope.ticket_id.team_id, team)
        self.assertEqual(envelope.ticket_id.company_id, company)

    def test_what_a_rule_answers_goes_out(self):
        """Such as one on incoming messages: it runs while the message is posted."""
        Ticket = type(self.env['helpdesk.ticket'])
        post = Ticket._message_post_after_hook

        def answer(ticket, message, msg_vals):
            if message.author_id == self.customer:
                ticket.message_post(
                    body='Which order?',
                    author_id=self.env.ref('base.partner_root').id,
                    message_type='comment',
                    subtype_xmlid='mail.mt_comment',
                )
            return post(ticket, message, msg_vals)

        with patch.object(Ticket, '_message_post_after_hook', answer):
            self._receive(self._event('Hello'))
        self._run_outbox()
        self.assertEqual([m['text'] for m in self.program.messages], ['Which order?'])

    def test_window_of_what_comes_late(self):
        """A comment, which opens no window, hides none of a private message."""
        now = int(self.env.cr.now().replace(tzinfo=timezone.utc).timestamp())
        hours = patch.object(type(self.channel), '_get_window_hours', lambda channel: 24.0)
        with hours:
            public = self._event('Nice', moment=now - 10, opens_window=False)
            private = self._event('Hello', moment=now - 11)
            identity = self._receive(public, private)[-1].identity_id
            self.assertTrue(identity._is_window_open())

    def test_blocked(self):
        envelope = self._receive(self._event('Buy now', person=OTTO))
        envelope.identity_id.with_user(self.leader).is_blocked = True
        blocked = self._receive(self._event('Buy again', person=OTTO))
        self.assertEqual(blocked.state, 'ignored')
        self.assertFalse(blocked.ticket_id)

    def test_unstorable_characters(self):
        event = self._event('a\0b \ud800 c', details={'x\0': ['\0', float('inf')]})
        envelope = self._receive(event)
        self.assertEqual(envelope.state, 'done')
        self.assertNotIn('\0', envelope.message_id.body)

    # === WHAT FAILS === #

    def test_one_that_fails_holds_up_nobody(self):
        Ticket = type(self.env['helpdesk.ticket'])
        post = Ticket._post_channel_message

        def fail(ticket, identity, event):
            if event.text == 'poison':
                raise ValueError('by the test')
            return post(ticket, identity, event)

        with (
            patch.object(Ticket, '_post_channel_message', fail),
            mute_logger('odoo.addons.helpdesk_ecom.models.channel.helpdesk_channel_inbox'),
        ):
            bad, good = self._receive(self._event('poison'), self._event('fine', person=OTTO))
            self.assertEqual((bad.state, good.state), ('new', 'done'))
            self.assertTrue(bad.next_try)
            for _attempt in range(2):
                bad.next_try = False
                self._run_inbox()
        self.assertEqual(bad.state, 'parked')
        self.assertIn('by the test', bad.error)
        self.assertFalse(bad.ticket_id)
        bad.with_user(self.admin).action_process_again()
        self._run_inbox()
        self.assertEqual(bad.state, 'done')

    # === OTHER EVENTS === #

    def test_edit_delete_reaction(self):
        envelope = self._receive(self._event('Ring to 12 Hudson'))
        message = envelope.message_id
        self._receive(
            self._event(kind='edit', target=envelope.external_id, text='Ring to 14 Hudson')
        )
        self.assertIn('14 Hudson', message.body)
        self.assertTrue(
            envelope.ticket_id.message_ids.filtered(lambda m: '12 Hudson' in (m.body or ''))
        )
        self._receive(self._event(kind='reaction', target=envelope.external_id, text='👍'))
        self.assertEqual(message.reaction_ids.content, '👍')
        changed = self._receive(self._event(kind='reaction', target=envelope.external_id, text='❤'))
        self.assertEqual(changed.state, 'done', changed.error)
        self.assertEqual(message.reaction_ids.content, '❤')
        self._receive(self._event(kind='reaction', target=envelope.external_id))
        self.assertFalse(message.reaction_ids)
        self._receive(self._event(kind='delete', target=envelope.external_id))
        self.assertNotIn('Hudson', message.body)
        self.assertFalse(envelope.payload)

    def test_new_number(self):
        envelope = self._receive(self._event('Hi'))
        self._receive(
            self._event(
                kind='identity',
                target=EMMA.external_id,
                person=Person(external_id='emma-2'),
                text='New number',
            )
        )
        self.assertEqual(envelope.identity_id.external_id, 'emma-2')
        self.assertEqual(
            self._receive(self._event('Me', person=Person(external_id='emma-2'))).ticket_id,
            envelope.ticket_id,
        )

    def test_media_that_is_refused(self):
        media = Media(kind='image', url='http://169.254.169.254/latest/meta-data')
        envelope = self._receive(self._event('', media=(media,)))
        self._run_job('ir_cron_fetch_media')
        file = self.Envelope.search([('message_id', '=', envelope.message_id.id)]) - envelope
        self.assertEqual(file.state, 'parked')
        self.assertFalse(envelope.message_id.attachment_ids)
        self.assertIn('Picture', envelope.message_id.body)

    # === COST === #

    def test_queries(self):
        self._receive(self._event('warm'))
        ticket = self.Envelope.search([('external_id', '=', 'in-1')]).ticket_id or (
            self.env['helpdesk.ticket'].search([('channel_id', '=', self.channel.id)], limit=1)
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._answer(ticket.with_context(helpdesk_reply_by='email'), 'plain')
        self.env.flush_all()
        comment = self.env.cr.sql_log_count - before
        self.Envelope._store_events(self.channel, [self._event('next')])
        envelope = self.Envelope.search([('state', '=', 'new')])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.Envelope._process_in_transaction(envelope.ids)
        cost = self.env.cr.sql_log_count - before
        self.assertLessEqual(cost, 1.3 * comment + 10, f'a comment costs {comment}')
