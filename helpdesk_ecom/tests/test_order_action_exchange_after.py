from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_order_action_exchange import ExchangeCommon


@tagged('post_install', '-at_install')
class TestOrderActionExchangeAfter(ExchangeCommon):
    """What can be done with the order of an exchange, and how one ends that can't go on."""

    def _swap(self, line, ticket, product, **vals):
        """Return an exchange of one, with the goods moved both ways, and its new order line."""
        order = line.order_id
        before = order.order_line
        action = self._exchange(line, ticket, product, **vals)
        self._validate(order, 'incoming')
        self._validate(order, 'outgoing')
        new = (order.order_line - before).filtered(lambda own: own.product_id == product)
        return action, new

    # === MONEY AFTERWARDS === #

    def test_dearer_is_refunded_once(self):
        """The old line's price is in the new one: who gave it back has nothing more to get."""
        for policy in ('order', 'delivery'):
            with self.subTest(policy=policy):
                self.blue.invoice_policy = policy
                order = self._create_order(
                    order_line=[
                        Command.create({'product_id': self.blue.id, 'product_uom_qty': 1}),
                        Command.create({'product_id': self.green.id, 'product_uom_qty': 3}),
                    ]
                )
                self._deliver(order)
                self._pay_by_bank(self._invoice(order))
                ticket = self._create_ticket(sale_order_id=order.id)
                old = order.order_line[0]
                _action, new = self._swap(old, ticket, self.red)
                for action_type in ('refund', 'replacement'):
                    with self.assertRaisesRegex(UserError, 'left'):
                        self._refund({old: 1}, ticket=ticket, action_type=action_type)
                self.assertEqual(self._refund({new: 1}, ticket=ticket).amount, 45.0)

    def test_dearer_and_kept_both(self):
        """Who kept both pays for both, and may get the price of both back."""
        line, ticket = self._sell(quantity=1)
        order = line.order_id
        action = self._exchange(line, ticket, self.red)
        self._validate(order, 'outgoing')
        self._get_transfers(order, 'incoming').action_cancel()
        self._run_job()
        self.assertEqual(action.state, 'done', action.message)
        new = order.order_line.filtered(lambda own: own.product_id == self.red)
        self.assertEqual(self._refund({line: 1}, ticket=ticket).amount, 40.0)
        self.assertEqual(self._refund({new: 1}, ticket=ticket).amount, 45.0)

    def test_same_price_comes_back(self):
        """What was sent for nothing has no price of its own: the message says where it is."""
        self.red.product_template_attribute_value_ids.price_extra = 0.0
        line, ticket = self._sell()
        _action, new = self._swap(line, ticket, self.red)
        with self.assertRaisesRegex(UserError, 'without a refund.*blue'):
            self._return({new: 1}, ticket_id=ticket.id)
        back = self._return({new: 1}, ticket_id=ticket.id, refund_policy='none')
        self._receive(back)
        self.assertEqual(back.state, 'done', back.message)
        self.assertEqual(self._refund({line: 1}, ticket=ticket).amount, 40.0)

    # === GIVING UP === #

    def test_nothing_to_send(self):
        """The old one is back and the new one is sold out: the exchange ends, money may follow."""
        for policy, product, ship_on in (
            ('order', None, 'request'),
            ('order', self.red, 'receipt'),
            ('delivery', None, 'receipt'),
            ('delivery', self.red, 'request'),
            ('delivery', self.green, 'request'),
        ):
            with self.subTest(policy=policy, product=product, ship_on=ship_on):
                self.blue.invoice_policy = policy
                line, ticket = self._sell()
                order, owed = line.order_id, self._receivable()
                action = self._exchange(line, ticket, product, ship_on=ship_on)
                self._validate(order, 'incoming')
                self.assertEqual(action.state, 'waiting', action.message)
                action.action_cancel()
                self.assertEqual(action.state, 'cancelled')
                self.assertRegex(action.message, 'came back.*nothing was sent.*blue')
                self.assertIn('nothing was sent', ticket.message_ids[0].body)
                self.assertFalse(self._get_transfers(order, 'outgoing'))
                self.assertEqual((order.invoice_status, order.amount_total), ('invoiced', 120.0))
                self.assertEqual(line._get_helpdesk_returnable(), 2.0)
                refund = self._refund({line: 1}, ticket=ticket)
                self.assertEqual(refund.amount, 40.0)
                self.assertEqual(self._receivable() - owed, -40.0)
                self.assertEqual(order.invoice_status, 'invoiced')

    def test_new_delivery_given_up(self):
        """The warehouse cancelled the new delivery: the exchange can be given up, too."""
        line, ticket = self._sell()
        action = self._exchange(line, ticket, self.red)
        self._validate(line.order_id, 'incoming')
        self._get_transfers(line.order_id, 'outgoing').action_cancel()
        self._run_job()
        self.assertEqual(action.state, 'failed')
        action.action_cancel()
        self.assertEqual(action.state, 'cancelled')
        self.assertEqual(self._refund({line: 1}, ticket=ticket).amount, 40.0)

    def test_nothing_to_send_and_not_billed(self):
        """What was delivered and not billed yet is not billed once it is back."""
        self.blue.invoice_policy = 'delivery'
        for product in (None, self.red):
            with self.subTest(product=product):
                line, ticket = self._sell(invoice=False)
                action = self._exchange(line, ticket, product, ship_on='receipt')
                self._validate(line.order_id, 'incoming')
                action.action_cancel()
                self.assertEqual(action.state, 'cancelled')
                self.assertEqual(line.qty_to_invoice, 2.0)
                self.assertEqual(self._invoice(line.order_id).amount_total, 80.0)

    def test_part_is_back(self):
        """While only a part is back and nothing has left, the rest needs not come."""
        line, ticket = self._sell()
        action = self._exchange(line, ticket, self.red, quantity=2, ship_on='receipt')
        picking = self._get_transfers(line.order_id, 'incoming')
        picking.move_ids.write({'quantity': 1, 'picked': True})
        picking.with_context(skip_backorder=True).button_validate()
        self._run_job()
        action.action_cancel()
        self.assertEqual(action.state, 'cancelled')
        self.assertIn('1 ×', action.message)
        self.assertFalse(self._get_transfers(line.order_id, 'incoming'))
        self.assertEqual(line._get_helpdesk_returnable(), 2.0)
