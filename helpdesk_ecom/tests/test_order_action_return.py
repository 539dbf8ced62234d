from odoo.exceptions import UserError
from odoo.tests import tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionReturn(OrderActionCommon):
    """Goods come back, and the price of what came is given back."""

    def test_refund_at_receipt(self):
        """The money follows the goods: transfer, wait, credit note."""
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        action = self._return({self.cups: 1})
        self.assertEqual(action.refund_policy, 'receipt')
        self.assertEqual(action.state, 'waiting', action.message)
        picking = action.step_ids.sudo().picking_ids
        self.assertEqual(picking.picking_type_code, 'incoming')
        self.assertEqual((picking.state, picking.move_ids.product_uom_qty), ('assigned', 1.0))
        self.assertIn(picking.name, action.message)
        self.assertEqual(action.amount, 40.0, 'It is promised, so it counts')
        self.assertEqual(invoice.amount_residual, 140.0, 'Nothing is given before the goods come')
        self._receive(action)
        self.assertEqual(action.state, 'done', action.message)
        note = action.step_ids.sudo().move_ids
        self.assertEqual((note.state, note.amount_total), ('posted', 40.0))
        self.assertEqual(invoice.amount_residual, 100.0)
        self.assertEqual((self.cups.qty_delivered, self.cups.qty_invoiced), (2.0, 2.0))
        self.assertEqual(self.cups.qty_to_invoice, 0.0)
        self.assertIn(f'data-oe-id="{picking.id}"', action.result)

    def test_refund_at_once(self):
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        action = self._return({self.cups: 1}, refund_policy='request')
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(invoice.amount_residual, 100.0)
        self.assertEqual(action.step_ids.sudo().picking_ids.state, 'assigned')
        self._receive(action)
        self.assertEqual(self.cups.qty_delivered, 2.0)

    def test_no_refund(self):
        """Goods only: no money, nothing in the ledger, and the price can be given later."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._return({self.cups: 1}, refund_policy='none', amount=40.0)
        self.assertEqual((action.state, action.amount), ('waiting', 0.0))
        self._receive(action)
        self.assertEqual(action.state, 'done', action.message)
        self.assertFalse(self.order._get_helpdesk_ledger()['refunded'])
        self.assertFalse(action.step_ids.sudo().move_ids)
        self.assertEqual(self._refund({self.cups: 3}).amount, 120.0)

    def test_too_much(self):
        """Open returns count: two agents can't take the same piece back."""
        self._deliver(self.order)
        self._invoice(self.order)
        self._return({self.cups: 2})
        with self.assertRaisesRegex(UserError, "2.0 can't come back, 1.0 are"):
            self._return({self.cups: 2}, user=self.agent_2)

    def test_two_deliveries(self):
        """Each delivery gets its own return, the oldest first."""
        picking = self.order.picking_ids
        for move in picking.move_ids:
            move.quantity = 1
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._return({self.cups: 2, self.plates: 1})
        returns = action.step_ids.sudo().picking_ids.sorted('id')
        self.assertEqual(
            [picking.return_id for picking in returns],
            list(
                self.order.picking_ids.filtered(lambda p: p.picking_type_code == 'outgoing').sorted(
                    'id'
                )
            ),
        )
        self.assertEqual(returns.mapped('move_ids.product_uom_qty'), [1.0, 1.0, 1.0])
        self._receive(action)
        self.assertEqual((action.state, action.amount), ('done', 90.0))
