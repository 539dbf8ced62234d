from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import HelpdeskCommon, HelpdeskOrderCommon


@tagged('post_install', '-at_install')
class TestTicketAccess(HelpdeskCommon):
    """Who sees which tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._new_user('stranger', 'group_helpdesk_user')
        cls.ticket = cls._create_ticket()

    def _sees(self, user, records=None):
        """Tell whether the user finds the records in a list and may open them, which must agree."""
        records = (self.ticket if records is None else records).with_user(user)
        found = records.search([('id', 'in', records.ids)]) == records
        self.env.invalidate_all()
        self.assertEqual(found, records.has_access('read'))
        return found

    def test_open_team(self):
        """Where the team is open to the company, every agent works on its tickets."""
        for visibility in ('internal', 'portal'):
            self.team.privacy_visibility = visibility
            self.assertTrue(self._sees(self.stranger))
            self.ticket.with_user(self.stranger).priority = '2'

    def test_private_team(self):
        """A private team is for its members, those invited to it or to a ticket, and leaders."""
        self.team.privacy_visibility = 'invited_internal'
        self.assertFalse(self._sees(self.stranger))
        self.assertFalse(self._sees(self.stranger, self.team))
        for user in (self.agent, self.agent_2, self.leader, self.admin):
            self.assertTrue(self._sees(user))
            self.assertTrue(self._sees(user, self.team))
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.stranger).write({'priority': '2'})
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.stranger).message_post(body='Let me in')

    def test_invited_to_a_ticket(self):
        """Who follows one ticket of a private team sees that one and no other."""
        self.team.privacy_visibility = 'invited_internal'
        other_ticket = self._create_ticket(name='Not yours')
        self.ticket.message_subscribe(self.stranger.partner_id.ids)
        self.assertTrue(self._sees(self.stranger))
        self.ticket.with_user(self.stranger).message_post(body='I take care')
        self.assertFalse(self._sees(self.stranger, other_ticket))
        self.assertFalse(self._sees(self.stranger, self.team))

    def test_invited_to_a_team(self):
        """Who follows a private team sees the team; its tickets are for members."""
        self.team.privacy_visibility = 'invited_internal'
        self.team.message_subscribe(self.stranger.partner_id.ids)
        self.assertTrue(self._sees(self.stranger, self.team))
        self.assertFalse(self._sees(self.stranger))

    def test_assigned(self):
        """A ticket that was handed to somebody is theirs, whatever the team."""
        self.team.privacy_visibility = 'invited_internal'
        self.ticket.with_user(self.leader).user_id = self.stranger
        self.assertTrue(self._sees(self.stranger))

    def test_without_team(self):
        self.ticket.sudo().team_id = False
        self.assertTrue(self._sees(self.stranger))

    def test_private_team_through_the_back_door(self):
        """A stranger can neither move a ticket out of sight nor take it by making it their own."""
        self.team.privacy_visibility = 'invited_internal'
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.stranger).write({'user_id': self.stranger.id})
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.stranger).action_assign_to_me()

    def test_other_company(self):
        """Nobody sees the tickets of a company that is not theirs, leaders and admins included."""
        company_2 = self.env['res.company'].create({'name': 'Shenzhen Cups'})
        team_2 = (
            self.env['helpdesk.team']
            .with_company(company_2)
            .create(
                {
                    'name': 'Other company',
                    'company_id': company_2.id,
                    'member_ids': [Command.clear()],
                }
            )
            .with_env(self.env)
        )
        ticket_2 = self.env['helpdesk.ticket'].create({'name': 'Elsewhere', 'team_id': team_2.id})
        self.assertEqual(ticket_2.company_id, company_2)
        for user in (self.agent, self.leader, self.approver, self.admin):
            self.assertFalse(self._sees(user, ticket_2))
            self.assertFalse(self._sees(user, team_2))
        self.agent.write({'company_ids': [Command.link(company_2.id)]})
        both = self.env(
            user=self.agent,
            context={
                'allowed_company_ids': [self.company.id, company_2.id],
            },
        )
        self.assertEqual(ticket_2.with_env(both).search([('id', '=', ticket_2.id)]), ticket_2)
        # The company is switched off at the top of the screen.
        one = self.env(user=self.agent, context={'allowed_company_ids': self.company.ids})
        self.assertFalse(ticket_2.with_env(one).search([('id', '=', ticket_2.id)]))
        self.assertFalse(ticket_2.with_env(one).has_access('read'))

    def test_outsider(self):
        """An employee without the group sees no ticket, team, stage, tag or type."""
        models = (
            'helpdesk.ticket',
            'helpdesk.team',
            'helpdesk.stage',
            'helpdesk.tag',
            'helpdesk.ticket.type',
        )
        for model in models:
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.outsider).search([], limit=1)
        menus = self.env['ir.ui.menu'].with_user(self.outsider)._visible_menu_ids()
        self.assertNotIn(self.env.ref('helpdesk_ecom.menu_helpdesk_root').id, menus)

    def test_delete(self):
        """Agents close tickets, only leaders delete them."""
        for user in (self.agent, self.approver):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).unlink()
        self.ticket.with_user(self.leader).unlink()
        self.assertFalse(self.ticket.exists())


@tagged('post_install', '-at_install')
class TestConfigurationAccess(HelpdeskCommon):
    """Who sets the helpdesk up."""

    def test_agent_and_approver_configure_nothing_but_tags(self):
        for user in (self.agent, self.approver):
            for record in (self.team, self.stage_new, self.env.ref('helpdesk_ecom.type_question')):
                with self.assertRaises(AccessError):
                    record.with_user(user).write({'name': 'Mine'})
                with self.assertRaises(AccessError):
                    record.with_user(user).copy({'name': 'Mine'})
                with self.assertRaises(AccessError):
                    record.with_user(user).unlink()
            tag = self.env['helpdesk.tag'].with_user(user).create({'name': f'By {user.name}'})
            tag.name = f'Renamed by {user.name}'
            with self.assertRaises(AccessError):
                tag.unlink()

    def test_leader_configures(self):
        """A leader sets up teams with an e-mail address, stages, types and tags."""
        env = self.env(user=self.leader)
        team = env['helpdesk.team'].create({'name': 'Returns', 'alias_name': 'returns'})
        self.assertEqual(team.alias_email, 'returns@shop.example')
        team.write(
            {
                'alias_name': 'send-back',
                'privacy_visibility': 'internal',
                'member_ids': [Command.link(self.agent.id)],
            }
        )
        self.assertEqual(team.alias_email, 'send-back@shop.example')
        stage = env['helpdesk.stage'].create(
            {
                'name': 'At the warehouse',
                'team_ids': [Command.link(team.id)],
            }
        )
        stage.fold = True
        env['helpdesk.ticket.type'].create({'name': 'Complaint'}).sequence = 1
        env['helpdesk.tag'].create({'name': 'Customs'}).unlink()
        stage.unlink()
        team.unlink()

    def test_leader_has_no_settings(self):
        """The Settings page stays with the administrators of the database."""
        with self.assertRaises(AccessError):
            self.env['res.config.settings'].with_user(self.leader).create({}).execute()

    def test_menus(self):
        """Agents get the tickets and the reports, leaders the configuration."""

        def visible(user, xmlid):
            menus = self.env['ir.ui.menu'].with_user(user)._visible_menu_ids()
            return self.env.ref(f'helpdesk_ecom.{xmlid}').id in menus

        for user in (self.agent, self.approver, self.leader, self.admin):
            self.assertTrue(visible(user, 'menu_helpdesk_overview'))
            self.assertTrue(visible(user, 'menu_helpdesk_ticket_my'))
        self.assertFalse(visible(self.agent, 'menu_helpdesk_configuration'))
        self.assertFalse(visible(self.approver, 'menu_helpdesk_configuration'))
        self.assertTrue(visible(self.leader, 'menu_helpdesk_configuration'))

    def test_groups(self):
        """An administrator is a leader and an approver; a leader does not approve by that alone."""

        def has(user, group):
            return user.has_group(f'helpdesk_ecom.{group}')

        self.assertTrue(has(self.admin, 'group_helpdesk_manager'))
        self.assertTrue(has(self.admin, 'group_helpdesk_approver'))
        self.assertTrue(has(self.leader, 'group_helpdesk_user'))
        self.assertFalse(has(self.leader, 'group_helpdesk_approver'))
        self.assertFalse(has(self.approver, 'group_helpdesk_manager'))
        self.assertFalse(has(self.agent, 'group_helpdesk_approver'))


@tagged('post_install', '-at_install')
class TestDocumentAccess(HelpdeskOrderCommon):
    """What an agent, who has no other app, sees of orders, transfers and invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(cls.order)
        cls.picking = cls.order.picking_ids
        cls.documents = (
            cls.order,
            cls.order.order_line,
            cls.picking,
            cls.picking.move_ids,
            cls.invoice,
            cls.invoice.invoice_line_ids,
        )

    def test_agent_reads(self):
        """Orders of every salesperson, their deliveries, invoices and products can be read."""
        self.order.user_id = self.outsider
        for records in self.documents:
            records = records.with_user(self.agent)
            self.assertTrue(records.has_access('read'), records._name)
            self.assertEqual(records.search([('id', 'in', records.ids)]), records)
        self.assertEqual(
            self.order.with_user(self.agent).order_line.product_id.mapped('name'),
            ['Cup blue', 'Plate'],
        )
        self.assertEqual(self.order.with_user(self.agent).picking_ids.state, 'assigned')

    def test_agent_changes_nothing(self):
        """Orders, transfers, moves and invoices change by order actions alone."""
        for records in self.documents:
            for operation in ('write', 'create', 'unlink'):
                self.assertFalse(
                    records.with_user(self.agent).has_access(operation),
                    f'{records._name} {operation}',
                )
        with self.assertRaises(AccessError):
            self.order.with_user(self.agent).write({'client_order_ref': 'mine'})
        with self.assertRaises(AccessError):
            self.env['sale.order'].with_user(self.agent).create({'partner_id': self.customer.id})
        with self.assertRaises(AccessError):
            self.order.with_user(self.agent).action_cancel()
        with self.assertRaises(AccessError):
            self.picking.with_user(self.agent).button_validate()
        with self.assertRaises(AccessError):
            self.invoice.with_user(self.agent).button_draft()

    def test_agent_sees_no_vendor_bill(self):
        """The books beyond what customers were billed stay closed."""
        bill = self.env['account.move'].create(
            {
                'move_type': 'in_invoice',
                'partner_id': self.customer.id,
                'invoice_line_ids': [Command.create({'name': 'Clay', 'price_unit': 100.0})],
            }
        )
        entry = self.env['account.move'].create({'move_type': 'entry'})
        for move in bill | entry:
            self.assertFalse(move.with_user(self.agent).has_access('read'))
        self.assertFalse(bill.invoice_line_ids.with_user(self.agent).has_access('read'))
        moves = self.env['account.move'].with_user(self.agent).search([])
        self.assertIn(self.invoice, moves)
        self.assertLessEqual(set(moves.mapped('move_type')), {'out_invoice', 'out_refund'})

    def test_outsider_sees_no_order_by_the_helpdesk(self):
        """The rights come with the group, not with the addon."""
        with self.assertRaises(AccessError):
            self.order.with_user(self.outsider).read(['name'])

    def test_other_company_order(self):
        """Reading all orders means all orders of one's own companies."""
        company_2 = self.env['res.company'].create({'name': 'Shenzhen Cups'})
        order_2 = (
            self.env['sale.order']
            .with_company(company_2)
            .create(
                {
                    'partner_id': self.customer.id,
                    'company_id': company_2.id,
                }
            )
            .with_env(self.env)
        )
        self.assertFalse(order_2.with_user(self.agent).has_access('read'))
