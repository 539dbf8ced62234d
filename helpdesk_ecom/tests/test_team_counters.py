from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestTeamCounters(HelpdeskCommon):
    def test_counters(self):
        """The overview counts what is open, nobody's, urgent, and closed in the last week."""
        other_team = self.env['helpdesk.team'].create({'name': 'Returns'})
        self._create_ticket(user_id=self.agent.id)
        self._create_ticket(priority='3')
        self._create_ticket(priority='3', user_id=self.agent.id).action_solve()
        self._create_ticket().action_solve()
        old = self._create_ticket()
        old.action_solve()
        old.sudo().close_date = fields.Datetime.now() - timedelta(days=8)
        teams = (self.team | other_team).with_user(self.agent)
        self.assertEqual(teams.mapped('open_ticket_count'), [2, 0])
        self.assertEqual(teams.mapped('unassigned_tickets'), [1, 0])
        self.assertEqual(teams.mapped('urgent_ticket'), [1, 0])
        self.assertEqual(teams.mapped('ticket_closed'), [2, 0])

    def test_counts_only_what_one_may_see(self):
        self._create_ticket()
        self.team.privacy_visibility = 'invited_internal'
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        self.team.sudo().message_subscribe(stranger.partner_id.ids)
        self.assertEqual(self.team.with_user(self.agent).open_ticket_count, 1)
        self.assertEqual(self.team.with_user(stranger).open_ticket_count, 0)

    def test_board_shows_empty_stages(self):
        """A board without a ticket still has the columns of one's own teams."""
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        groups = Ticket.with_context(read_group_expand=True).web_read_group(
            [('name', '=', 'No such ticket')], ['stage_id'], []
        )['groups']
        self.assertLessEqual(
            set(self.team.stage_ids.ids), {group['stage_id'][0] for group in groups}
        )
