from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .sla_escalation_common import OPENED, SlaEscalationCommon

TIMER = 'odoo.addons.helpdesk_ecom.models.sla.helpdesk_sla_status_timer'
EVENTS = 'odoo.addons.helpdesk_ecom.models.sla.helpdesk_ticket_sla_events'


@tagged('post_install', '-at_install')
class TestSlaTimer(SlaEscalationCommon):
    """The job that looks at the clocks."""

    def setUp(self):
        super().setUp()
        self.calls = []
        Ticket = type(self.env['helpdesk.ticket'])
        for hook in ('_on_sla_warning', '_on_sla_missed'):
            self.patch(
                Ticket, hook, lambda tickets, hook=hook: self.calls.append((hook, tickets.ids))
            )

    def test_at_risk_once(self):
        self._run_timer(minutes=89)
        self.assertFalse(self.calls)
        self._run_timer(minutes=90)
        self._run_timer(minutes=91)
        self.assertEqual(self.calls, [('_on_sla_warning', self.ticket.ids)])
        self.assertTrue(self.clock.is_warned)
        self.assertFalse(self.clock.is_missed)
        self.assertEqual(self.clock.next_event_date, self.clock.deadline)

    def test_missed_once(self):
        self._run_timer(minutes=90)
        self._run_timer(minutes=121)
        self._run_timer(minutes=122)
        self.assertEqual([hook for hook, _ids in self.calls], ['_on_sla_warning', '_on_sla_missed'])
        self.assertTrue(self.clock.is_missed)
        self.assertTrue(self.ticket.sla_missed)
        self.assertFalse(self.clock.next_event_date)

    def test_in_time_at_the_very_deadline(self):
        self._run_timer(hours=2)
        self.assertFalse(self.clock.is_missed)
        self._run_timer(hours=2, seconds=1)
        self.assertTrue(self.clock.is_missed)

    def test_what_is_missed_is_not_at_risk(self):
        self._run_timer(hours=5)
        self.assertEqual(self.calls, [('_on_sla_missed', self.ticket.ids)])

    def test_hooks_are_called_with_all_at_once(self):
        other = self._create_ticket()
        self._start_clock(other)
        self._run_timer(minutes=100)
        self.assertEqual(self.calls, [('_on_sla_warning', (self.ticket + other).ids)])

    def test_a_broken_hook_is_noted_and_holds_up_nobody(self):
        other = self._create_ticket()
        self._start_clock(other)
        escalation = self._create_escalation(trigger='after', minutes=1, priority='3')
        called = []

        def fail(tickets):
            if self.ticket in tickets:
                raise ValueError('bad rule')
            called.extend(tickets.ids)

        self.patch(type(self.ticket), '_on_sla_missed', fail)
        with self.assertLogs(EVENTS, 'WARNING'):
            self._run_timer(minutes=130)
        self.assertEqual(called, other.ids)
        self.assertTrue(self._get_logs(escalation))
        self.assertTrue(self.clock.is_missed)
        self.assertIn('bad rule', ''.join(self.ticket.message_ids.mapped('body')))

    def test_a_broken_clock_holds_up_no_other(self):
        other = self._create_ticket()
        other_clock = self._start_clock(other)
        broken_id = self.clock.id
        Status = type(self.clock)
        _get_risk_date = Status._get_risk_date

        def fail(status):
            if status.id == broken_id:
                raise ValueError('broken')
            return _get_risk_date(status)

        self.patch(Status, '_get_risk_date', fail)
        with self.assertLogs(TIMER, 'ERROR'):
            self._run_timer(minutes=130)
        self.assertTrue(other_clock.is_missed)
        self.assertEqual(len(self._get_notes()), 1)
        self.assertEqual(self.clock.next_event_date, self.now + timedelta(minutes=5))
        with self.assertLogs(TIMER, 'ERROR'):
            self._run_timer(minutes=136)
        self.assertEqual(self.clock.next_event_date, self.now + timedelta(minutes=10))
        self.assertEqual(len(self._get_notes()), 1, 'once is enough')
        self.patch(Status, '_get_risk_date', _get_risk_date)
        self._run_timer(minutes=147)
        self.assertTrue(self.clock.is_missed)
        self.assertFalse(self.clock.failure_count)

    def _get_notes(self):
        """Return what the ticket says of clocks that could not be looked at."""
        return self.ticket.message_ids.filtered(lambda message: 'broken' in (message.body or ''))

    def test_in_batches(self):
        tickets = self.ticket
        for _number in range(6):
            ticket = self._create_ticket()
            self._start_clock(ticket)
            tickets += ticket
        self._create_escalation(priority='3')
        with patch(f'{TIMER}.BATCH_SIZE', 3):
            self._run_timer(minutes=130)
        self.assertEqual(tickets.mapped('priority'), ['3'] * 7)
        self.assertTrue(all(tickets.mapped('sla_missed')))

    def test_what_somebody_works_on_has_its_turn_later(self):
        other = self._create_ticket()
        other_clock = self._start_clock(other)
        Ticket = type(self.ticket)
        try_lock_for_update = Ticket.try_lock_for_update
        held = self.ticket

        def lock_others(tickets, **kwargs):
            return try_lock_for_update(tickets - held, **kwargs)

        with patch.object(Ticket, 'try_lock_for_update', lock_others):
            self._run_timer(minutes=130)
        self.assertTrue(other_clock.is_missed)
        self.assertFalse(self.clock.is_missed)
        self._run_timer(minutes=131)
        self.assertTrue(self.clock.is_missed)

    def test_paused_after_it_was_late(self):
        self.clock._pause(OPENED + timedelta(hours=3))
        self._run_timer(hours=4)
        self.assertTrue(self.clock.is_missed)
        self.assertFalse(self.clock.next_event_date)

    def test_a_paused_clock_has_no_events(self):
        clock = self._start_clock(self.ticket, is_paused=True, deadline=False, warning_date=False)
        self.assertFalse(clock.next_event_date)


