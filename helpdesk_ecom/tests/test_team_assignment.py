from odoo import Command
from odoo.tests import tagged

from .common_assignment import HelpdeskAssignmentCommon


@tagged('post_install', '-at_install')
class TestTeamAssignment(HelpdeskAssignmentCommon):
    """Who gets the next ticket, by the method of the team."""

    def test_switched_off(self):
        self.team.auto_assignment = False
        self.assertFalse(self._assign_batch(2).user_id)

    def test_in_turn(self):
        """Everybody gets the same number of tickets, over several batches."""
        self.team.assign_method = 'randomly'
        tickets = self._assign_batch(3) + self._assign_batch(1) + self._assign_batch(2)
        self.assertEqual(tickets.mapped('user_id'), self.agent | self.agent_2)
        self.assertEqual([ticket.user_id for ticket in tickets], [self.agent, self.agent_2] * 3)

    def test_balanced(self):
        """Who has the fewest open tickets gets the next ones; closed ones do not count."""
        self._create_batch(3, user_id=self.agent.id)
        self._create_batch(4, user_id=self.agent_2.id, stage_id=self.stage_solved.id)
        tickets = self._assign_batch(5)
        self.assertEqual(len(tickets.filtered(lambda t: t.user_id == self.agent_2)), 4)

    def test_by_tags(self):
        """An expert of one of the tags gets it; without an expert it stays unassigned."""
        self.team.assign_method = 'tags'
        tag, other = self.env['helpdesk.tag'].create(
            [
                {'name': 'French', 'assign_user_ids': self.agent_2.ids},
                {'name': 'Nobody knows'},
            ]
        )
        self.assertEqual(self._assign_batch(2, tag_ids=tag.ids).user_id, self.agent_2)
        ticket = self._assign_batch(1, tag_ids=[Command.link(other.id)])
        self.assertFalse(ticket.user_id)
        ticket.tag_ids = [Command.link(tag.id)]
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent_2)

    def test_who_cannot_work(self):
        """Nobody who left, and nobody of another company, gets a ticket."""
        company = self.env['res.company'].create({'name': 'Second shop'})
        self.agent.active = False
        self.agent_2.write(
            {
                'company_ids': [Command.set(company.ids)],
                'company_id': company.id,
            }
        )
        self.assertFalse(self._assign_batch(2).user_id)

    def test_who_cannot_open_it(self):
        """A member without access to the helpdesk gets nothing, and is not waited for."""
        self.team.member_ids = [Command.set((self.outsider | self.agent).ids)]
        self.assertEqual(self._assign_batch(3).user_id, self.agent)
        self.team.member_ids = [Command.set(self.outsider.ids)]
        self.assertFalse(self._assign_batch(1).user_id)

    def test_named_agent_stays(self):
        self.assertEqual(self._assign_batch(1, user_id=self.leader.id).user_id, self.leader)

    def test_change_of_team(self):
        """In another team a ticket of somebody outside of it changes hands."""
        first_team = self.env['helpdesk.team'].create(
            {
                'name': 'First',
                'member_ids': [Command.set(self.leader.ids)],
            }
        )
        own, foreign = self._create_batch(2, team_id=first_team.id)
        foreign.user_id = self.leader
        own.user_id = self.agent
        (own | foreign).team_id = self.team
        self._hand_out()
        self.assertEqual(own.user_id, self.agent)
        self.assertIn(foreign.user_id, self.agent | self.agent_2)
