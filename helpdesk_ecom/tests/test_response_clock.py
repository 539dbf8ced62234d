from datetime import datetime, timedelta
from random import Random

from odoo.tests import BaseCase, new_test_user, tagged

from odoo.addons.helpdesk_ecom.tools.response_clock import ResponseClock

from .common import HelpdeskCommon

OPENED = datetime(2026, 1, 5, 9)


def hours(start, stop):
    return (stop - start).total_seconds() / 3600


@tagged('post_install', '-at_install')
class TestResponseClock(BaseCase):
    """Properties that hold for every conversation."""

    def _random_conversations(self):
        random = Random(20260105)
        for _round in range(300):
            moments = sorted(
                OPENED + timedelta(minutes=random.randrange(10_000))
                for _turn in range(random.randrange(12))
            )
            yield random, [(moment, random.random() < 0.5) for moment in moments]

    def _replay(self, turns, clock=None):
        return (clock or ResponseClock(OPENED)).replay(OPENED, turns, hours)

    def test_in_parts_as_in_one(self):
        for random, turns in self._random_conversations():
            cut = random.randrange(len(turns) + 1)
            self.assertEqual(
                self._replay(turns[cut:], self._replay(turns[:cut])), self._replay(turns)
            )

    def test_waits_never_overlap(self):
        for _random, turns in self._random_conversations():
            clock = self._replay(turns)
            elapsed = hours(OPENED, turns[-1][0]) if turns else 0.0
            self.assertLessEqual(clock.total_hours, elapsed + 1e-9)
            self.assertLessEqual(clock.first_hours, clock.total_hours + 1e-9)

    def test_somebody_waits_exactly_after_the_customer_wrote_last(self):
        for _random, turns in self._random_conversations():
            customer_was_last = turns[-1][1] if turns else True
            self.assertEqual(self._replay(turns).waiting_since is not None, customer_was_last)

    def test_answers_count_once_for_each_wait(self):
        for _random, turns in self._random_conversations():
            sides = [True] + [by_customer for _moment, by_customer in turns]
            changes = sum(
                before and not after for before, after in zip(sides, sides[1:], strict=False)
            )
            self.assertEqual(self._replay(turns).answered, changes)

    def test_what_agents_add_changes_nothing(self):
        for _random, turns in self._random_conversations():
            clock = self._replay([*turns, (OPENED + timedelta(days=30), False)])
            again = self._replay([(OPENED + timedelta(days=40), False)], clock)
            self.assertEqual(again, clock)

    def test_average(self):
        turns = [
            (OPENED + timedelta(hours=2), False),
            (OPENED + timedelta(hours=5), True),
            (OPENED + timedelta(hours=6), True),
            (OPENED + timedelta(hours=9), False),
        ]
        clock = self._replay(turns)
        self.assertEqual(clock, (None, 2.0, 6.0, 2))
        self.assertEqual(clock.average_hours, 3.0)


