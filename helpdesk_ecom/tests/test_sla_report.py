from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import HelpdeskCommon

NOW = datetime(2026, 1, 5, 9)


@tagged('post_install', '-at_install')
class TestSlaReport(HelpdeskCommon):
    """Six clocks: in time, stopped late, marked as late, late just now, running, and paused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # not in force: the clocks of this test are the only ones
        cls.policies = cls.env['helpdesk.sla'].create(
            [{'name': f'Promise {number}', 'active': False} for number in range(6)]
        )
        cls.channel = cls.env['helpdesk.channel'].create({'name': 'Bazaar'})
        cls.ticket = cls._create_ticket(channel_id=cls.channel.id, user_id=cls.agent.id)
        cls.other_ticket = cls._create_ticket(user_id=cls.agent_2.id)
        hour = timedelta(hours=1)
        vals_list = [
            {'deadline': NOW - hour, 'reached_datetime': NOW - 2 * hour},
            {
                'deadline': NOW - 3 * hour,
                'reached_datetime': NOW - hour,
                'is_missed': True,
                'exceeded_hours': 2.0,
            },
            {'deadline': NOW - hour, 'is_missed': True},
            {'deadline': NOW - timedelta(seconds=1)},
            {'deadline': NOW, 'ticket_id': cls.other_ticket.id},
            {'is_paused': True, 'ticket_id': cls.other_ticket.id},
        ]
        cls.clocks = cls.env['helpdesk.sla.status'].create(
            [
                {
                    'ticket_id': cls.ticket.id,
                    'sla_id': policy.id,
                    'metric': 'next_response',
                    'clock': 'team',
                    'start_date': NOW - timedelta(days=1),
                    **vals,
                }
                for policy, vals in zip(cls.policies, vals_list, strict=True)
            ]
        )

    def setUp(self):
        super().setUp()
        self.patch(type(self.env.cr), 'now', lambda _cr: NOW)
        self.Report = self.env['helpdesk.sla.report.analysis'].with_user(self.leader)

    def _read(self, *groupby):
        return self.Report._read_group(
            [('sla_id', 'in', self.policies.ids)],
            groupby,
            [
                '__count',
                'reached_count:sum',
                'failed_count:sum',
                'ongoing_count:sum',
                'success_rate:avg',
                'exceeded_hours:avg',
            ],
        )

    def test_numbers(self):
        """What still runs doesn't count in the rate, what was in time not in the hours late."""
        self.assertEqual(self._read(), [(6, 1, 3, 2, 25.0, 2.0)])

    def test_status_follows_the_time(self):
        statuses = self.Report.browse(self.clocks.ids).mapped('status')
        self.assertEqual(statuses, ['reached', 'failed', 'failed', 'failed', 'ongoing', 'ongoing'])
        self.patch(type(self.env.cr), 'now', lambda _cr: NOW + timedelta(seconds=1))
        self.Report.invalidate_model()
        self.assertEqual(self.Report.browse(self.clocks[4].id).status, 'failed')
        self.assertEqual(self.Report.search_count([('status', '=', 'ongoing')]), 1)

    def test_reached_in_the_second_of_the_deadline_is_in_time(self):
        self.clocks[4].reached_datetime = NOW
        self.assertEqual(self.Report.browse(self.clocks[4].id).status, 'reached')

    def test_by_what_is_known_of_the_ticket(self):
        self.assertEqual(
            [(user, count) for user, count, *_rest in self._read('user_id')],
            [(self.agent, 4), (self.agent_2, 2)],
        )
        self.assertEqual(
            {channel: count for channel, count, *_rest in self._read('channel_id')},
            {self.channel: 4, self.channel.browse(): 2},
        )
        [[team, metric, count, *_rest]] = self._read('team_id', 'metric')
        self.assertEqual((team, metric, count), (self.team, 'next_response', 6))
        [[partner, *_rest]] = self._read('partner_id')
        self.assertEqual(partner, self.customer)

    def test_changes_that_are_not_saved_yet_count(self):
        self.ticket.user_id = self.agent_2
        [[user, count, *_rest]] = self._read('user_id')
        self.assertEqual((user, count), (self.agent_2, 6))

    def test_archived_tickets_are_left_out(self):
        self.other_ticket.active = False
        self.assertEqual(self._read()[0][0], 4)

    def test_open_the_ticket(self):
        action = self.Report.browse(self.clocks[0].id).action_open_ticket()
        self.assertEqual(action['res_model'], 'helpdesk.ticket')
        self.assertEqual(action['res_id'], self.ticket.id)

    def test_who_sees_what(self):
        """Leaders see what their companies promised; agents look at their tickets."""
        with self.assertRaises(AccessError):
            self.Report.with_user(self.agent).search_count([])
        company = self.env['res.company'].create({'name': 'Other shop'})
        stranger = new_test_user(
            self.env,
            'stranger',
            groups='helpdesk_ecom.group_helpdesk_manager',
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        domain = [('sla_id', 'in', self.policies.ids)]
        self.assertFalse(self.Report.with_user(stranger).search_count(domain))
        self.team.privacy_visibility = 'invited_internal'
        self.team.member_ids = self.agent
        self.assertEqual(self.Report.search_count(domain), 6)
