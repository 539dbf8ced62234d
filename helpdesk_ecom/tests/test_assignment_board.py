from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_assignment import HelpdeskAssignmentCommon


@tagged('post_install', '-at_install')
class TestAssignmentBoard(HelpdeskAssignmentCommon):
    """What leaders see on the board, and what only they may do there."""

    def setUp(self):
        super().setUp()
        self.team.member_ids = [Command.link(self.leader.id)]

    def _read_columns(self, user):
        groups = (
            self.env['helpdesk.ticket']
            .with_user(user)
            .with_context(helpdesk_board=True, read_group_expand=True)
            .formatted_read_group([('team_id', '=', self.team.id)], ['user_id'], ['__count'])
        )
        return {(group['user_id'] or [False])[0]: group['__count'] for group in groups}

    def _get_agents(self, users, leader=None):
        return (
            self.env['helpdesk.ticket'].with_user(leader or self.leader).get_board_agents(users.ids)
        )

    def test_columns(self):
        """All members of the leader's teams are there, and nobody's tickets always come first."""
        self.env['helpdesk.team'].create(
            {'name': 'Others', 'member_ids': [Command.set(self.outsider.ids)]}
        )
        columns = self._read_columns(self.leader)
        self.assertEqual(
            columns,
            dict.fromkeys([False, *(self.agent | self.agent_2 | self.leader).ids], 0),
        )
        self.assertEqual(next(iter(columns)), False)
        self._create_batch(2, user_id=self.outsider.id)
        self._create_batch(1)
        columns = self._read_columns(self.leader)
        self.assertEqual((columns[self.outsider.id], columns[False]), (2, 1))
        self.assertEqual(next(iter(columns)), False)

    def test_columns_elsewhere(self):
        """Other lists by agent show only who has tickets."""
        groups = (
            self.env['helpdesk.ticket']
            .with_context(read_group_expand=True)
            .formatted_read_group([('team_id', '=', self.team.id)], ['user_id'], ['__count'])
        )
        self.assertFalse(groups)

    def test_columns_of_a_leader_without_team(self):
        self.team.member_ids = [Command.unlink(self.leader.id)]
        self.assertIn(self.agent.id, self._read_columns(self.leader))

    def test_agents(self):
        self.agent.sudo().helpdesk_capacity = 4
        self.agent_2.sudo().helpdesk_away = True
        self._create_batch(3, user_id=self.agent.id)
        self._create_batch(2, user_id=self.agent.id, stage_id=self.stage_solved.id)
        agents = self._get_agents(self.agent | self.agent_2)
        data = agents[self.agent.id]
        self.assertEqual((data['load'], data['capacity'], data['state']), (3, 4, 'at_work'))
        self.assertTrue(data['is_member'])
        self.assertEqual(agents[self.agent_2.id]['state'], 'away')
        self.assertFalse(agents[self.agent_2.id]['back'])

    def test_best_of_two_teams(self):
        """Who is at work for one team is at work."""
        calendar = self.env['resource.calendar'].create(
            {'name': 'Never', 'attendance_ids': [Command.clear()]}
        )
        self.env['helpdesk.team'].create(
            {
                'name': 'Night',
                'sequence': 1,
                'resource_calendar_id': calendar.id,
                'member_ids': [Command.set(self.agent.ids)],
            }
        )
        self.assertEqual(self._get_agents(self.agent)[self.agent.id]['state'], 'at_work')

    def test_strangers(self):
        """Of people in none of one's teams, only the tickets that one may see are counted."""
        company = self.env['res.company'].create({'name': 'Second shop'})
        team = self.env['helpdesk.team'].create(
            {'name': 'Far away', 'company_id': company.id, 'member_ids': [Command.clear()]}
        )
        self.outsider.sudo().write(
            {'company_ids': [Command.link(company.id)], 'helpdesk_away': True}
        )
        team.member_ids = self.outsider
        self.env['helpdesk.ticket'].create(
            {'name': 'Secret', 'team_id': team.id, 'user_id': self.outsider.id}
        )
        self._create_batch(1, user_id=self.outsider.id)
        data = self._get_agents(self.outsider)[self.outsider.id]
        self.assertEqual(data['load'], 1)
        self.assertFalse(data['state'])
        self.assertFalse(data['is_member'])

    def test_only_leaders(self):
        with self.assertRaises(AccessError):
            self._get_agents(self.agent, self.agent)
        ticket = self._create_batch(1, user_id=self.agent_2.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).action_hand_out_again()
        self.assertEqual(ticket.user_id, self.agent_2)

    def test_hand_out_again(self):
        """The tickets of somebody go to the others, closed ones stay; also where all is by hand."""
        self.team.write({'auto_assignment': False, 'member_ids': [Command.unlink(self.leader.id)]})
        tickets = self._create_batch(3, user_id=self.agent.id)
        closed = self._create_batch(1, user_id=self.agent.id, stage_id=self.stage_solved.id)
        self.agent.sudo().helpdesk_away = True
        count = (tickets | closed).with_user(self.leader).action_hand_out_again()
        self.assertEqual(count, 3)
        self._hand_out()
        self.assertEqual(tickets.user_id, self.agent_2)
        self.assertEqual(closed.user_id, self.agent)

    def test_queries(self):
        """One question for all columns; a column more costs nothing."""
        users = self.agent | self.agent_2
        self._create_batch(2, user_id=self.agent.id)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get_agents(users)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(8):
            users |= self._new_user(f'more_{number}', 'group_helpdesk_user')
        self.team.member_ids = users
        count()  # new users empty the caches of access rights
        self.assertEqual(count(), few)
