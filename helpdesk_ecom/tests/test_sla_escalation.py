from datetime import timedelta

from psycopg2 import IntegrityError
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .sla_escalation_common import OPENED, SlaEscalationCommon

SQL = 'odoo.sql_db'
LOG = 'odoo.addons.helpdesk_ecom.models.sla.helpdesk_sla_escalation_log'


@tagged('post_install', '-at_install')
class TestSlaEscalationMoment(SlaEscalationCommon):
    """When an escalation happens, and that it does so once."""

    def _assert_happens(self, escalation, minutes):
        """Check that it does not happen a minute before, then once and never again."""
        self._run_timer(minutes=minutes - 1)
        self.assertFalse(self._get_logs(escalation))
        self._run_timer(minutes=minutes)
        log = self._get_logs(escalation)
        self.assertEqual(log.date, OPENED + timedelta(minutes=minutes))
        with self.assertNoLogs('odoo.addons.helpdesk_ecom', 'WARNING'):
            self._run_timer(minutes=minutes + 1)
            self._run_timer(days=3)
        self.assertEqual(self._get_logs(escalation), log)

    def test_at_a_percentage(self):
        self._assert_happens(self._create_escalation(percent=40, priority='3'), 48)

    def test_before_the_deadline(self):
        self._assert_happens(
            self._create_escalation(trigger='before', minutes=15, priority='3'), 105
        )

    def test_after_the_deadline(self):
        self._assert_happens(
            self._create_escalation(trigger='after', minutes=240, priority='3'), 360
        )

    def test_a_pause_does_not_use_up_time(self):
        self.clock.write(
            {
                'pauses': [
                    [
                        (OPENED + timedelta(minutes=30)).isoformat(),
                        (OPENED + timedelta(minutes=90)).isoformat(),
                    ]
                ],
                'warning_date': OPENED + timedelta(minutes=150),
                'deadline': OPENED + timedelta(minutes=180),
            }
        )
        self.clock._update_events()
        self._assert_happens(self._create_escalation(percent=50, priority='3'), 120)

    def test_working_hours_of_the_customer(self):
        """09:00 in New York, where they work from 10 to 12: half of two hours is at 11:00."""
        policy = self._create_policy(
            clock='customer',
            resource_calendar_id=self._create_calendar(
                'Two hours', (10, 12), tz='Asia/Shanghai'
            ).id,
        )
        self.policy.active = False
        ticket = self._create_ticket()
        self.clock = self._start_clock(
            ticket,
            policy,
            tz='America/New_York',
            deadline=OPENED + timedelta(hours=3),
            warning_date=OPENED + timedelta(hours=3),
        )
        self.ticket = ticket
        self._assert_happens(self._create_escalation(sla_id=policy.id, priority='3'), 120)

    def test_late_clocks_escalate_after_a_pause(self):
        escalation = self._create_escalation(trigger='after', minutes=60, priority='3')
        self._run_timer(hours=2.1)
        self.clock._pause(OPENED + timedelta(hours=2.5))
        self._run_timer(hours=4)
        self.assertFalse(self._get_logs(escalation))
        self.clock._resume(OPENED + timedelta(hours=4))
        self._run_timer(hours=4.1)
        self.assertTrue(self._get_logs(escalation))

    def test_what_passed_before_it_was_set_up_is_left_alone(self):
        self._run_timer(hours=5)
        past = self._create_escalation(percent=10, priority='3')
        ahead = self._create_escalation(trigger='after', minutes=4 * 60, priority='1')
        self._run_timer(hours=6)
        self._run_timer(hours=7)
        self.assertFalse(self._get_logs(past))
        self.assertEqual(len(self._get_logs(ahead)), 1)
        self.assertEqual(self.ticket.priority, '1')

    def test_moved_to_another_moment(self):
        past = self._create_escalation(percent=90, priority='3')
        ahead = self._create_escalation(percent=90, priority='2')
        self._run_timer(minutes=30)
        past.percent = 20  # of two hours: 24 minutes
        ahead.percent = 30
        self._run_timer(minutes=37)
        self.assertFalse(self._get_logs(past))
        self.assertEqual(len(self._get_logs(ahead)), 1)
        self.assertEqual(self.ticket.priority, '2')

    def test_taken_away(self):
        escalation = self._create_escalation(priority='3')
        escalation.active = False
        self._create_escalation(percent=51, priority='2').unlink()
        self._run_timer(hours=1.5)
        self.assertFalse(self._get_logs())
        self.assertEqual(self.ticket.priority, '0')

    def test_not_on_clocks_that_stand(self):
        escalation = self._create_escalation(priority='3')
        for vals in (
            {'is_paused': True, 'deadline': False, 'warning_date': False},
            {'reached_datetime': OPENED},
        ):
            with self.subTest(vals=vals):
                clock = self._start_clock(self.ticket, **vals)
                clock.next_event_date = OPENED
                self._run_timer(hours=3)
                self.assertFalse(self._get_logs(escalation))
                self.assertFalse(clock.next_event_date)
                clock.write(
                    {
                        'is_paused': False,
                        'reached_datetime': False,
                        'deadline': OPENED + timedelta(hours=2),
                    }
                )

    def test_not_on_archived_tickets(self):
        escalation = self._create_escalation(priority='3')
        self.env.flush_all()
        self.env.cr.execute(  # by the ORM, archiving would end the clock
            'UPDATE helpdesk_ticket SET active = FALSE WHERE id = %s', [self.ticket.id]
        )
        self.env.invalidate_all()
        self._run_timer(hours=3)
        self.assertFalse(self._get_logs(escalation))
        self.assertFalse(self.clock.is_missed)
        self.assertFalse(self.clock.next_event_date)

    def test_several_in_the_order_of_their_moments(self):
        second = self._create_escalation(percent=60, tag_ids=self._set(self._create_tags('b')))
        first = self._create_escalation(percent=40, tag_ids=self._set(self._create_tags('a')))
        self._run_timer(hours=4)
        self.assertEqual(self._get_logs().sorted('id').escalation_id, first + second)
        self.assertEqual(self._get_logs().sorted('id').mapped('escalation_id.id')[0], first.id)

    def test_one_row_for_each_clock(self):
        escalation = self._create_escalation(priority='3')
        self._run_timer(hours=1)
        with self.assertRaises(UniqueViolation), mute_logger(SQL):
            self._get_logs(escalation).copy()

    def test_each_clock_for_itself(self):
        escalation = self._create_escalation(priority='3')
        self._run_timer(hours=1)
        other = self._create_ticket()
        self._start_clock(other)
        self._run_timer(hours=2)
        logs = self.env['helpdesk.sla.escalation.log'].search(
            [('escalation_id', '=', escalation.id)]
        )
        self.assertEqual(logs.ticket_id, self.ticket + other)

    def test_name_says_when(self):
        for vals, name in (
            ({'percent': 80}, 'At 80% of the time'),
            ({'trigger': 'before', 'minutes': 15}, '15 minutes before the deadline'),
            ({'trigger': 'after', 'minutes': 60}, '60 minutes after the deadline'),
        ):
            escalation = self._create_escalation(priority='3', **vals)
            self.assertEqual(escalation.display_name, name)


