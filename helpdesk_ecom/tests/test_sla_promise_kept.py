from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .sla_common import OPENED as MONDAY
from .sla_common import SlaCommon, at
from .sla_escalation_common import OPENED, SlaEscalationCommon

TEMPLATE = 'helpdesk_ecom.mail_template_sla_calming'


@tagged('post_install', '-at_install')
class TestSlaComesBack(SlaEscalationCommon):
    """A clock that leaves and comes back is the same one: nothing happens twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.priority = '2'

    def setUp(self):
        super().setUp()
        self.ticket.priority = '2'
        self.clock = self.ticket.sla_status_ids
        self.escalation = self._create_escalation(
            mail_template_id=self.env.ref(TEMPLATE).id, notify_leaders=True
        )

    def _sync(self):
        with self.enter_registry_test_mode():
            self.env.ref('helpdesk_ecom.ir_cron_sync_sla').method_direct_trigger()
        self.env.invalidate_all()

    def _assert_once(self, leave, come_back):
        self.assertEqual(len(self._run_timer(hours=1)), 1)
        logs = self._get_logs()
        leave()
        self.assertFalse(self.ticket.sla_status_ids)
        self.assertFalse(self.ticket.sla_deadline)
        self.assertFalse(self.ticket.sla_ids)
        self.assertEqual(self._get_logs(), logs, 'what happened is not forgotten')
        self.assertFalse(self.policy.ticket_count)
        come_back()
        self.policy.invalidate_recordset(['ticket_count'])
        self.assertEqual(self.ticket.sla_status_ids, self.clock)
        self.assertEqual(self.ticket.sla_deadline, OPENED + timedelta(hours=2))
        self.assertEqual(self.policy.ticket_count, 1)
        self.assertFalse(self._run_timer(hours=1.1), 'the customer is not told twice')
        self.assertEqual(self._get_logs(), logs)

    def test_priority(self):
        ticket = self.ticket.with_user(self.agent)
        self._assert_once(
            lambda: ticket.write({'priority': '1'}), lambda: ticket.write({'priority': '2'})
        )

    def test_policy(self):
        def switch(active):
            self.policy.with_user(self.leader).active = active
            self._sync()

        self._assert_once(lambda: switch(False), lambda: switch(True))

    def test_archived_ticket(self):
        ticket = self.ticket.with_user(self.agent)
        self._assert_once(ticket.action_archive, ticket.action_unarchive)

    def test_a_clock_that_was_taken_away_does_nothing(self):
        self._set_now(OPENED + timedelta(minutes=10))
        self.ticket.with_user(self.agent).priority = '1'
        self.assertFalse(self._run_timer(hours=3))
        self.assertFalse(self.clock.is_missed)
        self.assertFalse(self._get_logs())
        self.assertEqual(self.clock.status, 'cancelled')
        Status = self.env['helpdesk.sla.status']
        for status in ('failed', 'reached', 'ongoing'):
            self.assertFalse(Status.search([('id', '=', self.clock.id), ('status', '=', status)]))
        self.assertTrue(Status.search([('id', '=', self.clock.id), ('status', '=', 'cancelled')]))
        report = self.env['helpdesk.sla.report.analysis'].with_user(self.leader)
        self.assertFalse(report.search([('ticket_id', '=', self.ticket.id)]))

    def test_pauses_are_kept(self):
        self.policy.write({'metric': 'resolution', 'clock': 'team', 'pause_waiting_customer': True})
        self._sync()
        clock = self.ticket.sla_status_ids
        self._set_now(OPENED + timedelta(minutes=30))
        self.ticket.with_user(self.agent).message_post(
            body='Which colour?', message_type='comment', subtype_xmlid='mail.mt_comment'
        )
        self._set_now(OPENED + timedelta(minutes=50))
        self.ticket.sudo().message_post(
            body='Red',
            author_id=self.customer.id,
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )
        deadline = self.ticket.sla_deadline
        self.assertTrue(clock.pauses)
        for priority in '12':
            self.ticket.with_user(self.agent).priority = priority
        self.assertEqual(self.ticket.sla_status_ids, clock)
        self.assertEqual(self.ticket.sla_deadline, deadline)

    def test_own_escalation_does_not_end_the_promise(self):
        self.escalation.priority = '3'
        self.assertEqual(len(self._run_timer(hours=1)), 1)
        self.assertEqual(self.ticket.priority, '3')
        self.assertEqual(self.ticket.sla_status_ids, self.clock)
        self.assertEqual(len(self._get_logs()), 1)
        tag = self._create_tags('any')
        self.ticket.with_user(self.agent).tag_ids = tag  # it is compared with the policies again
        self.assertEqual(self.ticket.sla_status_ids, self.clock)
        self._run_timer(hours=3)
        self.assertTrue(self.clock.is_missed)
        self.assertTrue(self.ticket.sla_missed)
        self.assertEqual(len(self._get_logs()), 1)

    def test_what_its_own_escalation_raised_ends_with_the_policy(self):
        self.escalation.priority = '3'
        self._run_timer(hours=1)
        self.policy.with_user(self.leader).active = False
        self._sync()
        self.assertFalse(self.ticket.sla_status_ids)

    def test_an_escalation_that_another_one_forestalled_is_still_ahead(self):
        """Raising the priority ends the clocks of other policies before they escalate."""
        other = self._create_policy(name='Normal', priority='2')
        self._start_clock(self.ticket, other)
        forestalled = self._create_escalation(sla_id=other.id, percent=60, notify_leaders=True)
        self.escalation.priority = '3'
        self._run_timer(hours=1.3)
        self.assertFalse(self._get_logs(forestalled))
        self.assertEqual(self.ticket.sla_ids, self.policy)
        self.ticket.with_user(self.agent).priority = '2'
        self.assertEqual(self.ticket.sla_ids, self.policy | other)
        self._run_timer(hours=1.4)
        self.assertEqual(len(self._get_logs(forestalled)), 1)

    def test_the_form_warns_of_it(self):
        with Form(
            self.env['helpdesk.sla.escalation']
            .with_user(self.leader)
            .with_context(default_sla_id=self.policy.id)
        ) as form:
            self.assertFalse(form.warning)
            form.priority = '3'
            self.assertIn('stays', form.warning)
            form.priority = '2'
            self.assertFalse(form.warning)


@tagged('post_install', '-at_install')
class TestSlaReopened(SlaCommon):
    """Closing by mistake, and back, wipes nothing out."""

    def test_first_response_goes_on(self):
        self._create_policy(time=4)
        ticket = self._create_ticket()
        clock = self._get_clocks(ticket)
        self._move(ticket, at(1), self.stage_solved)
        self.assertFalse(ticket.sla_status_ids)
        self.assertFalse(ticket.oldest_unanswered_customer_message_date)
        self._move(ticket, at(2), self.stage_open)
        self.assertEqual(ticket.oldest_unanswered_customer_message_date, MONDAY)
        self.assertEqual(self._get_clocks(ticket), clock)
        # it stood still for the hour in which the ticket was closed, and at lunch
        self.assertEqual(ticket.sla_deadline, at(6))
        self._answer(ticket, at(3))
        self.assertEqual(clock.status, 'reached')
        self.assertEqual(ticket.answered_customer_message_count, 1)

    def test_next_response_goes_on(self):
        following = self._create_policy('next_response', time=2)
        ticket = self._create_ticket()
        self._answer(ticket, at(0.5))
        self._ask(ticket, at(1))
        clock = self._get_clocks(ticket, following)
        self._move(ticket, at(1.5), self.stage_solved)
        self._move(ticket, at(1.75), self.stage_open)
        self.assertEqual(self._get_clocks(ticket), clock)
        self.assertEqual(ticket.oldest_unanswered_customer_message_date, at(1))

    def test_an_answer_on_the_closed_ticket_ends_the_wait(self):
        self._create_policy(time=4)
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_solved)
        self._answer(ticket, at(1.5))
        self._move(ticket, at(2), self.stage_open)
        self.assertFalse(ticket.oldest_unanswered_customer_message_date)
        self.assertFalse(ticket.sla_status_ids)

    def test_no_answer_needed_on_the_closed_ticket_ends_the_wait(self):
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_solved)
        ticket.with_user(self.agent).action_no_answer_needed()
        self._move(ticket, at(2), self.stage_open)
        self.assertFalse(ticket.oldest_unanswered_customer_message_date)

    def test_the_customer_reopens_what_nobody_answered(self):
        self._create_policy(time=4)
        ticket = self._create_ticket()
        clock = self._get_clocks(ticket)
        self._move(ticket, at(1), self.stage_solved)
        self._ask(ticket, at(24))
        self._move(ticket, at(24), self.stage_open)
        self.assertEqual(self._get_clocks(ticket), clock)
        self.assertEqual(ticket.sla_deadline, at(27))  # 3 hours are left

    def test_resolution_goes_on(self):
        self._create_policy('resolution', time=4)
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_solved)
        clock = self._get_clocks(ticket)
        self.assertEqual(clock.status, 'reached')
        self._move(ticket, at(2), self.stage_open)
        self.assertFalse(clock.reached_datetime)
        self.assertEqual(ticket.sla_deadline, at(6), 'the hour in which it was closed is a pause')
        self.assertFalse(ticket.sla_success)
        self._move(ticket, at(8), self.stage_solved)
        self.assertEqual(clock.status, 'failed')
        self.assertEqual(clock.reached_datetime, at(8))

    def test_a_stage_that_was_reached_stays_reached(self):
        self._create_policy('stage', stage_id=self.stage_open.id)
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_open)
        clock = self._get_clocks(ticket)
        self._move(ticket, at(1.25), self.stage_solved)
        self._move(ticket, at(1.5), self.stage_new)
        self.assertEqual(clock.reached_datetime, at(1))

    def test_a_stage_that_only_closing_reached(self):
        self._create_policy('stage', stage_id=self.stage_open.id)
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_solved)
        clock = self._get_clocks(ticket)
        self.assertTrue(clock.reached_datetime)
        self._move(ticket, at(1.5), self.stage_new)
        self.assertFalse(clock.reached_datetime)

    def test_what_was_late_stays_late(self):
        self._create_policy('resolution', time=1)
        ticket = self._create_ticket()
        self._move(ticket, at(2), self.stage_solved)
        self._move(ticket, at(2.5), self.stage_open)
        clock = self._get_clocks(ticket)
        self.assertEqual(clock.reached_datetime, at(2))
        self.assertEqual(clock.status, 'failed')

    def test_another_policy_applies_by_then(self):
        """What was reached under the old conditions is kept."""
        self._create_policy('resolution', time=4, priority='0')
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_solved)
        ticket.with_user(self.agent).priority = '3'
        self._move(ticket, at(2), self.stage_open)
        self.assertEqual(self._get_clocks(ticket).reached_datetime, at(1))


@tagged('post_install', '-at_install')
class TestSlaCalmingMailOnce(SlaEscalationCommon):
    """The customer gets one mail at a time, and none that makes no sense."""

    def setUp(self):
        super().setUp()
        self.mails_at = {
            percent: self._create_escalation(
                percent=percent, mail_template_id=self.env.ref(TEMPLATE).id, priority='1'
            )
            for percent in (50, 80)
        }

    def test_of_several_that_are_due_the_latest(self):
        last = self._create_escalation(
            trigger='after', minutes=10, mail_template_id=self.env.ref(TEMPLATE).id
        )
        self.assertEqual(len(self._run_timer(days=10)), 1)
        self.assertEqual(len(self._get_logs()), 3)
        for escalation in self.mails_at.values():
            log = self._get_logs(escalation)
            self.assertEqual(log.mail_skip_reason, 'superseded')
            self.assertFalse(log.promised_date)
        self.assertFalse(self._get_logs(last).mail_skip_reason)
        self.assertTrue(self._get_logs(last).promised_date)
        self.assertEqual(self.ticket.priority, '1', 'the rest of it happens')

    def test_of_two_policies(self):
        policy = self._create_policy(name='Other')
        clock = self._start_clock(self.ticket, policy)
        self._create_escalation(sla_id=policy.id, mail_template_id=self.env.ref(TEMPLATE).id)
        self.assertTrue(clock)
        self.assertEqual(len(self._run_timer(hours=1)), 1)
        self.assertEqual(
            sorted(map(bool, self._get_logs().mapped('mail_skip_reason'))), [False, True]
        )

    def test_in_time_each_has_its_own(self):
        self.assertEqual(len(self._run_timer(hours=1)), 1)
        self.assertEqual(len(self._run_timer(hours=1.7)), 1)

    def test_not_while_we_wait_for_the_customer(self):
        self.policy.write({'metric': 'resolution', 'clock': 'team'})
        self.policy.resource_calendar_id = self.env['resource.calendar'].create(
            {'name': 'Days', 'tz': 'America/New_York'}
        )
        with self.enter_registry_test_mode():
            self.env.ref('helpdesk_ecom.ir_cron_sync_sla').method_direct_trigger()
        self._set_now(OPENED + timedelta(minutes=10))
        self.ticket.with_user(self.agent).message_post(
            body='Please send a photo', message_type='comment', subtype_xmlid='mail.mt_comment'
        )
        self.assertFalse(
            [mail for mail in self._run_timer(hours=1.2) if 'forgotten' in mail['body']]
        )
        log = self._get_logs(self.mails_at[50])
        self.assertEqual(log.mail_skip_reason, 'not_waiting')
        self.assertFalse(log.promised_date)
        self.assertFalse(log.error)

    def test_a_new_tier_calms_nobody(self):
        tier = self.env['helpdesk.customer.tier'].create({'name': 'Platinum'})
        policy = self._create_policy(tier_ids=tier.ids, time=1)
        self._create_escalation(
            sla_id=policy.id, percent=10, mail_template_id=self.env.ref(TEMPLATE).id
        )
        self._set_now(OPENED + timedelta(hours=1.5))
        self.customer.helpdesk_tier_id = tier
        self.env['helpdesk.ticket']._update_customer_tiers(self.customer)
        self.assertEqual(self.ticket.customer_tier_id, tier)
        self.assertNotIn(policy, self.ticket.sla_ids, 'nobody was promised anything then')


@tagged('post_install', '-at_install')
class TestSlaReminders(SlaEscalationCommon):
    """Reminders of what has been settled go away."""

    def setUp(self):
        super().setUp()
        self._create_escalation(notify_assignee=True, notify_leaders=True)
        self._run_timer(hours=1)
        self.assertEqual(len(self.ticket.activity_ids), 2)

    def _answer(self):
        self.ticket.with_user(self.agent).message_post(
            body='Hi', message_type='comment', subtype_xmlid='mail.mt_comment'
        )

    def test_answered(self):
        own = self.ticket.with_user(self.agent).activity_schedule(
            'mail.mail_activity_data_todo', user_id=self.agent.id
        )
        self._answer()
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.activity_ids, own)

    def test_what_is_done_stays_in_the_log(self):
        done = self.ticket.activity_ids.filtered(lambda todo: todo.user_id == self.agent)
        done.with_user(self.agent).action_feedback('Called')
        self._answer()
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.activity_ids)
        if done.exists():
            self.assertFalse(done.active)

    def test_taken_away(self):
        self.policy.priority = '0'
        self.ticket.with_user(self.agent).priority = '2'
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.activity_ids)


@tagged('post_install', '-at_install')
class TestSlaCannotBeHidden(SlaEscalationCommon):
    """Nobody makes a promise that was not kept vanish."""

    def test_archived_tickets_count(self):
        Report = self.env['helpdesk.sla.report.analysis'].with_user(self.leader)
        domain = [('ticket_id', '=', self.ticket.id), ('status', '=', 'failed')]
        self._run_timer(hours=3)
        self.assertEqual(Report.search_count(domain), 1)
        self.ticket.with_user(self.agent).action_archive()
        self.env.flush_all()
        self.assertEqual(Report.search_count(domain), 1)
        self.assertTrue(Report.search(domain).is_archived)

    def test_merged_tickets_do_not(self):
        Report = self.env['helpdesk.sla.report.analysis'].with_user(self.leader)
        other = self._create_ticket()
        self._run_timer(hours=3)
        self.ticket.with_user(self.agent)._merge_into(other)
        self.env.flush_all()
        self.assertFalse(Report.search_count([('ticket_id', '=', self.ticket.id)]))
        self.assertTrue(Report.search_count([('ticket_id', '=', other.id)]))

    def test_a_policy_with_clocks_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, '[Aa]rchive'):
            self.policy.with_user(self.leader).unlink()
        self._create_policy(name='Unused', priority='3').with_user(self.leader).unlink()

    def test_what_clocks_hang_on_is_not_written_by_hand(self):
        for name, value in (
            ('answered_customer_message_count', 7),
            ('avg_response_hours', 0.1),
            ('awaiting_customer_date', OPENED),
            ('close_date', OPENED),
            ('closed_waiting_date', False),
            ('commercial_partner_id', self.outsider.partner_id.id),
            ('customer_tz', 'Asia/Tokyo'),
            ('date_last_stage_update', OPENED),
            ('first_response_hours', 0.1),
            ('fold', True),
            ('oldest_unanswered_customer_message_date', False),
            ('promised_date', OPENED),
            ('total_response_hours', 0.1),
        ):
            for user in (self.agent, self.leader, self.admin):
                with self.subTest(name, user=user.login):
                    with self.assertRaises(AccessError):
                        self.ticket.with_user(user).write({name: value})
                    with self.assertRaises(AccessError):
                        self.env['helpdesk.ticket'].with_user(user).create(
                            {'name': 'X', 'team_id': self.team.id, name: value}
                        )
