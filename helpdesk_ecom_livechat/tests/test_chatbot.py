from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import LivechatCommon


@tagged('post_install', '-at_install')
class TestChatbot(LivechatCommon, HttpCase):
    """A chatbot makes the ticket, over HTTP, with the rights of a visitor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = cls.env['chatbot.script'].create({'title': 'Help Bot'})
        cls.step_hello, cls.step_what, cls.step_email, cls.step_phone, cls.step_ticket = cls.env[
            'chatbot.script.step'
        ].create(
            [
                {'chatbot_script_id': cls.script.id, 'step_type': step_type, 'message': message}
                for step_type, message in (
                    ('text', 'Hello!'),
                    ('free_input_single', 'What happened?'),
                    ('question_email', 'Your address?'),
                    ('question_phone', 'Your number?'),
                    ('create_ticket', 'Thank you, we will write to you.'),
                )
            ]
        )
        cls.livechat.rule_ids = [Command.create({'chatbot_script_id': cls.script.id})]

    def _play(self, *answers):
        """Return the chat of a visitor who answers the questions of the chatbot."""
        data = self.make_jsonrpc_request(
            '/im_livechat/get_session',
            {'chatbot_script_id': self.script.id, 'channel_id': self.livechat.id},
        )
        chat = self.env['discuss.channel'].browse(data['channel_id'])
        for answer in answers:
            self._post(chat, answer)
            self.make_jsonrpc_request('/chatbot/step/trigger', {'channel_id': chat.id})
        return chat

    def _post(self, chat, text):
        self.make_jsonrpc_request(
            '/mail/message/post',
            {
                'thread_model': 'discuss.channel',
                'thread_id': chat.id,
                'post_data': {
                    'body': text,
                    'message_type': 'comment',
                    'subtype_xmlid': 'mail.mt_comment',
                },
            },
        )

    def _play_to_ticket(self, email='mia@customer.example'):
        return self._play('My cup arrived broken', email, '+12125550188')

    def test_guest(self):
        chat = self._play_to_ticket()
        ticket = chat.helpdesk_ticket_id
        self.assertEqual((ticket.name, ticket.team_id), ('My cup arrived broken', self.team))
        self.assertEqual(ticket.partner_id.email, 'mia@customer.example')
        self.assertEqual(ticket.partner_id.phone, '+12125550188')
        self.assertNotIn('isitor', ticket.partner_id.name)
        messages = self._conversation(ticket)
        self.assertEqual(str(messages[-1].preview), 'Thank you, we will write to you.')
        self.assertEqual(
            messages.mapped('message_type'),
            # the text and the question of the welcome, then answer and question in turn
            ['auto_comment'] * 2 + ['comment', 'auto_comment'] * 3,
        )
        # what a robot says answers nobody
        self.assertEqual(ticket.answered_customer_message_count, 0)
        self.assertTrue(ticket.oldest_unanswered_customer_message_date)
        self.assertTrue(ticket.acknowledgement_due_date, 'somebody waits for an answer')

        self._post(chat, 'And the plate, too')
        self.assertEqual(self._texts(ticket)[-1], 'And the plate, too')
        self.make_jsonrpc_request('/im_livechat/visitor_leave_session', {'channel_id': chat.id})
        self._run_job()
        self.assertEqual(chat.helpdesk_ticket_id, ticket)

    def test_portal_user(self):
        """Who is logged in is who they are, whatever address they type."""
        user = new_test_user(
            self.env, 'emma', groups='base.group_portal', email='emma@customer.example'
        )
        self.authenticate('emma', 'emma')
        chat = self._play_to_ticket(self.customer.email)
        ticket = chat.helpdesk_ticket_id
        self.assertEqual(ticket.partner_id, user.partner_id)
        self.assertEqual(ticket.partner_email, 'emma@customer.example')
        self.assertEqual(ticket.partner_phone, '+12125550188')
        self.assertFalse(user.partner_id.phone)

    def test_team_of_the_step(self):
        team = self.env['helpdesk.team'].create({'name': 'Claims'})
        self.step_ticket.helpdesk_team_id = team
        self.assertEqual(self._play_to_ticket().helpdesk_ticket_id.team_id, team)

    def test_without_a_team(self):
        """Without any hint it is the first team of the company."""
        self.livechat.helpdesk_team_id = False
        self.assertTrue(self._play_to_ticket().helpdesk_ticket_id.team_id)

    def test_forward(self):
        """An operator who is there gets the chat, and the ticket if they work for its team."""
        self.step_ticket.step_type = 'create_ticket_and_forward'
        self.assertTrue(self.step_ticket.is_forward_operator)
        for operator, owner in (
            (self.chat_agent, self.chat_agent),
            (self.operator, self.env['res.users']),
        ):
            with self.subTest(operator=operator.login):
                self.livechat.user_ids = operator
                self.env['mail.presence']._update_presence(operator)
                self._reset_bus()
                chat = self._play_to_ticket()
                ticket = chat.helpdesk_ticket_id
                self.assertEqual(chat.livechat_operator_id, operator.partner_id)
                self.assertEqual(ticket.user_id, owner)
                told = [
                    notification
                    for notification in self.env['bus.bus'].sudo().search([])
                    if 'The chatbot created ticket' in notification.message
                ]
                self.assertEqual(len(told), 1)
                self.assertIn(str(operator.partner_id.id), told[0].channel)
                self.assertEqual('data-oe-id' in told[0].message, bool(owner))
                self._say(chat, 'I take care of it', operator)
                self.assertEqual(ticket.answered_customer_message_count, 1)

    def test_nobody_to_forward_to(self):
        """The ticket is there, the script goes on, and the end makes no second ticket."""
        self.step_ticket.step_type = 'create_ticket_and_forward'
        self.env['chatbot.script.step'].create(
            {'chatbot_script_id': self.script.id, 'message': 'Nobody is here. We will write.'}
        )
        chat = self._play_to_ticket()
        ticket = chat.helpdesk_ticket_id
        self.assertFalse(ticket.user_id)
        self.assertEqual(chat.livechat_failure, 'no_agent')
        self.make_jsonrpc_request('/chatbot/step/trigger', {'channel_id': chat.id})
        self.assertEqual(self._texts(ticket)[-1], 'Nobody is here. We will write.')
        self.make_jsonrpc_request('/chatbot/step/trigger', {'channel_id': chat.id})
        self.assertTrue(chat.livechat_end_dt)
        self._run_job()
        self.assertEqual(chat.helpdesk_ticket_id, ticket)

    def test_missed(self):
        """A visitor whom nobody answers leaves, and nothing of the desk runs as them."""
        self.livechat.rule_ids.unlink()
        self.livechat.user_ids = self.operator
        self.env['mail.presence']._update_presence(self.operator)
        data = self.make_jsonrpc_request(
            '/im_livechat/get_session', {'channel_id': self.livechat.id}
        )
        chat = self.env['discuss.channel'].browse(data['channel_id'])
        self._post(chat, 'Is anybody there? mia@customer.example')
        self.make_jsonrpc_request('/im_livechat/visitor_leave_session', {'channel_id': chat.id})
        self.assertTrue(chat.helpdesk_ticket_due)
        self._run_job()
        ticket = chat.helpdesk_ticket_id
        self.assertEqual(ticket.partner_id.email, 'mia@customer.example')
        self.assertTrue(ticket.acknowledgement_due_date or ticket.acknowledgement_date)
