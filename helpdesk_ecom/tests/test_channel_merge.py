from odoo.tests import Form, tagged

from ..tools.channel.event import Person
from .channel_common import EMMA, HelpdeskChannelCommon
from .common_mail import HelpdeskMailCommon

OTTO = Person(external_id='otto-1', name='Otto Braun')
OTTO_MAIL = 'otto.braun@customer.example'


@tagged('post_install', '-at_install')
class TestChannelMerge(HelpdeskChannelCommon):
    """After tickets were merged, an answer goes to who wrote last, where they wrote."""

    def _merge(self, source, survivor, confirmed=False):
        source.with_user(self.agent)._merge_into(survivor.with_user(self.agent), confirmed)

    def _get_answer(self, ticket):
        """Answer, and return where it goes: the channel, and whom by their id."""
        message = self._answer(ticket)
        envelope = self.Envelope.search(
            [('message_id', '=', message.id), ('direction', '=', 'out')]
        )
        return envelope.channel_id, envelope.identity_id.external_id, envelope.conversation

    def _mail(self, ticket, sender):
        """Let somebody write a mail to the ticket."""
        raw = HelpdeskMailCommon._mail(
            From=sender, In_Reply_To=ticket.message_ids[:1].message_id, Subject='Re: it'
        )
        self.env['mail.thread'].message_process(None, raw)

    def test_two_customers(self):
        """Each of them gets the answer to what they wrote."""
        emma = self._receive(self._event('My cup is broken')).ticket_id
        otto = self._receive(self._event('Our cup is broken', person=OTTO)).ticket_id
        self._merge(otto, emma, confirmed=True)
        for person, words in ((OTTO, 'Well?'), (EMMA, 'And?'), (OTTO, 'Hello?'), (EMMA, 'Hm')):
            ticket = self._receive(self._event(words, person=person)).ticket_id
            self.assertEqual(ticket, emma, words)
            self.assertEqual(
                self._get_answer(emma), (self.channel, person.external_id, person.external_id)
            )

    def test_a_new_ticket_after_the_merged_one(self):
        """Who wrote in somebody else's ticket goes on in their own when that is closed for good."""
        emma = self._receive(self._event('My cup is broken')).ticket_id
        otto = self._receive(self._event('Our cup is broken', person=OTTO)).ticket_id
        self._merge(otto, emma, confirmed=True)
        self._receive(self._event('Well?', person=OTTO))
        emma.with_user(self.agent).action_solve()
        emma.close_date = '2020-01-01 00:00:00'
        other = self._receive(self._event('Another thing')).ticket_id
        self.assertNotEqual(other, emma)
        self.assertEqual(other.channel_identity_id.external_id, EMMA.external_id)

    def test_two_channels(self):
        """The same customer is answered where they wrote."""
        first = self._receive(self._event('My cup is broken')).ticket_id
        channel, second_channel = self.channel, self.channel.copy({'name': 'Second App'})
        second_channel.write({'state': 'on', 'signing_secret': 'x', 'api_url': channel.api_url})
        person = Person(external_id='em-2', name='Emma Clark', phone=EMMA.phone)
        self.channel = second_channel
        second = self._receive(self._event('Did you get it?', person=person)).ticket_id
        self.assertEqual(second.partner_id, first.partner_id)
        self._merge(second, first)
        self._receive(self._event('Hello?', person=person))
        self.assertEqual(self._get_answer(first), (second_channel, 'em-2', 'em-2'))
        self.channel = channel
        self.assertEqual(self._receive(self._event('Or here?')).ticket_id, first)
        self.assertEqual(self._get_answer(first)[:2], (channel, EMMA.external_id))

    def test_into_a_mail_ticket(self):
        """The customer's channel is taken over: answers go there at once."""
        source = self._receive(self._event('My cup is broken')).ticket_id
        survivor = self._create_ticket(name='By mail')
        self._merge(source, survivor)
        self.assertEqual(survivor.channel_identity_id.external_id, EMMA.external_id)
        self.assertEqual(self._get_answer(survivor)[1], EMMA.external_id)

    def test_into_a_mail_ticket_of_somebody_else(self):
        """Who writes mails is answered by mail, unless the other one has written meanwhile."""
        source = self._receive(self._event('My cup is broken', person=OTTO)).ticket_id
        survivor = self._create_ticket(name='By mail')
        self._merge(source, survivor, confirmed=True)
        self.assertFalse(survivor.channel_identity_id)
        self.assertEqual(self._receive(self._event('Well?', person=OTTO)).ticket_id, survivor)
        self.assertEqual(self._get_answer(survivor)[1], OTTO.external_id)
        self._mail(survivor, self.customer.email_formatted)
        self.assertFalse(survivor.channel_identity_id)
        message = self._answer(survivor)
        self.assertIn(self.customer, message.sudo().notified_partner_ids)
        self.assertEqual(self._receive(self._event('Oh', person=OTTO)).ticket_id, survivor)
        self.assertEqual(self._get_answer(survivor)[1], OTTO.external_id)

    def test_mail_of_the_same_customer(self):
        """The channel stays; the composer offers to answer by mail."""
        ticket = self._receive(self._event('My cup is broken')).ticket_id
        self._answer(ticket)
        self._mail(ticket, self.customer.email_formatted)
        self.assertIn('email', ticket.message_ids.mapped('message_type'))
        self.assertEqual(ticket.channel_identity_id.external_id, EMMA.external_id)
        self.assertIn('email', ticket.with_user(self.agent).get_channel_state()['ways'])

    def test_envelopes_move(self):
        """What came and what is to be sent belongs to the ticket that is left."""
        envelope = self._receive(self._event('My cup is broken'))
        source, survivor = envelope.ticket_id, self._create_ticket(name='By mail')
        message = self._answer(source)
        self._merge(source, survivor)
        self.assertEqual(envelope.ticket_id, survivor)
        self.assertEqual(message.sudo().helpdesk_envelope_ids.ticket_id, survivor)
        self._run_outbox()
        self.assertEqual(message.sudo()._get_delivery()['state'], 'sent')

    def test_taken_back_after_the_merge(self):
        """The words also leave the title of the ticket that is gone."""
        envelope = self._receive(self._event('My secret is 1234'))
        source, survivor = envelope.ticket_id, self._create_ticket(name='By mail')
        self._merge(source, survivor)
        self._receive(self._event(kind='delete', target=envelope.external_id))
        self.assertNotIn('secret', source.name)
        self.assertEqual(survivor.name, 'By mail')

    def test_dialog_warns(self):
        """Two people on a channel are two customers, even if the tickets say otherwise."""
        emma = self._receive(self._event('My cup is broken')).ticket_id
        otto = self._receive(self._event('Our cup is broken', person=OTTO)).ticket_id
        otto.with_user(self.agent).partner_id = self.customer
        Wizard = self.env['helpdesk.ticket.merge'].with_user(self.agent)
        with Form(Wizard.with_context(default_ticket_ids=(emma | otto).ids)) as form:
            self.assertTrue(form.has_several_customers)
        other = self._create_ticket(name='By mail')
        with Form(Wizard.with_context(default_ticket_ids=(emma | other).ids)) as form:
            self.assertFalse(form.has_several_customers)
