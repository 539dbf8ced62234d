from datetime import datetime, timedelta

import pytz

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, Form, tagged
from odoo.tools import mute_logger

from odoo.addons.helpdesk_ecom.tools.snooze_moment import get_snooze_moment

from .time_rule_common import MONDAY, HelpdeskTimeRuleCommon


@tagged('post_install', '-at_install')
class TestSnoozeMoment(BaseCase):
    def _choose(self, choice, *now):
        tz = pytz.timezone('Europe/Berlin')
        moment = get_snooze_moment(choice, tz.localize(datetime(*now)), tz.zone)
        return moment.astimezone(tz).replace(tzinfo=None)

    def test_choices(self):
        for choice, now, expected in (
            ('hour', (2026, 1, 9, 16, 30), (2026, 1, 9, 17, 30)),
            ('tomorrow', (2026, 1, 9, 0, 30), (2026, 1, 10, 9)),
            ('monday', (2026, 1, 9, 16), (2026, 1, 12, 9)),
            ('monday', (2026, 1, 11, 23, 59), (2026, 1, 12, 9)),
            ('monday', (2026, 1, 12, 8), (2026, 1, 19, 9)),
            ('tomorrow', (2026, 3, 28, 10), (2026, 3, 29, 9)),  # the clocks are put forward
        ):
            with self.subTest(choice=choice, now=now):
                self.assertEqual(self._choose(choice, *now), datetime(*expected))


