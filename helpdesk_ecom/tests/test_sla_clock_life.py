from odoo.tests import tagged

from .sla_common import OPENED, SlaCommon, at


@tagged('post_install', '-at_install')
class TestSlaClockLife(SlaCommon):
    """Clocks start, pause, go on and stop with their tickets."""

    def test_without_policies_nothing_is_promised(self):
        ticket = self._create_ticket()
        self.assertFalse(ticket.sla_status_ids)
        self.assertFalse(ticket.sla_deadline)

    def test_program_moves_a_ticket(self):
        """A server action may give the stage itself, as to any field."""
        self._create_policy('resolution', time=2)
        ticket = self._create_ticket()
        ticket.with_user(self.agent).write({'stage_id': self.stage_solved})
        self.assertTrue(self._get_clocks(ticket).reached_datetime)

    def test_start(self):
        policy = self._create_policy(time=4.0, warning_percent=50)
        ticket = self._create_ticket()
        clock = self._get_clocks(ticket)
        self.assertEqual(clock.sla_id, policy)
        self.assertEqual(clock.start_date, OPENED)
        self.assertEqual(clock.deadline, at(5))  # an hour for lunch
        self.assertEqual(clock.warning_date, at(2))
        self.assertEqual(clock.next_event_date, at(2))
        self.assertEqual(clock.status, 'ongoing')
        self.assertEqual(ticket.sla_deadline, at(5))
        self.assertEqual(ticket.sla_deadline_hours, 4)
        self.assertEqual(ticket.sla_warning_date, at(2))
        self.assertEqual(ticket.sla_metric, 'first_response')
        self.assertEqual(ticket.sla_ids, policy)
        self.assertTrue(ticket.use_sla)

    def test_clock_of_the_customer(self):
        """9:00 UTC is 4:00 in New York, whose day starts at 8:00, 13:00 UTC."""
        self._create_policy(clock='customer', time=1)
        ticket = self._create_ticket()
        self.assertEqual(self._get_clocks(ticket).tz, 'America/New_York')
        self.assertEqual(ticket.sla_deadline, at(5))

    def test_clock_that_never_stands_still(self):
        self._create_policy(clock='always', time=24)
        self.assertEqual(self._create_ticket().sla_deadline, at(24))

    def test_own_working_hours_of_the_policy(self):
        late_shift = self._create_calendar('Late', (20, 24))
        self._create_policy(resource_calendar_id=late_shift.id)
        self.assertEqual(self._create_ticket().sla_deadline, at(13))

    def test_a_stage_pauses_and_the_clock_goes_on_with_what_is_left(self):
        self._create_policy('resolution', time=2, exclude_stage_ids=self.stage_waiting.ids)
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_waiting)
        clock = self._get_clocks(ticket)
        self.assertTrue(clock.is_paused)
        self.assertFalse(clock.deadline)
        self.assertFalse(clock.next_event_date)
        self.assertTrue(ticket.sla_paused)
        self.assertFalse(ticket.sla_deadline)
        self._move(ticket, at(24), self.stage_open)
        self.assertFalse(clock.is_paused)
        self.assertEqual(clock.deadline, at(25))
        self.assertEqual(ticket.sla_deadline, at(25))
        self.assertFalse(ticket.sla_paused)

    def test_a_late_clock_keeps_its_deadline_in_a_pause(self):
        self._create_policy('resolution', time=2, exclude_stage_ids=self.stage_waiting.ids)
        ticket = self._create_ticket()
        self._move(ticket, at(3), self.stage_waiting)
        clock = self._get_clocks(ticket)
        self.assertEqual(clock.deadline, at(2))
        self.assertEqual(clock.status, 'failed')
        self.assertEqual(ticket.sla_deadline, at(2))
        self.assertTrue(ticket.sla_fail)
        self._move(ticket, at(5), self.stage_solved)
        self.assertAlmostEqual(clock.exceeded_hours, 1)  # from 11 to 12, then it was paused

    def test_resolution_in_time(self):
        self._create_policy('resolution', time=2)
        ticket = self._create_ticket()
        self._move(ticket, at(2), self.stage_solved)
        clock = self._get_clocks(ticket)
        self.assertEqual(clock.reached_datetime, at(2))
        self.assertEqual(clock.status, 'reached')
        self.assertEqual(clock.color, 10)
        self.assertFalse(clock.next_event_date)
        self.assertFalse(ticket.sla_deadline)
        self.assertTrue(ticket.sla_success)
        self.assertTrue(ticket.sla_reached)
        self.assertFalse(ticket.sla_fail)

    def test_resolution_too_late(self):
        self._create_policy('resolution', time=2)
        ticket = self._create_ticket()
        self._move(ticket, at(5), self.stage_solved)  # an hour of it is lunch
        clock = self._get_clocks(ticket)
        self.assertEqual(clock.status, 'failed')
        self.assertTrue(clock.is_missed)
        self.assertAlmostEqual(clock.exceeded_hours, 2)
        self.assertTrue(ticket.sla_missed)
        self.assertTrue(ticket.sla_reached_late)
        self.assertFalse(ticket.sla_success)

    def test_reopened(self):
        """What is not solved after all goes on with the hour that was left."""
        self._create_policy('resolution', time=2)
        in_time, late = self._create_ticket(), self._create_ticket()
        for ticket in in_time | late:
            self._move(ticket, at(1), self.stage_solved)
        for ticket in in_time | late:
            self._move(ticket, at(24), self.stage_open)
            self.assertEqual(ticket.sla_deadline, at(25))
        self._move(in_time, at(25), self.stage_solved)
        self._move(late, at(48), self.stage_solved)
        self.assertEqual(self._get_clocks(in_time).status, 'reached')
        self.assertEqual(self._get_clocks(late).status, 'failed')

    def test_reach_a_stage_or_a_later_one(self):
        self._create_policy('stage', stage_id=self.stage_open.id)
        direct, skipping = self._create_ticket(), self._create_ticket()
        self._move(direct, at(1), self.stage_open)
        self._move(skipping, at(1), self.stage_waiting)
        for ticket in direct | skipping:
            self.assertEqual(self._get_clocks(ticket).reached_datetime, at(1))
        self.assertEqual(self._get_clocks(direct).sla_stage_id, self.stage_open)

    def test_closed_from_the_start(self):
        self._create_policy()
        self._create_policy('resolution')
        self.assertFalse(self._create_ticket(stage_id=self.stage_solved.id).sla_status_ids)

    def test_closing_ends_the_wait(self):
        """Nobody will answer: in time that is no promise kept, late it is one missed."""
        self._create_policy(time=2)
        early, late = self._create_ticket(), self._create_ticket()
        self._move(early, at(1), self.stage_solved)
        self._move(late, at(3), self.stage_solved)
        self.assertFalse(early.sla_status_ids)
        self.assertEqual(self._get_clocks(late).status, 'failed')
        self.assertEqual(self._get_clocks(late).reached_datetime, at(3))

    def test_closing_does_not_end_the_wait_at_a_marketplace(self):
        self._create_policy(clock='always', time=24, exclude_stage_ids=self.stage_waiting.ids)
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_waiting)
        self.assertEqual(ticket.sla_deadline, at(24))
        self._move(ticket, at(2), self.stage_solved)
        self.assertEqual(ticket.sla_deadline, at(24))
        self._answer(ticket, at(3))
        self.assertEqual(self._get_clocks(ticket).reached_datetime, at(3))
        self.assertFalse(ticket.sla_deadline)

    def test_archived(self):
        self._create_policy('resolution')
        ticket = self._create_ticket()
        ticket.active = False
        self.assertFalse(ticket.sla_status_ids)
        ticket.active = True
        self.assertEqual(ticket.sla_deadline, at(2))

    def test_searches_are_exact_without_any_job(self):
        Ticket, Status = self.env['helpdesk.ticket'], self.env['helpdesk.sla.status']
        policy = self._create_policy('resolution', time=2)
        kept, late, overdue = (self._create_ticket() for _index in range(3))
        self._move(kept, at(1), self.stage_solved)
        policy.team_id = self.env['helpdesk.team'].create({'name': 'Elsewhere'})
        none = self._create_ticket()
        self._create_policy('resolution', time=9, name='Long')
        running = self._create_ticket()
        self._move(late, at(3), self.stage_solved)
        self._set_now(at(5))
        tickets = kept | late | overdue | none | running
        for name, found in (
            ('sla_fail', late | overdue),
            ('sla_success', kept),
            ('sla_reached', kept),
            ('sla_reached_late', late),
        ):
            tickets.invalidate_recordset()
            for value, expected in ((True, found), (False, tickets - found)):
                domain = [('id', 'in', tickets.ids), (name, '=', value)]
                self.assertEqual(Ticket.search(domain, order='id'), expected, domain)
                self.assertEqual(tickets.filtered_domain([(name, '=', value)]), expected, domain)
        for status, found in (('failed', late | overdue), ('reached', kept), ('ongoing', running)):
            domain = [('ticket_id', 'in', tickets.ids), ('status', '=', status)]
            clocks = Status.search(domain, order='ticket_id')
            self.assertEqual(clocks.ticket_id, found)
            self.assertEqual(set(clocks.mapped('status')), {status})
        with_policy = Ticket.search([('sla_ids', 'in', policy.ids)], order='id')
        self.assertEqual(with_policy, kept | late | overdue)
