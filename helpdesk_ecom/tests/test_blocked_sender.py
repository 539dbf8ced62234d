from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .channel_common import HelpdeskChannelCommon
from .common_mail import HelpdeskMailCommon

SPAM = {'From': 'Otto <Otto@Spam.example>'}


@tagged('post_install', '-at_install')
class TestBlockedAddress(HelpdeskMailCommon):
    """Mail of a blocked address makes no ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket, _parked = cls._receive(cls._mail(**SPAM))

    def _block(self, ticket=None):
        (ticket or self.ticket).with_user(self.leader).action_block()

    def test_block(self):
        self.team.use_rating = True
        self.stage_solved.template_id = self.env['mail.template'].create(
            {'name': 'Solved', 'model_id': self.env['ir.model']._get_id('helpdesk.ticket')}
        )
        messages = self.ticket.message_ids
        with self.mock_mail_gateway():
            self._block()
        self.assertTrue(self.ticket.fold)
        self.assertTrue(self.ticket.is_sender_blocked)
        self.assertNotSentEmail()
        note = self.ticket.message_ids - messages
        self.assertIn('otto@spam.example is blocked', note.body)
        self.assertTrue(note.is_internal or note.subtype_id.internal)
        self.assertFalse(self.ticket.acknowledgement_due_date)

    def test_next_mail(self):
        self._block()
        ticket, parked = self._receive(self._mail(**SPAM))
        self.assertFalse(ticket)
        self.assertEqual((parked.reason, parked.state), ('blocked', 'ignored'))
        ticket, _parked = self._receive(self._mail())
        self.assertTrue(ticket, 'only the blocked one is kept out')

    def test_answer_is_kept_out(self):
        """Nothing happens to the ticket: it is neither reopened nor written to."""
        self._block()
        messages = self.ticket.message_ids
        _ticket, parked = self._receive(self._reply(self.ticket, **SPAM))
        self.assertEqual(parked.reason, 'blocked')
        self.assertEqual(parked.ticket_id, self.ticket)
        self.assertTrue(self.ticket.fold)
        self.assertEqual(self.ticket.message_ids, messages)

    def test_through_a_form(self):
        self._block()
        _ticket, parked = self._receive(
            self._mail(From='form@shop.example', Reply_To='otto@spam.example')
        )
        self.assertEqual(parked.reason, 'blocked')

    def test_listed_among_trusted_senders(self):
        """The later decision counts."""
        self.env['mail.gateway.allowed'].create({'email': 'otto@spam.example'})
        self._block()
        self.assertEqual(self._receive(self._mail(**SPAM))[1].reason, 'blocked')

    def test_released(self):
        self._block()
        parked = self._receive(self._mail(**SPAM))[1].with_user(self.leader)
        parked.action_release()
        self.assertTrue(parked.ticket_id)

    def test_unblock(self):
        self._block()
        self.ticket.with_user(self.leader).action_unblock()
        self.assertFalse(self.ticket.is_sender_blocked)
        self.assertTrue(self._receive(self._mail(**SPAM))[0])
        self.assertIn('not blocked any more', self.ticket.message_ids[0].body)

    def test_unblock_in_the_list(self):
        self._block()
        blocked = self.env['helpdesk.blocked.sender'].with_user(self.leader).search([])
        self.assertEqual(blocked.create_uid, self.leader)
        blocked.action_unblock()
        self.assertTrue(self._receive(self._mail(**SPAM))[0])
        self.assertIn('not blocked any more', self.ticket.message_ids[0].body)

    def test_other_company(self):
        """Each company decides for itself."""
        other = self.env['res.company'].create({'name': 'Other'})
        self.env['helpdesk.blocked.sender'].create(
            {'email': 'otto@spam.example', 'company_id': other.id}
        )
        self.assertTrue(self._receive(self._mail(**SPAM))[0])
        self.assertFalse(self.ticket.is_sender_blocked)
        Sender = self.env['helpdesk.blocked.sender'].with_user(self.leader)
        self.assertFalse(Sender.search([]))

    def test_agents_ask_their_leader(self):
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.agent).action_block()
        self._block()
        self.assertTrue(self.ticket.with_user(self.agent).is_sender_blocked)
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.agent).action_unblock()
        with self.assertRaises(AccessError):
            self.env['helpdesk.blocked.sender'].with_user(self.agent).search([])

    def test_colleagues_and_own_addresses(self):
        for email in ('agent@shop.example', 'care@shop.example', 'nonsense'):
            with self.subTest(email), self.assertRaises(ValidationError):
                self.env['helpdesk.blocked.sender'].create({'email': email})
        with self.assertRaises(ValidationError):
            self._block(self._create_ticket(partner_id=self.agent_2.partner_id.id))

    def test_twice(self):
        self._block()
        self._block()
        with mute_logger('odoo.sql_db'), self.assertRaises(UniqueViolation):
            self.env['helpdesk.blocked.sender'].create({'email': 'OTTO@spam.example'})

    def test_nothing_to_block(self):
        with self.assertRaises(UserError):
            self._block(self._create_ticket(partner_id=False))


@tagged('post_install', '-at_install')
class TestBlockedIdentity(HelpdeskChannelCommon):
    """Who is blocked on a channel may still write mail."""

    def test_block_and_unblock(self):
        envelope = self._receive(self._event('Buy now'))
        ticket = envelope.ticket_id.with_user(self.leader)
        ticket.action_block()
        self.assertTrue(envelope.identity_id.is_blocked)
        self.assertTrue(ticket.fold)
        self.assertFalse(self.env['helpdesk.blocked.sender'].search([]))
        self.assertEqual(self._receive(self._event('Again')).state, 'ignored')
        ticket.action_unblock()
        self.assertEqual(self._receive(self._event('Sorry')).ticket_id, ticket)

    def test_unblock_from_the_list(self):
        identity = self._receive(self._event('Buy now')).identity_id
        identity.with_user(self.leader).is_blocked = True
        with self.assertRaises(AccessError):
            identity.with_user(self.agent).action_unblock()
        self.assertTrue(identity.is_blocked)
        identity.with_user(self.leader).action_unblock()
        self.assertFalse(identity.is_blocked)

    def test_colleague(self):
        envelope = self._receive(self._event('Only a test'))
        envelope.identity_id.partner_id = envelope.ticket_id.partner_id = self.agent.partner_id
        with self.assertRaises(ValidationError):
            envelope.ticket_id.with_user(self.leader).action_block()
