from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common import HelpdeskCommon

AGENT_MAIL = """From: Agent <agent@shop.example>
To: care@shop.example
Subject: {subject}
Message-Id: <agent-answer@mail.example>
{header}
Content-Type: text/plain; charset=utf-8

We send a new cup.
"""


@tagged('post_install', '-at_install')
class TestAnswer(HelpdeskCommon, MailCase):
    """What leaves when an agent answers."""

    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket(stage_id=self.stage_new.id)

    def _answer(self, ticket=None, **kwargs):
        """Let the agent answer, and return the mails that left."""
        with self.mock_mail_gateway():
            (ticket or self.ticket).with_user(self.agent).message_post(
                **{
                    'body': 'We send a new cup.',
                    'message_type': 'comment',
                    'subtype_xmlid': 'mail.mt_comment',
                    **kwargs,
                }
            )
        return self._mails

    def _recipients(self, mails):
        return sorted(address for mail in mails for address in mail['email_to'])

    # === RECIPIENTS === #

    def test_the_customer_gets_the_answer(self):
        self.assertNotIn(self.customer, self.ticket.message_partner_ids)
        (mail,) = self._answer()
        self.assertEqual(mail['email_to'], ['"Emma Clark" <emma.clark@customer.example>'])
        self.assertEqual(mail['subject'], f'[#{self.ticket.ticket_ref}] Re: Cup arrived broken')
        self.assertIn('care@shop.example', mail['reply_to'])
        self.assertIn(self.customer, self.ticket.message_ids[0].partner_ids)
        self.assertNotIn('Auto-Submitted', mail['headers'])

    def test_a_note_stays_inside(self):
        self.assertFalse(self._answer(subtype_xmlid='mail.mt_note'))

    def test_the_customer_is_added_to_colleagues(self):
        mails = self._answer(partner_ids=self.agent_2.partner_id.ids)
        self.assertEqual(
            self._recipients(mails),
            [
                '"Agent 2" <agent_2@shop.example>',
                '"Emma Clark" <emma.clark@customer.example>',
            ],
        )

    def test_people_in_copy_stay_in(self):
        self.ticket.sudo().email_cc = '"Bob" <bob@customer.example>, Emma.Clark@customer.example'
        mails = self._answer()
        self.assertEqual(
            self._recipients(mails),
            [
                '"Emma Clark" <emma.clark@customer.example>',
                'bob@customer.example',
            ],
        )

    def test_chosen_recipients_are_respected(self):
        self.ticket.sudo().email_cc = 'bob@customer.example'
        mails = self._answer(partner_ids=self.customer.ids)
        self.assertEqual(self._recipients(mails), ['"Emma Clark" <emma.clark@customer.example>'])

    def test_without_a_contact_the_bare_address_is_mailed(self):
        ticket = self._create_ticket(partner_id=False, partner_email='liu@new.example')
        ticket.partner_id = False
        mails = self._answer(ticket)
        self.assertEqual(self._recipients(mails), ['liu@new.example'])

    def test_suggested_recipients_of_the_composer(self):
        self.ticket.sudo().email_cc = 'bob@customer.example'
        suggested = self.ticket.with_user(self.agent)._message_get_suggested_recipients()
        emails = [recipient['email'] for recipient in suggested]
        self.assertEqual(emails, ['emma.clark@customer.example', 'bob@customer.example'])

    def test_the_customers_own_mail_is_not_sent_back(self):
        with self.mock_mail_gateway():
            self.ticket.with_user(self.env.ref('base.user_root')).message_post(
                author_id=self.customer.id,
                body='Hello?',
                message_type='email',
                subtype_xmlid='mail.mt_comment',
                incoming_email_cc='bob@customer.example',
            )
        self.assertEqual(self._recipients(self._mails), ['"Agent" <agent@shop.example>'])
        self.assertFalse(self.ticket.user_id)

    def test_words_posted_on_behalf_of_a_customer_are_not_sent_back(self):
        self.ticket.message_subscribe(self.customer.ids)
        mails = self._answer(author_id=self.customer.id)
        self.assertNotIn('emma', str(self._recipients(mails)))

    # === SUBJECT, BUTTON === #

    def test_an_own_subject_gets_the_number(self):
        (mail,) = self._answer(subject='Your new cup')
        self.assertEqual(mail['subject'], f'[#{self.ticket.ticket_ref}] Your new cup')

    def test_the_number_stands_once(self):
        subject = f'AW: [#{self.ticket.ticket_ref}] Re: Cup arrived broken'
        (mail,) = self._answer(subject=subject)
        self.assertEqual(mail['subject'], subject)

    def test_a_longer_number_is_another_number(self):
        (mail,) = self._answer(subject=f'Like #{self.ticket.ticket_ref}7')
        self.assertTrue(mail['subject'].startswith(f'[#{self.ticket.ticket_ref}] '))

    def test_a_foreign_reply_prefix_is_enough(self):
        ticket = self._create_ticket(name='回复：杯子')
        (mail,) = self._answer(ticket)
        self.assertEqual(mail['subject'], f'[#{ticket.ticket_ref}] 回复：杯子')

    def test_the_customer_gets_a_link_that_needs_no_login(self):
        (mail,) = self._answer()
        self.assertIn('View ticket', mail['body'])
        self.assertIn(self.ticket.access_token, mail['body'])

    def test_no_link_to_a_private_ticket(self):
        self.team.privacy_visibility = 'internal'
        (mail,) = self._answer()
        self.assertNotIn('View ticket', mail['body'])

    # === TAKING UP === #

    def test_the_first_answer_takes_the_ticket_up(self):
        self._answer()
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertEqual(self.ticket.stage_id, self.stage_open)

    def test_assigned_and_moved_on_it_stays(self):
        self.ticket.write({'user_id': self.agent_2.id, 'stage_id': self.stage_waiting.id})
        self._answer()
        self.assertEqual(self.ticket.user_id, self.agent_2)
        self.assertEqual(self.ticket.stage_id, self.stage_waiting)

    def test_who_is_not_in_the_team_takes_nothing_up(self):
        guest = self._new_user('guest_agent', 'group_helpdesk_user')
        with self.mock_mail_gateway():
            self.ticket.with_user(guest).message_post(
                body='Hi',
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
            )
        self.assertFalse(self.ticket.user_id)

    # === BY E-MAIL === #

    def _mail_in(self, header='', subject='Re: Cup'):
        with self.mock_mail_gateway():
            self.env['mail.thread'].message_process(
                'helpdesk.ticket',
                AGENT_MAIL.format(header=header, subject=subject),
            )
        return self._mails

    def test_an_agent_answers_from_the_mail_program(self):
        with self.mock_mail_gateway():
            question = self.ticket.with_user(self.env.ref('base.user_root')).message_post(
                author_id=self.customer.id,
                body='Where is my cup?',
                message_type='email',
                subtype_xmlid='mail.mt_comment',
            )
        mails = self._mail_in(header=f'In-Reply-To: {question.message_id}')
        self.assertEqual(self._recipients(mails), ['"Emma Clark" <emma.clark@customer.example>'])
        message = self.ticket.message_ids.filtered(lambda msg: 'new cup' in msg.body)
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertEqual(self.ticket.answered_customer_message_count, 1)
        self.assertIn(question.message_id, mails[0]['references'])

    # === STAGE MAILS === #

    def _move(self, tickets, stage):
        with self.mock_mail_gateway():
            tickets.with_user(self.agent).write({'stage_id': stage.id})
            self.flush_tracking()
        return self._mails

    def test_a_stage_tells_the_customer(self):
        self.stage_solved.template_id = self.env.ref('helpdesk_ecom.mail_template_ticket_solved')
        (mail,) = self._move(self.ticket, self.stage_solved)
        self.assertEqual(mail['email_to'], ['"Emma Clark" <emma.clark@customer.example>'])
        self.assertIn('has been solved', mail['body'])
        self.assertEqual(mail['headers']['Auto-Submitted'], 'auto-generated')
        self.assertFalse(self.ticket.answered_customer_message_count)

    def test_a_stage_tells_each_customer_of_many_tickets(self):
        self.stage_solved.template_id = self.env.ref('helpdesk_ecom.mail_template_ticket_solved')
        other = self.customer.copy({'name': 'Jan', 'email': 'jan@customer.example'})
        tickets = self.ticket | self._create_ticket(partner_id=other.id)
        self.flush_tracking()
        mails = self._move(tickets, self.stage_solved)
        self.assertEqual(
            self._recipients(mails),
            [
                '"Emma Clark" <emma.clark@customer.example>',
                '"Jan" <jan@customer.example>',
            ],
        )

    def test_a_stage_without_template_is_silent(self):
        self.assertFalse(self._move(self.ticket, self.stage_solved))

    def test_merging_is_silent(self):
        self.stage_solved.template_id = self.env.ref('helpdesk_ecom.mail_template_ticket_solved')
        self.ticket.sudo().merged_into_id = self._create_ticket()
        self.assertFalse(self._move(self.ticket, self.stage_solved))

    # === COSTS === #

    def test_query_count_of_an_answer(self):
        self._answer(self._create_ticket())  # fills the caches
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(51):
            self._answer()
            self.env.flush_all()
