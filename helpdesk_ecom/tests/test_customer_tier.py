from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import HelpdeskOrderCommon


@tagged('post_install', '-at_install')
class TestCustomerTier(HelpdeskOrderCommon):
    """Customers get into a tier by what they bought, by a tag, or by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Tier = cls.env['helpdesk.customer.tier']
        Tier.search([]).active = False
        cls.gold, cls.silver = Tier.create(
            [
                {'name': 'Gold', 'sequence': 1, 'min_revenue': 280.0},
                {'name': 'Silver', 'sequence': 2, 'min_order_count': 1, 'months': 12},
            ]
        )
        cls.contact = cls.env['res.partner'].create(
            {'name': 'Bob', 'parent_id': cls.customer.id, 'type': 'delivery'}
        )

    def _update(self):
        self.env['helpdesk.customer.tier']._cron_update_tiers()

    def _assert_tier(self, tier, partner=None):
        self._update()
        self.assertEqual((partner or self.customer).helpdesk_tier_id, tier)

    def test_first_tier_that_fits(self):
        self._assert_tier(self.silver)
        self._create_order(partner=self.contact)
        self._assert_tier(self.gold)
        self.silver.sequence = 0
        self._assert_tier(self.silver)

    def test_a_cent_short(self):
        self.gold.min_revenue = 140.01
        self._assert_tier(self.silver)
        self.gold.min_revenue = 140.0
        self._assert_tier(self.gold)

    def test_both_conditions(self):
        self.gold.write({'min_revenue': 140.0, 'min_order_count': 2})
        self._assert_tier(self.silver)
        self._create_order()
        self._assert_tier(self.gold)

    def test_quotations_and_cancelled_orders_do_not_count(self):
        self._create_order(confirm=False)
        self._assert_tier(self.silver)
        self.order.action_cancel()
        self._assert_tier(self.env['helpdesk.customer.tier'])

    def test_old_orders_do_not_count(self):
        self.order.date_order = '2015-01-01'
        self._assert_tier(self.env['helpdesk.customer.tier'])
        self.silver.months = 0
        self._assert_tier(self.silver)

    def test_credit_note_takes_away(self):
        self.gold.min_revenue = 100.0
        self._assert_tier(self.gold)
        refund = self._invoice(self.order)._reverse_moves()
        self._assert_tier(self.gold)
        refund.action_post()
        self._assert_tier(self.silver)

    def test_credit_note_of_a_cancelled_order_is_not_subtracted_twice(self):
        self.gold.min_revenue = 140.0
        cancelled = self._create_order()
        self._invoice(cancelled)._reverse_moves().action_post()
        cancelled.action_cancel()
        self._assert_tier(self.gold)

    def test_part_that_was_cancelled_is_not_subtracted_twice(self):
        """The order is smaller by it, and a credit note stands beside it."""
        self._invoice(self.order)
        ticket = self._create_ticket(sale_order_id=self.order.id)
        action = (
            self.env['helpdesk.order.action']
            .with_user(self.agent)
            .create(
                {
                    'ticket_id': ticket.id,
                    'action_type': 'cancel',
                    'cancel_mode': 'line',
                    'reason_id': self.env.ref('helpdesk_ecom.reason_late').id,
                    'line_ids': [
                        Command.create(
                            {'order_line_id': self.order.order_line[0].id, 'quantity': 1}
                        )
                    ],
                }
            )
        )
        action.action_submit()
        self.assertEqual(self.order.amount_total, 100.0)
        self.assertTrue(action.step_ids.sudo().move_ids, 'There is a credit note')
        self.gold.min_revenue = 100.0
        self._assert_tier(self.gold)

    def test_foreign_currency(self):
        currency = self.env['res.currency'].create(
            {
                'name': 'TST',
                'symbol': 'T',
                'rate_ids': [Command.create({'name': '2015-01-01', 'rate': 10.0})],
            }
        )
        pricelist = self.env['product.pricelist'].create(
            {'name': 'Test', 'currency_id': currency.id}
        )
        self.order.action_cancel()
        order = self._create_order(pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, currency)
        order.order_line.price_unit = 500.0  # 2500 of which ten make one
        self._assert_tier(self.silver)
        order.order_line.price_unit = 560.0
        self._assert_tier(self.gold)

    def test_partner_tag(self):
        tag = self.env['res.partner.category'].create({'name': 'Press'})
        press = self.env['helpdesk.customer.tier'].create(
            {'name': 'Press', 'sequence': 0, 'category_ids': [Command.set(tag.ids)]}
        )
        self._assert_tier(self.silver)
        self.customer.category_id = tag
        self._assert_tier(press)
        press.min_order_count = 2
        self._assert_tier(self.silver)
        self._create_order()
        self._assert_tier(press)

    def test_tier_without_condition_is_given_by_hand_only(self):
        friend = self.env['helpdesk.customer.tier'].create({'name': 'Friend', 'sequence': 0})
        self._assert_tier(self.silver)
        self.customer.with_user(self.leader).helpdesk_tier_id = friend
        self.assertTrue(self.customer.helpdesk_tier_manual)
        self._assert_tier(friend)
        self.customer.with_user(self.leader).helpdesk_tier_manual = False
        self.assertEqual(self.customer.helpdesk_tier_id, self.silver, 'at once, not tonight')

    def test_no_tier_by_hand(self):
        self.customer.with_user(self.leader).write(
            {'helpdesk_tier_id': False, 'helpdesk_tier_manual': True}
        )
        self._assert_tier(self.env['helpdesk.customer.tier'])

    def test_archived_tier(self):
        self._assert_tier(self.silver)
        self.silver.active = False
        self._assert_tier(self.env['helpdesk.customer.tier'])

    def test_deleted_tier(self):
        self._update()
        ticket = self._create_ticket()
        self.silver.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.customer.helpdesk_tier_id)
        self.assertFalse(ticket.customer_tier_id)

    def test_only_changes_are_written(self):
        self._update()
        self.env.cr.execute('SELECT xmin, helpdesk_tier_id FROM res_partner ORDER BY id')
        before = self.env.cr.fetchall()
        self.assertEqual(self.env['helpdesk.customer.tier']._update_partner_tiers(), 0)
        self.env.cr.execute('SELECT xmin, helpdesk_tier_id FROM res_partner ORDER BY id')
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_each_company_by_its_own_sales(self):
        company = self.env['res.company'].create({'name': 'Other Shop'})
        own = self.env['helpdesk.customer.tier'].create(
            {'name': 'Here', 'company_id': company.id, 'min_order_count': 1, 'sequence': 0}
        )
        self._assert_tier(self.silver)
        there = self.customer.with_company(company)
        self.assertFalse(there.helpdesk_tier_id)
        order = (
            self.env['sale.order']
            .with_company(company)
            .create({'partner_id': self.customer.id, 'company_id': company.id})
        )
        order.write({'state': 'sale', 'date_order': fields.Datetime.now()})
        self._update()
        self.assertEqual(there.helpdesk_tier_id, own)
        self.assertEqual(self.customer.helpdesk_tier_id, self.silver)
        self.assertEqual(own.with_company(company).partner_count, 1)
        self.assertEqual(own.partner_count, 0)

    def test_ticket_takes_the_tier(self):
        self._update()
        ticket = self._create_ticket(partner_id=self.contact.id)
        self.assertEqual(ticket.customer_tier_id, self.silver)
        ticket.partner_id = self.env['res.partner'].create({'name': 'New'})
        self.assertFalse(ticket.customer_tier_id)

    def test_open_tickets_follow(self):
        ticket, closed = self._create_ticket(), self._create_ticket()
        closed.action_solve()
        self.assertFalse(ticket.customer_tier_id)
        with patch.object(
            self.env.registry['helpdesk.ticket'], '_on_customer_tier_changed', autospec=True
        ) as hook:
            self._update()
            self.assertEqual([call.args for call in hook.call_args_list], [(ticket,)])
            self._update()
            self.assertEqual(hook.call_count, 1, 'nothing changed')
        self.assertEqual(ticket.customer_tier_id, self.silver)
        self.assertFalse(closed.customer_tier_id)
        self.customer.with_user(self.leader).helpdesk_tier_id = self.gold
        self.assertEqual(ticket.customer_tier_id, self.gold)

    def test_agents_give_no_tiers(self):
        """A tier may spare approvals: agents must not put customers into one."""
        partner = self.customer.with_user(self.agent)
        for vals in ({'helpdesk_tier_id': self.gold.id}, {'helpdesk_tier_manual': True}):
            with self.assertRaisesRegex(AccessError, 'team leader'):
                partner.write(vals)
            with self.assertRaisesRegex(AccessError, 'team leader'):
                partner.create({'name': 'New', **vals})
        with self.assertRaises(AccessError):
            self.gold.with_user(self.agent).min_revenue = 1
        with self.assertRaises(AccessError):
            self.env['helpdesk.customer.tier'].with_user(self.agent).action_update_tiers()

    def test_agents_write_no_tier_into_tickets(self):
        ticket = self._create_ticket().with_user(self.agent)
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        vals = {'name': 'New', 'team_id': self.team.id}
        with self.assertRaises(AccessError):
            ticket.customer_tier_id = self.gold
        with self.assertRaises(AccessError):
            Ticket.create({**vals, 'customer_tier_id': self.gold.id})
        with self.assertRaises(AccessError):
            Ticket.with_context(default_customer_tier_id=self.gold.id).create(vals)
        self.assertFalse(ticket.customer_tier_id)

    def test_context_gives_no_tier(self):
        """Nor do defaults that a client sends along."""
        Partner = self.env['res.partner'].with_context(
            default_helpdesk_tier_id=self.gold.id, default_helpdesk_tier_manual=True
        )
        for new in (Partner.with_user(self.agent), Partner.with_user(self.agent).sudo()):
            partner = new.create({'name': 'New'}).sudo()
            self.assertFalse(partner.helpdesk_tier_id)
            self.assertFalse(partner.helpdesk_tier_manual)
        partner = Partner.with_user(self.leader).create({'name': 'New'})
        self.assertEqual(partner.helpdesk_tier_id, self.gold)

    def test_forms(self):
        with Form(self.customer.with_user(self.leader)) as form:
            form.helpdesk_tier_manual = True
            form.helpdesk_tier_id = self.gold
        self.assertEqual(self.customer.helpdesk_tier_id, self.gold)
        with Form(self.customer.with_user(self.agent)) as form:
            form.street = '13 Hudson Street'
        action = self.gold.with_user(self.leader).action_open_customers()
        self.assertEqual(self.env['res.partner'].search(action['domain']), self.customer)
        self.assertEqual(self.gold.with_user(self.leader).partner_count, 1)

    def test_update_now(self):
        self.env['helpdesk.customer.tier'].with_user(self.leader).action_update_tiers()
        self.assertEqual(self.customer.helpdesk_tier_id, self.silver)

    def test_search_and_group(self):
        self._update()
        ticket = self._create_ticket()
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        self.assertIn(ticket, Ticket.search([('customer_tier_id', '=', 'Silver')]))
        groups = Ticket._read_group([('id', '=', ticket.id)], ['customer_tier_id'], ['__count'])
        self.assertEqual(groups, [(self.silver, 1)])
