from odoo.tests import HttpCase, tagged

from .inbox_common import InboxCommon


@tagged('post_install', '-at_install', 'browser')
class TestInboxTour(InboxCommon, HttpCase):
    """An agent with no other rights answers two customers without leaving the inbox."""

    def test_inbox(self):
        carl = self.env['res.partner'].create({'name': 'Carl Clay', 'email': 'carl@clay.example'})
        other = self._create_ticket(
            name='Colour of the plate', partner_id=carl.id, user_id=self.agent.id
        )
        self.ticket.sudo().oldest_unanswered_customer_message_date = '2026-01-01 00:00:00'
        self._hear(self.ticket, 'Where is it?')
        self._hear(other, 'Is it blue?', carl)
        self.start_tour('/odoo/helpdesk-inbox', 'helpdesk_inbox_tour', login='agent')
        answers = self.ticket.message_ids.filtered(
            lambda message: (
                message.author_id == self.agent.partner_id and message.message_type == 'comment'
            )
        )
        self.assertEqual(len(answers), 1)
        self.assertIn('Glad to hear it', answers.body)
        self.assertFalse(self.ticket.oldest_unanswered_customer_message_date)
        visits = self.env['helpdesk.ticket.visit'].search([('user_id', '=', self.agent.id)])
        self.assertEqual(visits.ticket_id, self.ticket | other)
