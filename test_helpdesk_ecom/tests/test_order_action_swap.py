from odoo import Command
from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.test_order_action_exchange import ExchangeCommon


@tagged('post_install', '-at_install')
class TestOrderActionSwap(ExchangeCommon):
    """Replacement and exchange where other apps have a hand: payment providers, kits."""

    def _create_kit_order(self, quantity=2):
        """Return the line of a delivered and invoiced order of tea sets, each a mug and two plates.

        :return: the order line and a ticket.
        """
        kit = self.env['product.product'].create(
            {'name': 'Tea set', 'list_price': 55.0, 'taxes_id': [Command.clear()]}
        )
        self.env['mrp.bom'].create(
            {
                'product_tmpl_id': kit.product_tmpl_id.id,
                'type': 'phantom',
                'bom_line_ids': [
                    Command.create({'product_id': self.blue.id, 'product_qty': 1}),
                    Command.create({'product_id': self.plate.id, 'product_qty': 2}),
                ],
            }
        )
        return self._sell(kit, quantity)

    def test_replaced_before_the_invoice(self):
        """An order paid online is billed for what was sold, once."""
        self._deliver(self.order)
        self._pay_online(self.order)
        action = self._new_refund({self.cups: 1}, action_type='replacement')
        action.action_submit()
        self._validate(self.order, 'outgoing')
        self.assertEqual(action.state, 'done', action.message)
        invoice = self._invoice(self.order)
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (140.0, 0.0))
        self.assertEqual(len(invoice.invoice_line_ids), 2)

    def _sell_online(self, invoice=True):
        """Return the line of a delivered order that was paid online, a ticket and the payment."""
        line, ticket = self._sell(invoice=False)
        tx_sudo = self._pay_online(line.order_id)
        if invoice:
            self._invoice(line.order_id)
        return line, ticket, tx_sudo

    def test_cheaper_paid_online(self):
        """The difference goes back by the provider, and the books balance."""
        for invoiced in (True, False):
            with self.subTest(invoiced=invoiced):
                line, ticket, tx_sudo = self._sell_online(invoiced)
                action = self._exchange(line, ticket, self.green)
                self._validate(line.order_id, 'incoming')
                self.assertFalse(tx_sudo.child_transaction_ids)
                self._validate(line.order_id, 'outgoing')
                self.assertEqual(action.state, 'done', action.message)
                self.assertEqual(tx_sudo.child_transaction_ids.mapped('amount'), [-10.0])
                if not invoiced:
                    invoice = self._invoice(line.order_id)
                    self.assertEqual(invoice.amount_total, 110.0)
                self.assertEqual(self._receivable(), 0.0)
                self.assertEqual(line.order_id.invoice_status, 'invoiced')
                self.assertEqual(line.order_id._get_helpdesk_ledger()['open'], 110.0)

    def test_dearer_paid_online(self):
        """What he paid stays paid, and the difference is owed."""
        for invoiced in (True, False):
            with self.subTest(invoiced=invoiced):
                line, ticket, _tx_sudo = self._sell_online(invoiced)
                before = self._receivable()
                if not invoiced:
                    before += line.order_id.amount_total  # the payment waits for its invoice
                action = self._exchange(line, ticket, self.red)
                self._validate(line.order_id, 'incoming')
                self._validate(line.order_id, 'outgoing')
                self.assertEqual(action.state, 'done', action.message)
                if not invoiced:
                    self._invoice(line.order_id)
                self.assertEqual(self._receivable() - before, 5.0)
                self.assertEqual(line.order_id.invoice_status, 'invoiced')

    def test_same_paid_online(self):
        line, ticket, tx_sudo = self._sell_online()
        action = self._exchange(line, ticket)
        self._validate(line.order_id, 'incoming')
        self._validate(line.order_id, 'outgoing')
        self.assertEqual(action.state, 'done', action.message)
        self.assertFalse(tx_sudo.child_transaction_ids)
        self.assertEqual(self._receivable(), 0.0)

    def test_kit_replaced(self):
        """All that the kit consists of is sent again; given up, all of it stays."""
        line, ticket = self._create_kit_order()
        action = self._new_refund({line: 1}, ticket=ticket, action_type='replacement')
        action.action_submit()
        moves = self._get_transfers(line.order_id, 'outgoing').move_ids
        self.assertEqual(
            {move.product_id: move.product_uom_qty for move in moves},
            {self.blue: 1.0, self.plate: 2.0},
        )
        action.action_cancel()
        self.assertEqual(set(moves.mapped('state')), {'cancel'})
        action = self._new_refund({line: 2}, ticket=ticket, action_type='replacement')
        action.action_submit()
        self._validate(line.order_id, 'outgoing')
        self.assertEqual((action.state, action.amount), ('done', 110.0))
        self.assertEqual(line.order_id.invoice_status, 'invoiced')

    def test_kit_exchanged(self):
        """A kit comes back whole, and another one leaves."""
        line, ticket = self._create_kit_order()
        action = self._exchange(line, ticket)
        for code in ('incoming', 'outgoing'):
            moves = self._get_transfers(line.order_id, code).move_ids
            self.assertEqual(
                {move.product_id: move.product_uom_qty for move in moves},
                {self.blue: 1.0, self.plate: 2.0},
            )
            self._validate(line.order_id, code)
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(line.qty_delivered, 2.0)
        self.assertEqual(line.order_id.invoice_status, 'invoiced')
