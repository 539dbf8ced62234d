from datetime import datetime, timedelta

from odoo import Command
from odoo.sql_db import db_connect
from odoo.tests import Form, tagged, warmup
from odoo.tools import mute_logger

from ..models.assignment import helpdesk_ticket_hand_out
from ..models.assignment.helpdesk_ticket_hand_out import LOCK_ID
from .common_assignment import HelpdeskAssignmentCommon


@tagged('post_install', '-at_install')
class TestAssignmentJob(HelpdeskAssignmentCommon):
    """The queue, and the job that hands it out."""

    # === QUEUE === #

    def test_creation_only_queues(self):
        ticket = self._create_batch(1)
        self.assertFalse(ticket.user_id)
        self.assertTrue(ticket.assignment_queue_date)
        self.assertTrue(self._has_trigger())
        self._hand_out()
        self.assertTrue(ticket.user_id)
        self.assertFalse(ticket.assignment_queue_date)

    def test_not_queued(self):
        """Teams that don't assign, and tickets that somebody gave to somebody, call no job."""
        self._has_trigger()
        self.assertFalse(self._create_batch(1, user_id=self.agent.id).assignment_queue_date)
        self.team.auto_assignment = False
        self.assertFalse(self._create_batch(1).assignment_queue_date)
        self.assertFalse(self._has_trigger())

    def test_taken_while_waiting(self):
        """Who takes a waiting ticket keeps it."""
        ticket = self._create_batch(1)
        ticket.with_user(self.leader).action_assign_to_me()
        self._hand_out()
        self.assertEqual(ticket.user_id, self.leader)
        self.assertFalse(ticket.assignment_queue_date)

    def test_let_go(self):
        """Whom a ticket is taken from does not get it back, if there is anybody else."""
        self._create_batch(3, user_id=self.agent_2.id)
        ticket = self._create_batch(1, user_id=self.agent.id)
        ticket.with_user(self.agent).user_id = False
        self.assertTrue(ticket.assignment_queue_date)
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent_2)
        self.agent.sudo().helpdesk_away = True
        ticket.with_user(self.leader).user_id = False
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent_2)

    def test_let_go_of_what_is_not_handed_out(self):
        closed, by_hand = self._create_batch(2, user_id=self.agent.id)
        closed.stage_id = self.stage_solved
        by_hand.team_id = self.env['helpdesk.team'].create({'name': 'By hand'})
        (closed | by_hand).user_id = False
        self.assertFalse(any((closed | by_hand).mapped('assignment_queue_date')))

    def test_switching_on_fills_the_queue(self):
        """Also with what came when the team did not assign, but not with what is closed."""
        self.team.with_user(self.leader).auto_assignment = False
        waiting, closed, held = self._create_batch(3)
        closed.stage_id = self.stage_solved
        held.user_id = self.leader
        self._hand_out()
        self.assertFalse(waiting.user_id)
        with Form(self.team.with_user(self.leader)) as form:
            form.auto_assignment = True
        self._hand_out()
        self.assertIn(waiting.user_id, self.agent | self.agent_2)
        self.assertFalse(closed.user_id)
        self.assertEqual(held.user_id, self.leader)

    def test_agent_leaves_the_team(self):
        """His open tickets go to others, with a note; those of other teams stay."""
        other_team = self.team.copy(
            {'name': 'Returns', 'member_ids': [Command.set(self.agent.ids)]}
        )
        ticket, closed = self._create_batch(2, user_id=self.agent.id)
        elsewhere = self._create_batch(1, user_id=self.agent.id, team_id=other_team.id)
        closed.stage_id = self.stage_solved
        self.team.with_user(self.leader).member_ids = [Command.unlink(self.agent.id)]
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent_2)
        self.assertIn('Agent does not work', ''.join(ticket.message_ids.mapped('body')))
        self.assertEqual((closed | elsewhere).user_id, self.agent)

    def test_agent_leaves_the_house(self):
        ticket = self._create_batch(1, user_id=self.agent.id)
        by_hand = self.env['helpdesk.team'].create({'name': 'By hand'})
        other = self._create_batch(1, user_id=self.agent.id, team_id=by_hand.id)
        self.agent.active = False
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent_2)
        self.assertEqual(other.user_id, self.agent)

    def test_order(self):
        """Priority first, then the deadline, then who waits longest."""
        (self.agent | self.agent_2).sudo().helpdesk_capacity = 1
        old, new, due, urgent = self._create_batch(4)
        now = self.env.cr.now()
        old.sudo().assignment_queue_date = now - timedelta(hours=1)
        due.sudo().sla_deadline = now + timedelta(hours=9)
        urgent.priority = '3'
        self._hand_out()
        self.assertTrue(urgent.user_id and due.user_id)
        self.assertFalse(old.user_id or new.user_id)
        urgent.stage_id = self.stage_solved
        self._hand_out()
        self.assertTrue(old.user_id)
        self.assertFalse(new.user_id)

    def test_closed_and_archived_leave(self):
        closed, archived = self._create_batch(2)
        closed.stage_id = self.stage_solved
        archived.active = False
        self._hand_out()
        self.assertFalse((closed | archived).user_id)

    def test_switching_off_empties_the_queue(self):
        ticket = self._create_batch(1)
        self.team.auto_assignment = False
        self.assertFalse(ticket.assignment_queue_date)
        self._hand_out()
        self.assertFalse(ticket.user_id)

    def test_move_to_a_team_that_does_not_assign(self):
        ticket = self._create_batch(1)
        ticket.team_id = self.env['helpdesk.team'].create({'name': 'By hand'})
        self.assertFalse(ticket.assignment_queue_date)

    def test_queue_of_others(self):
        """What is queued again goes to somebody else, and to the same one if there is nobody."""
        ticket = self._create_batch(1, user_id=self.agent.id)
        self._create_batch(3, user_id=self.agent_2.id)
        ticket.sudo()._queue_assignment()
        self.assertFalse(ticket.user_id)
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent_2)
        self.assertFalse(ticket.assignment_avoid_user_id)
        self.agent.sudo().helpdesk_away = True
        ticket.sudo()._queue_assignment()
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent_2)

    # === CAPACITY === #

    def test_overflow(self):
        """Nobody gets too much; the rest waits, and comes when there is room."""
        self.agent.sudo().helpdesk_capacity = 2
        self.agent_2.sudo().helpdesk_capacity = 1
        tickets = self._assign_batch(5)
        self.assertEqual(len(tickets.filtered(lambda t: t.user_id == self.agent)), 2)
        self.assertEqual(len(tickets.filtered(lambda t: t.user_id == self.agent_2)), 1)
        waiting = tickets.filtered('assignment_queue_date')
        self.assertEqual(len(waiting), 2)
        self._has_trigger()
        tickets.filtered(lambda t: t.user_id == self.agent_2).stage_id = self.stage_solved
        self.assertTrue(self._has_trigger())
        self._hand_out()
        self.assertEqual(waiting.user_id, self.agent_2)
        self.assertEqual(len(waiting.filtered('user_id')), 1)

    def test_snoozed_tickets_take_no_room(self):
        """Whoever snoozes a ticket has time for another one."""
        self.agent_2.sudo().helpdesk_away = True
        self.agent.sudo().helpdesk_capacity = 1
        first, second = self._assign_batch(2)
        self.assertEqual((first | second).filtered('user_id'), first)
        self._has_trigger()
        first.with_user(self.agent).action_snooze()
        self.assertTrue(self._has_trigger())
        self._hand_out()
        self.assertEqual(second.user_id, self.agent)
        self.assertTrue(first.user_id)

    def test_who_calls_the_job(self):
        """Whatever makes room calls the job, but only if anybody waits."""
        self.agent.sudo().helpdesk_capacity = self.agent_2.sudo().helpdesk_capacity = 1
        first, second = self._assign_batch(2)
        self._has_trigger()
        first.user_id = self.leader
        self.assertFalse(self._has_trigger())
        self._create_batch(3)
        self._has_trigger()
        for make_room in (
            lambda: second.write({'user_id': self.leader.id}),
            lambda: first.write({'active': False}),
            lambda: second.write({'stage_id': self.stage_solved.id}),
            lambda: first.unlink(),
            lambda: self.agent.sudo().write({'helpdesk_capacity': 5}),
            lambda: self.agent.with_user(self.agent).action_set_helpdesk_away(False),
            lambda: self.team.write({'member_ids': [Command.link(self.leader.id)]}),
        ):
            make_room()
            self.assertTrue(self._has_trigger())
        second.write({'priority': '1'})
        self.assertFalse(self._has_trigger())

    def test_teams_share_a_capacity(self):
        other = self.env['helpdesk.team'].create(
            {
                'name': 'Returns',
                'auto_assignment': True,
                'resource_calendar_id': False,
                'member_ids': [Command.set(self.agent.ids)],
            }
        )
        self.team.member_ids = [Command.set(self.agent.ids)]
        self.agent.sudo().helpdesk_capacity = 3
        tickets = self._create_batch(2) + self._create_batch(2, team_id=other.id)
        self._hand_out()
        self.assertEqual(len(tickets.filtered('user_id')), 3)

    # === WHO FITS === #

    def test_skills_and_languages(self):
        skill, rare = self.env['helpdesk.skill'].create([{'name': 'Coffee'}, {'name': 'Law'}])
        self.agent_2.sudo().write(
            {
                'helpdesk_skill_ids': skill.ids,
                'helpdesk_lang_ids': self.env.ref('base.lang_en').ids,
            }
        )
        tickets = self._assign_batch(3, skill_ids=skill.ids)
        self.assertEqual(tickets.user_id, self.agent_2)
        ticket = self._assign_batch(1, skill_ids=rare.ids)
        self.assertTrue(ticket.user_id)
        self.assertIn('Law', ''.join(ticket.message_ids.mapped('body')))
        ticket = self._assign_batch(1, lang_id=self.env.ref('base.lang_en').id)
        self.assertEqual(ticket.user_id, self.agent_2)

    def _take_off(self, user, start, stop):
        calendar = self.team.resource_calendar_id
        resource = self.env['resource.resource'].create(
            {
                'name': user.name,
                'user_id': user.id,
                'company_id': self.company.id,
                'calendar_id': calendar.id,
                'tz': 'UTC',
            }
        )
        self.env['resource.calendar.leaves'].create(
            {
                'name': 'Vacation',
                'resource_id': resource.id,
                'calendar_id': calendar.id,
                'date_from': start,
                'date_to': stop,
            }
        )

    def test_skilled_agent_on_vacation(self):
        """Waited for until the next working day, not for a week."""
        self._set_now(datetime(2026, 3, 6, 10))  # a Friday
        self.team.resource_calendar_id = self._create_calendar('Office', (8, 18))
        skill = self.env['helpdesk.skill'].create({'name': 'Coffee'})
        self.agent.sudo().helpdesk_skill_ids = skill
        self._take_off(self.agent, datetime(2026, 3, 6), datetime(2026, 3, 7))
        self.assertEqual(self._assign_batch(1, skill_ids=skill.ids).user_id, self.agent)
        self.env['resource.calendar.leaves'].search([('name', '=', 'Vacation')]).date_to = datetime(
            2026, 3, 10
        )
        ticket = self._assign_batch(1, skill_ids=skill.ids)
        self.assertEqual(ticket.user_id, self.agent_2)
        self.assertIn('Coffee', ''.join(ticket.message_ids.mapped('body')))

    def test_why_it_waits(self):
        """The reason is kept on the ticket, for all that wait, and goes with the wait."""
        (self.agent | self.agent_2).sudo().helpdesk_capacity = 1
        tickets = self._assign_batch(4)
        waiting = tickets.filtered('assignment_queue_date')
        self.assertEqual(waiting.mapped('assignment_wait_reason'), ['all_full'] * 2)
        self.assertFalse(any((tickets - waiting).mapped('assignment_wait_reason')))
        self.team.assign_method = 'tags'
        self.agent.sudo().helpdesk_capacity = 0
        self._hand_out()
        self.assertEqual(waiting.mapped('assignment_wait_reason'), ['nobody_fits'] * 2)
        form = Form(waiting[0].with_user(self.agent))
        self.assertEqual(form.assignment_wait_reason, 'nobody_fits')
        self.team.assign_method = 'balanced'
        self._hand_out()
        self.assertEqual(waiting.user_id, self.agent)
        self.assertFalse(any(waiting.mapped('assignment_wait_reason')))

    def test_reason_of_what_the_job_does_not_look_at(self):
        self.patch(helpdesk_ticket_hand_out, 'BATCH_SIZE', 2)
        (self.agent | self.agent_2).sudo().helpdesk_away = True
        tickets = self._assign_batch(5)
        self.assertEqual(tickets.mapped('assignment_wait_reason'), ['all_away'] * 5)

    def test_away(self):
        self.agent.sudo().helpdesk_away = True
        self.assertEqual(self._assign_batch(2).user_id, self.agent_2)
        self.agent_2.sudo().helpdesk_away = True
        ticket = self._assign_batch(1)
        self.assertFalse(ticket.user_id)
        self.assertTrue(ticket.assignment_queue_date)

    # === REOPENED TICKETS === #

    def _reopen(self, **agent_vals):
        ticket = self._assign_batch(1)
        agent = ticket.user_id
        ticket.stage_id = self.stage_solved
        agent.sudo().write(agent_vals)
        ticket.with_user(self.leader).action_reopen()
        return ticket, agent

    def test_reopened_of_absent(self):
        ticket, agent = self._reopen(helpdesk_away=True)
        self.assertFalse(ticket.user_id)
        self.assertIn(agent.name, ''.join(ticket.message_ids.mapped('body')))
        self._hand_out()
        self.assertEqual(ticket.user_id, (self.agent | self.agent_2) - agent)

    def test_reopened_of_present(self):
        ticket, agent = self._reopen()
        self.assertEqual(ticket.user_id, agent)
        self.assertFalse(ticket.assignment_queue_date)

    def test_reopened_after_hours(self):
        """Who is merely after hours goes on tomorrow."""
        self._set_now(datetime(2026, 3, 2, 20))
        ticket = self._assign_batch(1)
        self.team.resource_calendar_id = self._create_calendar('Office', (8, 18))
        agent = ticket.user_id
        ticket.stage_id = self.stage_solved
        ticket.action_reopen()
        self.assertEqual(ticket.user_id, agent)

    def test_reopened_on_the_evening_before_a_vacation(self):
        self._set_now(datetime(2026, 3, 2, 20))
        self.team.resource_calendar_id = self._create_calendar('Office', (8, 18))
        ticket = self._create_batch(1, user_id=self.agent.id)
        self._take_off(self.agent, datetime(2026, 3, 3), datetime(2026, 3, 7))
        ticket.stage_id = self.stage_solved
        ticket.with_user(self.leader).action_reopen()
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent_2)

    def test_reopened_of_leaver(self):
        ticket, _agent = self._reopen(active=False)
        self.assertFalse(ticket.user_id)
        ticket = self._create_batch(1, user_id=self.leader.id)  # in no team
        ticket.stage_id = self.stage_solved
        ticket.with_user(self.agent).stage_id = self.stage_open
        self.assertFalse(ticket.user_id)

    def test_reopened_by_oneself(self):
        ticket = self._create_batch(1, user_id=self.agent.id)
        ticket.stage_id = self.stage_solved
        self.agent.sudo().helpdesk_away = True
        ticket.with_user(self.agent).action_reopen()
        self.assertEqual(ticket.user_id, self.agent)

    def test_reopened_where_nobody_assigns(self):
        self.team.auto_assignment = False
        ticket = self._create_batch(1, user_id=self.agent.id)
        ticket.stage_id = self.stage_solved
        self.agent.sudo().helpdesk_away = True
        ticket.with_user(self.leader).action_reopen()
        self.assertEqual(ticket.user_id, self.agent)

    # === ONE AT A TIME === #

    def test_second_runner(self):
        """While somebody else hands out, the job does nothing but come back later."""
        ticket = self._create_batch(1)
        self._has_trigger()
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute('SELECT pg_advisory_lock(%s)', [LOCK_ID])
            self._hand_out()
            other.execute('SELECT pg_advisory_unlock(%s)', [LOCK_ID])
        self.assertFalse(ticket.user_id)
        self.assertTrue(self._has_trigger())
        self._hand_out()
        self.assertTrue(ticket.user_id)

    def test_lock_is_released(self):
        """Also after an error, a lock that stayed would stop the assignment for good."""
        self._create_batch(1)
        self.patch(type(self.env['helpdesk.ticket']), '_get_queue_batch', lambda *_args: 1 / 0)
        self.env.flush_all()
        with (
            self.assertRaises(ZeroDivisionError),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            self.env(cr=cr)['helpdesk.ticket']._cron_assign_tickets()
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute('SELECT pg_try_advisory_lock(%s)', [LOCK_ID])
            self.assertTrue(other.fetchone()[0])
            other.execute('SELECT pg_advisory_unlock(%s)', [LOCK_ID])

    # === TICKETS THAT RAISE === #

    @mute_logger('odoo.addons.helpdesk_ecom.models.ticket.helpdesk_ticket_job')
    def test_ticket_that_cannot_be_given(self):
        """It waits with a note that is written once; the others are given to somebody."""
        tickets = self._create_batch(3)
        bad = tickets[1]
        self._let_fail(bad, 'user_id')
        self._hand_out()
        self._hand_out()
        self.assertEqual(tickets.filtered('user_id'), tickets - bad)
        self.assertTrue(bad.assignment_queue_date)
        notes = ''.join(bad.message_ids.mapped('body'))
        self.assertEqual(notes.count('A rule is broken'), 1)
        self.assertNotIn('A rule is broken', ''.join(tickets[0].message_ids.mapped('body')))

    # === COSTS === #

    def _count_statements(self, tickets):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        given, _exhausted = tickets.with_user(self.env.ref('base.user_root'))._hand_out()
        self.env.flush_all()
        self.assertEqual(given, tickets)
        return self.env.cr.sql_log_count - before

    @warmup
    def test_queries_of_the_job(self):
        """A hundred tickets cost what a few do, besides 11 for each message that core sends."""
        quiet = {'mail_auto_subscribe_no_notify': True}
        self.assertLessEqual(
            self._count_statements(self._create_batch(100).with_context(**quiet)), 45
        )
        self.assertLessEqual(self._count_statements(self._create_batch(10)), 50 + 10 * 11)
