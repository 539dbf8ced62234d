from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .time_rule_common import MONDAY, HelpdeskTimeRuleCommon


@tagged('post_install', '-at_install')
class TestReminder(HelpdeskTimeRuleCommon):
    """We answer on Monday at 9:00 and remind after three working days: on Thursday at 9:00."""

    customer_count = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write(
            {
                'use_reminder': True,
                'reminder_day': 3,
                'reminder_count': 2,
                'reminder_stage_ids': [Command.set(cls.stage_waiting.ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.team.reminder_since = MONDAY
        self.ticket = self._create_answered_ticket(partner_id=self.customer.id)

    def _create_answered_ticket(self, **vals):
        """Return a ticket that the agent answered and that waits for the customer: a new one."""
        ticket = self._create_ticket(**{'partner_id': self._create_customer().id, **vals})
        self._say(ticket, self.agent.partner_id)
        ticket.stage_id = self.stage_waiting
        return ticket

    def _create_customer(self):
        self.customer_count += 1
        return self.env['res.partner'].create(
            {
                'name': f'Customer {self.customer_count}',
                'email': f'customer{self.customer_count}@customer.example',
            }
        )

    def _remind(self, days):
        """Let the job run some days after Monday, and return the mails that left."""
        return self._run_job('ir_cron_send_reminders', MONDAY + timedelta(days=days, minutes=1))

    def assertReminded(self, ticket, number):
        self.assertEqual(ticket.reminder_number, number)
        reminders = ticket.message_ids.filtered(
            lambda message: message.message_type == 'auto_comment'
        )
        self.assertEqual(len(reminders), number)

    # === WHEN === #

    def test_after_working_days(self):
        self.assertFalse(self._remind(2))
        self.assertEqual(len(self._remind(3)), 1)
        self.assertReminded(self.ticket, 1)

    def test_once_each(self):
        """The second one comes three working days after the first, on Tuesday; no third comes."""
        self._remind(3)
        self.assertFalse(self._remind(3))
        self.assertFalse(self._remind(7))
        self.assertEqual(len(self._remind(8.01)), 1)
        self.assertFalse(self._remind(30))
        self.assertReminded(self.ticket, 2)

    def test_the_answer_starts_anew(self):
        self._remind(3)
        self._say(self.ticket, self.customer)
        self.assertFalse(self.ticket.reminder_number)
        self.assertFalse(self.ticket.reminder_date)
        self.assertFalse(self.ticket.awaiting_customer_date)
        self.assertFalse(self._remind(30))
        self._say(self.ticket, self.agent.partner_id)  # a Wednesday
        self.assertFalse(self._remind(32))
        self.assertEqual(len(self._remind(36)), 1)

    def test_the_last_of_our_messages_counts(self):
        self._set_now(MONDAY + timedelta(days=1))
        self._say(self.ticket, self.agent_2.partner_id)
        self.assertFalse(self._remind(3))
        self.assertEqual(len(self._remind(4)), 1)

    def test_notes_and_machines_say_nothing(self):
        ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        for subtype, message_type in (
            ('mt_note', 'comment'),
            ('mt_comment', 'auto_comment'),
            ('mt_comment', 'notification'),
        ):
            self._say(
                ticket,
                self.agent.partner_id,
                subtype_xmlid=f'mail.{subtype}',
                message_type=message_type,
            )
        self.assertFalse(ticket.awaiting_customer_date)

    def test_messages_of_api_clients(self):
        ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        self.env['mail.message'].with_user(self.agent).create(
            {
                'model': 'helpdesk.ticket',
                'res_id': ticket.id,
                'body': 'Hello',
                'message_type': 'comment',
                'subtype_id': self.env.ref('mail.mt_comment').id,
                'author_id': self.agent.partner_id.id,
            }
        )
        self.assertEqual(ticket.awaiting_customer_date, MONDAY)

    # === WHOM === #

    def test_who_is_not_reminded(self):
        closed, archived, snoozed, bounced, robot, ours, elsewhere = (
            self._create_answered_ticket() for _index in range(7)
        )
        merged = self._create_answered_ticket(partner_id=self.customer.id)
        closed.stage_id = self.stage_solved
        merged._merge_into(self.ticket)
        archived.active = False
        snoozed.action_snooze(MONDAY + timedelta(days=30))
        bounced.sudo().bounced_email = bounced.partner_email
        robot.write({'partner_id': False, 'partner_email': 'noreply@market.example'})
        ours.write({'partner_id': False, 'partner_email': 'care@shop.example'})
        elsewhere.stage_id = self.stage_open
        self.assertEqual(len(self._remind(3)), 1)
        self.assertReminded(self.ticket, 1)
        spared = closed | merged | archived | snoozed | bounced | robot | ours | elsewhere
        self.assertFalse(any(spared.mapped('reminder_number')))

    def test_who_wants_no_mail_or_gets_none(self):
        unwanted, bouncing = (self._create_answered_ticket() for _index in range(2))
        self.env['mail.blacklist']._add(unwanted.partner_email.upper())
        bouncing.partner_id.message_bounce = 1
        self.assertEqual(len(self._remind(3)), 1)
        self.assertReminded(self.ticket, 1)
        self.assertFalse(any((unwanted | bouncing).mapped('next_reminder_date')))

    def test_mail_of_others_that_came_back(self):
        """A colleague in copy, or an address that was wrong and has been put right."""
        in_copy, corrected = (self._create_answered_ticket() for _index in range(2))
        in_copy._message_receive_bounce('colleague@customer.example', self.env['res.partner'])
        corrected._message_receive_bounce(corrected.partner_email, self.env['res.partner'])
        corrected.partner_email = 'right@customer.example'
        self.assertEqual(len(self._remind(3)), 3)
        self.assertReminded(in_copy, 1)
        self.assertReminded(corrected, 1)

    def test_snoozed_until_the_answer(self):
        """Whoever waits for the answer wants it asked for."""
        self.ticket.with_user(self.agent).action_snooze()
        self.assertEqual(len(self._remind(3)), 1)
        self.assertTrue(self.ticket.is_snoozed)

    def test_one_a_day(self):
        """Of several tickets of a customer one is asked for at a time."""
        other = self._create_answered_ticket(partner_id=self.customer.id)
        self.assertEqual(len(self._remind(3)), 1)
        self.assertFalse(self._remind(3.5))
        self.assertReminded(self.ticket, 1)
        self.assertEqual(len(self._remind(4.01)), 1)
        self.assertReminded(other, 1)

    def test_what_waited_before_it_was_switched_on(self):
        self.team.with_user(self.leader).use_reminder = False
        self._set_now(MONDAY + timedelta(days=1))
        with Form(self.team.with_user(self.leader)) as form:
            form.use_reminder = True
        later = self._create_answered_ticket()
        self.assertFalse(self.ticket.next_reminder_date)
        self.assertEqual(len(self._remind(10)), 1)
        self.assertReminded(self.ticket, 0)
        self.assertReminded(later, 1)

    @mute_logger('odoo.addons.helpdesk_ecom.models.ticket.helpdesk_ticket_job')
    def test_ticket_that_cannot_be_written(self):
        other = self._create_answered_ticket()
        self._let_fail(self.ticket, 'reminder_number')
        self.assertEqual(len(self._remind(3)), 1)
        self.assertReminded(other, 1)

    def test_switched_off(self):
        self.team.use_reminder = False
        self.assertFalse(self._remind(3))

    def test_all_stages(self):
        self.team.reminder_stage_ids = False
        self._create_answered_ticket().stage_id = self.stage_open
        self.assertEqual(len(self._remind(3)), 2)

    def test_a_reopened_ticket_owes_nothing(self):
        self.ticket.action_solve()
        self.env.flush_all()
        self.ticket.action_reopen()
        self.ticket.stage_id = self.stage_waiting
        self.assertFalse(self._remind(3))

    def test_who_waits_on_a_merged_ticket_is_not_reminded(self):
        other = self._create_ticket()
        self._set_now(MONDAY + timedelta(hours=1))
        self._say(other, self.customer)
        other.sudo().oldest_unanswered_customer_message_date = self.now
        other._merge_into(self.ticket)
        self.assertFalse(self.ticket.awaiting_customer_date)
        self.assertFalse(self._remind(3))

    # === WHAT === #

    def test_the_mail(self):
        self.ticket.message_subscribe(self.agent_2.partner_id.ids)
        (mail,) = self._remind(3)
        self.assertEqual(mail['email_to'], ['"Emma Clark" <emma.clark@customer.example>'])
        self.assertEqual(mail['subject'], f'[#{self.ticket.ticket_ref}] Cup arrived broken')
        self.assertIn(f'{self.ticket.access_url}?access_token=', mail['body'])
        self.assertEqual(mail['headers']['Auto-Submitted'], 'auto-generated')
        self.assertIn('care@shop.example', mail['reply_to'])

    def test_it_stops_no_clock(self):
        self._remind(3)
        self.assertEqual(self.ticket.awaiting_customer_date, MONDAY)
        self.assertEqual(self.ticket.answered_customer_message_count, 1)

    def test_language_of_the_customer(self):
        self.env['res.lang']._activate_lang('fr_FR')
        template = self.env.ref('helpdesk_ecom.mail_template_ticket_reminder')
        template.with_context(lang='fr_FR').body_html = '<p>Nous attendons votre réponse.</p>'
        self.customer.lang = 'fr_FR'
        (mail,) = self._remind(3)
        self.assertIn('Nous attendons votre réponse.', mail['body'])

    def test_words_of_the_team(self):
        template = self.env.ref('helpdesk_ecom.mail_template_ticket_reminder')
        self.team.reminder_template_id = template.copy({'body_html': '<p>Hey you</p>'})
        (mail,) = self._remind(3)
        self.assertIn('Hey you', mail['body'])
        self.team.reminder_template_id = False
        (mail,) = self._remind(8.01)
        self.assertIn('have not heard from you', mail['body'])

    @mute_logger('odoo.addons.helpdesk_ecom.models.ticket.helpdesk_ticket_reminder')
    def test_a_broken_template_is_not_tried_for_ever(self):
        def fail(ticket, *args):
            raise ValueError(ticket)

        self.patch(type(self.ticket), '_mail_customer_by_template', fail)
        self.assertFalse(self._remind(3))
        self.assertEqual(self.ticket.reminder_number, 1)

    def test_a_crash_neither_loses_nor_doubles(self):
        """What was rolled back is sent by the next run; what was committed is not sent again."""
        self._set_now(MONDAY + timedelta(days=3, minutes=1))
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.ticket.sudo()._send_reminder()
            raise ZeroDivisionError
        self.assertReminded(self.ticket, 0)
        self.assertEqual(len(self._remind(3)), 1)
        self.assertFalse(self._remind(3))

    # === SETTINGS === #

    def test_next_reminder_is_shown(self):
        self.assertEqual(self.ticket.next_reminder_date, MONDAY + timedelta(days=3))
        self.ticket.sudo().reminder_date = MONDAY + timedelta(days=3)
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.next_reminder_date, MONDAY + timedelta(days=8))
        self.ticket.action_snooze()
        self.assertTrue(self.ticket.next_reminder_date)
        self.ticket.action_snooze(MONDAY + timedelta(days=30))
        self.assertFalse(self.ticket.next_reminder_date)

    def test_leader_sets_it_up(self):
        with Form(self.team.with_user(self.leader)) as form:
            form.use_reminder = False
            form.use_reminder = True
            form.reminder_day = 2
        self.assertEqual(len(self._remind(2)), 1)

    def test_limits(self):
        for vals in ({'reminder_day': 0}, {'reminder_count': 0}, {'reminder_count': 6}):
            with (
                self.subTest(vals=vals),
                mute_logger('odoo.sql_db'),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.team.write(vals)

    def test_the_search_is_served_by_its_index(self):
        Ticket = self.env['helpdesk.ticket']
        domain = Ticket._get_reminder_domain(self.team)
        query = Ticket._search([*domain, ('awaiting_customer_date', '<', MONDAY)])
        plan = self._get_plan(query, 'helpdesk_ticket_reminder_idx')
        self.assertIn('helpdesk_ticket_reminder_idx', plan)
