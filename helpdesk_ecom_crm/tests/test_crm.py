from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.helpdesk_ecom.tests.common import HelpdeskOrderCommon


@tagged('post_install', '-at_install')
class TestHelpdeskCrm(HelpdeskOrderCommon):
    """Agents without a right in CRM and salespeople without one in the helpdesk work together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, 'seller', groups='sales_team.group_sale_salesman', name='Seller'
        )
        cls.both = new_test_user(
            cls.env,
            'both',
            groups='sales_team.group_sale_salesman_all_leads,helpdesk_ecom.group_helpdesk_user',
        )
        cls.customer.user_id = cls.seller
        cls.ticket = cls._create_ticket(description='<p>Can I get 200 of them?</p>')
        cls.lead = cls._create_lead(partner_id=cls.customer.id)

    @classmethod
    def _create_lead(cls, **vals):
        return (
            cls.env['crm.lead']
            .with_user(cls.seller)
            .create({'name': 'Cups', 'type': 'opportunity', 'user_id': cls.seller.id, **vals})
        )

    def _invalidate(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def test_opportunity_of_a_ticket(self):
        """An agent hands over what he may not see."""
        action = self.ticket.action_create_opportunity()
        self.assertEqual(action['tag'], 'display_notification')
        self.assertIn('Seller', action['params']['message'])
        lead = self.ticket.sudo().opportunity_id
        self.assertEqual(lead.type, 'opportunity')
        self.assertEqual(lead.name, self.ticket.name)
        self.assertEqual(lead.partner_id, self.customer)
        self.assertEqual(lead.user_id, self.seller)
        self.assertEqual(lead.company_id, self.company)
        self.assertIn('200 of them', lead.description)
        with self.assertRaises(AccessError):
            lead.with_user(self.agent).read(['name'])
        for record, other in ((lead, self.ticket), (self.ticket, lead)):
            [note] = record.sudo().message_ids.filtered(
                lambda message, other=other: other.display_name in message.body
            )
            self.assertIn(f'data-oe-id="{other.id}"', note.body)
            self.assertEqual(note.author_id, self.agent.partner_id)
            self.assertTrue(note.subtype_id.internal, 'the customer sees nothing of it')
        self.assertEqual(lead.with_user(self.both).ticket_ids, self.ticket.with_user(self.both))

    def test_only_one_opportunity(self):
        self.ticket.action_create_opportunity()
        lead = self.ticket.sudo().opportunity_id
        action = self.ticket.with_user(self.both).action_create_opportunity()
        self.assertEqual((action['res_model'], action['res_id']), ('crm.lead', lead.id))
        self.assertEqual(self.ticket.sudo().opportunity_id, lead)

    def test_opportunity_of_an_unknown_customer(self):
        ticket = self._create_ticket(
            partner_id=False, partner_name='Ann', partner_email='ann@mail.example'
        )
        ticket.action_create_opportunity()
        lead = ticket.sudo().opportunity_id
        self.assertEqual((lead.contact_name, lead.email_from), ('Ann', 'ann@mail.example'))

    def test_who_may_not(self):
        self.team.privacy_visibility = 'invited_internal'
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        for user in (stranger, self.seller, self.outsider):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).action_create_opportunity()
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).action_open_opportunity()

    def test_foreign_lead_is_refused(self):
        """An agent can't put notes into the leads of others by linking tickets to them."""
        with self.assertRaises(AccessError):
            self.ticket.opportunity_id = self.lead.id
        with self.assertRaises(AccessError):
            self._create_ticket(opportunity_id=self.lead.id)
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        count = len(self.lead.message_ids)
        with self.assertRaises(AccessError):
            Ticket.with_context(default_opportunity_id=self.lead.id).create({'name': 'Tell me'})
        self.assertEqual(len(self.lead.message_ids), count)
        ticket = (
            Ticket.with_user(self.both)
            .with_context(default_opportunity_id=self.lead.id)
            .create({'name': 'Mine', 'team_id': self.team.id})
        )
        self.assertEqual(ticket.opportunity_id.id, self.lead.id)

    def test_customer_learns_nothing(self):
        """What sales plans with him is not for the customer who reads the ticket."""
        emma = new_test_user(
            self.env, 'emma', groups='base.group_portal', partner_id=self.customer.id
        )
        self.ticket.sudo().opportunity_id = self.lead
        self._invalidate()
        self.assertTrue(self.ticket.with_user(emma).has_access('read'))
        for method in ('action_open_opportunity', 'action_create_opportunity'):
            with self.assertRaises(AccessError):
                getattr(self.ticket.with_user(emma), method)()

    def test_defaults_of_the_client(self):
        """What is made as superuser takes nothing from the context of a request."""
        other = self._create_ticket(name='Other')
        ticket = self.ticket.with_user(self.agent).with_context(
            default_expected_revenue=5.0,
            default_order_ids=[Command.update(self.order.id, {'client_order_ref': 'Forged'})],
            default_ticket_ids=[
                Command.link(other.id),
                Command.create({'name': 'Forged', 'team_id': self.team.id}),
            ],
        )
        ticket.action_create_opportunity()
        lead = self.ticket.sudo().opportunity_id
        self.assertEqual(lead.expected_revenue, 0.0)
        self.assertEqual(lead.ticket_ids, self.ticket.sudo())
        self.assertFalse(self.order.client_order_ref)
        self.assertFalse(other.sudo().opportunity_id)

    def test_merged_tickets_keep_their_opportunity(self):
        kept = self._create_ticket(name='Kept')
        self.ticket.action_create_opportunity()
        lead = self.ticket.sudo().opportunity_id
        self.ticket.with_user(self.agent)._merge_into(kept.with_user(self.agent))
        self.assertEqual(kept.sudo().opportunity_id, lead)
        other = self._create_ticket(name='Other')
        other.action_create_opportunity()
        self.assertNotEqual(other.sudo().opportunity_id, lead)
        other.with_user(self.agent)._merge_into(kept.with_user(self.agent))
        self.assertEqual(kept.sudo().opportunity_id, lead, 'its own stays')

    def test_ticket_of_a_lead(self):
        lead = self.lead.with_user(self.both)
        action = lead.action_create_helpdesk_ticket()
        form = Form(
            self.env['helpdesk.ticket'].with_user(self.both).with_context(**action['context'])
        )
        form.name = 'Where is the sample?'
        ticket = form.save()
        self.assertEqual(ticket.opportunity_id, lead)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertIn('Where is the sample?', lead.message_ids[0].body)
        with self.assertRaises(AccessError):
            self.lead.action_create_helpdesk_ticket()

    def test_ticket_of_a_lead_without_contact(self):
        lead = self._create_lead(contact_name='Ann', email_from='ann@mail.example')
        action = lead.with_user(self.both).action_create_helpdesk_ticket()
        self.assertEqual(action['context']['default_partner_email'], 'ann@mail.example')

    def test_counters(self):
        """By the customer's company, and by the link; each ticket once."""
        company = self.env['res.partner'].create({'name': 'Clark Ltd', 'is_company': True})
        self.customer.parent_id = company
        colleague = self.env['res.partner'].create({'name': 'Bob', 'parent_id': company.id})
        closed = self._create_ticket(partner_id=colleague.id)
        closed.action_solve()
        linked = self._create_ticket(partner_id=False)
        linked.sudo().opportunity_id = self.lead
        self.ticket.sudo().opportunity_id = self.lead
        other = self._create_lead()
        self._invalidate()
        lead = self.lead.with_user(self.both)
        self.assertEqual(lead.helpdesk_ticket_count, 3)
        self.assertEqual(lead.helpdesk_open_ticket_count, 2)
        self.assertEqual(lead.helpdesk_complaint_count, 2)
        self.assertEqual(other.with_user(self.both).helpdesk_ticket_count, 0)
        action = lead.action_open_helpdesk_tickets()
        tickets = self.env['helpdesk.ticket'].search(action['domain'])
        self.assertEqual(tickets, self.ticket.sudo(False).with_env(self.env) | closed | linked)

    def test_salesperson_knows_the_number_only(self):
        self._invalidate()
        lead = self.lead.with_user(self.seller)
        self.assertEqual(lead.helpdesk_complaint_count, 1)
        arch = lead.get_view(view_type='form')['arch']
        self.assertIn('helpdesk_complaints', arch)
        self.assertNotIn('action_open_helpdesk_tickets', arch)
        with self.assertRaises(AccessError):
            lead.action_open_helpdesk_tickets()
        with self.assertRaises(AccessError):
            lead.read(['helpdesk_ticket_count'])
        with Form(lead) as form:
            self.assertEqual(form.helpdesk_complaint_count, 1)
        self.team.privacy_visibility = 'invited_internal'
        self._invalidate()
        self.assertEqual(lead.helpdesk_complaint_count, 0)

    def test_agent_opens_a_ticket_with_an_opportunity(self):
        self.ticket.action_create_opportunity()
        with Form(self.ticket.with_user(self.agent)) as form:
            form.priority = '1'
        self.assertEqual(self.ticket.priority, '1')

    def test_queries(self):
        """The counters of many leads cost two queries."""
        leads = (
            self.env['crm.lead']
            .with_user(self.both)
            .browse([self._create_lead(partner_id=self.customer.id).id for _index in range(5)])
        )
        names = ['helpdesk_ticket_count', 'helpdesk_open_ticket_count', 'helpdesk_complaint_count']
        leads.read(['partner_id', *names])
        leads.invalidate_recordset(names)
        with self.assertQueryCount(2):
            leads.read(names)

    def test_customer_card(self):
        self._create_lead(partner_id=self.customer.id, type='lead')
        self._create_lead(partner_id=self.customer.id).action_set_lost()
        self._create_lead(partner_id=self.customer.id).action_set_won()
        card = self.ticket.with_user(self.agent).get_order_panel_data()['customer']
        self.assertEqual(card['opportunity_count'], 1)

    def test_merged_leads_keep_their_tickets(self):
        self.ticket.sudo().opportunity_id = self.lead
        other = self._create_lead(partner_id=self.customer.id)
        known = self.ticket.message_ids
        (other | self.lead).with_user(self.both).merge_opportunity()
        kept = (other | self.lead).exists()
        self.assertEqual(len(kept), 1)
        self.assertEqual(self.ticket.sudo().opportunity_id.id, kept.id)
        self.assertFalse(
            (self.ticket.message_ids - known).filtered(lambda message: 'belongs' in message.body)
        )

    def test_tickets_of_other_companies_are_not_counted(self):
        company = self.env['res.company'].create({'name': 'Other Shop'})
        team = self.env['helpdesk.team'].create({'name': 'Other', 'company_id': company.id})
        self.env['helpdesk.ticket'].create(
            {'name': 'There', 'team_id': team.id, 'partner_id': self.customer.id}
        )
        self._invalidate()
        self.assertEqual(self.lead.helpdesk_complaint_count, 1)
        self.both.company_ids = [Command.link(company.id)]
        lead = self.lead.with_user(self.both).with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(lead.helpdesk_complaint_count, 1)
        lead = lead.with_context(allowed_company_ids=(self.company | company).ids)
        self.assertEqual(lead.helpdesk_complaint_count, 2)
