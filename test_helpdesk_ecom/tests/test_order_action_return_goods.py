from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionReturnGoods(OrderActionCommon):
    """Returns of goods that are more than pieces on a shelf."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.order.warehouse_id
        cls.stock = cls.warehouse.lot_stock_id

    def _new_product(self, name, quantity=50, lots=(), **vals):
        """Return a product for 30.00, with stock."""
        product = self.env['product.product'].create(
            {
                'name': name,
                'is_storable': True,
                'invoice_policy': 'order',
                'list_price': 30.0,
                'taxes_id': [Command.clear()],
                **vals,
            }
        )
        Quant = self.env['stock.quant']
        for lot_name in lots:
            lot = self.env['stock.lot'].create({'name': lot_name, 'product_id': product.id})
            Quant._update_available_quantity(product, self.stock, quantity, lot_id=lot)
        if not lots and quantity:
            Quant._update_available_quantity(product, self.stock, quantity)
        return product

    def _sell(self, product, quantity, **vals):
        """Let the ticket be about a delivered and billed order of a product.

        :return: its line.
        """
        order = self.env['sale.order'].create(
            {
                'partner_id': self.customer.id,
                'order_line': [
                    Command.create({'product_id': product.id, 'product_uom_qty': quantity, **vals})
                ],
            }
        )
        order.action_confirm()
        while order.picking_ids.filtered(lambda p: p.state in ('assigned', 'confirmed')):
            self._deliver_as_reserved(order)
        self._invoice(order)
        self.ticket.sale_order_id = order
        return order.order_line

    def _deliver_as_reserved(self, order):
        """Validate the open transfers of an order, with the lots that they reserved."""
        for picking in order.picking_ids.filtered(lambda p: p.state not in ('done', 'cancel')):
            picking.move_ids.picked = True
            picking.button_validate()

    def _get_on_hand(self, product):
        """Return how much of a product is on the shelf."""
        return self.env['stock.quant']._get_available_quantity(product, self.stock)

    # --- lots and serial numbers

    def test_lots(self):
        """The lots that were delivered first come back, unless the agent chooses."""
        product = self._new_product('Tea', 2, lots=['A7', 'B1'], tracking='lot')
        line = self._sell(product, 4)
        lot_a, lot_b = self.env['stock.lot'].search([('product_id', '=', product.id)], order='name')
        first = self._return({line: 1}, lots={line: lot_b})
        move_line = first.step_ids.sudo().picking_ids.move_line_ids
        self.assertEqual((move_line.lot_id, move_line.quantity), (lot_b, 1.0))
        self.assertEqual(move_line.picking_id.state, 'assigned')
        with self.assertRaisesRegex(UserError, '2.0 of B1 were not delivered, or came back'):
            self._return({line: 2}, lots={line: lot_b})
        second = self._return({line: 3})
        self.assertEqual(
            [
                (line.lot_id, line.quantity)
                for line in second.step_ids.sudo().picking_ids.move_line_ids.sorted('lot_id')
            ],
            [(lot_a, 2.0), (lot_b, 1.0)],
        )
        self._receive(first)
        self._receive(second)
        self.assertEqual((first.state, second.state), ('done', 'done'))
        self.assertEqual(lot_a.product_qty + lot_b.product_qty, 4.0)

    def test_serial_numbers(self):
        product = self._new_product('Watch', 1, lots=['SN1', 'SN2', 'SN3'], tracking='serial')
        line = self._sell(product, 2)
        delivered = line.move_ids.move_line_ids.lot_id
        self.assertEqual(len(delivered), 2)
        foreign = self.env['stock.lot'].search([('product_id', '=', product.id)]) - delivered
        with self.assertRaisesRegex(UserError, 'were not delivered'):
            self._return({line: 1}, lots={line: foreign})
        action = self._return({line: 1}, lots={line: delivered[1]})
        self.assertEqual(action.step_ids.sudo().picking_ids.move_line_ids.lot_id, delivered[1])
        self._receive(action)
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(line._get_helpdesk_returnable(), 1.0)

    def test_dialog_offers_lots(self):
        product = self._new_product('Tea', 2, lots=['A7', 'B1'], tracking='lot')
        self._sell(product, 3)
        wizard = (
            self.env['helpdesk.order.return']
            .with_user(self.agent)
            .create({'ticket_id': self.ticket.id})
        )
        self.assertTrue(wizard.has_lots)
        self.assertEqual(wizard.line_ids.available_lot_ids.mapped('name'), ['A7', 'B1'])

    # --- kits

    def _new_kit(self):
        """Return a tea set: a pot and four cups."""
        pot, cup = self._new_product('Pot'), self._new_product('Tea cup')
        kit = self._new_product('Tea set', 0)
        self.env['mrp.bom'].create(
            {
                'product_tmpl_id': kit.product_tmpl_id.id,
                'type': 'phantom',
                'bom_line_ids': [
                    Command.create({'product_id': pot.id, 'product_qty': 1}),
                    Command.create({'product_id': cup.id, 'product_qty': 4}),
                ],
            }
        )
        return kit, pot, cup

    def test_kit(self):
        """Of a kit its components come back, in proportion."""
        kit, pot, cup = self._new_kit()
        line = self._sell(kit, 3)
        self.assertEqual(line.qty_delivered, 3.0)
        self.assertEqual(line._get_helpdesk_returnable(), 3.0)
        action = self._return({line: 2})
        moves = action.step_ids.sudo().picking_ids.move_ids
        self.assertEqual(
            {move.product_id: move.product_uom_qty for move in moves},
            {pot: 2.0, cup: 8.0},
        )
        self.assertEqual(line._get_helpdesk_returnable(), 1.0)
        self._receive(action)
        self.assertEqual((action.state, action.amount), ('done', 60.0), action.message)
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (1.0, 0.0))

    def test_kit_in_part(self):
        """A set that misses a cup is no set: what came whole is refunded."""
        kit, pot, cup = self._new_kit()
        line = self._sell(kit, 3)
        action = self._return({line: 2})
        self._receive(action, {pot: 2, cup: 7}, backorder=False)
        self.assertEqual((action.state, action.amount), ('done', 30.0), action.message)

    # --- units

    def test_dozen(self):
        """A line in dozens whose moves are in pieces."""
        product = self._new_product('Pencil')
        dozen = self.env.ref('uom.product_uom_dozen')
        line = self._sell(product, 2, product_uom_id=dozen.id, price_unit=60.0)
        self.assertEqual(line._get_helpdesk_returnable(), 2.0)
        action = self._return({line: 0.42})
        move = action.step_ids.sudo().picking_ids.move_ids
        pieces = move.product_uom._compute_quantity(move.product_uom_qty, product.uom_id)
        self.assertEqual(pieces, 5.0, 'Five pieces, not 5.04')
        self._receive(action)
        self.assertEqual((action.state, action.amount), ('done', 25.2), action.message)
        action = self._return({line: 1})
        self.assertEqual(action.step_ids.sudo().picking_ids.move_ids.product_qty, 12.0)
        self._receive(action)
        self.assertEqual((action.state, action.amount), ('done', 60.0), action.message)
        self.assertEqual(self._get_on_hand(product), 50 - 24 + 17)

    # --- ways of the goods

    def test_steps_of_the_warehouse(self):
        """Picked and shipped out, received and put away: the dock counts as back."""
        self.warehouse.write({'delivery_steps': 'pick_ship', 'reception_steps': 'two_steps'})
        product = self._new_product('Bowl')
        line = self._sell(product, 2)
        self.assertEqual(line.qty_delivered, 2.0)
        action = self._return({line: 1})
        picking = action.step_ids.sudo().picking_ids
        self.assertEqual(len(picking), 1)
        self.assertEqual(picking.return_id.location_dest_id.usage, 'customer')
        self.assertEqual(picking.location_dest_id, self.warehouse.wh_input_stock_loc_id)
        self._receive(action)
        self.assertEqual((action.state, action.amount), ('done', 30.0), action.message)
        self.assertEqual(line.qty_delivered, 1.0)

    def test_dropship(self):
        """What a supplier sent goes back to him, and to nobody else's stock."""
        supplier = self.env['res.partner'].create({'name': 'Potter'})
        product = self._new_product(
            'Vase',
            0,
            seller_ids=[Command.create({'partner_id': supplier.id, 'price': 10.0})],
            route_ids=[Command.link(self.env.ref('stock_dropshipping.route_drop_shipping').id)],
        )
        order = self.env['sale.order'].create(
            {
                'partner_id': self.customer.id,
                'order_line': [Command.create({'product_id': product.id, 'product_uom_qty': 2})],
            }
        )
        order.action_confirm()
        self.env['purchase.order'].search([('partner_id', '=', supplier.id)]).button_confirm()
        self._deliver(order)
        self._invoice(order)
        self.ticket.sale_order_id = order
        line = order.order_line
        self.assertEqual(line.qty_delivered, 2.0)
        action = self._new_return({line: 1})
        self.assertIn('go back to the supplier', action.preview)
        action.action_submit()
        picking = action.step_ids.sudo().picking_ids
        self.assertEqual(picking.location_dest_id.usage, 'supplier')
        self._receive(action)
        self.assertEqual((action.state, action.amount), ('done', 30.0), action.message)
        self.assertEqual(line.qty_delivered, 1.0)
        self.assertEqual(self._get_on_hand(product), 0.0)

    # --- value of the stock

    def test_valuation(self):
        """Goods come back at the cost at which they left."""
        self.cup.standard_price = 15.0
        self._deliver(self.order)
        self._invoice(self.order)
        before = self.cup.total_value
        action = self._return({self.cups: 2})
        self._receive(action)
        self.assertEqual(self.cup.qty_available, 49.0)
        self.assertEqual(self.cup.total_value - before, 30.0)
