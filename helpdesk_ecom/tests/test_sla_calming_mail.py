from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .sla_escalation_common import OPENED, SlaEscalationCommon

TEMPLATE = 'helpdesk_ecom.mail_template_sla_calming'


@tagged('post_install', '-at_install')
class TestSlaCalmingMail(SlaEscalationCommon):
    """What the customer is promised, and how."""

    def setUp(self):
        super().setUp()
        self.customer.tz = 'America/New_York'
        self.ticket.sudo().customer_tz = 'America/New_York'
        self.escalation = self._create_escalation(mail_template_id=self.env.ref(TEMPLATE).id)

    def _get_text(self, mail):
        return ' '.join(mail['body'].replace('\u202f', ' ').split())

    def test_the_customer_is_told_when(self):
        (mail,) = self._run_timer(hours=1)
        self.assertEqual(mail['email_to'], ['"Emma Clark" <emma.clark@customer.example>'])
        self.assertIn(f'#{self.ticket.ticket_ref}', mail['subject'])
        self.assertIn('Monday, November 30, 2026 at 11:00 AM (New York time)', self._get_text(mail))
        self.assertIn('Hello Emma Clark', self._get_text(mail))
        self.assertEqual(mail['headers']['Auto-Submitted'], 'auto-generated')
        self.assertEqual(mail['headers']['X-Auto-Response-Suppress'], 'All')
        self.assertIn('care@shop.example', mail['reply_to'])
        self.assertIn('Customer Care', mail['email_from'])
        self.assertEqual(self.ticket.promised_date, self.clock.deadline)
        self.assertEqual(self._get_logs().promised_date, self.clock.deadline)
        self.assertFalse(self._get_logs().error)

    def test_it_counts_as_no_answer(self):
        self._run_timer(hours=1)
        message = self.ticket.message_ids.filtered(lambda m: m.message_type == 'auto_comment')
        self.assertEqual(len(message), 1)
        self.assertFalse(self.ticket.answered_customer_message_count)
        self.assertTrue(self.ticket.oldest_unanswered_customer_message_date)
        self.assertFalse(self.clock.reached_datetime)
        self.assertEqual(self.ticket.stage_id, self.stage_new, 'nobody took it up')

    def test_once(self):
        self._run_timer(hours=1)
        self.assertFalse(self._run_timer(hours=1.2))

    def test_followers_are_spared(self):
        self.ticket.message_subscribe(partner_ids=self.agent_2.partner_id.ids)
        self.assertEqual(len(self._run_timer(hours=1)), 1)

    def test_hours_from_the_mail_on(self):
        self.escalation.promise_hours = 3
        (mail,) = self._run_timer(hours=1)
        self.assertIn('at 1:00 PM (New York time)', self._get_text(mail))
        self.assertEqual(self.ticket.promised_date, OPENED + timedelta(hours=4))

    def test_a_deadline_that_passed_is_no_promise(self):
        """The whole time of the policy starts again."""
        self._run_timer(hours=5)
        self.assertEqual(self.ticket.promised_date, OPENED + timedelta(hours=7))

    def test_promises_keep_opening_hours(self):
        """16:30 in New York: three working hours later is 10:30 on the next day."""
        calendar = self._create_calendar('Days', (9, 17), tz='Asia/Shanghai')
        self.policy.write({'clock': 'customer', 'resource_calendar_id': calendar.id})
        self.clock.write({'clock': 'customer', 'tz': 'America/New_York'})
        self.escalation.promise_hours = 2
        (mail,) = self._run_timer(hours=7.5)
        self.assertIn('Tuesday, December 1, 2026 at 10:30 AM (New York time)', self._get_text(mail))

    def test_working_hours_that_never_come(self):
        calendar = self.env['resource.calendar'].create(
            {'name': 'Never', 'attendance_ids': [Command.clear()]}
        )
        self.policy.write({'clock': 'team', 'resource_calendar_id': calendar.id})
        self.clock.clock = 'team'
        self.escalation.write({'promise_hours': 2, 'trigger': 'before', 'priority': '3'})
        self.assertFalse(self._run_timer(minutes=110))
        self.assertIn('never come', self._get_logs().error)
        self.assertFalse(self.ticket.promised_date)
        self.assertEqual(self.ticket.priority, '3')

    def test_without_an_address_the_team_is_told(self):
        self.clock.unlink()
        for email in (False, 'noreply@market.example'):
            with self.subTest(email=email):
                self.ticket = self._create_ticket(partner_id=False, partner_email=email)
                self._start_clock(self.ticket)
                self.assertFalse(self._run_timer(hours=1.9))
                self.assertIn('no email address', self._get_logs().error)
                self.assertIn('no email address', ''.join(self.ticket.message_ids.mapped('body')))
                self.assertFalse(self.ticket.promised_date)
                self._set_now(OPENED)

    def test_a_bare_address(self):
        self.clock.unlink()
        ticket = self._create_ticket(partner_id=False, partner_email='Liu <liu@new.example>')
        ticket.partner_id = False
        self._start_clock(ticket)
        (mail,) = self._run_timer(hours=1)
        self.assertEqual(mail['email_to'], ['liu@new.example'])

    def test_without_a_zone_the_hours_of_the_team(self):
        self.ticket.sudo().customer_tz = False
        self.team.resource_calendar_id.tz = 'Europe/Berlin'
        self.ticket.sudo().promised_date = OPENED
        self.assertIn('3:00', self.ticket._get_promised_time())
        self.team.resource_calendar_id = False
        self.assertIn('(UTC time)', self.ticket._get_promised_time())

    def test_in_the_language_of_the_customer(self):
        self.env['res.lang']._activate_lang('es_ES')
        self.env['ir.module.module'].search([('name', '=', 'helpdesk_ecom')])._update_translations(
            ['es_ES']
        )
        self.customer.lang = 'es_ES'
        (mail,) = self._run_timer(hours=1)
        text = self._get_text(mail)
        self.assertIn('lunes, 30 de noviembre de 2026 a las 11:00 (hora de Nueva York)', text)
        self.assertIn('Hola, Emma Clark', text)
        self.assertIn('No hemos olvidado', text)
        self.assertNotIn('Hello', text)
