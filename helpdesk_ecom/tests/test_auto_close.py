from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .time_rule_common import MONDAY, HelpdeskTimeRuleCommon

DAY = timedelta(days=1)


@tagged('post_install', '-at_install')
class TestAutoClose(HelpdeskTimeRuleCommon):
    """Seven working days after a Monday it is Wednesday of the next week."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write(
            {
                'auto_close_ticket': True,
                'auto_close_day': 7,
                'from_stage_ids': [Command.set(cls.stage_waiting.ids)],
                'to_stage_id': cls.stage_solved.id,
                'use_rating': True,
            }
        )

    def _create_ticket_on_monday(self, stage=None, **vals):
        """Return a ticket on which the agent had the last word."""
        ticket = self._create_ticket(stage_id=(stage or self.stage_waiting).id, **vals)
        self._say(ticket, self.agent.partner_id)
        self.assertEqual(ticket.date_last_stage_update, MONDAY)
        return ticket

    def _run_cron(self, days):
        self._run_job('ir_cron_close_inactive', MONDAY + timedelta(days=days, minutes=1))

    def test_inactive(self):
        """A ticket that nothing happened to is closed, with a note, and without a survey."""
        ticket = self._create_ticket_on_monday()
        self._run_cron(8)
        self.assertFalse(ticket.fold)
        self._run_cron(9)
        self.assertEqual(ticket.stage_id, self.stage_solved)
        self.assertIn('7 working days', ''.join(ticket.message_ids.mapped('body')))
        self.assertFalse(ticket.rating_request_date)

    def test_holidays_do_not_count(self):
        ticket = self._create_ticket_on_monday()
        self.env['resource.calendar.leaves'].create(
            {
                'name': 'Everybody is out',
                'calendar_id': self.team.resource_calendar_id.id,
                'date_from': datetime(2026, 1, 8),
                'date_to': datetime(2026, 1, 8, 23, 59, 59),
            }
        )
        self._run_cron(9)
        self.assertFalse(ticket.fold)
        self._run_cron(10)
        self.assertTrue(ticket.fold)

    def test_without_hours_every_day_counts(self):
        self.team.resource_calendar_id = False
        ticket = self._create_ticket_on_monday()
        self._run_cron(6)
        self.assertFalse(ticket.fold)
        self._run_cron(7)
        self.assertTrue(ticket.fold)

    def test_a_team_that_never_works_closes_nothing(self):
        self.team.resource_calendar_id.attendance_ids.unlink()
        ticket = self._create_ticket_on_monday()
        self._run_cron(100)
        self.assertFalse(ticket.fold)

    def test_active(self):
        """Another stage, a move or a message keep a ticket open."""
        opened = self._create_ticket_on_monday(stage=self.stage_open)
        written = self._create_ticket_on_monday()
        moved = self._create_ticket_on_monday(stage=self.stage_open)
        self._set_now(MONDAY + DAY)
        moved.stage_id = self.stage_waiting
        self._say(written, self.agent.partner_id)
        self._run_cron(9)
        self.assertFalse(any((moved | opened | written).mapped('fold')))
        self._run_cron(10)
        self.assertEqual((moved | opened | written).filtered('fold'), moved | written)

    def test_notes_of_machines_do_not_count(self):
        ticket = self._create_ticket_on_monday()
        self._set_now(MONDAY + DAY)
        ticket.message_post(body='Hello', message_type='notification')
        self._run_cron(9)
        self.assertTrue(ticket.fold)

    def test_a_reminder_gives_the_whole_time_again(self):
        ticket = self._create_ticket_on_monday()
        ticket.sudo().reminder_date = MONDAY + DAY
        self._run_cron(9)
        self.assertFalse(ticket.fold)
        self._run_cron(10)
        self.assertTrue(ticket.fold)

    def test_snoozed(self):
        """A ticket for which somebody set an alarm stays, one that the customer let down not."""
        until, until_answer = self._create_ticket_on_monday(), self._create_ticket_on_monday()
        until.action_snooze(MONDAY + timedelta(days=30))
        until_answer.action_snooze()
        self._run_cron(9)
        self.assertFalse(until.fold)
        self.assertTrue(until_answer.fold)
        self.assertFalse(until_answer.is_snoozed)

    def test_all_stages(self):
        """Without stages every open one counts, but a customer who waits is not turned away."""
        self.team.write({'from_stage_ids': [Command.clear()], 'to_stage_id': False})
        answered = self._create_ticket_on_monday(stage=self.stage_open)
        waiting = self._create_ticket_on_monday(stage=self.stage_open)
        self._say(waiting, self.customer)
        self._run_cron(9)
        self.assertEqual(answered.stage_id, self.stage_solved)
        self.assertEqual(waiting.stage_id, self.stage_open)

    def test_customer_who_waits(self):
        """Also in the stages that are closed by time, however long nobody answered."""
        answered, waiting = self._create_ticket_on_monday(), self._create_ticket_on_monday()
        self._say(waiting, self.customer)
        self._run_cron(30)
        self.assertTrue(answered.fold)
        self.assertFalse(waiting.fold)

    @mute_logger('odoo.addons.helpdesk_ecom.models.ticket.helpdesk_ticket_job')
    def test_ticket_that_cannot_be_closed(self):
        bad, good = self._create_ticket_on_monday(), self._create_ticket_on_monday()
        self._let_fail(bad, 'stage_id')
        self._run_cron(9)
        self._run_cron(10)
        self.assertFalse(bad.fold)
        self.assertTrue(good.fold)
        notes = ''.join(bad.message_ids.mapped('body'))
        self.assertEqual(notes.count('A rule is broken'), 1)
        self.assertNotIn('7 working days', notes)

    def test_other_teams(self):
        self.team.auto_close_ticket = False
        ticket = self._create_ticket_on_monday()
        self._run_cron(9)
        self.assertFalse(ticket.fold)

    def test_many_cost_as_little_as_few(self):
        """At most two statements each: the changes are logged."""

        def count_queries(number):
            self._set_now(MONDAY)
            for _index in range(number):
                self._create_ticket_on_monday()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._run_cron(9)
            return self.env.cr.sql_log_count - before

        count_queries(1)
        one = count_queries(1)
        self.assertLessEqual(count_queries(11), one + 20)
