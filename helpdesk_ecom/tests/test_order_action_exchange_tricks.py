from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .test_order_action_exchange import ExchangeCommon


@tagged('post_install', '-at_install')
class TestOrderActionExchangeTricks(ExchangeCommon):
    """Ways to get more out of exchanges than was paid for."""

    def _create_laptop(self):
        laptop = self.env['product.product'].create(
            {
                'name': 'Laptop',
                'is_storable': True,
                'list_price': 4000.0,
                'taxes_id': [Command.clear()],
            }
        )
        self.env['stock.quant']._update_available_quantity(laptop, self.warehouse.lot_stock_id, 5)
        return laptop

    def _receive_part(self, order, quantity):
        """Receive a part of what is to come back, and give the rest up."""
        picking = self._get_transfers(order, 'incoming')
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids
        ).button_validate()
        self._run_job()

    def test_again_before_the_old_ones_are_back(self):
        """What was sent at once counts as given until the old ones are back."""
        line, ticket = self._sell()
        action = self._exchange(line, ticket, quantity=3)
        self._validate(line.order_id, 'outgoing')
        for kind in ('exchange', 'replacement', 'refund'):
            with self.subTest(kind=kind), self.assertRaises(UserError):
                self._new_refund({line: 3}, ticket=ticket, action_type=kind).action_submit()
        with self.assertRaises(UserError):
            self._new_refund(ticket=ticket, amount=120.0).action_submit()
        ledger = line.order_id._get_helpdesk_ledger()
        self.assertEqual((ledger['refunded'], ledger['open']), (120.0, 0.0))
        self.assertEqual([entry['amount'] for entry in ledger['entries']], [120.0])
        self._validate(line.order_id, 'incoming')
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(line.order_id._get_helpdesk_ledger()['open'], 120.0)
        self._exchange(line, ticket, quantity=3)

    def test_after_the_money(self):
        """Who got the money back gets no goods in advance; the preview tells the other way."""
        line, ticket = self._sell()
        self._new_refund(ticket=ticket, amount=100.0).action_submit()
        with self.assertRaisesRegex(UserError, 'When the old ones are back'):
            self._exchange(line, ticket)
        self.assertEqual(self._exchange(line, ticket, ship_on='receipt').state, 'waiting')

    def test_back_in_part(self):
        """What was sent at once and for which nothing came back was given."""
        line, ticket = self._sell()
        action = self._exchange(line, ticket, quantity=3)
        self._validate(line.order_id, 'outgoing')
        self._receive_part(line.order_id, 1)
        self.assertEqual((action.state, action.amount), ('done', 80.0), action.message)
        self.assertEqual(line.order_id._get_helpdesk_ledger()['open'], 40.0)
        with self.assertRaises(UserError):
            self._new_refund({line: 2}, ticket=ticket).action_submit()

    def test_dearer_back_in_part(self):
        """What the customer keeps besides the dearer one, he pays."""
        line, ticket = self._sell()
        before = self._receivable()
        action = self._exchange(line, ticket, self.red, quantity=2)
        self._validate(line.order_id, 'outgoing')
        self._receive_part(line.order_id, 1)
        self.assertEqual((action.state, action.amount), ('done', 0.0), action.message)
        self.assertEqual(self._receivable() - before, 50.0)

    def test_keeps_both_once(self):
        """A piece that was kept is not compensated once more."""
        line, ticket = self._sell(quantity=1)
        self._exchange(line, ticket)
        self._validate(line.order_id, 'outgoing')
        self._get_transfers(line.order_id, 'incoming').action_cancel()
        self._run_job()
        for kind in ('exchange', 'replacement', 'refund'):
            with self.subTest(kind=kind), self.assertRaises(UserError):
                self._new_refund({line: 1}, ticket=ticket, action_type=kind).action_submit()

    def test_expensive_goods_on_credit(self):
        """What leaves before it is paid waits for approval, also when the old one is back."""
        self.company.helpdesk_refund_approval_amount = 50.0
        laptop = self._create_laptop()
        for ship_on in ('request', 'receipt'):
            with self.subTest(ship_on=ship_on):
                line, ticket = self._sell()
                action = self._new_exchange(line, ticket, laptop, ship_on=ship_on)
                self.assertIn('waits until somebody else approves', action.preview)
                action.action_submit()
                self.assertEqual((action.state, action.amount), ('to_approve', 0.0))
                self.assertFalse(self._get_transfers(line.order_id, 'outgoing'))
                self.assertIn('0.00', action.activity_ids[:1].sudo().summary)
                self.assertNotIn(' 0.00', action.activity_ids[:1].sudo().summary)

    def test_value_of_what_leaves_at_once(self):
        """Goods that leave at once count by their value, also in a policy and added up."""
        self.company.helpdesk_refund_approval_amount = 50.0
        line, ticket = self._sell()
        self.assertEqual(self._exchange(line, ticket).state, 'waiting')
        self.assertEqual(self._exchange(line, ticket).state, 'to_approve')
        self.company.helpdesk_refund_approval_amount = 0.0
        self.env['helpdesk.approval.policy'].create({'name': 'Half', 'min_share': 0.5})
        line, ticket = self._sell()
        self.assertEqual(self._exchange(line, ticket, quantity=2).state, 'to_approve')
        line, ticket = self._sell()
        action = self._exchange(line, ticket, quantity=2, ship_on='receipt')
        self.assertEqual(action.state, 'waiting')

    def test_cheaper_than_paid(self):
        """No more comes back than what was paid above the price of the new goods."""
        order = self._create_order(
            confirm=False,
            order_line=[Command.create({'product_id': self.blue.id, 'product_uom_qty': 2})],
        )
        line = order.order_line
        self.env['sale.order.discount'].create(
            {'sale_order_id': order.id, 'discount_type': 'amount', 'discount_amount': 8.0}
        ).action_apply_discount()
        order.action_confirm()
        self._deliver(order)
        self._pay_by_bank(self._invoice(order))
        ticket = self._create_ticket(sale_order_id=order.id)
        action = self._exchange(line, ticket, self.green, ship_on='receipt')
        self.assertEqual((action.amount, action.exchange_difference), (6.0, -6.0))
        self._validate(order, 'incoming')
        self._validate(order, 'outgoing')
        self.assertEqual(action.step_ids.sudo().move_ids.amount_total, 6.0)

    def test_sent_back_for_something_else(self):
        """What was exchanged for something else is the customer's no more."""
        for product, kinds in (
            (self.red, ('replacement', 'refund')),
            (self.green, ('replacement',)),
        ):
            line, ticket = self._sell()
            action = self._exchange(line, ticket, product, quantity=3)
            self._validate(line.order_id, 'outgoing')
            self._validate(line.order_id, 'incoming')
            self.assertIn(action.state, ('done', 'waiting'), action.message)
            for kind in kinds:
                with self.subTest(product=product, kind=kind), self.assertRaises(UserError):
                    self._new_refund({line: 1}, ticket=ticket, action_type=kind).action_submit()

    def test_trust_of_the_reason(self):
        """Where the reason says to wait for the goods, only a leader sends others before."""
        line, ticket = self._sell()
        vals = {
            'ship_on': 'request',
            'reason_id': self.env.ref('helpdesk_ecom.reason_wrong_item').id,
        }
        with self.assertRaisesRegex(UserError, 'team leader'):
            self._exchange(line, ticket, **vals)
        self.assertEqual(self._exchange(line, ticket, user=self.leader, **vals).state, 'waiting')
        opened = ticket.action_open_exchange()
        for user, is_fixed in ((self.agent, True), (self.leader, False)):
            form = Form(
                self.env[opened['res_model']].with_user(user).with_context(**opened['context'])
            )
            form.reason_id = self.reason
            self.assertFalse(form.is_timing_fixed)
            form.reason_id = self.env.ref('helpdesk_ecom.reason_wrong_item')
            self.assertEqual((form.ship_on, form.is_timing_fixed), ('receipt', is_fixed))
