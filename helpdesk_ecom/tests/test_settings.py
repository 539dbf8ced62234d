from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestSettings(HelpdeskCommon):
    def test_settings_belong_to_the_company(self):
        """What is saved on the page is what the order actions read from the company."""
        with Form(self.env['res.config.settings']) as settings:
            settings.helpdesk_refund_approval_amount = 250.0
            settings.helpdesk_payout_user_id = self.leader
        settings.record.execute()
        self.assertEqual(self.company.helpdesk_refund_approval_amount, 250.0)
        self.assertEqual(self.company.helpdesk_payout_user_id, self.leader)
        self.assertEqual(settings.record.helpdesk_alias_domain_id.name, 'shop.example')

    def test_team_form(self):
        """A leader sets a team up in the form; closing needs its number of days."""
        with Form(self.env['helpdesk.team'].with_user(self.leader)) as form:
            form.name = 'Returns'
            form.alias_name = 'returns'
            form.auto_close_ticket = True
            form.auto_close_day = 3
        self.assertEqual(form.record.alias_email, 'returns@shop.example')
        self.assertEqual(form.record.member_ids, self.leader)
        self.assertTrue(form.record.stage_ids)

    def test_team_of_another_company(self):
        """A team works in the hours of its own company, whichever company one is in."""
        company = self.env['res.company'].create({'name': 'Branch'})
        team = self.env['helpdesk.team'].create({'name': 'Branch', 'company_id': company.id})
        self.assertEqual(team.resource_calendar_id, company.resource_calendar_id)
        always_open = self.env['helpdesk.team'].create(
            {
                'name': 'Always open',
                'resource_calendar_id': False,
            }
        )
        self.assertFalse(always_open.resource_calendar_id)

    def test_team_stays_with_its_tickets(self):
        """A team changes its company only as long as it has no tickets."""
        branch = self.env['res.company'].create({'name': 'Branch'})
        team = self.env['helpdesk.team'].create({'name': 'Moving'})
        team.company_id = branch
        self._create_ticket().action_archive()
        with self.assertRaises(ValidationError):
            self.team.company_id = branch

    def test_address_of_somebody_else(self):
        """Where an address is in use already, the first team does without instead of failing."""
        self.team.copy({'alias_name': 'help'})
        team = self.env['helpdesk.team'].create({'name': 'New'})
        team._claim_alias('help')
        self.assertFalse(team.alias_name)
        team._claim_alias('free')
        self.assertEqual(team.alias_email, 'free@shop.example')

    def test_ticket_form(self):
        """The customer's data comes by itself."""
        with Form(self.env['helpdesk.ticket'].with_user(self.agent)) as form:
            form.name = 'Cup arrived broken'
            form.team_id = self.team
            form.partner_id = self.customer
            self.assertEqual(form.partner_email, self.customer.email)
            form.user_id = self.agent_2
        self.assertEqual(form.record.stage_id, self.stage_new)

    def test_assignable(self):
        """Members get the tickets of their team; without any, all agents of its company."""
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        Users = self.env['res.users'].with_user(self.agent)
        domain = Ticket._fields['user_id'].domain
        company = self.env['res.company'].create({'name': 'Elsewhere'})
        stranger = self.agent_2.copy(
            {'login': 'stranger', 'company_id': company.id, 'company_ids': company.ids}
        )
        everybody = self.team.copy({'member_ids': False})
        for team, inside, outside in [
            (self.team, self.agent_2, self.approver | stranger),
            (everybody, self.agent_2 | self.approver, stranger),
            (Ticket.team_id, self.agent_2 | self.approver, stranger),
        ]:
            with self.subTest(team=team.name):
                vals = {'team_id': team.id, 'company_id': self.env.company.id}
                found = Users.search(safe_eval(domain, vals))
                self.assertEqual(found & (inside | outside), inside)
                ticket = Ticket.new(vals)
                self.assertEqual(ticket.domain_user_ids._origin & (inside | outside), inside)
        gone = everybody.id
        everybody.unlink()
        self.assertFalse(Users.search([('helpdesk_assignable_team_id', '=', gone)]))

    def test_members_are_the_desks_to_know(self):
        """Who has nothing to do with the desk cannot search for its teams' members."""
        clerk = self.env['res.users'].create(
            {
                'name': 'Clerk',
                'login': 'clerk',
                'group_ids': [Command.set([self.env.ref('base.group_user').id])],
            }
        )
        domain = [('helpdesk_assignable_team_id', '=', self.team.id)]
        self.assertFalse(self.env['res.users'].with_user(clerk).search(domain))
        self.assertTrue(self.env['res.users'].with_user(self.agent).search(domain))

    def test_quick_create(self):
        """A card on the board needs no more than a subject."""
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        view = 'helpdesk_ecom.helpdesk_ticket_view_form_quick_create'
        with Form(Ticket.with_context(default_team_id=self.team.id), view=view) as form:
            form.name = 'On the phone'
        self.assertEqual(form.record.team_id, self.team)