@tagged('post_install', '-at_install')
class TestSlaEscalationPeople(SlaEscalationCommon):
    """Whom an escalation tells, and how."""

    def test_assignee(self):
        self._create_escalation(notify_assignee=True)
        self._run_timer(hours=1)
        self.assertEqual(self._get_told(), {(self.agent, self.ticket)})

    def test_without_assignee_the_leaders(self):
        self.ticket.user_id = False
        self._create_escalation(notify_assignee=True)
        self._run_timer(hours=1)
        self.assertEqual(self._get_told(), {(self.leader, self.ticket)})

    def test_leaders_of_the_team(self):
        self.team.leader_ids = self.agent_2
        self._create_escalation(notify_leaders=True)
        self._run_timer(hours=1)
        self.assertEqual(self._get_told(), {(self.agent_2, self.ticket)})

    def test_without_leaders_the_members_with_the_right(self):
        self.team.leader_ids = False
        self._create_escalation(notify_leaders=True)
        self._run_timer(hours=1)
        self.assertEqual(self._get_told(), {(self.leader, self.ticket)})

    def test_who_left_the_team_leads_it_no_more(self):
        self.team.leader_ids = self.agent_2 | self.leader
        self.team.member_ids = self.agent | self.leader
        self._create_escalation(notify_leaders=True)
        self._run_timer(hours=1)
        self.assertEqual(self._get_told(), {(self.leader, self.ticket)})

    def test_named_people_once_each(self):
        self._create_escalation(
            notify_assignee=True, notify_user_ids=self._set(self.agent | self.agent_2)
        )
        self._run_timer(hours=1)
        activities = self.env['mail.activity'].search([('res_id', '=', self.ticket.id)])
        self.assertEqual(activities.mapped('user_id'), self.agent | self.agent_2)
        self.assertEqual(len(activities), 2)

    def test_nobody_who_left(self):
        self._create_escalation(notify_assignee=True)
        self.agent.active = False
        self._run_timer(hours=1)
        self.assertFalse(self._get_told())
        self.assertFalse(self._get_logs().error)

    def test_salesperson_who_may_not_read_tickets(self):
        """is told on the contact."""
        seller = new_test_user(self.env, 'seller', groups='sales_team.group_sale_salesman')
        self.customer.user_id = seller
        self._create_escalation(notify_salesperson=True)
        self._run_timer(hours=1)
        activity = self.env['mail.activity'].search([('user_id', '=', seller.id)])
        self.assertEqual((activity.res_model, activity.res_id), ('res.partner', self.customer.id))
        self.assertIn(self.ticket.ticket_ref, activity.summary)

    def test_salesperson_of_the_company_or_the_order(self):
        company = self.env['res.partner'].create({'name': 'Clark Ltd', 'is_company': True})
        self.customer.parent_id = company
        order = self.env['sale.order'].create(
            {'partner_id': self.customer.id, 'user_id': self.agent_2.id}
        )
        self.ticket.sudo().sale_order_id = order
        self.assertEqual(self.ticket._get_salesperson(), self.agent_2)
        company.user_id = self.leader
        self.assertEqual(self.ticket._get_salesperson(), self.leader)
        self.customer.user_id = self.admin
        self.assertEqual(self.ticket._get_salesperson(), self.admin)

    def test_words_in_the_zone_of_who_reads_them(self):
        self.agent.tz = 'Asia/Shanghai'
        self._create_escalation(notify_assignee=True)
        self._run_timer(hours=1)
        summary = self.env['mail.activity'].search([('user_id', '=', self.agent.id)]).summary
        self.assertEqual(
            summary.replace('\u202f', ' '),
            'First response due Tuesday, December 1, 2026 at 12:00 AM (Shanghai time): '
            f'Cup arrived broken (#{self.ticket.ticket_ref})',
        )

    def test_after_the_deadline_it_was_due(self):
        self.agent.tz = 'Europe/Berlin'
        self._create_escalation(trigger='after', notify_assignee=True)
        self._run_timer(hours=10)
        activity = self.env['mail.activity'].search([('user_id', '=', self.agent.id)])
        self.assertIn('First response was due Monday, November 30, 2026', activity.summary)
        self.assertEqual(str(activity.date_deadline), '2026-12-01', 'it is past midnight there')

    def test_a_stage_has_its_own_name(self):
        self.policy.write({'metric': 'stage', 'stage_id': self.stage_solved.id})
        self._create_escalation(notify_assignee=True)
        self._run_timer(hours=1)
        summary = self.env['mail.activity'].search([('user_id', '=', self.agent.id)]).summary
        self.assertTrue(summary.startswith('Solved due'), summary)