@tagged('post_install', '-at_install')
class TestSlaTimerCost(SlaEscalationCommon):
    """The job costs what is due, not what is open."""

    def _load(self, count, due_date):
        """Write open tickets with clocks straight into the database."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            WITH tickets AS (
                INSERT INTO helpdesk_ticket
                       (name, active, priority, kanban_state, team_id, company_id, stage_id,
                        create_date, reminder_number)
                SELECT 'Loaded', TRUE, '0', 'normal', %(team)s, %(company)s, %(stage)s,
                       %(opened)s, 0
                  FROM generate_series(1, %(count)s)
             RETURNING id
            )
            INSERT INTO helpdesk_sla_status
                   (ticket_id, sla_id, metric, clock, start_date, warning_date, deadline,
                    next_event_date)
            SELECT id, %(policy)s, 'first_response', 'always', %(opened)s, %(due)s, %(due)s,
                   %(due)s
              FROM tickets
            """,
            {
                'team': self.team.id,
                'company': self.company.id,
                'stage': self.stage_new.id,
                'policy': self.policy.id,
                'opened': OPENED,
                'due': due_date,
                'count': count,
            },
        )

    def _count_queries(self, due, later):
        """Return how many queries a run costs with so many clocks that are due."""
        self._load(later, OPENED + timedelta(days=30))
        self._load(due, OPENED + timedelta(hours=2))
        Status = self.env['helpdesk.sla.status']
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        with patch.object(
            type(self.env['ir.cron']), '_commit_progress', lambda *_args, **_kwargs: 60
        ):
            Status._cron_process_events()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries_grow_with_what_is_due(self):
        self.clock.unlink()
        self._set_now(OPENED + timedelta(hours=3))
        self._count_queries(20, 0)  # fills the caches of the registry
        few = self._count_queries(20, 180)
        many = self._count_queries(20, 1800)
        self.assertEqual(few, many)
        self.assertLess(many, 60)

    def test_queries_of_a_batch_do_not_grow_with_the_batch(self):
        self.clock.unlink()
        self._set_now(OPENED + timedelta(hours=3))
        self._count_queries(2, 0)
        self.assertEqual(self._count_queries(4, 0), self._count_queries(19, 0))
