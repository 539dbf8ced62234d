from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import LivechatCommon


@tagged('post_install', '-at_install')
class TestTicketCommand(LivechatCommon):
    """What /ticket makes, and for whom."""

    def test_agent(self):
        """The transcript stands in the ticket as it was said, and the agent has the ticket."""
        chat = self._start_chat(self._create_guest(name='Mia'), self.chat_agent)
        with freeze_time('2026-03-02 09:00:00'):
            self._say(chat, 'Hi')
        with freeze_time('2026-03-02 09:01:00'):
            self._say(chat, f'Where is my order {self.order.name}?')
        with freeze_time('2026-03-02 09:02:00'):
            self._say(chat, 'I am looking', self.chat_agent)
        told = self._command(chat, self.chat_agent, '/ticket')
        ticket = chat.helpdesk_ticket_id
        self.assertIn(ticket.ticket_ref, told)
        self.assertIn(f"data-oe-id='{ticket.id}'", told)
        self.assertEqual(ticket.name, f'Where is my order {self.order.name}?')
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.user_id, self.chat_agent)
        self.assertEqual(ticket.channel_id, self.env.ref('helpdesk_ecom_livechat.channel_livechat'))
        self.assertEqual(ticket.partner_name, 'Mia')
        self.assertFalse(ticket.partner_id)
        self.assertEqual((ticket.sale_order_id, ticket.order_match), (self.order, 'unverified'))
        messages = self._conversation(ticket)
        self.assertEqual(
            self._texts(ticket),
            ['Hi', f'Where is my order {self.order.name}?', 'I am looking'],
        )
        self.assertEqual(
            [fields.Datetime.to_string(message.date)[11:16] for message in messages],
            ['09:00', '09:01', '09:02'],
        )
        self.assertEqual(messages[0].author_guest_id.name, 'Mia')
        self.assertFalse(messages[0].author_id)
        self.assertEqual(messages[2].author_id, self.chat_agent.partner_id)
        self.assertFalse(messages.notification_ids, 'who chats is not mailed their own words')

    def test_clock(self):
        """Who had the last word before the ticket existed has it in the ticket."""
        answered, waiting = self._start_chat(), self._start_chat()
        for chat in (answered, waiting):
            self._say(chat, 'My cup arrived broken')
            self._say(chat, 'A new one is on its way', self.operator)
        self._say(waiting, 'And when will it come?')
        for chat in (answered, waiting):
            chat.with_user(self.operator).execute_command_ticket(body='/ticket')
        self.assertFalse(answered.helpdesk_ticket_id.oldest_unanswered_customer_message_date)
        self.assertTrue(answered.helpdesk_ticket_id.awaiting_customer_date)
        self.assertEqual(answered.helpdesk_ticket_id.answered_customer_message_count, 1)
        self.assertTrue(waiting.helpdesk_ticket_id.oldest_unanswered_customer_message_date)
        self.assertFalse(waiting.helpdesk_ticket_id.awaiting_customer_date)

    def test_operator_without_rights(self):
        """An operator may, if the channel has a team; and is told the number, not a link."""
        chat = self._start_chat()
        self._say(chat, 'My cup arrived broken')
        with self.assertRaises(AccessError):
            self.env['helpdesk.ticket'].with_user(self.operator).check_access('create')
        told = self._command(chat, self.operator, '/ticket Broken <b>cup</b>')
        ticket = chat.helpdesk_ticket_id
        self.assertIn(ticket.ticket_ref, told)
        self.assertNotIn('data-oe-id', told)
        self.assertEqual((ticket.name, ticket.team_id), ('Broken <b>cup</b>', self.team))
        self.assertFalse(ticket.user_id, 'they are no agent of the team')
        self.assertEqual(ticket.create_uid, self.operator)

        self.livechat.helpdesk_team_id = False
        chat = self._start_chat()
        self._say(chat, 'My cup arrived broken')
        self.assertIn('no helpdesk team', self._command(chat, self.operator, '/ticket'))
        self.assertFalse(chat.helpdesk_ticket_id)
        self._command(chat, self.chat_agent, '/ticket')
        self.assertTrue(chat.helpdesk_ticket_id, 'an agent needs no team of the channel')

    def test_nobody_else(self):
        """Neither the visitor nor people who have nothing to do with chats make tickets."""
        user = new_test_user(self.env, 'emma', groups='base.group_portal')
        chat = self._start_chat(user.partner_id)
        self._say(chat, 'My cup arrived broken')
        with self.assertRaises(AccessError):
            chat.with_user(user).execute_command_ticket(body='/ticket')
        with self.assertRaises(AccessError):
            chat.with_user(user).execute_command_order(body=f'/order {self.order.name}')
        with self.assertRaises(AccessError):
            chat.with_user(self.outsider).execute_command_ticket(body='/ticket')
        with self.assertRaises(AccessError):
            chat.with_user(user).read(['helpdesk_ticket_id'])
        chat.with_user(self.operator)._add_members(users=self.outsider)
        self.assertIn('no right', self._command(chat, self.outsider, '/ticket'))
        self.assertFalse(chat.helpdesk_ticket_id)
        group = self.env['discuss.channel'].with_user(self.agent)._create_channel('Tea', None)
        self.assertIn('Only live chats', self._command(group, self.agent, '/ticket'))

    def test_never_twice(self):
        chat = self._start_chat()
        self._say(chat, 'My cup arrived broken')
        self._command(chat, self.operator, '/ticket')
        ticket = chat.helpdesk_ticket_id
        self.assertIn('already', self._command(chat, self.chat_agent, '/ticket Another'))
        self._as_visitor(chat)._close_livechat_session()
        self._run_job()
        self.assertEqual(chat.helpdesk_ticket_id, ticket)
        self.assertEqual(
            self.env['helpdesk.ticket'].search([('livechat_session_ids', 'in', chat.ids)]), ticket
        )
        self.assertEqual(self._texts(ticket), ['My cup arrived broken'])


