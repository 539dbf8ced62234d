from datetime import datetime

from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.helpdesk_ecom.tools.sla_wait import get_waits

from .common_mail import HelpdeskMailCommon
from .sla_common import OPENED, SlaCommon, at


@tagged('post_install', '-at_install')
class TestWaits(TransactionCase):
    """Which waits some messages end and begin."""

    def test_messages_in_a_row_are_one_wait(self):
        waits = get_waits(False, [(1, True), (2, True), (3, False), (4, False), (5, True)])
        self.assertEqual(waits, (3, [(1, 3), (5, None)]))
        self.assertTrue(waits.is_open)
        self.assertEqual(waits.get_changes(), [(1, True), (3, False), (3, False), (5, True)])

    def test_who_waits_already_begins_no_wait(self):
        self.assertEqual(get_waits(True, [(1, True), (2, True)]), (None, []))
        self.assertEqual(get_waits(True, [(1, True), (2, False)]), (2, []))
        self.assertEqual(get_waits(True, [(1, False), (2, True)]), (1, [(2, None)]))

    def test_nothing_said(self):
        self.assertEqual(get_waits(True, []), (None, []))
        self.assertFalse(get_waits(True, []).is_open)


@tagged('post_install', '-at_install')
class TestSlaResponse(SlaCommon, HelpdeskMailCommon):
    """Messages start and stop the clocks, by whatever way they come."""

    def test_first_response(self):
        self._create_policy()
        ticket = self._create_ticket()
        self._answer(ticket, at(1))
        clock = self._get_clocks(ticket)
        self.assertEqual(clock.reached_datetime, at(1))
        self.assertEqual(clock.status, 'reached')
        self._ask(ticket, at(2))
        self._answer(ticket, at(50))
        self.assertEqual(self._get_clocks(ticket), clock)
        self.assertEqual(clock.reached_datetime, at(1))

    def test_late_response(self):
        self._create_policy()
        ticket = self._create_ticket()
        missed = []
        self.patch(type(ticket), '_on_sla_missed', lambda tickets: missed.append(tickets.ids))
        self._answer(ticket, at(5))
        clock = self._get_clocks(ticket)
        self.assertEqual(clock.status, 'failed')
        self.assertAlmostEqual(clock.exceeded_hours, 2)
        self.assertTrue(ticket.sla_missed)
        self.assertEqual(missed, [ticket.ids])

    def test_answer_at_the_last_moment(self):
        self._create_policy()
        ticket = self._create_ticket()
        self._answer(ticket, at(2))
        self.assertEqual(self._get_clocks(ticket).status, 'reached')

    def test_what_is_no_answer(self):
        self._create_policy()
        ticket = self._create_ticket()
        robot = self.env.ref('base.partner_root')
        self._answer(ticket, at(1), subtype_id=self.env.ref('mail.mt_note').id)
        self._answer(ticket, at(1), message_type='auto_comment')
        self._answer(ticket, at(1), message_type='notification')
        self._answer(ticket, at(1), is_internal=True)
        self._say(ticket, at(1), robot)
        self._ask(ticket, at(1))
        self.assertFalse(self._get_clocks(ticket).reached_datetime)
        self.assertEqual(ticket.oldest_unanswered_customer_message_date, OPENED)
        self.assertEqual(ticket.sla_deadline, at(2))

    def test_robot_is_no_customer_either(self):
        ticket = self._create_ticket()
        self._answer(ticket, at(1))
        self._say(ticket, at(2), self.env.ref('base.partner_root'))
        self.assertFalse(ticket.oldest_unanswered_customer_message_date)

    def test_next_response(self):
        """A clock for each wait, from the oldest message that nobody answered."""
        policy = self._create_policy('next_response', time=1)
        ticket = self._create_ticket()
        self._ask(ticket, at(0.5))
        self.assertFalse(ticket.sla_status_ids, 'the first wait is the first response')
        self._answer(ticket, at(1))
        self.assertFalse(ticket.sla_status_ids)
        self._ask(ticket, at(2))
        self._ask(ticket, at(2.5))
        clock = self._get_clocks(ticket, policy)
        self.assertEqual(clock.start_date, at(2))
        self.assertEqual(ticket.sla_deadline, at(3))
        self._answer(ticket, at(2.75))
        self.assertEqual(clock.reached_datetime, at(2.75))
        self._ask(ticket, at(5))
        self._answer(ticket, at(7))
        first, second = self._get_clocks(ticket, policy)
        self.assertEqual(first.status, 'reached')
        self.assertEqual(second.start_date, at(5))
        self.assertEqual(second.status, 'failed')

    def test_several_messages_at_once_and_in_no_order(self):
        first = self._create_policy(time=8)
        following = self._create_policy('next_response', time=1)
        ticket = self._create_ticket()
        self._set_now(at(24))
        self.env['mail.message'].sudo().create(
            [
                {
                    'model': 'helpdesk.ticket',
                    'res_id': ticket.id,
                    'author_id': author.id,
                    'date': moment,
                    'message_type': 'comment',
                    'subtype_id': self.env.ref('mail.mt_comment').id,
                }
                for author, moment in (
                    (self.agent.partner_id, at(1)),
                    (self.customer, at(2)),
                    (self.customer, at(6)),
                    (self.agent.partner_id, at(5)),
                    (self.customer, at(0.5)),
                )
            ]
        )
        self.assertEqual(self._get_clocks(ticket, first).reached_datetime, at(1))
        stopped, running = self._get_clocks(ticket, following)
        self.assertEqual((stopped.start_date, stopped.reached_datetime), (at(2), at(5)))
        self.assertEqual(stopped.status, 'failed')
        self.assertAlmostEqual(stopped.exceeded_hours, 1)
        self.assertEqual(running.start_date, at(6))
        self.assertEqual(running.status, 'failed', 'it was due long ago')

    def test_wrong_clocks_of_senders(self):
        self._create_policy()
        following = self._create_policy('next_response', time=1)
        ticket = self._create_ticket()
        self._answer(ticket, at(1), date=datetime(2031, 1, 1))
        self.assertEqual(self._get_clocks(ticket).reached_datetime, at(1))
        self._ask(ticket, at(2), date=datetime(2031, 1, 1))
        self.assertEqual(self._get_clocks(ticket, following).start_date, at(2))
        self._answer(ticket, at(2.5), date=datetime(1999, 1, 1))
        self.assertEqual(self._get_clocks(ticket, following).reached_datetime, at(2))

    def test_pause_while_the_customer_has_the_word(self):
        self._create_policy('resolution', time=2, pause_waiting_customer=True)
        ticket = self._create_ticket()
        clock = self._get_clocks(ticket)
        self.assertEqual(clock.deadline, at(2))
        self._answer(ticket, at(1))
        self.assertTrue(clock.is_paused)
        self.assertTrue(ticket.sla_paused)
        self._ask(ticket, at(24))
        self.assertFalse(clock.is_paused)
        self.assertEqual(clock.deadline, at(25))
        self.assertEqual(ticket.sla_deadline, at(25))
        self._answer(ticket, at(24.5))
        self._move(ticket, at(48), self.stage_solved)
        self.assertEqual(clock.status, 'reached')
        self.assertEqual(clock.deadline, at(48.5))

    def test_pauses_of_stage_and_customer_overlap(self):
        self._create_policy(
            'resolution',
            time=2,
            pause_waiting_customer=True,
            exclude_stage_ids=self.stage_waiting.ids,
        )
        ticket = self._create_ticket()
        clock = self._get_clocks(ticket)
        self._answer(ticket, at(1))
        self._move(ticket, at(1.5), self.stage_waiting)
        self._ask(ticket, at(24))
        self.assertTrue(clock.is_paused, 'the stage still pauses it')
        self._move(ticket, at(25), self.stage_open)
        self.assertEqual(clock.deadline, at(26))

    def test_no_answer_needed(self):
        self._create_policy(time=2)
        self._create_policy(time=4, clock='always', name='Marketplace')
        resolution = self._create_policy('resolution', time=8, pause_waiting_customer=True)
        ticket = self._create_ticket()
        self._set_now(at(3))
        notes = len(ticket.message_ids)
        self.assertTrue(ticket.with_user(self.agent).action_no_answer_needed())
        self.assertFalse(ticket.oldest_unanswered_customer_message_date)
        late, paused = self._get_clocks(ticket)
        self.assertEqual(late.status, 'failed')
        self.assertEqual(late.reached_datetime, at(3))
        self.assertEqual(paused.sla_id, resolution)
        self.assertTrue(paused.is_paused)
        self.assertEqual(len(ticket.message_ids), notes + 1)
        self.assertEqual(ticket.message_ids[0].author_id, self.agent.partner_id)
        ticket.priority = '3'  # nothing comes back
        self.assertEqual(self._get_clocks(ticket), late | paused)

    def test_no_answer_needed_where_nobody_waits(self):
        ticket = self._create_ticket()
        self._answer(ticket, at(1))
        notes = len(ticket.message_ids)
        ticket.action_no_answer_needed()
        self.assertEqual(len(ticket.message_ids), notes)

    def test_customer_who_writes_to_a_closed_ticket(self):
        """The mail reopens it, and somebody has to answer."""
        following = self._create_policy('next_response', time=1)
        ticket, _parked = self._receive(self._mail())
        self._answer(ticket, at(1))
        self._move(ticket, at(1), self.stage_solved)
        self._set_now(at(2))
        self._receive(self._reply(ticket))
        self.assertFalse(ticket.fold)
        self.assertEqual(self._get_clocks(ticket, following).start_date, at(2))

    def test_marketplace_wants_an_answer_on_a_closed_ticket_too(self):
        following = self._create_policy('next_response', time=24, clock='always')
        hours = self._create_policy('next_response', time=24)
        ticket = self._create_ticket()
        self._answer(ticket, at(1))
        self._move(ticket, at(1), self.stage_solved)
        self._ask(ticket, at(2))
        self.assertEqual(self._get_clocks(ticket).sla_id, following)
        self._move(ticket, at(3), self.stage_open)
        self.assertEqual(self._get_clocks(ticket).sla_id, following | hours)
        self.assertEqual(self._get_clocks(ticket, hours).start_date, at(2))

    def test_a_wait_that_goes_on_starts_no_second_clock(self):
        """At a marketplace, closing the ticket ended nothing."""
        self._create_policy(time=24, clock='always')
        self._create_policy('next_response', time=24, clock='always')
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_solved)
        self._ask(ticket, at(2))
        self.assertEqual(self._get_clocks(ticket).metric, 'first_response')
        self.assertEqual(self._get_clocks(ticket).start_date, OPENED)

    def test_waiting_is_told(self):
        told = []
        ticket = self._create_ticket()
        self.patch(type(ticket), '_on_customer_waiting', lambda tickets: told.append(tickets.ids))
        self._ask(ticket, at(0.5))
        self.assertFalse(told, 'the customer waits already')
        self._answer(ticket, at(1))
        self.assertFalse(told)
        self._ask(ticket, at(2))
        self._ask(ticket, at(3))
        self.assertEqual(told, [ticket.ids])

    def test_portal_user(self):
        """Customers move clocks that they may not see."""
        self._create_policy()
        self._create_policy('next_response', time=1)
        user = new_test_user(self.env, 'emma', groups='base.group_portal')
        user.partner_id.parent_id = self.customer
        ticket = self._create_ticket(partner_id=user.partner_id.id)
        self._answer(ticket, at(1))
        self._set_now(at(2))
        ticket.with_user(user).message_post(
            body='Are you there?', message_type='comment', subtype_xmlid='mail.mt_comment'
        )
        self.assertEqual(ticket.sla_deadline, at(3))
        self.assertEqual(
            self._get_clocks(ticket).mapped('metric'), ['first_response', 'next_response']
        )

    def test_mail(self):
        self._create_policy()
        ticket, _parked = self._receive(self._mail())
        self.assertEqual(ticket.sla_deadline, at(2))
        self._set_now(at(1))
        ticket.with_user(self.agent).message_post(
            body='Sorry!', message_type='comment', subtype_xmlid='mail.mt_comment'
        )
        self.assertEqual(self._get_clocks(ticket).reached_datetime, at(1))
