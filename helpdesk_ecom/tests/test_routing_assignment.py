from odoo.tests import tagged

from .common_assignment import HelpdeskAssignmentCommon
from .routing_common import HelpdeskRoutingCommon


@tagged('post_install', '-at_install')
class TestRoutingAssignment(HelpdeskRoutingCommon, HelpdeskAssignmentCommon):
    """The agent of a rule, in a team that assigns by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._rule('Rule', user_id=cls.agent.id)

    def _route_new(self, count=1):
        tickets = self._create_batch(count)
        self._hand_out()
        return tickets

    def test_present(self):
        self._create_batch(5, user_id=self.agent.id)
        ticket = self._create_batch(1)
        self.assertFalse(ticket.user_id)
        self.assertTrue(self._has_trigger())
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent)
        self.assertFalse(ticket.assignment_prefer_user_id)

    def test_away(self):
        self.agent.with_user(self.agent).helpdesk_away = True
        self.assertEqual(self._route_new().user_id, self.agent_2)

    def test_full(self):
        self.agent.sudo().helpdesk_capacity = 2
        tickets = self._route_new(5)
        self.assertEqual(len(tickets.filtered(lambda t: t.user_id == self.agent)), 2)
        self.assertEqual(len(tickets.filtered(lambda t: t.user_id == self.agent_2)), 3)

    def test_not_of_the_team(self):
        """He gets what names him, and nothing else."""
        self.rule.write({'user_id': self.expert.id, 'mood': 'angry'})
        other, ticket = self._create_batch(1), self._create_batch(1, mood='angry')
        self._hand_out()
        self.assertEqual(ticket.user_id, self.expert)
        self.assertIn(other.user_id, self.agent | self.agent_2)

    def test_into_a_team_that_assigns(self):
        self.rule.write({'team_id': self.team_2.id, 'user_id': self.agent_2.id, 'override': True})
        self.team_2.write({'auto_assignment': True, 'resource_calendar_id': False})
        ticket = self._route_new()
        self.assertEqual((ticket.team_id, ticket.user_id), (self.team_2, self.agent_2))
        self.agent_2.sudo().helpdesk_away = True
        self.assertEqual(self._route_new().user_id, self.expert)

    def test_into_a_team_that_does_not(self):
        self.rule.write({'team_id': self.team_2.id, 'user_id': self.expert.id, 'override': True})
        self.expert.sudo().helpdesk_away = True
        ticket = self._create_batch(1)
        self.assertEqual(ticket.user_id, self.expert)
        self.assertFalse(ticket.assignment_queue_date)

    def test_full_team(self):
        """A named agent is not overlooked because the team itself can take no more."""
        self.rule.write({'user_id': self.expert.id, 'mood': 'angry'})
        (self.agent | self.agent_2).sudo().helpdesk_away = True
        waiting, ticket = self._create_batch(120), self._create_batch(1, mood='angry')
        self._hand_out()
        self.assertEqual(ticket.user_id, self.expert)
        self.assertFalse(waiting.user_id)

    def test_route_again(self):
        ticket = self._create_batch(1, user_id=self.agent_2.id)
        ticket.with_user(self.leader).action_reroute()
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent)