@tagged('post_install', '-at_install')
class TestTicketResponse(HelpdeskCommon):
    """Monday 2026-01-05 9:00 UTC, a team that works from 8 to 12 and from 13 to 17 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.resource_calendar_id = cls._create_calendar('Weekdays', (8, 12), (13, 17))

    def setUp(self):
        super().setUp()
        self._set_now(OPENED)
        self.ticket = self._create_ticket()
        self.assertEqual(self.ticket.oldest_unanswered_customer_message_date, OPENED)

    def _say(self, moment, partner, **kwargs):
        """Let somebody write on the ticket at the moment."""
        self._set_now(moment)
        return (
            self.ticket.with_user(self.agent)
            .sudo()
            .message_post(
                **{
                    'author_id': partner.id,
                    'body': 'Hello',
                    'message_type': 'comment',
                    'subtype_xmlid': 'mail.mt_comment',
                    **kwargs,
                }
            )
        )

    def assertClock(self, waiting_since, first, average, total, answered):
        self.assertEqual(self.ticket.oldest_unanswered_customer_message_date, waiting_since)
        self.assertAlmostEqual(self.ticket.first_response_hours, first)
        self.assertAlmostEqual(self.ticket.avg_response_hours, average)
        self.assertAlmostEqual(self.ticket.total_response_hours, total)
        self.assertEqual(self.ticket.answered_customer_message_count, answered)

    def test_working_hours_of_a_conversation(self):
        self._say(OPENED + timedelta(hours=5), self.agent.partner_id)  # 14:00, lunch from 12 to 13
        self.assertClock(False, 4, 4, 4, 1)
        asked = OPENED + timedelta(hours=7)  # 16:00
        self._say(asked, self.customer)
        self._say(asked + timedelta(hours=2), self.customer)
        self.assertClock(asked, 4, 4, 4, 1)
        self._say(OPENED + timedelta(days=1), self.agent_2.partner_id)  # Tuesday 9:00
        self.assertClock(False, 4, 3, 6, 2)

    def test_what_does_not_count(self):
        agent = self.agent.partner_id
        later = OPENED + timedelta(hours=1)
        self._say(later, agent, subtype_xmlid='mail.mt_note')
        self._say(later, agent, message_type='auto_comment')
        self._say(later, agent, message_type='notification')
        self.assertClock(OPENED, 0, 0, 0, 0)

    def test_messages_created_directly(self):
        """As API clients do, several at once and in no order."""
        portal_user = new_test_user(self.env, 'emma', groups='base.group_portal')
        agent, customer = self.agent.partner_id, portal_user.partner_id
        self._set_now(OPENED + timedelta(days=1))
        other = self._create_ticket()
        self.env['mail.message'].with_user(self.agent).create(
            [
                {
                    'model': 'helpdesk.ticket',
                    'res_id': ticket.id,
                    'body': 'Hello',
                    'message_type': 'comment',
                    'subtype_id': self.env.ref('mail.mt_comment').id,
                    'author_id': author.id,
                    'date': OPENED + timedelta(hours=hour),
                }
                for ticket, author, hour in (
                    (self.ticket, agent, 3),
                    (self.ticket, customer, 2),
                    (self.ticket, customer, 4),
                    (other, customer, 1),
                )
            ]
        )
        self.assertClock(OPENED + timedelta(hours=4), 3, 3, 3, 1)
        self.assertEqual(other.oldest_unanswered_customer_message_date, self.now)

    def test_a_colleague_who_asks_is_a_customer(self):
        self.ticket.partner_id = self.outsider.partner_id
        self._say(OPENED + timedelta(hours=1), self.outsider.partner_id)
        self.assertClock(OPENED, 0, 0, 0, 0)

    def test_closing_ends_the_wait(self):
        self.ticket.stage_id = self.stage_solved
        self.assertClock(False, 0, 0, 0, 0)

    def test_reopening_goes_on_with_a_wait_that_nobody_ended(self):
        """Somebody may have closed it by mistake."""
        self.ticket.stage_id = self.stage_solved
        self.assertClock(False, 0, 0, 0, 0)
        self.ticket.stage_id = self.stage_open
        self.assertClock(OPENED, 0, 0, 0, 0)
        self._say(OPENED + timedelta(hours=1), self.agent.partner_id)
        self.assertClock(False, 1, 1, 1, 1)
        self.ticket.stage_id = self.stage_solved
        self.ticket.stage_id = self.stage_open
        self.assertClock(False, 1, 1, 1, 1)
        asked = OPENED + timedelta(hours=2)
        self._say(asked, self.customer)
        self.assertClock(asked, 1, 1, 1, 1)

    def test_wrong_clocks(self):
        """Dates from before the ticket or from the future."""
        answered = OPENED + timedelta(hours=1)
        self._say(answered, self.agent.partner_id, date=OPENED + timedelta(days=900))
        self.assertClock(False, 1, 1, 1, 1)
        self._say(answered, self.customer, date=datetime(1970, 1, 1))
        self.assertClock(OPENED, 1, 1, 1, 1)

    def test_a_customers_message_is_cheap(self):
        """Nothing while somebody waits already, one UPDATE else."""

        def count_queries():
            vals = {
                'author_id': self.customer.id,
                'body': 'Hello',
                'message_type': 'email',
                'model': 'helpdesk.ticket',
                'res_id': self.ticket.id,
            }
            before = self.env.cr.sql_log_count
            self.env['mail.message'].create(vals)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def end_wait():
            self.ticket.sudo().oldest_unanswered_customer_message_date = False
            self.env.flush_all()

        count_queries()  # fills the caches, also those that are asked when a wait begins
        end_wait()
        count_queries()
        while_waiting = count_queries()
        end_wait()
        self.assertEqual(count_queries(), while_waiting + 1)
        self.assertEqual(count_queries(), while_waiting)
