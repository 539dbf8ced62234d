from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .sla_common import OPENED, SlaCommon, at


@tagged('post_install', '-at_install')
class TestSlaSecurity(SlaCommon):
    """Who sees, makes and moves promises."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy()
        cls.portal_user = new_test_user(cls.env, 'emma', groups='base.group_portal')
        cls.portal_user.partner_id.parent_id = cls.customer

    def test_only_leaders_make_policies(self):
        self.policy.with_user(self.leader).time = 3
        for user in (self.agent, self.approver, self.outsider, self.portal_user):
            with self.assertRaises(AccessError):
                self.policy.with_user(user).write({'time': 4})
        self.assertEqual(self.policy.with_user(self.agent).time, 3)
        for user in (self.outsider, self.portal_user):
            with self.assertRaises(AccessError):
                self.policy.with_user(user).read(['time'])

    def test_nobody_turns_a_clock(self):
        ticket = self._create_ticket()
        clock = self._get_clocks(ticket)
        for user in (self.agent, self.leader, self.admin):
            with self.assertRaises(AccessError):
                clock.with_user(user).write({'is_missed': False})
            with self.assertRaises(AccessError):
                clock.with_user(user).unlink()
            with self.assertRaises(AccessError):
                ticket.with_user(user).write({'sla_missed': False})
            with self.assertRaises(AccessError):
                ticket.with_user(user).write({'sla_deadline': at(99)})
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).write({'sla_status_ids': [Command.delete(clock.id)]})

    def test_agents_see_the_clocks_of_their_tickets(self):
        ticket = self._create_ticket()
        Status = self.env['helpdesk.sla.status']
        self.team.privacy_visibility = 'invited_internal'
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        domain = [('ticket_id', '=', ticket.id)]
        self.assertTrue(Status.with_user(self.agent).search(domain))
        self.assertFalse(Status.with_user(stranger).search(domain))
        self.assertTrue(Status.with_user(self.leader).search(domain))
        ticket.sudo().message_subscribe(stranger.partner_id.ids)
        self.assertTrue(Status.with_user(stranger).search(domain))

    def test_other_companies(self):
        company = self.env['res.company'].create({'name': 'Other'})
        team = self.env['helpdesk.team'].create({'name': 'Other', 'company_id': company.id})
        policy = self.env['helpdesk.sla'].create({'name': 'Other', 'team_id': team.id})
        ticket = self.env['helpdesk.ticket'].create({'name': 'Far away', 'team_id': team.id})
        self.assertEqual(ticket.sla_ids, policy)
        for user in (self.agent, self.leader, self.admin):
            Sla, Status = (
                self.env[name].with_user(user) for name in ('helpdesk.sla', 'helpdesk.sla.status')
            )
            self.assertFalse(Sla.search([('id', '=', policy.id)]))
            self.assertFalse(Status.search([('ticket_id', '=', ticket.id)]))

    def test_customers_see_no_promises(self):
        ticket = self._create_ticket(partner_id=self.portal_user.partner_id.id)
        ticket.message_subscribe(self.portal_user.partner_id.ids)
        own = ticket.with_user(self.portal_user)
        self.assertEqual(own.read(['name'])[0]['name'], ticket.name)
        for name in (
            'sla_deadline',
            'sla_fail',
            'sla_ids',
            'sla_missed',
            'sla_reached',
            'sla_status_ids',
            'sla_success',
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                own.read([name])
            with self.subTest(f'search by {name}'), self.assertRaises(AccessError):
                own.search([(name, '!=', False)])
        with self.assertRaises(AccessError):
            self.env['helpdesk.sla.status'].with_user(self.portal_user).search([])

    def test_button_needs_the_right_to_write(self):
        ticket = self._create_ticket()
        for user in (self.portal_user, self.outsider):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_no_answer_needed()
        self.assertEqual(ticket.oldest_unanswered_customer_message_date, OPENED)
        self.team.privacy_visibility = 'invited_internal'
        with self.assertRaises(AccessError):
            ticket.with_user(self._new_user('x', 'group_helpdesk_user')).action_no_answer_needed()

    def test_team_counters(self):
        late, kept = self._create_ticket(), self._create_ticket()
        team = self.team.with_user(self.leader)
        self.assertEqual((team.sla_failed, team.success_rate), (0, -1))
        self._answer(kept, at(1))
        self._set_now(at(3))
        team.invalidate_recordset()
        self.assertEqual(team.sla_failed, 1)
        self._move(kept, at(4), self.stage_solved)
        self._move(late, at(4), self.stage_solved)
        team.invalidate_recordset()
        self.assertEqual((team.sla_failed, team.success_rate), (0, 50))