@tagged('post_install', '-at_install')
class TestSlaEscalationTicket(SlaEscalationCommon):
    """What an escalation does to the ticket."""

    def test_to_the_leader_with_the_fewest_tickets(self):
        self.team.leader_ids = self.leader | self.agent_2
        self._create_ticket(user_id=self.leader.id)
        self._create_escalation(reassign='leader', notify_assignee=True)
        self._run_timer(hours=1)
        self.assertEqual(self.ticket.user_id, self.agent_2)
        told = {user for user, record in self._get_told() if record == self.ticket}
        self.assertEqual(told, {self.agent_2}, 'the new assignee')

    def test_a_leader_keeps_it(self):
        self.team.leader_ids = self.leader | self.agent_2
        self.ticket.user_id = self.leader
        self._create_escalation(reassign='leader')
        self._run_timer(hours=1)
        self.assertEqual(self.ticket.user_id, self.leader)

    def test_without_a_leader_it_stays_and_says_so(self):
        self.team.member_ids = self.agent
        self._create_escalation(reassign='leader', notify_assignee=True)
        self._run_timer(hours=1)
        self.assertEqual(self.ticket.user_id, self.agent)
        self.assertIn('no leader', self._get_logs().error)
        self.assertEqual(self._get_told(), {(self.agent, self.ticket)})

    def test_to_a_certain_person(self):
        self._create_escalation(reassign='user', reassign_user_id=self.agent_2.id)
        self._run_timer(hours=1)
        self.assertEqual(self.ticket.user_id, self.agent_2)

    def test_to_whoever_is_free(self):
        self._create_escalation(reassign='queue', notify_assignee=True)
        self._run_timer(hours=1)
        self.assertFalse(self.ticket.user_id)
        self.assertTrue(self.ticket.assignment_queue_date)
        self.assertEqual(self._get_told(), {(self.leader, self.ticket)}, 'nobody has it yet')

    def test_raise_priority_to_at_least(self):
        self._create_escalation(priority='2')
        urgent = self._create_ticket(priority='3')
        self._start_clock(urgent)
        self._run_timer(hours=1)
        self.assertEqual((self.ticket.priority, urgent.priority), ('2', '3'))

    def test_add_tags(self):
        old, new = self._create_tags('old', 'new')
        self.ticket.tag_ids = old
        self._create_escalation(tag_ids=self._set(old | new))
        self._run_timer(hours=1)
        self.assertEqual(self.ticket.tag_ids, old | new)

    def test_server_action(self):
        escalation = self._create_escalation(priority='1')
        escalation.sudo().server_action_id = self._create_server_action(
            "record.write({'name': f'{len(records)} {env.context[\"active_ids\"] == record.ids}'})"
        )
        self._run_timer(hours=1)
        self.assertEqual(self.ticket.name, '1 True')

    def test_a_clock_that_ends_by_its_own_escalation(self):
        action = self._create_server_action('record.sla_status_ids.unlink()')
        escalation = self._create_escalation(percent=40, priority='1', notify_assignee=True)
        escalation.sudo().server_action_id = action
        self._create_escalation(percent=45, priority='3')
        self._run_timer(hours=1)
        self.assertFalse(self.ticket.sla_status_ids)
        self.assertEqual(self.ticket.priority, '1')
        self.assertEqual(self._get_told(), {(self.agent, self.ticket)})


