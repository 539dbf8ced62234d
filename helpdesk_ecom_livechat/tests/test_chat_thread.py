from odoo.tests import tagged

from .common import LivechatCommon


@tagged('post_install', '-at_install')
class TestThreading(LivechatCommon):
    """The chat goes on, and so does its ticket."""

    def setUp(self):
        super().setUp()
        self.chat = self._start_chat(operator=self.chat_agent)
        self._say(self.chat, 'My cup arrived broken')
        self.chat.with_user(self.chat_agent).execute_command_ticket(body='/ticket')
        self.ticket = self.chat.helpdesk_ticket_id

    def test_both_sides(self):
        self._say(self.chat, 'A new one is on its way', self.chat_agent)
        self._say(self.chat, 'Thank you')
        self.assertEqual(
            self._texts(self.ticket),
            ['My cup arrived broken', 'A new one is on its way', 'Thank you'],
        )
        self.assertEqual(self.ticket.answered_customer_message_count, 1)
        self.assertEqual(self.ticket.stage_id, self.stage_open)
        self.assertTrue(self.ticket.oldest_unanswered_customer_message_date)

    def test_files(self):
        """The ticket has its own copy of a file: the chat may be deleted."""
        self._say(self.chat, 'Look', attachments=[('cup.png', b'picture')])
        message = self._conversation(self.ticket)[-1]
        file = message.attachment_ids
        self.assertEqual((file.res_model, file.res_id), ('helpdesk.ticket', self.ticket.id))
        self.chat.unlink()
        self.assertEqual(file.exists().raw, b'picture')
        self.assertEqual(file.with_user(self.agent).raw, b'picture')

    def _change(self, message, **values):
        """Change a message of the chat as the route does it for its author."""
        chat = self._as_visitor(self.chat)
        chat._message_update_content(message.with_env(chat.env).sudo(), **values)

    def test_changed_by_the_visitor(self):
        self._say(self.chat, 'My order is S0001', attachments=[('cup.png', b'picture')])
        message = self.chat.message_ids[0]
        copy = self._conversation(self.ticket)[-1]
        self._change(message, body='My order is S0002')
        self.assertIn('S0002', copy.body)
        self.assertNotIn('S0001', copy.body)
        note = self.ticket.message_ids[0]
        self.assertTrue(note.is_internal)
        self.assertIn('S0001', note.body)

        self._change(message, body='', attachment_ids=[])
        self.assertNotIn('S0002', copy.body)
        self.assertFalse(copy.attachment_ids)

    def test_changed_by_the_agent(self):
        """The same words twice: only the one that was changed changes."""
        first = self._say(self.chat, 'Hello', self.chat_agent)
        self._say(self.chat, 'Hello', self.chat_agent)
        self.chat.with_user(self.chat_agent)._message_update_content(first, body='Good morning')
        self.assertEqual(
            sorted('Hello' in text for text in self._texts(self.ticket)[1:]), [False, True]
        )

    def test_what_happens_is_not_said(self):
        """Neither who comes and goes nor what is rated stands in the conversation."""
        self.chat.message_post(body='joined', message_type='notification')
        self._as_visitor(self.chat)._close_livechat_session()
        self.assertEqual(len(self._conversation(self.ticket)), 1)

    def test_closed_ticket(self):
        self.ticket.with_user(self.chat_agent).action_solve()
        self._say(self.chat, 'See you', self.chat_agent)
        self.assertTrue(self.ticket.fold)
        self._say(self.chat, 'The next one is broken, too')
        self.assertFalse(self.ticket.fold)

    def test_merge(self):
        """The chat follows its ticket into another one."""
        survivor = self._create_ticket()
        self.ticket.with_user(self.agent)._merge_into(survivor, confirmed=True)
        self.assertEqual(self.chat.helpdesk_ticket_id, survivor)
        self._say(self.chat, 'And the plate')
        self.assertEqual(self._texts(survivor)[-1], 'And the plate')

    def test_answer_by_mail(self):
        """From the ticket the answer goes by mail, to the address that the visitor gave."""
        self._say(self.chat, 'Write to mia@customer.example')
        message = self.ticket.with_user(self.chat_agent).message_post(
            body='It left today',
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )
        self.assertEqual(message.notified_partner_ids.email, 'mia@customer.example')
        self.assertNotIn('It left today', str(self.chat.message_ids.mapped('body')))

    def test_other_chats(self):
        """A chat without a ticket, and a channel of colleagues, go on as ever."""
        other = self._start_chat()
        self._say(other, 'Hello')
        channel = self.env['discuss.channel'].with_user(self.agent)._create_channel('Tea', None)
        self._say(channel, 'Hello', self.agent)
        self.assertEqual(len(self._conversation(self.ticket)), 1)

    def test_open_chat(self):
        self._reset_bus()
        self.ticket.with_user(self.chat_agent).action_open_livechat()
        self.env.cr.precommit.run()
        sent = self.env['bus.bus'].sudo().search([]).mapped('message')
        self.assertTrue(any('open_chat_window' in message for message in sent))
