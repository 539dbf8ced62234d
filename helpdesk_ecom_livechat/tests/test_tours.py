from odoo.tests import HttpCase, tagged

from .common import LivechatCommon


@tagged('post_install', '-at_install', 'browser')
class TestLivechatTour(LivechatCommon, HttpCase):
    """A visitor chats on the website, and the operator makes a ticket of it."""

    def test_ticket(self):
        self.livechat.user_ids = self.chat_agent
        self.env['mail.presence']._update_presence(self.chat_agent)
        self.start_tour(
            f'/im_livechat/support/{self.livechat.id}', 'helpdesk_livechat_visitor_tour'
        )
        chat = self.livechat.channel_ids
        self.assertIn('My blue cup arrived broken', str(chat.message_ids.body))
        self.start_tour('/odoo/discuss', 'helpdesk_livechat_agent_tour', login='chat_agent')
        ticket = chat.helpdesk_ticket_id
        self.assertEqual(ticket.user_id, self.chat_agent)
        self.assertEqual(ticket.partner_id.email, 'mia@customer.example')
        self.assertEqual(ticket.answered_customer_message_count, 1)