@tagged('post_install', '-at_install')
class TestSlaEscalationBroken(SlaEscalationCommon):
    """What does not work is noted, and holds up nothing and nobody."""

    def _break(self, **vals):
        escalation = self._create_escalation(notify_assignee=True, **vals)
        escalation.sudo().server_action_id = self._create_server_action(
            "record.write({'name': 'changed'})\n1 / 0"
        )
        return escalation

    def test_the_rest_goes_on(self):
        broken = self._break(percent=40)
        other = self._create_ticket()
        self._start_clock(other)
        good = self._create_escalation(priority='3')
        with self.assertLogs(LOG, 'WARNING'):
            self._run_timer(hours=1)
        self.assertIn('division by zero', self._get_logs(broken).error)
        self.assertEqual(self.ticket.name, 'Cup arrived broken', 'it was undone')
        self.assertIn((self.agent, self.ticket), self._get_told())
        self.assertEqual((self.ticket.priority, other.priority), ('3', '3'))
        self.assertFalse(self._get_logs(good).error)
        note = self.ticket.message_ids.filtered(lambda m: 'did not work' in m.body)
        self.assertIn('division by zero', note.body)
        self.assertEqual(note.message_type, 'notification')
        self.assertTrue(note.is_internal or not note.subtype_id or note.subtype_id.internal)

    def test_it_is_not_tried_again(self):
        self._break()
        with self.assertLogs(LOG, 'WARNING'):
            self._run_timer(hours=1)
        with self.assertNoLogs(LOG, 'WARNING'):
            self._run_timer(hours=1.1)
        self.assertEqual(len(self._get_logs()), 1)

    def test_broken_template(self):
        template = self._create_template(subject='{{ object.promised_date and 1 / 0 }}')
        escalation = self._create_escalation(mail_template_id=template.id, priority='3')
        mails = self._run_timer(hours=1)
        self.assertFalse(mails)
        self.assertIn('Failed to render', self._get_logs(escalation).error)
        self.assertFalse(self._get_logs(escalation).promised_date)
        self.assertFalse(self.ticket.promised_date)
        self.assertEqual(self.ticket.priority, '3')


