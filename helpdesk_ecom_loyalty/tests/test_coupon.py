from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import VoucherCommon


@tagged('post_install', '-at_install')
class TestCoupon(VoucherCommon):
    """Coupons, given by an agent who has no rights in sales."""

    def test_dialog(self):
        """The only program is chosen, and what will happen is said before it does."""
        action = self.ticket.with_user(self.agent).action_open_coupon()
        form = Form(
            self.env[action['res_model']].with_user(self.agent).with_context(**action['context'])
        )
        self.assertEqual(form.program_id, self.coupons)
        self.assertEqual((form.amount, form.open_amount), (10.0, 140.0))
        self.assertIn('It counts as', form.preview)
        self.assertIn('emma.clark@customer.example', form.preview)
        form.reason_id = self.reason
        notification = form.save().action_confirm()
        order_action = self.ticket.order_action_ids
        self.assertEqual(order_action.state, 'done')
        self.assertIn(order_action.loyalty_code, notification['params']['message'])

    def test_coupon(self):
        """A card of the customer with history, mailed once, its code on ticket and order."""
        tomorrow = fields.Date.today() + timedelta(days=1)
        mails = self.env['mail.mail'].search_count([])
        action = self._give('coupon', self.coupons, loyalty_valid_until=tomorrow)
        self.assertEqual((action.state, action.amount), ('done', 10.0))
        card = self.coupons.coupon_ids
        self.assertEqual(len(card), 1)
        self.assertEqual((card.partner_id, card.points), (self.customer, 1.0))
        self.assertEqual(card.expiration_date, tomorrow)
        self.assertEqual(card.history_ids.issued, 1.0)
        self.assertIn(self.ticket.ticket_ref, card.history_ids.description)
        self.assertEqual(self.env['mail.mail'].search_count([]), mails + 1)
        self.assertEqual(action.loyalty_code, card.code)
        self.assertIn(card.code, action.result)
        for record in (self.ticket, self.order):
            note = record.message_ids[0]
            self.assertIn(card.code, note.body)
            self.assertEqual(note.subtype_id, self.env.ref('mail.mt_note'), 'Internal')

    def test_used(self):
        """The customer pays with it; then it can't be taken back."""
        action = self._give('coupon', self.coupons)
        order = self._redeem(self.coupons.coupon_ids)
        self.assertEqual(order.amount_total, 130.0)
        with self.assertRaisesRegex(UserError, order.name):
            action.action_cancel()
        self.assertEqual(action.state, 'done')

    def test_in_a_cart(self):
        """Nor while an order that is not confirmed yet has it."""
        action = self._give('coupon', self.coupons)
        card = self.coupons.coupon_ids
        order = self._create_order(confirm=False)
        order._apply_program_reward(order._try_apply_code(card.code)[card], card)
        with self.assertRaisesRegex(UserError, order.name):
            action.action_cancel()

    def test_taken_back(self):
        """Unused it is taken back: the code is worth nothing, and the ledger is free again."""
        action = self._give('coupon', self.coupons)
        card = self.coupons.coupon_ids
        self.assertTrue(action.can_cancel)
        action.action_cancel()
        self.assertEqual(action.state, 'cancelled')
        self.assertFalse(action.loyalty_code)
        self.assertFalse(card.active)
        self.assertEqual(card.points, 0.0)
        self.assertEqual(sum(card.history_ids.mapped('used')), 1.0)
        self.assertIn('error', self._create_order(confirm=False)._try_apply_code(card.code))
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 0.0)

    def test_once(self):
        """A step that is done again finds what it gave."""
        action = self._give('coupon', self.coupons)
        action_sudo = action.sudo()
        action_sudo._step_coupon(action_sudo.step_ids[0])
        self.assertEqual(len(self.coupons.coupon_ids), 1)
        self.assertEqual(len(self.coupons.coupon_ids.history_ids), 1)
        with self.assertRaisesRegex(UserError, "can't be done now"):
            action.action_submit()

    def test_percentage(self):
        """A percentage counts by this order, up to the maximum of the program."""
        self.coupons.reward_ids.write({'discount_mode': 'percent', 'discount': 20.0})
        self.assertEqual(self._give('coupon', self.coupons).amount, 28.0)
        self.coupons.reward_ids.discount_max_amount = 15.0
        self.assertEqual(self._give('coupon', self.coupons).amount, 15.0)

    def test_all_uses_count(self):
        """Points for the dearest reward are enough for the cheapest one several times."""
        self.coupons.reward_ids = [
            Command.create({'required_points': 10.0, 'discount_mode': 'per_order', 'discount': 15})
        ]
        action = self._give('coupon', self.coupons)
        self.assertEqual(action.amount, 100.0)
        card = action.sudo().loyalty_card_id
        for _order in range(2):
            order = self._create_order(confirm=False)
            reward = order._try_apply_code(card.code)[card].sorted('required_points')[:1]
            order._apply_program_reward(reward, card)
            order.action_confirm()
            self.assertEqual(order.amount_total, 130.0)
        self.assertEqual(card.points, 8.0)

    def test_value_by_points(self):
        """What counts is all that the points can take off, however it is claimed."""
        reward = self.coupons.reward_ids
        reward.write({'discount_mode': 'per_point', 'discount': 2.0, 'required_points': 5.0})
        self.assertEqual(self.coupons._get_helpdesk_coupon_value(self.order), 10.0)
        reward.discount_max_amount = 4.0
        self.assertEqual(self.coupons._get_helpdesk_coupon_value(self.order), 10.0)
        reward.clear_wallet = True
        self.assertEqual(self.coupons._get_helpdesk_coupon_value(self.order), 4.0)
        reward.write({'discount_mode': 'per_order', 'discount_max_amount': 0.0})
        self.assertEqual(reward._get_helpdesk_value(self.order, 20.0), 2.0)
        reward.write({'clear_wallet': False, 'required_points': 0.1})
        self.assertEqual(reward._get_helpdesk_value(self.order, 0.3), 6.0)

    def test_value_is_the_programs(self):
        """Who calls it from outside can't make a coupon cheaper than it is."""
        self.assertEqual(self._give('coupon', self.coupons, amount=0.01).amount, 10.0)

    def test_ledger(self):
        """Refunds and coupons together never exceed what was paid."""
        self._refund(amount=135.0, reason_id=self.reason.id)
        with self.assertRaisesRegex(UserError, '5.00 of .*140.00 are left'):
            self._give('coupon', self.coupons)
        self.assertFalse(self.coupons.coupon_ids)
        with self.assertRaisesRegex(UserError, 'Only a team leader'):
            self._give('coupon', self.coupons, exceed_limit=True, reason='Angry')
        action = self._give(
            'coupon', self.coupons, user=self.leader, exceed_limit=True, reason='Angry'
        )
        self.assertEqual(action.state, 'done')
        with self.assertRaises(UserError):
            self._refund(amount=5.0, reason_id=self.reason.id)

    def test_approval(self):
        """Above the limit of the company, or by its reason, somebody else approves it first."""
        self.reason.needs_approval = True
        action = self._give('coupon', self.coupons)
        self.assertEqual(action.state, 'to_approve')
        self.assertFalse(self.coupons.coupon_ids)
        with self.assertRaises(AccessError):
            action.with_user(self.agent).action_approve()
        action.with_user(self.approver).action_approve()
        self.assertEqual((action.state, len(self.coupons.coupon_ids)), ('done', 1))

    def test_not_offered(self):
        """What the panel doesn't offer is refused to other clients, too."""
        panel = self.ticket.with_user(self.agent).get_order_panel_data()['actions']
        reasons = {item['method']: item['reason'] for item in panel}
        self.assertEqual(reasons['action_open_coupon'], '')
        self.team.use_coupons = False
        panel = self.ticket.with_user(self.agent).get_order_panel_data()['actions']
        self.assertNotIn('action_open_coupon', [item['method'] for item in panel])
        with self.assertRaisesRegex(UserError, 'team of the ticket'):
            self.ticket.with_user(self.agent).action_open_coupon()
        with self.assertRaisesRegex(UserError, 'team of the ticket'):
            self._give('coupon', self.coupons)

    def test_programs(self):
        """Only programs that are valid now and whose value is known."""
        yesterday = fields.Date.today() - timedelta(days=1)
        other = self._create_program('coupons', discount_mode='per_order', discount=5.0)
        other.date_to = yesterday
        free_product = self._create_program('coupons', discount_mode='per_order', discount=5.0)
        free_product.reward_ids.write(
            {'reward_type': 'product', 'reward_product_id': self.cup.id},
        )
        for program in (other, free_product, self.gift_cards):
            with (
                self.subTest(program=program.name),
                self.assertRaisesRegex(UserError, 'valid now'),
            ):
                self._give('coupon', program)
        with self.assertRaisesRegex(UserError, 'has passed'):
            self._give('coupon', self.coupons, loyalty_valid_until=yesterday)
        self.coupons.active = False
        self.ticket.invalidate_recordset()
        reason = self.ticket._get_action_blocked_reason('coupon')
        self.assertIn('no program of coupons', reason)

    def test_not_paid(self):
        ticket = self._create_ticket(sale_order_id=self._create_order().id)
        self.assertIn('Nothing was paid', ticket._get_action_blocked_reason('coupon'))
        with self.assertRaisesRegex(UserError, 'Nothing was paid'):
            self._give('coupon', self.coupons, ticket_id=ticket.id)

    def test_codes_are_secret(self):
        """Agents open orders with coupons, but can't list codes, which are as good as money."""
        self._give('store_credit', self.gift_cards, amount=50.0)
        order = self._redeem(self.gift_cards.coupon_ids)
        self.assertTrue(order.order_line.coupon_id)
        self.env.flush_all()
        self.env.invalidate_all()
        form = Form(order.with_user(self.agent))
        self.assertEqual(form.name, order.name)
        self.assertEqual(form.loyalty_data['cost'], 50.0)
        Card = self.env['loyalty.card'].with_user(self.agent)
        for read in (
            lambda: Card.search([]),
            lambda: Card.search([('code', '=like', '0%')]),
            lambda: Card.browse(self.gift_cards.coupon_ids.id).read(['code']),
            lambda: self.gift_cards.with_user(self.agent).coupon_ids.mapped('code'),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                read()

    def test_rights(self):
        """The agent reads programs, and makes and changes neither them nor cards himself."""
        self._give('coupon', self.coupons)
        self.assertTrue(self.coupons.with_user(self.agent).has_access('read'))
        for record in (self.coupons, self.coupons.coupon_ids):
            as_agent = record.with_user(self.agent)
            for operation in ('write', 'create', 'unlink'):
                self.assertFalse(as_agent.has_access(operation))
        self.team.privacy_visibility = 'invited_internal'
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        with self.assertRaises(AccessError):
            self._give('coupon', self.coupons, user=stranger)
        with self.assertRaises(AccessError):
            self.ticket.order_action_ids.with_user(stranger).action_cancel()
        with self.assertRaises(AccessError):
            self.env['helpdesk.order.action'].with_user(self.agent).create(
                {
                    'ticket_id': self.ticket.id,
                    'action_type': 'coupon',
                    'loyalty_card_id': self.coupons.coupon_ids.id,
                }
            )
