from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import VoucherCommon


@tagged('post_install', '-at_install')
class TestStoreCredit(VoucherCommon):
    """Gift cards and wallets, given by an agent who has no rights in sales."""

    def test_dialog(self):
        action = self.ticket.with_user(self.agent).action_open_store_credit()
        form = Form(
            self.env[action['res_model']].with_user(self.agent).with_context(**action['context'])
        )
        self.assertFalse(form.program_id, 'There are two')
        form.program_id = self.gift_cards
        form.amount = 25.0
        self.assertIn('on a new Program gift_card', form.preview)
        form.reason_id = self.reason
        form.save().action_confirm()
        self.assertEqual(self.ticket.order_action_ids.amount, 25.0)
        self.assertEqual(self.gift_cards.coupon_ids.points, 25.0)

    def test_gift_card(self):
        """A card with the amount, with which the customer pays."""
        action = self._give('store_credit', self.gift_cards, amount=50.0)
        card = self.gift_cards.coupon_ids
        self.assertEqual((action.state, action.loyalty_code), ('done', card.code))
        self.assertEqual((card.partner_id, card.points), (self.customer, 50.0))
        self.assertEqual(card.history_ids.issued, 50.0)
        self.assertEqual(self._redeem(card).amount_total, 90.0)
        self.assertEqual(card.points, 0.0)
        with self.assertRaisesRegex(UserError, "can't be taken back"):
            action.action_cancel()

    def test_demands_a_return(self):
        """Credit for goods that stay where they are is what the reason rules out."""
        self._deliver(self.order)
        self.reason.needs_return = True
        with self.assertRaisesRegex(UserError, 'goods come back'):
            self._give('store_credit', self.gift_cards, amount=50.0)
        self.assertFalse(self.gift_cards.coupon_ids)

    def test_gift_card_taken_back(self):
        action = self._give('store_credit', self.gift_cards, amount=50.0)
        action.action_cancel()
        card = self.gift_cards.with_context(active_test=False).coupon_ids
        self.assertEqual((card.active, card.points), (False, 0.0))
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 140.0)

    def test_wallet(self):
        """A customer has one wallet: what he gets later is added to it."""
        self._give('store_credit', self.wallets, amount=20.0)
        action = self._give('store_credit', self.wallets, amount=15.0)
        wallet = self.wallets.coupon_ids
        self.assertEqual((len(wallet), wallet.points), (1, 35.0))
        self.assertEqual(sorted(wallet.history_ids.mapped('issued')), [15.0, 20.0])
        self.assertFalse(action.loyalty_code, 'A wallet is not opened by a code')
        action.action_cancel()
        self.assertEqual((wallet.active, wallet.points), (True, 20.0))
        self.assertEqual(self._redeem(wallet).amount_total, 120.0)
        self.assertEqual(wallet.points, 0.0)

    def test_wallet_spent(self):
        """What is left of the wallet doesn't cover what would be taken back."""
        action = self._give('store_credit', self.wallets, amount=15.0)
        order = self._redeem(self.wallets.coupon_ids)
        with self.assertRaisesRegex(UserError, order.name):
            action.action_cancel()

    def test_foreign_currency(self):
        """Points are in the currency of the program, the ledger in that of the order."""
        currency = self.env.ref('base.EUR')
        currency.active = True
        self.env['res.currency.rate'].create(
            {'currency_id': currency.id, 'rate': 0.5, 'company_id': self.company.id}
        )
        pricelist = self.env['product.pricelist'].create(
            {'name': 'Euro', 'currency_id': currency.id, 'company_id': self.company.id}
        )
        order = self._create_order(pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, currency)
        self._pay_by_bank(self._invoice(order))
        ticket = self._create_ticket(sale_order_id=order.id)
        action = self._give('store_credit', self.gift_cards, ticket_id=ticket.id, amount=10.0)
        self.assertEqual(action.amount, 10.0)
        self.assertEqual(self.gift_cards.coupon_ids.points, 20.0)
        action = self._give('coupon', self.coupons, ticket_id=ticket.id)
        self.assertEqual(action.amount, 5.0)

    def test_ledger(self):
        for amount in (0.0, -10.0):
            with self.subTest(amount=amount), self.assertRaisesRegex(UserError, 'how much'):
                self._give('store_credit', self.gift_cards, amount=amount)
        self._refund(amount=100.0, reason_id=self.reason.id)
        self._give('coupon', self.coupons)
        with self.assertRaisesRegex(UserError, '30.00 of .*140.00 are left'):
            self._give('store_credit', self.gift_cards, amount=30.01)
        self._give('store_credit', self.gift_cards, amount=30.0)
        reason = self.ticket._get_action_blocked_reason('store_credit')
        self.assertIn('given back already', reason)

    def test_approval(self):
        """What was given without an approval counts towards the limit, refund or credit."""
        self.company.helpdesk_refund_approval_amount = 50.0
        self._refund(amount=30.0, reason_id=self.reason.id)
        action = self._give('store_credit', self.gift_cards, amount=30.0)
        self.assertEqual(action.state, 'to_approve')
        action.with_user(self.approver).action_approve()
        self.assertEqual(self.gift_cards.coupon_ids.points, 30.0)

    def _new_accomplice(self):
        """Return a contact that the agent made, and who bought nothing."""
        return (
            self.env['res.partner']
            .with_user(self.agent)
            .create({'name': 'Accomplice', 'email': 'accomplice@mail.example'})
        )

    def test_buyer_gets_it(self):
        """An agent can't hand the money of an order to the customer of another ticket."""
        ticket = (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .create(
                {
                    'name': 'Mine',
                    'team_id': self.team.id,
                    'partner_id': self._new_accomplice().id,
                    'sale_order_id': self.order.id,
                }
            )
        )
        ticket.action_confirm_order()
        for kind, program, vals in (
            ('store_credit', self.wallets, {'amount': 20.0}),
            ('store_credit', self.gift_cards, {'amount': 20.0}),
            ('coupon', self.coupons, {}),
        ):
            with self.subTest(program=program.name):
                action = self._give(kind, program, ticket_id=ticket.id, **vals)
                self.assertEqual(action.sudo().loyalty_card_id.partner_id, self.customer)
                self.assertIn(f'Not Accomplice gets it but {self.customer.name}', action.preview)

    def test_buyer_gets_it_after_approval(self):
        """Nor by another customer of the ticket after it was asked for."""
        self.company.helpdesk_refund_approval_amount = 20.0
        action = self._give('store_credit', self.wallets, amount=140.0)
        self.assertNotIn('Not ', action.preview)
        self.ticket.with_user(self.agent).partner_id = self._new_accomplice()
        self.ticket.with_user(self.agent).action_confirm_order()
        action.with_user(self.approver).action_approve()
        self.assertEqual(action.state, 'done')
        self.assertEqual(action.sudo().loyalty_card_id.partner_id, self.customer)

    def test_only_what_was_paid(self):
        """An invoice that nobody paid is no money that could be given as credit."""
        order = self._create_order()
        invoice = self._invoice(order)
        ticket = self._create_ticket(sale_order_id=order.id)
        self.assertIn('Nothing was paid', ticket._get_action_blocked_reason('store_credit'))
        with self.assertRaisesRegex(UserError, '0.00 that were paid'):
            self._give('store_credit', self.gift_cards, ticket_id=ticket.id, amount=140.0)
        with self.assertRaisesRegex(UserError, '0.00 that were paid'):
            self._give('coupon', self.coupons, ticket_id=ticket.id)
        self._pay_by_bank(invoice, 50.0)
        self._give('coupon', self.coupons, ticket_id=ticket.id)
        with self.assertRaisesRegex(UserError, '40.00 are left'):
            self._give('store_credit', self.gift_cards, ticket_id=ticket.id, amount=40.01)
        self._give('store_credit', self.gift_cards, ticket_id=ticket.id, amount=40.0)
        vals = {'ticket_id': ticket.id, 'amount': 5.0, 'exceed_limit': True, 'reason': 'Angry'}
        with self.assertRaisesRegex(UserError, 'Only a team leader'):
            self._give('store_credit', self.gift_cards, **vals)
        action = self._give('store_credit', self.gift_cards, user=self.leader, **vals)
        self.assertEqual(action.state, 'done')

    def test_no_percentage(self):
        """A program of coupons gives no amount."""
        with self.assertRaisesRegex(UserError, 'valid now'):
            self._give('store_credit', self.coupons, amount=10.0)