@tagged('post_install', '-at_install')
class TestSlaEscalationSetup(SlaEscalationCommon):
    """Who may set escalations up, and how."""

    def test_the_form(self):
        form = Form(self.env['helpdesk.sla.escalation'].with_user(self.leader))
        form.sla_id = self.policy
        form.trigger = 'before'
        form.minutes = 20
        form.reassign = 'user'
        form.reassign_user_id = self.agent_2
        self.assertEqual(form.save().display_name, '20 minutes before the deadline')

    def test_it_must_do_something(self):
        with self.assertRaisesRegex(ValidationError, 'does nothing'):
            self._create_escalation()
        escalation = self._create_escalation(priority='1')
        with self.assertRaisesRegex(ValidationError, 'does nothing'):
            escalation.priority = False

    def test_bounds(self):
        for vals in (
            {'percent': 0},
            {'percent': 101},
            {'trigger': 'after', 'minutes': -1},
            {'promise_hours': -1},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger(SQL),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._create_escalation(priority='1', **vals)

    def test_a_person_must_be_named(self):
        with self.assertRaisesRegex(ValidationError, 'to whom'):
            self._create_escalation(reassign='user')

    def test_customers_are_no_colleagues(self):
        portal = new_test_user(self.env, 'emma', groups='base.group_portal')
        with self.assertRaisesRegex(ValidationError, 'no colleague'):
            self._create_escalation(notify_user_ids=self._set(portal))

    def test_templates_of_other_models(self):
        template = self._create_template(
            model_id=self.env['ir.model']._get_id('res.partner'), body_html='<p>Hello</p>'
        )
        with self.assertRaisesRegex(ValidationError, 'not made for tickets'):
            self._create_escalation(mail_template_id=template.id)

    def test_only_administrators_choose_server_actions(self):
        action = self._create_server_action('pass')
        with self.assertRaises(AccessError):
            self._create_escalation(server_action_id=action.id)
        escalation = self._create_escalation(priority='1')
        with self.assertRaises(AccessError):
            escalation.server_action_id = action
        escalation.with_user(self.env.ref('base.user_admin')).server_action_id = action
        self.assertTrue(escalation.copy().with_user(self.leader).priority)

    def test_agents_read_and_leaders_write(self):
        escalation = self._create_escalation(priority='1')
        self.assertEqual(escalation.with_user(self.agent).priority, '1')
        with self.assertRaises(AccessError):
            escalation.with_user(self.agent).priority = '2'
        self._run_timer(hours=1)
        log = self._get_logs().with_user(self.leader)
        self.assertTrue(log.date)
        with self.assertRaises(AccessError):
            log.write({'error': 'nothing'})

    def test_other_companies(self):
        company = self.env['res.company'].create({'name': 'Other'})
        stranger = new_test_user(
            self.env,
            'stranger',
            groups='helpdesk_ecom.group_helpdesk_manager',
            company_id=company.id,
            company_ids=self._set(company),
        )
        escalation = self._create_escalation(priority='1')
        self._run_timer(hours=1)
        for record in (escalation, self._get_logs()):
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(['display_name'])

    def test_the_log_of_private_teams_is_private(self):
        self.team.write({'privacy_visibility': 'invited_internal'})
        self.team.member_ids = self.agent | self.leader
        self._create_escalation(priority='1')
        self._run_timer(hours=1)
        Log = self.env['helpdesk.sla.escalation.log']
        self.assertFalse(Log.with_user(self.agent_2).search([]) & self._get_logs())
        self.assertTrue(Log.with_user(self.agent).search([]) & self._get_logs())
