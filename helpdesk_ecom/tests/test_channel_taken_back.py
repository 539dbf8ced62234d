from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.channel.event import Person
from .channel_common import EMMA, HelpdeskChannelCommon

LOGGER = 'odoo.addons.helpdesk_ecom.models.channel.helpdesk_channel_inbox'


@tagged('post_install', '-at_install')
class TestChannelTakenBack(HelpdeskChannelCommon):
    """What a customer changes or takes back, and what waits or is kept."""

    def _fail(self, *texts):
        """Let the messages with these words fail."""
        Ticket = type(self.env['helpdesk.ticket'])
        post = Ticket._post_channel_message

        def fail(ticket, identity, event):
            if event.text in texts:
                raise ValueError('by the test')
            return post(ticket, identity, event)

        self.enterContext(mute_logger(LOGGER))
        return patch.object(Ticket, '_post_channel_message', fail)

    def _words(self, ticket):
        """Return all that stands anywhere in a ticket."""
        return ' '.join([ticket.name, *(message.body or '' for message in ticket.message_ids)])

    def _age(self, envelopes, days):
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE helpdesk_channel_envelope SET write_date = %s WHERE id = ANY(%s)',
            (fields.Datetime.now() - timedelta(days=days), envelopes.ids),
        )
        envelopes.invalidate_recordset()

    # === TAKEN BACK === #

    def test_nothing_is_left(self):
        envelope = self._receive(self._event('My card is 4111 1111'))
        edit = self._receive(
            self._event(kind='edit', target=envelope.external_id, text='My card is 4222 2222')
        )
        ticket = envelope.ticket_id
        self.assertIn('4111', self._words(ticket))
        self._receive(self._event(kind='delete', target=envelope.external_id))
        self.assertNotIn('4111', self._words(ticket))
        self.assertNotIn('4222', self._words(ticket))
        self.assertIn('Shop App', ticket.name)
        self.assertFalse(envelope.payload or edit.payload)
        tracked = ticket.message_ids.tracking_value_ids.mapped('old_value_char')
        self.assertFalse([value for value in tracked if value and '4111' in value])

    def test_title_of_the_agent_stays(self):
        envelope = self._receive(self._event('My card is 4111 1111'))
        envelope.ticket_id.with_user(self.agent).name = 'Card'
        self._receive(self._event(kind='delete', target=envelope.external_id))
        self.assertEqual(envelope.ticket_id.name, 'Card')

    def test_before_it_was_processed(self):
        with self._fail('secret', 'secrit'):
            parked, misspelt = self._receive(self._event('secret'), self._event('secrit'))
            for _attempt in range(5):
                (parked | misspelt).next_try = False
                self._run_inbox()
            self.assertEqual({*(parked | misspelt).mapped('state')}, {'parked'})
        self._receive(self._event(kind='delete', target=parked.external_id))
        self._receive(self._event(kind='edit', target=misspelt.external_id, text='corrected'))
        with self.assertRaises(UserError):
            parked.with_user(self.admin).action_process_again()
        misspelt.with_user(self.admin).action_process_again()
        self._run_inbox()
        self.assertFalse(parked.payload)
        self.assertNotIn('secret', self._words(misspelt.ticket_id))
        self.assertIn('corrected', misspelt.message_id.body)

    def test_long_after(self):
        """The envelope outlives its contents: a message can be taken back at any time."""
        envelope = self._receive(self._event('My card is 4111 1111'))
        self._age(envelope, 31)
        self._run_job('ir_cron_purge_envelopes')
        self.assertFalse(envelope.payload)
        self._receive(self._event(kind='delete', target=envelope.external_id))
        self.assertNotIn('4111', self._words(envelope.ticket_id))

    def test_without_a_target(self):
        """An event that doesn't say what it is about is about nothing."""
        ticket = self._receive(self._event('Hi')).ticket_id
        answer = self._answer(ticket, 'Important answer')
        for kind in ('delete', 'edit', 'reaction'):
            event = self._receive(self._event(kind=kind, target='', text='x'))
            self.assertEqual(event.state, 'new', 'it may become known')
        self.assertIn('Important answer', answer.body)
        self.assertFalse(answer.sudo().reaction_ids)

    def test_nobody_takes_back_our_words(self):
        ticket = self._receive(self._event('Hi')).ticket_id
        answer = self._answer(ticket, 'Important answer')
        self._run_outbox()
        sent = self.Envelope.search([('message_id', '=', answer.id)])
        self.assertTrue(sent.external_id)
        self._receive(self._event(kind='delete', target=sent.external_id))
        self.assertIn('Important answer', answer.body)

    def test_blocked(self):
        envelope = self._receive(self._event('Hi'))
        envelope.identity_id.with_user(self.leader).is_blocked = True
        edit = self._receive(self._event(kind='edit', target=envelope.external_id, text='ABUSE'))
        smiley = self._receive(self._event(kind='reaction', target=envelope.external_id, text='👍'))
        self.assertEqual((edit.state, smiley.state), ('ignored', 'ignored'))
        self.assertNotIn('ABUSE', self._words(envelope.ticket_id))
        self.assertFalse(envelope.message_id.reaction_ids)
        self._receive(self._event(kind='delete', target=envelope.external_id))
        self.assertNotIn('Hi', envelope.message_id.body)

    # === WHAT WAITS === #

    def test_what_follows_waits_too(self):
        other = Person(external_id='otto-1', name='Otto Braun')
        with self._fail('first'):
            first, second, third = self._receive(
                self._event('first'), self._event('second'), self._event('third', person=other)
            )
            self.assertEqual(first.state, 'new')
            self.assertEqual((second.state, third.state), ('new', 'done'))
            self._run_inbox()
            self.assertEqual(second.state, 'new', 'also in the next run')
        first.next_try = False
        self._run_inbox()
        self.assertEqual((first.state, second.state), ('done', 'done'))
        ticket = first.ticket_id
        self.assertEqual(ticket.name, 'first')
        self.assertLess(first.message_id.id, second.message_id.id)

    def test_what_always_collides_is_parked(self):
        def collide(envelope, event):
            raise SerializationFailure('by the test')

        with (
            patch.object(type(self.Envelope), '_process_message', collide),
            patch.object(type(self.env.cr), 'rollback', lambda cursor: None),
            mute_logger(LOGGER),
        ):
            envelope = self._receive(self._event('first'))
            self.assertEqual(envelope.state, 'new')
            self.assertTrue(envelope.next_try)
            for _attempt in range(2):
                envelope.next_try = False
                self._run_inbox()
        self.assertEqual(envelope.state, 'parked')
        self.assertIn('by the test', envelope.error)

    def test_status_with_the_id_of_another(self):
        ticket = self._receive(self._event('Hi')).ticket_id
        first, second = self._answer(ticket, 'one'), self._answer(ticket, 'two')
        sent = self.Envelope.search([('message_id', 'in', (first | second).ids)], order='id')
        sent[0].external_id = 'known'
        event = self._event(kind='status', target='known', own_key=sent[1].key, status='delivered')
        self.assertEqual(self._receive(event).state, 'done')
        self.assertEqual(sent[1].state, 'delivered')
        self.assertFalse(sent[1].external_id)

    # === WHAT IS KEPT === #

    def test_purge(self):
        message = self._receive(self._event('Hi', person=EMMA))
        status = self._receive(self._event(kind='unheard-of', text='whatever'))
        with self._fail('secret'):
            parked = self._receive(self._event('secret'))
        parked.write({'state': 'parked', 'next_try': False})
        fresh = self._receive(self._event('Again'))
        self._age(message | status | parked, 31)
        self._run_job('ir_cron_purge_envelopes')
        self.assertFalse(status.exists())
        self.assertTrue(message.exists() and message.message_id)
        self.assertFalse(message.payload)
        self.assertTrue(parked.payload and fresh.payload)
        self._age(parked, 181)
        self._run_job('ir_cron_purge_envelopes')
        self.assertEqual(parked.state, 'ignored')
        self.assertFalse(parked.payload)

    def test_purge_keeps_what_is_young(self):
        self.env['ir.config_parameter'].set_param('helpdesk_ecom.envelope_keep_days', '100')
        message = self._receive(self._event('Hi'))
        self._age(message, 99)
        self._run_job('ir_cron_purge_envelopes')
        self.assertTrue(message.payload)