@tagged('post_install', '-at_install')
class TestSnooze(HelpdeskTimeRuleCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket(user_id=self.agent.id)
        self.until = MONDAY + timedelta(hours=2)

    def _wake(self, at):
        self._run_job('ir_cron_wake_snoozed', at)

    def _notes(self, ticket):
        return ''.join(ticket.message_ids.mapped('body'))

    # === UNTIL A MOMENT === #

    def test_at_the_minute_and_once(self):
        self.ticket.action_snooze(self.until)
        self._wake(self.until - timedelta(minutes=1))
        self.assertTrue(self.ticket.is_snoozed)
        self._wake(self.until)
        self.assertFalse(self.ticket.is_snoozed)
        self.assertFalse(self.ticket.snooze_until)
        self._wake(self.until + timedelta(minutes=1))
        self.assertEqual(self._notes(self.ticket).count('The snooze is over'), 1)
        activity = self.ticket.activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(activity.date_deadline, self.until.date())

    def test_the_job_is_called_at_the_minute(self):
        cron = self.env.ref('helpdesk_ecom.ir_cron_wake_snoozed')
        self.ticket.action_snooze(self.until)
        triggers = self.env['ir.cron.trigger'].search([('cron_id', '=', cron.id)])
        self.assertIn(self.until, triggers.mapped('call_at'))

    def test_nobody_has_it(self):
        self.ticket.user_id = False
        self.ticket.action_snooze(self.until)
        self._wake(self.until)
        self.assertFalse(self.ticket.is_snoozed)
        self.assertFalse(self.ticket.activity_ids)

    def test_many_at_once(self):
        """More than a batch, of several agents."""
        tickets = self.ticket
        for index in range(120):
            agent = self.agent if index % 2 else self.agent_2
            tickets |= self._create_ticket(user_id=agent.id)
        tickets.with_user(self.leader).action_snooze(self.until)
        self._wake(self.until)
        self.assertFalse(any(tickets.mapped('is_snoozed')))
        self.assertEqual(len(tickets.activity_ids), 121)
        self.assertEqual(tickets.activity_ids.user_id, self.agent | self.agent_2)

    @mute_logger('odoo.addons.helpdesk_ecom.models.ticket.helpdesk_ticket_job')
    def test_ticket_that_cannot_be_woken(self):
        other = self._create_ticket(user_id=self.agent.id)
        (self.ticket | other).action_snooze(self.until)
        self._let_fail(self.ticket, 'is_snoozed')
        self._wake(self.until)
        self.assertTrue(self.ticket.is_snoozed)
        self.assertFalse(other.is_snoozed)
        self.assertIn('A rule is broken', self._notes(self.ticket))

    def test_agent_who_cannot_see_it_any_more(self):
        """It wakes all the same; who left is told nothing."""
        without_rights, gone = self._create_ticket(), self._create_ticket()
        without_rights.user_id = self.outsider
        gone.user_id = self.agent_2
        (self.ticket | without_rights | gone).action_snooze(self.until)
        self.agent_2.active = False
        self._wake(self.until)
        self.assertFalse(any((self.ticket | without_rights | gone).mapped('is_snoozed')))
        self.assertEqual((self.ticket | without_rights | gone).activity_ids.user_id, self.agent)

    def test_a_crash_neither_loses_nor_doubles(self):
        self.ticket.action_snooze(self.until)
        self.env.flush_all()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.ticket.sudo()._wake()
            raise ZeroDivisionError
        self._wake(self.until)
        self.assertFalse(self.ticket.is_snoozed)
        self.assertEqual(len(self.ticket.activity_ids), 1)

    def test_the_next_snooze_clears_the_last_alarm(self):
        self.ticket.action_snooze(self.until)
        self._wake(self.until)
        self.ticket.with_user(self.agent).action_snooze(self.until + timedelta(days=1))
        self.assertFalse(self.ticket.activity_ids)

    def test_the_job_uses_its_index(self):
        query = self.env['helpdesk.ticket']._search([('snooze_until', '<=', MONDAY)])
        plan = self._get_plan(query, 'helpdesk_ticket_snooze_until_idx')
        self.assertIn('helpdesk_ticket_snooze_until_idx', plan)

    def test_the_note_names_the_zone(self):
        """Colleagues read it elsewhere."""
        self.agent.tz = 'Asia/Shanghai'
        self.ticket.with_user(self.agent).action_snooze(self.until)
        self.assertRegex(self._notes(self.ticket), r'7:00:00.PM \(Asia/Shanghai\)')

    # === UNTIL THE CUSTOMER WRITES === #

    def test_the_customer_answers(self):
        for until in (False, self.until):
            with self.subTest(until=until):
                self.ticket.action_snooze(until)
                self._say(self.ticket, self.agent.partner_id)
                self._say(
                    self.ticket, self.customer, subtype_xmlid='mail.mt_note', is_internal=True
                )
                self.assertTrue(self.ticket.is_snoozed)
                self._say(self.ticket, self.customer)
                self.assertFalse(self.ticket.is_snoozed)
                self.assertFalse(self.ticket.snooze_until)

    def test_a_message_that_goes_on_with_a_wait(self):
        """Nobody answered yet: the wait began before, and the ticket wakes all the same."""
        self._say(self.ticket, self.customer)
        self.ticket.action_snooze()
        self._say(self.ticket, self.customer)
        self.assertFalse(self.ticket.is_snoozed)

    def test_a_mail_of_the_customer(self):
        self._say(self.ticket, self.agent.partner_id)
        self.ticket.action_snooze()
        self._receive(self._reply(self.ticket))
        self.assertFalse(self.ticket.is_snoozed)

    def test_strangers_wake_nobody(self):
        self._say(self.ticket, self.agent.partner_id)
        self.ticket.action_snooze()
        self._receive(self._reply(self.ticket, From='eve@evil.example'))
        self.assertTrue(self.ticket.is_snoozed)

    def test_no_job_wakes_what_waits_for_an_answer(self):
        self.ticket.action_snooze()
        self._wake(MONDAY + timedelta(days=365))
        self.assertTrue(self.ticket.is_snoozed)

    # === BY HAND === #

    def test_unsnooze(self):
        other = self._create_ticket()
        self.ticket.action_snooze(self.until)
        (self.ticket | other).with_user(self.agent).action_unsnooze()
        self.assertFalse(self.ticket.is_snoozed)
        self.assertIn('Not snoozed any more', self._notes(self.ticket))
        self.assertNotIn('Not snoozed any more', self._notes(other))

    def test_closing_ends_it(self):
        self.ticket.action_snooze(self.until)
        self.ticket.action_solve()
        self.assertFalse(self.ticket.is_snoozed)
        self._wake(self.until)
        self.assertNotIn('The snooze is over', self._notes(self.ticket))

    def test_merging(self):
        """Into a snoozed ticket: it wakes, unless nobody has to look at the other one, either."""
        awake, snoozed = self._create_ticket(), self._create_ticket()
        (self.ticket | snoozed).action_snooze(self.until)
        snoozed._merge_into(self.ticket)
        self.assertTrue(self.ticket.is_snoozed)
        awake._merge_into(self.ticket)
        self.assertFalse(self.ticket.is_snoozed)

    def test_what_cannot_be_snoozed(self):
        with self.assertRaisesRegex(UserError, 'still to come'):
            self.ticket.action_snooze(MONDAY)
        self.ticket.action_solve()
        with self.assertRaisesRegex(UserError, 'Closed tickets'):
            self.ticket.action_snooze(self.until)

    def test_moments_as_text(self):
        """As API clients send them."""
        self.ticket.action_snooze('2026-01-05 11:00:00')
        self.assertEqual(self.ticket.snooze_until, self.until)

    def test_who_may(self):
        private = self.env['helpdesk.team'].create(
            {
                'name': 'Second Level',
                'privacy_visibility': 'invited_internal',
                'member_ids': [Command.set(self.agent.ids)],
            }
        )
        ticket = self._create_ticket(team_id=private.id)
        for user in (self.agent_2, self.outsider):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                ticket.with_user(user).action_snooze(self.until)

    def test_dialog(self):
        self.agent.tz = 'America/New_York'
        other = self._create_ticket()
        context = {'active_model': 'helpdesk.ticket', 'active_ids': (self.ticket | other).ids}
        Wizard = self.env['helpdesk.ticket.snooze'].with_user(self.agent).with_context(**context)
        with Form(Wizard) as form:
            form.choice = 'hour'
            self.assertEqual(form.snooze_until, MONDAY + timedelta(hours=1))
            form.choice = 'tomorrow'
            self.assertEqual(form.snooze_until, datetime(2026, 1, 6, 14))
        form.save().action_snooze()
        self.assertEqual(self.ticket.snooze_until, datetime(2026, 1, 6, 14))
        self.assertEqual(other.snooze_until, datetime(2026, 1, 6, 14))
        with Form(Wizard) as form:
            form.choice = 'answer'
        form.save().action_snooze()
        self.assertTrue(self.ticket.is_snoozed)
        self.assertFalse(self.ticket.snooze_until)

    def test_lists(self):
        """What is snoozed is not in the lists that the actions show at first."""
        self.ticket.action_snooze()
        search = self.env['helpdesk.ticket'].get_views([(False, 'search')])['views']['search']
        for name in ('action', 'action_my', 'action_team'):
            action = self.env.ref(f'helpdesk_ecom.helpdesk_ticket_{name}')
            self.assertIn("'search_default_awake': 1", action.context)
        self.assertIn("[('is_snoozed', '=', False)]", search['arch'])
        self.assertNotIn(
            self.ticket, self.env['helpdesk.ticket'].search([('is_snoozed', '=', False)])
        )