@tagged('post_install', '-at_install')
class TestCustomer(LivechatCommon):
    """Whose ticket it is."""

    def _make(self, chat):
        return chat.with_user(self.operator)._make_helpdesk_ticket()

    def test_logged_in(self):
        user = new_test_user(self.env, 'emma', groups='base.group_portal')
        user.partner_id.write({'lang': 'en_US', 'country_id': self.env.ref('base.us').id})
        order = self._create_order(user.partner_id)
        chat = self._start_chat(user.partner_id, country_id=self.env.ref('base.de').id)
        self._say(chat, f'Order {order.name} did not arrive')
        ticket = self._make(chat)
        self.assertEqual(ticket.partner_id, user.partner_id)
        self.assertEqual(ticket.country_id.code, 'US', 'where they live, not where they are')
        self.assertEqual((ticket.sale_order_id, ticket.order_match), (order, 'verified'))
        self.assertEqual(self._conversation(ticket).author_id, user.partner_id)

    def test_guest(self):
        """An address in their words is one that they gave; their name is theirs."""
        lang = self.env['res.lang']._activate_lang('de_DE')
        guest = self._create_guest(name='Mia', lang='de_DE')
        chat = self._start_chat(
            guest, country_id=self.env.ref('base.de').id, livechat_lang_id=lang.id
        )
        self._say(chat, 'Meine Tasse ist kaputt. mia@customer.example')
        ticket = self._make(chat)
        self.assertEqual(ticket.partner_id.email, 'mia@customer.example')
        self.assertEqual(ticket.partner_id.name, 'Mia')
        self.assertEqual((ticket.lang_id, ticket.country_id.code), (lang, 'DE'))

    def test_guest_who_is_known(self):
        """The contact of that address is the customer, and their own order is verified."""
        chat = self._start_chat()
        self._say(chat, f'I am {self.customer.email}, where is {self.order.name}?')
        ticket = self._make(chat)
        self.assertEqual((ticket.partner_id, ticket.order_match), (self.customer, 'verified'))

    def test_nameless_guest(self):
        """Nobody is called Visitor."""
        lang = self.env['res.lang']._activate_lang('de_DE')
        self.env['ir.module.module'].search([('name', '=', 'im_livechat')])._update_translations(
            ['de_DE']
        )
        for name in ('Visitor', 'Visitor #12', 'Besucher'):
            guest = self._create_guest(name=name, lang=lang.code)
            chat = self._start_chat(guest)
            self._say(chat, f'I am {name[-2:].strip("#")}x@customer.example, my cup broke')
            self.assertNotIn('isit', self._make(chat).partner_id.name)

    def test_address_later(self):
        """What the operator has to ask for comes onto the ticket when it is told."""
        chat = self._start_chat()
        self._say(chat, 'My cup arrived broken')
        ticket = self._make(chat)
        self.assertFalse(ticket.partner_email)
        self._say(chat, 'Your address, please?', self.operator)
        self._say(chat, f'{self.customer.email}, and it is order {self.order.name}')
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual((ticket.sale_order_id, ticket.order_match), (self.order, 'verified'))

    def test_contact_of_another_company(self):
        """A chat is not lost because its visitor belongs to another company of the house."""
        company = self.env['res.company'].create({'name': 'Sister'})
        user = new_test_user(
            self.env,
            'emma',
            groups='base.group_portal',
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        user.partner_id.company_id = company
        chat = self._start_chat(user.partner_id)
        self._say(chat, 'My cup arrived broken')
        ticket = self._make(chat)
        self.assertEqual(ticket.company_id, self.company)
        self.assertNotEqual(ticket.partner_id, user.partner_id)


@tagged('post_install', '-at_install')
class TestOutcome(LivechatCommon):
    """Chats that become tickets by themselves."""

    def _close(self, chat):
        self._as_visitor(chat)._close_livechat_session()

    def test_outcomes(self):
        """Each kind of end makes a ticket where the channel says so, and only there."""
        switches = {
            'unanswered': 'helpdesk_ticket_unanswered',
            'left': 'helpdesk_ticket_left',
            'ended': 'helpdesk_ticket_ended',
        }
        for outcome, switch in switches.items():
            for is_on in (True, False):
                with self.subTest(outcome=outcome, is_on=is_on):
                    self.livechat.write({name: not is_on for name in switches.values()})
                    self.livechat[switch] = is_on
                    chat = self._start_chat()
                    self._say(chat, 'My cup arrived broken')
                    if outcome != 'unanswered':
                        self._say(chat, 'A new one is on its way', self.operator)
                    if outcome == 'left':
                        self._say(chat, 'When?')
                    self._close(chat)
                    self.assertFalse(chat.helpdesk_ticket_id, 'it is made by the job')
                    self._run_job()
                    self.assertEqual(bool(chat.helpdesk_ticket_id), is_on)
                    self.assertFalse(chat.helpdesk_ticket_due)

    def test_operator_leaves(self):
        self.livechat.helpdesk_ticket_ended = True
        chat = self._start_chat()
        self._say(chat, 'My cup arrived broken')
        self._say(chat, 'A new one is on its way', self.operator)
        chat.with_user(self.operator).action_unfollow()
        self.assertTrue(chat.livechat_end_dt)
        self._run_job()
        self.assertTrue(chat.helpdesk_ticket_id)

    def test_nothing_said(self):
        """A chat that nobody wrote in makes no work, and neither does one without a team."""
        chat = self._start_chat()
        self._close(chat)
        self._run_job()
        self.assertFalse(chat.helpdesk_ticket_id)
        self.livechat.helpdesk_team_id = False
        chat = self._start_chat()
        self._say(chat, 'My cup arrived broken')
        self._close(chat)
        self.assertFalse(chat.helpdesk_ticket_due)

    def test_unanswered_while_open(self):
        """Who closes the tab ends nothing: the chat becomes a ticket when it was long enough."""
        chat, young, answered = (self._start_chat() for _index in range(3))
        for each in (chat, young, answered):
            self._say(each, 'My cup arrived broken, mia@customer.example')
        self._say(answered, 'I am looking', self.operator)
        past = fields.Datetime.now() - timedelta(minutes=11)
        (chat | answered).last_interest_dt = past
        self._run_job()
        ticket = chat.helpdesk_ticket_id
        self.assertTrue(ticket)
        self.assertTrue(ticket.acknowledgement_due_date or ticket.acknowledgement_date)
        self.assertFalse((young | answered).helpdesk_ticket_id)
        self._say(chat, 'Sorry, I was away', self.operator)
        self.assertEqual(ticket.answered_customer_message_count, 1)
        self.assertEqual(len(self._conversation(ticket)), 2)

    def test_failure(self):
        """What can't become a ticket now holds up neither its visitor nor the others."""
        chats = self._start_chat() | self._start_chat()
        for chat in chats:
            self._say(chat, 'My cup arrived broken')
            self._close(chat)
        Chat = self.env.registry['discuss.channel']
        make = Chat._make_helpdesk_ticket

        def fail_first(chat, **kwargs):
            if chat == chats[0]:
                raise ValueError('broken')
            return make(chat, **kwargs)

        with mute_logger('odoo.addons.helpdesk_ecom_livechat.models.discuss_channel_ticket'):
            self.patch(Chat, '_make_helpdesk_ticket', fail_first)
            self._run_job()
        self.assertEqual([bool(chat.helpdesk_ticket_id) for chat in chats], [False, True])
        self.patch(Chat, '_make_helpdesk_ticket', make)
        self._run_job()
        self.assertTrue(chats[0].helpdesk_ticket_id)
