from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.models.sla import helpdesk_sla_sync

from .sla_common import OPENED, SlaCommon, at


@tagged('post_install', '-at_install')
class TestSlaSync(SlaCommon):
    """Tickets, policies and hours change: what is due follows, what was reached stays."""

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref('helpdesk_ecom.ir_cron_sync_sla').method_direct_trigger()
        self.env.invalidate_all()

    # === CHANGES OF A TICKET === #

    def test_priority(self):
        normal = self._create_policy('resolution', time=8, priority='0')
        urgent = self._create_policy('resolution', time=2, priority='3')
        ticket = self._create_ticket()
        self.assertEqual(ticket.sla_ids, normal)
        self._set_now(at(1))
        ticket.with_user(self.agent).priority = '3'
        self.assertEqual(ticket.sla_ids, urgent)
        self.assertEqual(ticket.sla_deadline, at(2), 'from creation on, not from the change')
        self.assertEqual(self._get_clocks(ticket).start_date, OPENED)

    def test_what_was_reached_is_kept(self):
        policy = self._create_policy(priority='0')
        ticket = self._create_ticket()
        self._answer(ticket, at(1))
        ticket.priority = '3'
        self.assertEqual(self._get_clocks(ticket).sla_id, policy)
        self.assertEqual(self._get_clocks(ticket).status, 'reached')
        ticket.priority = '0'
        self.assertEqual(len(self._get_clocks(ticket)), 1)

    def test_what_was_missed_stops_as_failed(self):
        self._create_policy('resolution', time=2, priority='0')
        ticket = self._create_ticket()
        self._set_now(at(3))
        ticket.priority = '3'
        clock = self._get_clocks(ticket)
        self.assertEqual(clock.status, 'failed')
        self.assertEqual(clock.reached_datetime, at(3))
        self.assertTrue(ticket.sla_missed)
        ticket.priority = '0'
        self.assertEqual(self._get_clocks(ticket), clock, 'it gets no second chance')

    def test_answered_before_the_policy_applies(self):
        """What has happened already is not promised."""
        self._create_policy(priority='3')
        ticket = self._create_ticket()
        self._answer(ticket, at(1))
        ticket.priority = '3'
        self.assertFalse(ticket.sla_status_ids)

    def test_waiting_when_the_policy_begins_to_apply(self):
        policy = self._create_policy('next_response', priority='3', time=1)
        ticket = self._create_ticket()
        ticket.priority = '3'
        self.assertFalse(ticket.sla_status_ids)
        self._answer(ticket, at(0.5))
        ticket.priority = '0'
        self._ask(ticket, at(1))
        self.assertFalse(ticket.sla_status_ids)
        self._set_now(at(1.5))
        ticket.priority = '3'
        self.assertEqual(self._get_clocks(ticket, policy).start_date, at(1))

    def test_team_tags_customer_country_channel(self):
        tag = self.env['helpdesk.tag'].create({'name': 'VIP!'})
        team = self.env['helpdesk.team'].create({'name': 'Other'})
        channel = self.env['helpdesk.channel'].create({'name': 'Amazon'})
        partner = self.env['res.partner'].create({'name': 'Joe'})
        for vals, change in (
            ({'tag_ids': tag.ids}, {'tag_ids': [Command.link(tag.id)]}),
            ({'team_id': team.id}, {'team_id': team.id}),
            ({'channel_ids': channel.ids}, {'channel_id': channel.id}),
            ({'partner_ids': partner.ids}, {'partner_id': partner.id}),
            ({'country_ids': self.env.ref('base.fr').ids}, {'country_id': self.env.ref('base.fr')}),
            ({'domain': "[('intent', '=', 'refund')]"}, {'intent': 'refund'}),
        ):
            with self.subTest(change):
                policy = self._create_policy(name=str(change), **vals)
                ticket = self._create_ticket()
                self.assertNotIn(policy, ticket.sla_ids)
                for name, value in change.items():
                    ticket.with_user(self.agent)[name] = value
                self.assertIn(policy, ticket.sla_ids)

    def test_tier(self):
        tier = self.env['helpdesk.customer.tier'].create({'name': 'Platinum'})
        policy = self._create_policy(tier_ids=tier.ids)
        ticket = self._create_ticket()
        self.assertFalse(ticket.sla_ids)
        self.customer.helpdesk_tier_id = tier
        self.env['helpdesk.ticket']._update_customer_tiers(self.customer)
        self.assertEqual(ticket.sla_ids, policy)

    def test_customer_moves(self):
        self._create_policy(clock='customer', time=1)
        ticket = self._create_ticket()
        self.assertEqual(ticket.sla_deadline, at(5))
        self.customer.write(
            {
                'tz': 'Europe/Berlin',
                'country_id': self.env.ref('base.de').id,
                'state_id': False,
            }
        )
        self.assertEqual(self._get_clocks(ticket).tz, 'Europe/Berlin')
        self.assertEqual(ticket.sla_deadline, at(1))

    def test_pauses_come_from_the_history(self):
        self._create_policy(
            'resolution', priority='3', time=4, exclude_stage_ids=self.stage_waiting.ids
        )
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_waiting)  # 10:00
        self._move(ticket, at(2), self.stage_open)
        self._move(ticket, at(5), self.stage_waiting)  # 14:00
        self._set_now(at(5.5))
        ticket.priority = '3'
        clock = self._get_clocks(ticket)
        self.assertTrue(clock.is_paused)
        self._move(ticket, at(6), self.stage_open)  # 1 + 2 hours have run
        self.assertEqual(clock.deadline, at(7))

    def test_solved_before_the_policy_applies(self):
        self._create_policy('resolution', priority='3')
        self._create_policy('stage', priority='3', stage_id=self.stage_open.id)
        ticket = self._create_ticket()
        self._move(ticket, at(1), self.stage_solved)
        self._move(ticket, at(24), self.stage_open)
        ticket.priority = '3'
        for clock in self._get_clocks(ticket):
            self.assertEqual(clock.reached_datetime, at(1))
            self.assertEqual(clock.status, 'reached')
        self.assertEqual(len(self._get_clocks(ticket)), 2)

    # === CHANGES OF A POLICY === #

    def test_policy_changes(self):
        policy = self._create_policy('resolution', time=2)
        open_ticket, closed_ticket = self._create_ticket(), self._create_ticket()
        self._move(closed_ticket, at(1), self.stage_solved)
        policy.with_user(self.leader).time = 3
        self.assertEqual(open_ticket.sla_deadline, at(2), 'not before the job')
        self.assertEqual(policy.sync_remaining, 1)
        self._run_job()
        self.assertEqual(open_ticket.sla_deadline, at(3))
        self.assertEqual(self._get_clocks(closed_ticket).deadline, at(2))
        self.assertEqual(policy.sync_remaining, 0)
        self.assertFalse(policy.sync_from_id)

    def test_words_are_no_change(self):
        policy = self._create_policy()
        policy.write({'name': 'Quick', 'sequence': 3, 'description': 'So we said'})
        self.assertFalse(policy.sync_from_id)

    def test_late_stays_late(self):
        policy = self._create_policy('resolution', time=1)
        ticket = self._create_ticket()
        self._set_now(at(2))
        policy.time = 8
        self._run_job()
        self.assertEqual(ticket.sla_deadline, at(1))
        self.assertTrue(ticket.sla_fail)

    def test_new_and_archived(self):
        ticket = self._create_ticket()
        policy = self.env['helpdesk.sla'].create({'name': 'New', 'metric': 'resolution'})
        self._run_job()
        self.assertEqual(ticket.sla_ids, policy)
        policy.active = False
        self._run_job()
        self.assertFalse(ticket.sla_status_ids)
        self.assertFalse(ticket.sla_deadline)

    def test_a_new_policy_makes_no_failures_of_the_past(self):
        """Nobody was promised anything when the ticket came; what is ahead is promised now."""
        old = self._create_ticket()
        self._set_now(at(3))
        young = self._create_ticket()
        policy = self.env['helpdesk.sla'].create(
            {'name': 'New', 'metric': 'resolution', 'clock': 'always', 'time': 2}
        )
        self._run_job()
        self.assertFalse(old.sla_status_ids)
        self.assertEqual(young.sla_ids, policy)
        old.with_user(self.agent).priority = '3'  # whoever changes a ticket looks at it
        self.assertEqual(old.sla_ids, policy)

    def test_other_metric(self):
        policy = self._create_policy()
        ticket = self._create_ticket()
        policy.write({'metric': 'resolution', 'time': 4})
        self._run_job()
        self.assertEqual(self._get_clocks(ticket).metric, 'resolution')
        self.assertEqual(ticket.sla_deadline, at(5))

    def test_stage_that_pauses_from_now_on(self):
        policy = self._create_policy('resolution')
        ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        policy.exclude_stage_ids = self.stage_waiting
        self._set_now(at(1))
        self._run_job()
        self.assertTrue(ticket.sla_paused)

    def test_a_policy_with_clocks_stays_in_its_company(self):
        policy = self._create_policy()
        self._create_ticket()
        other = self.env['res.company'].create({'name': 'Other'})
        with self.assertRaisesRegex(ValidationError, 'Other|stays there'):
            policy.company_id = other

    def test_batches(self):
        """The job goes on where it was stopped, and no ticket is left out."""
        policy = self._create_policy('resolution', time=2)
        tickets = self.env['helpdesk.ticket'].union(*(self._create_ticket() for _index in range(5)))
        policy.time = 3
        synced = []
        sync = type(tickets)._sync_sla

        def note_sync(batch):
            synced.extend(batch.filtered(lambda ticket: ticket in tickets).ids)
            return sync(batch)

        self.env.flush_all()
        with (
            patch.object(helpdesk_sla_sync, 'BATCH_SIZE', 2),
            patch.object(type(tickets), '_sync_sla', note_sync),
            patch.object(type(self.env['ir.cron']), '_commit_progress', return_value=0),
        ):
            rounds = 0
            while policy.sync_from_id:
                self.env['helpdesk.sla']._cron_sync_sla()
                rounds += 1
        self.assertEqual(synced, tickets.ids)
        self.assertGreaterEqual(rounds, 3)
        self.assertEqual(set(tickets.mapped('sla_deadline')), {at(3)})

    def test_two_policies_share_the_way(self):
        """The second one that changes is not served twice."""
        first, second = self._create_policy('resolution'), self._create_policy()
        tickets = self.env['helpdesk.ticket'].union(*(self._create_ticket() for _index in range(4)))
        first.sync_from_id, second.sync_from_id = tickets[2].id, tickets[0].id
        with patch.object(helpdesk_sla_sync, 'BATCH_SIZE', 1):
            self.assertEqual((second | first)._sync_next_batch(), 1)
            self.assertEqual(second.sync_from_id, tickets[0].id + 1)
            self.assertEqual(first.sync_from_id, tickets[2].id)

    # === CHANGES OF HOURS === #

    def test_holiday_of_the_company(self):
        policy = self._create_policy('resolution', time=2)
        always = self._create_policy('resolution', time=2, clock='always', name='Always')
        ticket = self._create_ticket()
        self.env['resource.calendar.leaves'].create(
            {'name': 'Strike', 'date_from': at(0), 'date_to': at(12), 'calendar_id': False}
        )
        self.assertTrue(policy.sync_from_id)
        self.assertFalse(always.sync_from_id)
        self._run_job()
        self.assertEqual(self._get_clocks(ticket, policy).deadline, at(25))
        self.assertEqual(self._get_clocks(ticket, always).deadline, at(2))

    def test_time_off_of_a_person(self):
        policy = self._create_policy()
        resource = self.env['resource.resource'].create({'name': 'Joe'})
        self.env['resource.calendar.leaves'].create(
            {'resource_id': resource.id, 'date_from': at(0), 'date_to': at(12)}
        )
        self.assertFalse(policy.sync_from_id)

    def test_holiday_of_the_customer(self):
        policy = self._create_policy('resolution', time=1, clock='customer')
        of_team = self._create_policy('resolution', time=1, name='Team')
        ticket = self._create_ticket(country_id=self.env.ref('base.us').id)
        self.env['helpdesk.holiday'].create(
            {'name': 'Snow', 'date': OPENED.date(), 'country_id': self.env.ref('base.us').id}
        )
        self.assertFalse(of_team.sync_from_id)
        self._run_job()
        self.assertEqual(self._get_clocks(ticket, policy).deadline, at(5, days=1))

    def test_shifts(self):
        policy = self._create_policy('resolution', time=2)
        ticket = self._create_ticket()
        self.calendar.attendance_ids.filtered(lambda shift: shift.hour_from == 8).unlink()
        self.assertTrue(policy.sync_from_id)
        self._run_job()
        self.assertEqual(ticket.sla_deadline, at(6))

    def test_team_stops_and_starts_to_use_policies(self):
        self._create_policy('resolution')
        ticket = self._create_ticket()
        self.team.use_sla = False
        self._run_job()
        self.assertFalse(ticket.sla_status_ids)
        self.team.use_sla = True
        self._run_job()
        self.assertEqual(ticket.sla_deadline, at(2))

    def test_stage_starts_to_close_tickets(self):
        self._create_policy('resolution')
        ticket = self._create_ticket(stage_id=self.stage_waiting.id)
        self._set_now(at(1))
        self.stage_waiting.fold = True
        self.assertEqual(self._get_clocks(ticket).reached_datetime, at(1))

    # === MERGE === #

    def test_merge(self):
        """Nobody solved what was merged; the survivor goes on with what was promised to it."""
        policy = self._create_policy('resolution', time=2)
        self._create_policy('resolution', time=1, priority='3', name='Urgent')
        survivor, source = self._create_ticket(), self._create_ticket(priority='3')
        late = self._create_ticket()
        self._set_now(at(1.5))
        source.with_user(self.agent)._merge_into(survivor)
        self.assertEqual(survivor.priority, '3')
        self.assertEqual(len(self._get_clocks(survivor)), 2)
        stopped = self._get_clocks(source)
        self.assertEqual(stopped.mapped('status'), ['failed'])
        self.assertEqual(stopped.sla_id.name, 'Urgent')
        self._set_now(at(3))
        late.with_user(self.agent)._merge_into(survivor)
        self.assertEqual(self._get_clocks(late, policy).status, 'failed')
        self.assertFalse(self._get_clocks(survivor, policy).reached_datetime)
