from odoo.tests import HttpCase, tagged

from .test_channel_template import HelpdeskTemplateCommon


@tagged('post_install', '-at_install', 'browser')
class TestChannelTour(HelpdeskTemplateCommon, HttpCase):
    """An agent answers a customer of a messenger, sees it sent, and sends a template later."""

    def test_answer_and_template(self):
        url = f'/odoo/helpdesk.ticket/{self.ticket.id}'
        self.start_tour(url, 'helpdesk_channel_answer_tour', login='agent')
        self._run_outbox()
        (sent,) = self.program.messages
        self.assertEqual(sent['text'], 'It is on its way.')

        self._close_window()
        self.start_tour(url, 'helpdesk_channel_template_tour', login='agent')
        self._run_outbox()
        _first, template, *others = self.program.messages
        self.assertFalse(others, 'what went by mail did not go by the channel, too')
        self.assertEqual(
            template['template']['values'], ['Emma', self.ticket.ticket_ref, 'it is there']
        )
        mail = self.ticket.message_ids.filtered(lambda message: 'By mail' in message.body)
        self.assertEqual(mail.author_id, self.agent.partner_id)
        self.assertFalse(mail.helpdesk_envelope_ids)
        self.assertIn(self.ticket.partner_id, mail.notified_partner_ids)
