from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionReplacement(OrderActionCommon):
    """Goods are sent again: nothing comes back, and the customer pays nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.use_product_returns = True
        cls.warehouse = cls.order.warehouse_id

    def _new_replacement(self, lines, user=None, ticket=None, **vals):
        return self._new_refund(
            lines, user=user, ticket=ticket, **{'action_type': 'replacement', **vals}
        )

    def _replace(self, lines, **vals):
        action = self._new_replacement(lines, **vals)
        action.action_submit()
        return action

    def _sell(self, product, quantity=1, **vals):
        """Return an order of one product that is delivered and invoiced, with a ticket on it."""
        order = self._create_order(
            order_line=[Command.create({'product_id': product.id, 'product_uom_qty': quantity})],
            **vals,
        )
        self._deliver(order)
        self._invoice(order)
        return order, self._create_ticket(sale_order_id=order.id)

    def _receivable(self):
        """Return what the customer owes in the books."""
        lines = self.env['account.move.line'].search(
            [
                ('partner_id', '=', self.customer.id),
                ('account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
            ]
        )
        return sum(lines.mapped('balance'))

    def _ship(self, order):
        self._deliver(order)
        self._run_job()

    def test_sent_again(self):
        """A new delivery, no bill, the order stays invoiced, the stock is right."""
        self._deliver(self.order)
        self._pay_by_bank(self._invoice(self.order))
        action = self._replace({self.cups: 1})
        self.assertEqual(action.state, 'waiting', action.message)
        line = self.order.order_line - self.cups - self.plates
        self.assertEqual((line.product_id, line.price_total), (self.cup, 0.0))
        self.assertIn(self.ticket.ticket_ref, line.name)
        move = line.move_ids
        self.assertEqual((move.state, move.product_uom_qty), ('assigned', 1.0))
        self.assertEqual(move.picking_id.partner_id, self.order.partner_shipping_id)
        self.assertIn(move.picking_id.name, action.message)
        self._ship(self.order)
        self.assertEqual(action.state, 'done', action.message)
        self.assertIn(move.picking_id.name, action.result)
        self.assertEqual(self.order.invoice_status, 'invoiced')
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (1.0, 0.0))
        self.assertEqual(self.order.amount_total, 140.0)
        self.assertEqual(self.cup.qty_available, 46.0)
        self.assertEqual(self._receivable(), 0.0)
        with self.assertRaises(UserError):
            self.order._create_invoices()
        ledger = self.order._get_helpdesk_ledger()
        self.assertEqual((ledger['refunded'], ledger['open']), (40.0, 100.0))

    def test_delivery_policy(self):
        """Where what is delivered is billed, what is sent again is not."""
        self.cup.invoice_policy = 'delivery'
        order, ticket = self._sell(self.cup, 2)
        self.assertEqual(order.invoice_status, 'invoiced')
        self._replace({order.order_line: 1}, ticket=ticket)
        self._ship(order)
        self.assertEqual(order.invoice_status, 'invoiced')
        self.assertEqual(set(order.order_line.mapped('qty_to_invoice')), {0.0})

    def test_quantities(self):
        """No more than was delivered, and nothing that was given back before."""
        with self.assertRaisesRegex(UserError, 'Nothing that could be sent again'):
            self._replace({self.cups: 1})
        picking = self.order.picking_ids
        move = picking.move_ids.filtered(lambda move: move.product_id == self.cup)
        move.quantity = 2
        move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self._invoice(self.order)
        with self.assertRaisesRegex(UserError, '2 are left'):
            self._replace({self.cups: 3})
        self._refund({self.cups: 2})
        with self.assertRaisesRegex(UserError, '1 are left'):
            self._replace({self.cups: 2})
        self._replace({self.cups: 1})
        with self.assertRaisesRegex(UserError, '0 are left'):
            self._replace({self.cups: 1})
        with self.assertRaisesRegex(UserError, "can't be refunded"):
            self._refund({self.cups: 1})

    def test_lost_twice(self):
        """Only a team leader sends again what was sent again, and says why."""
        order, ticket = self._sell(self.cup)
        self._replace({order.order_line: 1}, ticket=ticket)
        self._ship(order)
        line = order.order_line[0]
        with self.assertRaisesRegex(UserError, '0 are left'):
            self._replace({line: 1}, ticket=ticket)
        with self.assertRaisesRegex(UserError, 'team leader'):
            self._replace({line: 1}, ticket=ticket, exceed_limit=True, reason='lost')
        self.assertTrue(ticket._get_action_blocked_reason('replacement'))
        self.assertFalse(ticket.with_user(self.leader)._get_action_blocked_reason('replacement'))
        with self.assertRaisesRegex(UserError, 'reason'):
            self._replace({line: 1}, ticket=ticket, exceed_limit=True, user=self.leader)
        action = self._replace(
            {line: 1}, ticket=ticket, exceed_limit=True, reason='Lost again', user=self.leader
        )
        self.assertEqual(action.state, 'waiting')

    def test_exceeding_for_nothing(self):
        """What costs nothing is not sent again and again by who may not exceed the limit."""
        gift = self.env['product.product'].create(
            {'name': 'Gift', 'is_storable': True, 'list_price': 0.0, 'taxes_id': [Command.clear()]}
        )
        self.env['stock.quant']._update_available_quantity(gift, self.warehouse.lot_stock_id, 50)
        order, ticket = self._sell(gift, 5)
        lines = {order.order_line: 5}
        self._replace(lines, ticket=ticket)
        with self.assertRaisesRegex(UserError, '0 are left'):
            self._replace(lines, ticket=ticket)
        with self.assertRaisesRegex(UserError, 'team leader'):
            self._replace(lines, ticket=ticket, exceed_limit=True, reason='Lost')

    def test_cancel(self):
        """While nothing has left, the delivery is cancelled, and the ledger is free again."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._replace({self.cups: 1})
        line = self.order.order_line - self.cups - self.plates
        action.action_cancel()
        self.assertEqual(action.state, 'cancelled')
        self.assertEqual((line.move_ids.state, line.product_uom_qty), ('cancel', 0.0))
        self.assertEqual(self.order.invoice_status, 'invoiced')
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 0.0)
        self.assertEqual(self.cup.free_qty, 47.0)
        self._replace({self.cups: 3})

    def test_cancel_too_late(self):
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._replace({self.cups: 1})
        picking = self.order.picking_ids.filtered(lambda picking: picking.state == 'assigned')
        picking.printed = True
        with self.assertRaisesRegex(UserError, 'is printed: ask the warehouse'):
            action.action_cancel()
        self._deliver(self.order)
        with self.assertRaisesRegex(UserError, 'on their way'):
            action.action_cancel()
        self._run_job()
        self.assertEqual(action.state, 'done')

    def test_warehouse_cancels(self):
        """A delivery that the warehouse cancels is ordered again, or given up."""
        self._deliver(self.order)
        self._invoice(self.order)
        self.order.locked = True
        action = self._replace({self.cups: 1})
        self.assertTrue(self.order.locked)
        picking = self.order.picking_ids.filtered(lambda picking: picking.state == 'assigned')
        picking.action_cancel()
        self._run_job()
        self.assertEqual(action.state, 'failed')
        self.assertIn('nothing was sent', action.message)
        action.action_resume()
        self.assertEqual(action.state, 'waiting')
        picking = self.order.picking_ids.filtered(lambda picking: picking.state == 'assigned')
        self.assertEqual(picking.move_ids.product_uom_qty, 1.0)
        picking.action_cancel()
        self._run_job()
        action.action_cancel()
        self.assertEqual(action.state, 'cancelled')

    def test_steps_of_the_warehouse(self):
        """Where goods are picked and packed first, the action waits for the last step."""
        self._deliver(self.order)
        self._invoice(self.order)
        self.warehouse.delivery_steps = 'pick_ship'
        action = self._replace({self.cups: 1})
        pick = self.order.picking_ids.filtered(lambda picking: picking.state == 'assigned')
        self.assertEqual(pick.picking_type_id, self.warehouse.pick_type_id)
        self._ship(self.order)
        self.assertEqual(pick.state, 'done')
        self.assertEqual(action.state, 'waiting')
        ship = self.order.picking_ids.filtered(lambda picking: picking.state == 'assigned')
        with self.assertRaisesRegex(UserError, 'on their way'):
            action.action_cancel()
        self._ship(self.order)
        self.assertEqual(action.state, 'done', action.message)
        self.assertIn(ship.name, action.result)

    def test_lots(self):
        """The warehouse's reservation chooses the lot."""
        product = self.env['product.product'].create(
            {
                'name': 'Vase',
                'is_storable': True,
                'tracking': 'lot',
                'list_price': 25.0,
                'taxes_id': [Command.clear()],
            }
        )
        lot = self.env['stock.lot'].create({'name': 'A7', 'product_id': product.id})
        self.env['stock.quant']._update_available_quantity(
            product, self.warehouse.lot_stock_id, 5, lot_id=lot
        )
        order, ticket = self._sell(product, 2)
        action = self._replace({order.order_line: 1}, ticket=ticket)
        move = (order.order_line - order.order_line[0]).move_ids
        self.assertEqual(move.move_line_ids.lot_id, lot)
        self._ship(order)
        self.assertEqual(action.state, 'done')
        self.assertEqual(lot.product_qty, 2.0)

    def test_tax_excluded(self):
        """The value counts with tax, as the customer paid it."""
        tax = self.env['account.tax'].create({'name': '10 %', 'amount': 10.0})
        self.cup.taxes_id = tax
        order, ticket = self._sell(self.cup, 2)
        action = self._replace({order.order_line: 1}, ticket=ticket)
        self.assertEqual(action.amount, 44.0)
        self.assertEqual(order.amount_total, 88.0)

    def test_service(self):
        service = self.env['product.product'].create(
            {'name': 'Gift wrapping', 'type': 'service', 'taxes_id': [Command.clear()]}
        )
        order, ticket = self._sell(service)
        self.assertIn('Nothing', ticket._get_action_blocked_reason('replacement'))
        self._deliver(self.order)
        self._invoice(self.order)
        line = self.env['sale.order.line'].create(
            {'order_id': self.order.id, 'product_id': service.id}
        )
        with self.assertRaisesRegex(UserError, 'no goods'):
            self._replace({line: 1})
        with self.assertRaisesRegex(UserError, 'lines of order'):
            self._replace({order.order_line: 1})

    def test_free_lines(self):
        """What was sent for free is no line that could be sent again for free, for ever."""
        self._deliver(self.order)
        self._invoice(self.order)
        self._replace({self.cups: 1})
        self._ship(self.order)
        line = self.order.order_line - self.cups - self.plates
        with self.assertRaisesRegex(UserError, 'was sent for free'):
            self._replace({line: 1})
        line.product_uom_qty = 2.0
        self.assertEqual(line.price_total, 0.0, 'Another quantity brings no price back')

    def test_out_of_stock(self):
        """The dialog says that the delivery will wait."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._new_replacement({self.cups: 1})
        self.assertIn('47 are free', action.preview)
        self.env['stock.quant']._update_available_quantity(
            self.cup, self.warehouse.lot_stock_id, -47
        )
        self.env.invalidate_all()
        self.assertIn('only 0 are free', action.preview)
        action.action_submit()
        self.assertEqual(action.state, 'waiting')

    def test_approval(self):
        """The value of the goods needs the approval that money would need."""
        self._deliver(self.order)
        self._invoice(self.order)
        self.company.helpdesk_refund_approval_amount = 50.0
        action = self._replace({self.cups: 2})
        self.assertEqual(action.state, 'to_approve')
        self.assertEqual(len(self.order.order_line), 2)
        action.with_user(self.approver).action_approve()
        self.assertEqual(action.state, 'waiting', action.message)

    def test_price_by_hand(self):
        """By RPC a value can be written, but what counts is the price."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._new_replacement({self.cups: 1})
        action.line_ids.amount = 0.01
        action.action_submit()
        self.assertEqual(action.amount, 40.0)
        with self.assertRaises(AccessError):
            self.order.order_line[-1:].with_user(self.agent).helpdesk_is_free = False

    def test_needs_return(self):
        self._deliver(self.order)
        self._invoice(self.order)
        reason = self.env.ref('helpdesk_ecom.reason_changed_mind')
        with self.assertRaisesRegex(UserError, 'demands that the goods come back'):
            self._replace({self.cups: 1}, reason_id=reason.id)

    def test_team(self):
        """A team that does not send goods is refused, also by RPC."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._new_replacement({self.cups: 1})
        self.team.use_product_returns = False
        with self.assertRaisesRegex(UserError, 'The team of the ticket'):
            action.action_submit()
        with self.assertRaisesRegex(UserError, 'The team of the ticket'):
            self.ticket.action_open_replacement()

    def test_dialog(self):
        self._deliver(self.order)
        self._invoice(self.order)
        panel = {a['method']: a for a in self.ticket._get_order_panel_actions()}
        self.assertEqual(panel['action_open_replacement']['reason'], '')
        opened = self.ticket.action_open_replacement()
        form = Form(
            self.env[opened['res_model']].with_user(self.agent).with_context(**opened['context'])
        )
        self.assertEqual(len(form.line_ids), 2)
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.free_quantity, 47.0)
            line.quantity = 9
            self.assertEqual(line.quantity, 3)
            line.quantity = 1
        self.assertEqual(form.amount, 40.0)
        self.assertIn('1 × Cup blue will be sent to', form.preview)
        form.reason_id = self.reason
        form.save().action_confirm()
        self.assertEqual(self.ticket.order_action_ids.state, 'waiting')
        self.assertEqual(self.ticket.order_action_ids.requester_id, self.agent)
