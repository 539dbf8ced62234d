from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestTicket(HelpdeskCommon):
    def test_bare_name_is_enough(self):
        """An API client may send just a subject: team, stage and number come by themselves."""
        ticket = self.env['helpdesk.ticket'].with_user(self.agent).create({'name': 'Hello'})
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.stage_id, self.stage_new)
        self.assertEqual(ticket.company_id, self.company)
        self.assertRegex(ticket.ticket_ref, r'^TK\d{5,}$')

    def test_numbers_are_consecutive_in_a_batch(self):
        tickets = (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .create([{'name': f'Ticket {index}'} for index in range(3)])
        )
        first, second, third = (int(ref.removeprefix('TK')) for ref in tickets.mapped('ticket_ref'))
        self.assertEqual([second, third], [first + 1, first + 2])

    def test_solve_and_reopen(self):
        ticket = self._create_ticket()
        ticket.action_solve()
        self.assertEqual(ticket.stage_id, self.stage_solved)
        self.assertTrue(ticket.fold)
        self.assertTrue(ticket.close_date)
        ticket.action_reopen()
        self.assertEqual(ticket.stage_id, self.stage_new)
        self.assertFalse(ticket.close_date)

    def test_reopen_without_team(self):
        """A ticket of no team goes back to an open stage, too."""
        ticket = self._create_ticket(team_id=False)
        ticket.action_solve()
        self.assertTrue(ticket.fold)
        ticket.action_reopen()
        self.assertTrue(ticket.stage_id)
        self.assertFalse(ticket.fold)

    def test_agent_cannot_delete(self):
        ticket = self._create_ticket()
        with self.assertRaises(AccessError):
            ticket.unlink()

    def test_outsider_sees_nothing(self):
        self._create_ticket()
        with self.assertRaises(AccessError):
            self.env['helpdesk.ticket'].with_user(self.outsider).search([])

    def test_private_team(self):
        """A private team shows its tickets to its members and to leaders only."""
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        ticket = self._create_ticket()
        self.assertTrue(ticket.with_user(stranger).has_access('read'))
        self.team.privacy_visibility = 'invited_internal'
        self.assertFalse(ticket.with_user(stranger).has_access('read'))
        self.assertTrue(ticket.with_user(self.agent_2).has_access('read'))
        self.assertTrue(ticket.with_user(self.leader).has_access('read'))
