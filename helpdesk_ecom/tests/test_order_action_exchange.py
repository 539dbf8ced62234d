from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .order_action_common import OrderActionCommon


class ExchangeCommon(OrderActionCommon):
    """Cups in three colours: blue for 40.00, red for 45.00, green for 30.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.use_product_returns = True
        cls.warehouse = cls.order.warehouse_id
        attribute = cls.env['product.attribute'].create(
            {
                'name': 'Glaze',
                'value_ids': [Command.create({'name': name}) for name in ('blue', 'red', 'green')],
            }
        )
        template = cls.env['product.template'].create(
            {
                'name': 'Mug',
                'is_storable': True,
                'invoice_policy': 'order',
                'list_price': 40.0,
                'standard_price': 15.0,
                'taxes_id': [Command.clear()],
                'attribute_line_ids': [
                    Command.create(
                        {
                            'attribute_id': attribute.id,
                            'value_ids': [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        cls.blue, cls.red, cls.green = template.product_variant_ids
        cls.red.product_template_attribute_value_ids.price_extra = 5.0
        cls.green.product_template_attribute_value_ids.price_extra = -10.0
        for product in template.product_variant_ids:
            cls.env['stock.quant']._update_available_quantity(
                product, cls.warehouse.lot_stock_id, 20
            )

    def _sell(self, product=None, quantity=3, invoice=True, pay=True):
        """Return the line of an order that is delivered, invoiced and paid by bank, with a ticket.

        :return: the order line and the ticket.
        """
        product = product or self.blue
        order = self._create_order(
            order_line=[Command.create({'product_id': product.id, 'product_uom_qty': quantity})],
        )
        self._deliver(order)
        if invoice:
            move = self._invoice(order)
            if pay:
                self._pay_by_bank(move)
        return order.order_line, self._create_ticket(sale_order_id=order.id)

    def _new_exchange(self, line, ticket, product=None, quantity=1, user=None, **vals):
        return (
            self.env['helpdesk.order.action']
            .with_user(user or self.agent)
            .create(
                {
                    'ticket_id': ticket.id,
                    'action_type': 'exchange',
                    'reason_id': self.reason.id,
                    'line_ids': [
                        Command.create(
                            {
                                'order_line_id': line.id,
                                'quantity': quantity,
                                'exchange_product_id': product and product.id,
                            }
                        )
                    ],
                    **vals,
                }
            )
        )

    def _exchange(self, line, ticket, product=None, quantity=1, **vals):
        action = self._new_exchange(line, ticket, product, quantity, **vals)
        action.action_submit()
        self._commit()
        return action

    def _get_transfers(self, order, code):
        """Return the open transfers of the order, of a kind."""
        return order.picking_ids.filtered(
            lambda picking: (
                picking.state not in ('done', 'cancel') and picking.picking_type_code == code
            )
        )

    def _validate(self, order, code):
        """Validate the open transfers of the order, of a kind, and let the job go on."""
        transfers = self._get_transfers(order, code)
        self.assertTrue(transfers)
        for picking in transfers:
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
                move.picked = True
            picking.button_validate()
        self._run_job()

    def _receivable(self):
        """Return what the customer owes in the books."""
        self.env.flush_all()
        lines = self.env['account.move.line'].search(
            [
                ('partner_id', '=', self.customer.id),
                ('account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
            ]
        )
        return self.company.currency_id.round(sum(lines.mapped('balance')))


@tagged('post_install', '-at_install')
class TestOrderActionExchange(ExchangeCommon):
    """Goods come back and others leave: the same, or something else."""

    def test_same_product(self):
        """Nothing moves in the books; the order, its line and the stock are as before."""
        for policy in ('order', 'delivery'):
            with self.subTest(policy=policy):
                self.blue.invoice_policy = policy
                line, ticket = self._sell()
                order = line.order_id
                stock, value = self.blue.qty_available, self.blue.total_value
                action = self._exchange(line, ticket)
                self.assertEqual((action.state, action.ship_on), ('waiting', 'request'))
                self.assertIn('to come by', action.message)
                self.assertTrue(self._get_transfers(order, 'outgoing'), 'It leaves at once')
                self._validate(order, 'outgoing')
                self.assertEqual(action.state, 'waiting', 'The old one is to come')
                self._validate(order, 'incoming')
                self.assertEqual(action.state, 'done', action.message)
                self.assertEqual((line.qty_delivered, line.qty_to_invoice), (3.0, 0.0))
                self.assertEqual(order.order_line, line)
                self.assertEqual(order.invoice_status, 'invoiced')
                self.assertEqual(len(order.invoice_ids), 1)
                self.assertEqual(self._receivable(), 0.0)
                self.assertEqual((self.blue.qty_available, self.blue.total_value), (stock, value))
                self.assertEqual(action.amount, 0.0)
                self.assertEqual(order._get_helpdesk_ledger()['open'], 120.0)
                self.assertEqual(line._get_helpdesk_returnable(), 3.0)

    def test_more_of_it_later(self):
        """A quantity that is raised after an exchange sends what was added, and no more."""
        line, ticket = self._sell()
        self._exchange(line, ticket)
        self._validate(line.order_id, 'incoming')
        self._validate(line.order_id, 'outgoing')
        line.product_uom_qty = 4.0
        move = self._get_transfers(line.order_id, 'outgoing').move_ids
        self.assertEqual(move.product_uom_qty, 1.0)

    def test_ship_on_receipt(self):
        """Without trust the new one waits until the old one is back."""
        line, ticket = self._sell()
        action = self._exchange(line, ticket, ship_on='receipt')
        self.assertFalse(self._get_transfers(line.order_id, 'outgoing'))
        self._run_job()
        self.assertFalse(self._get_transfers(line.order_id, 'outgoing'))
        self._validate(line.order_id, 'incoming')
        self.assertEqual(action.state, 'waiting')
        self.assertIn('is to be shipped', action.message)
        self._validate(line.order_id, 'outgoing')
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(line.qty_delivered, 3.0)

    def test_cancel_the_rest(self):
        """What was sent again had left before: what never left is still open, and all of it."""
        for ship_on in ('request', 'receipt'):
            with self.subTest(ship_on):
                order = self._create_order(
                    order_line=[Command.create({'product_id': self.blue.id, 'product_uom_qty': 5})],
                    commitment_date='2099-01-01',  # moves of the same second would be merged
                )
                line, ticket = order.order_line, self._create_ticket(sale_order_id=order.id)
                self._ship(line.move_ids, 3)
                self._invoice(order)
                action = self._exchange(line, ticket, ship_on=ship_on)
                if ship_on == 'request':
                    self._ship(action.sudo()._get_new_moves(), 1)
                    self.assertEqual(order._get_helpdesk_open_quantities()[line], 2.0)
                self._validate(order, 'incoming')
                self.assertEqual(order._get_helpdesk_open_quantities()[line], 2.0)
                if ship_on == 'receipt':
                    self._ship(action.sudo()._get_new_moves(), 1)
                    self._run_job()
                self.assertEqual(action.state, 'done', action.message)
                self.assertEqual(order._get_helpdesk_open_quantities()[line], 2.0)
                cancel = self._refund(ticket=ticket, action_type='cancel', cancel_mode='open')
                self.assertEqual(cancel.state, 'done', cancel.message)
                self.assertEqual((line.product_uom_qty, line.qty_delivered), (3.0, 3.0))
                self.assertFalse(self._get_transfers(order, 'outgoing'))

    def _ship(self, moves, quantity):
        """Send a quantity of open moves, and nothing else of their transfer."""
        moves = moves.filtered(lambda move: move.state not in ('done', 'cancel'))
        for move in moves.picking_id.move_ids:
            move.quantity = quantity if move in moves else 0.0
            move.picked = move in moves
        moves.picking_id.with_context(skip_backorder=True).button_validate()

    def test_dearer(self):
        """The difference is invoiced, with the taxes of both, and the customer owes it."""
        for included in (False, True):
            for policy in ('order', 'delivery'):
                with self.subTest(included=included, policy=policy):
                    tax = self.env['account.tax'].create(
                        {
                            'name': f'10 % {included} {policy}',
                            'amount': 10.0,
                            'price_include_override': 'tax_included'
                            if included
                            else 'tax_excluded',
                        }
                    )
                    self.blue.product_tmpl_id.write(
                        {'taxes_id': [Command.set(tax.ids)], 'invoice_policy': policy}
                    )
                    line, ticket = self._sell()
                    order, owed = line.order_id, self._receivable()
                    difference = 5.0 if included else 5.5
                    action = self._new_exchange(line, ticket, self.red)
                    self.assertIn(f'{difference:.2f} more', action.preview)
                    action.action_submit()
                    self.assertEqual(action.amount, 0.0)
                    self._validate(order, 'incoming')
                    self.assertEqual(len(order.invoice_ids), 1, 'Not before it has left')
                    self._validate(order, 'outgoing')
                    self.assertEqual(action.state, 'done', action.message)
                    invoice = action.step_ids.sudo().move_ids
                    self.assertEqual(invoice.state, 'posted')
                    self.assertAlmostEqual(invoice.amount_total, difference)
                    self.assertEqual(invoice.invoice_line_ids.tax_ids, tax)
                    self.assertAlmostEqual(self._receivable() - owed, difference)
                    self.assertEqual(order.invoice_status, 'invoiced')
                    self.assertAlmostEqual(
                        order.amount_total, sum(order.invoice_ids.mapped('amount_total'))
                    )
                    self.assertEqual(set(order.order_line.mapped('qty_to_invoice')), {0.0})
                    self.assertAlmostEqual(order._get_helpdesk_ledger()['open'], order.amount_total)

    def test_cheaper(self):
        """The difference is refunded, and nothing else: it alone counts in the ledger."""
        for policy in ('order', 'delivery'):
            with self.subTest(policy=policy):
                self.blue.product_tmpl_id.invoice_policy = policy
                line, ticket = self._sell()
                order = line.order_id
                action = self._exchange(line, ticket, self.green)
                self.assertEqual((action.state, action.amount), ('waiting', 10.0))
                self._validate(order, 'incoming')
                self._validate(order, 'outgoing')
                note = action.step_ids.sudo().move_ids
                self.assertEqual((note.amount_total, note.state), (10.0, 'posted'))
                self.assertEqual(action.state, 'waiting', 'It was paid by bank')
                self.assertEqual(self._receivable(), -10.0)
                self._pay_by_bank(note)
                self._run_job()
                self.assertEqual(action.state, 'done', action.message)
                self.assertEqual(self._receivable(), 0.0)
                self.assertEqual(order.invoice_status, 'invoiced')
                ledger = order._get_helpdesk_ledger()
                self.assertEqual((ledger['refunded'], ledger['open']), (10.0, 110.0))
                self.assertEqual(line.qty_delivered, 3.0)

    def test_cheaper_and_dearer(self):
        """The differences of all items are one."""
        order = self._create_order(
            order_line=[
                Command.create({'product_id': product.id, 'product_uom_qty': 1})
                for product in (self.blue, self.red)
            ]
        )
        self._deliver(order)
        self._pay_by_bank(self._invoice(order))
        ticket = self._create_ticket(sale_order_id=order.id)
        blue, red = order.order_line
        action = self._new_exchange(blue, ticket, self.red)
        action.line_ids = [
            Command.create(
                {'order_line_id': red.id, 'quantity': 1, 'exchange_product_id': self.green.id}
            )
        ]
        action.action_submit()
        self.assertEqual((action.amount, action.exchange_difference), (10.0, -10.0))
        self._validate(order, 'incoming')
        self._validate(order, 'outgoing')
        note = action.step_ids.sudo().move_ids
        self.assertEqual(note.amount_total, 10.0)
        self.assertEqual(order.invoice_status, 'invoiced')

    def test_discount_of_the_order(self):
        """A discount of the whole order stays as it is: prices of lines make the difference."""
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
        action = self._exchange(line, self._create_ticket(sale_order_id=order.id), self.red)
        self._validate(order, 'outgoing')
        self._validate(order, 'incoming')
        self.assertEqual(action.exchange_difference, 5.0)
        self.assertEqual(action.step_ids.sudo().move_ids.amount_total, 5.0)
        self.assertEqual((order.amount_total, order.invoice_status), (77.0, 'invoiced'))

    def test_not_paid(self):
        """A difference to the good of the customer is taken off what he owes."""
        line, ticket = self._sell(pay=False)
        action = self._exchange(line, ticket, self.green)
        self._validate(line.order_id, 'incoming')
        self._validate(line.order_id, 'outgoing')
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(self._receivable(), 110.0)

    def test_not_invoiced(self):
        """An order that was not billed bills all of it together."""
        for policy in ('order', 'delivery'):
            with self.subTest(policy=policy):
                self.blue.product_tmpl_id.invoice_policy = policy
                line, ticket = self._sell(invoice=False)
                with self.assertRaisesRegex(UserError, 'Nothing was paid'):
                    self._exchange(line, ticket, self.red)
                action = self._exchange(line, ticket, self.red, ship_on='receipt')
                self._validate(line.order_id, 'incoming')
                self._validate(line.order_id, 'outgoing')
                self.assertEqual(action.state, 'done', action.message)
                invoice = self._invoice(line.order_id)
                self.assertEqual(invoice.amount_total, 125.0)
                self.assertEqual(line.order_id.invoice_status, 'invoiced')

    def test_price_that_was_agreed(self):
        """A price that rises until the old goods are back is not the customer's."""
        line, ticket = self._sell()
        action = self._exchange(line, ticket, self.red, ship_on='receipt')
        self.red.product_template_attribute_value_ids.price_extra = 50.0
        self._validate(line.order_id, 'incoming')
        self._validate(line.order_id, 'outgoing')
        self.assertEqual(action.step_ids.sudo().move_ids.amount_total, 5.0)

    def test_two_deliveries(self):
        """What came in two parts goes back in two, and what is open stays open."""
        order = self._create_order(
            order_line=[Command.create({'product_id': self.blue.id, 'product_uom_qty': 4})],
        )
        line = order.order_line
        for quantity in (2, 1):
            picking = self._get_transfers(order, 'outgoing')
            picking.move_ids.quantity = quantity
            picking.move_ids.picked = True
            Form.from_action(self.env, picking.button_validate()).save().process()
        self._invoice(order)
        ticket = self._create_ticket(sale_order_id=order.id)
        with self.assertRaisesRegex(UserError, '3'):
            self._exchange(line, ticket, quantity=4)
        action = self._exchange(line, ticket, quantity=3)
        self.assertEqual(len(self._get_transfers(order, 'incoming')), 2)
        self.assertEqual(
            sum(self._get_transfers(order, 'outgoing').move_ids.mapped('product_uom_qty')), 4.0
        )
        self._validate(order, 'incoming')
        self._validate(order, 'outgoing')
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(line.qty_delivered, 4.0)

    def test_partly_received(self):
        """Only for what came back something else is sent."""
        line, ticket = self._sell()
        action = self._exchange(line, ticket, self.green, quantity=2, ship_on='receipt')
        picking = self._get_transfers(line.order_id, 'incoming')
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids
        ).button_validate()
        self._run_job()
        self.assertEqual(action.amount, 10.0)
        sent = self._get_transfers(line.order_id, 'outgoing').move_ids
        self.assertEqual((sent.product_id, sent.product_uom_qty), (self.green, 1.0))

    def test_lots(self):
        """The lot that comes back is the one that was delivered."""
        vase = self.env['product.product'].create(
            {
                'name': 'Vase',
                'is_storable': True,
                'tracking': 'lot',
                'list_price': 25.0,
                'taxes_id': [Command.clear()],
            }
        )
        lots = self.env['stock.lot'].create(
            [{'name': name, 'product_id': vase.id} for name in ('A7', 'A8')]
        )
        for lot, quantity in zip(lots, (1, 5), strict=True):
            self.env['stock.quant']._update_available_quantity(
                vase, self.warehouse.lot_stock_id, quantity, lot_id=lot
            )
        line, ticket = self._sell(vase, 1)
        action = self._exchange(line, ticket)
        back = self._get_transfers(line.order_id, 'incoming').move_ids.move_line_ids
        sent = self._get_transfers(line.order_id, 'outgoing').move_ids.move_line_ids
        self.assertEqual((back.lot_id.name, sent.lot_id.name), ('A7', 'A8'))
        self._validate(line.order_id, 'outgoing')
        self._validate(line.order_id, 'incoming')
        self.assertEqual(action.state, 'done', action.message)

    def test_steps_of_the_warehouse(self):
        """Where goods are picked first, the action waits until they have left."""
        line, ticket = self._sell()
        self.warehouse.delivery_steps = 'pick_ship'
        for product in (None, self.red):
            with self.subTest(product=product):
                action = self._exchange(line, ticket, product)
                self._validate(line.order_id, 'incoming')
                self._validate(line.order_id, 'internal')
                self.assertEqual(action.state, 'waiting')
                self._validate(line.order_id, 'outgoing')
                self.assertEqual(action.state, 'done', action.message)

    def test_cancel(self):
        """While nothing moved, both transfers are cancelled and the order is as before."""
        line, ticket = self._sell()
        order = line.order_id
        for product in (None, self.red, self.green):
            with self.subTest(product=product):
                action = self._exchange(line, ticket, product)
                action.action_cancel()
                self.assertEqual(action.state, 'cancelled')
                self.assertFalse(
                    order.picking_ids.filtered(lambda p: p.state not in ('done', 'cancel'))
                )
                self.assertEqual((order.invoice_status, order.amount_total), ('invoiced', 120.0))
                self.assertEqual(order._get_helpdesk_ledger()['refunded'], 0.0)
                self.assertEqual(line._get_helpdesk_returnable(), 3.0)

    def test_cancel_too_late(self):
        line, ticket = self._sell()
        action = self._exchange(line, ticket, self.red)
        self._validate(line.order_id, 'outgoing')
        with self.assertRaisesRegex(UserError, 'on their way'):
            action.action_cancel()
        self._validate(line.order_id, 'incoming')
        self.assertEqual(action.state, 'done', action.message)

    def test_keeps_both(self):
        """Who keeps the old one, too, has been given it, or pays for the new one."""
        line, ticket = self._sell()
        for product, amount, owed in ((None, 40.0, 0.0), (self.red, 0.0, 45.0)):
            with self.subTest(product=product):
                before = self._receivable()
                action = self._exchange(line, ticket, product)
                self._validate(line.order_id, 'outgoing')
                self._get_transfers(line.order_id, 'incoming').action_cancel()
                self._run_job()
                self.assertEqual((action.state, action.amount), ('done', amount))
                self.assertEqual(self._receivable() - before, owed)

    def test_two_agents(self):
        """What one agent takes back, the other can't."""
        line, ticket = self._sell(quantity=1)
        mine = self._new_exchange(line, ticket)
        other = self._new_exchange(line, ticket, self.green, user=self.agent_2)
        mine.action_submit()
        with self.assertRaises(UserError):
            other.action_submit()
        self.assertEqual(len(self._get_transfers(line.order_id, 'incoming')), 1)

    def test_refused(self):
        """What the dialog doesn't offer is refused by RPC, too."""
        line, ticket = self._sell()
        service = self.env['product.product'].create({'name': 'Engraving', 'type': 'service'})
        with self.assertRaisesRegex(UserError, "can't be sent"):
            self._exchange(line, ticket, service)
        self.red.sale_ok = False
        with self.assertRaisesRegex(UserError, "can't be sent"):
            self._exchange(line, ticket, self.red)
        self.red.sale_ok = True
        with self.assertRaisesRegex(UserError, 'lines of order'):
            self._exchange(self.cups, ticket)
        with self.assertRaises(UserError):
            self._exchange(line, ticket, quantity=-1)
        with self.assertRaises(AccessError):
            self._new_exchange(line, ticket, exchange_difference=100.0)
        action = self._new_exchange(line, ticket, self.green, amount=500.0)
        action.line_ids.write({'exchange_price_unit': 1.0, 'amount': 300.0})
        action.action_submit()
        self.assertEqual((action.amount, action.line_ids.exchange_price_unit), (10.0, 30.0))
        with self.assertRaises(AccessError):
            self._new_exchange(line, ticket, user=self.outsider)
        self.team.use_product_returns = False
        with self.assertRaisesRegex(UserError, 'takes no goods back'):
            self._exchange(line, ticket)

    def test_sent_for_free(self):
        """What was sent for free and arrived broken is exchanged for the same."""
        line, ticket = self._sell()
        self._new_refund({line: 1}, ticket=ticket, action_type='replacement').action_submit()
        self._validate(line.order_id, 'outgoing')
        free = line.order_id.order_line - line
        with self.assertRaisesRegex(UserError, 'was sent for free'):
            self._exchange(free, ticket, self.red)
        action = self._exchange(free, ticket)
        self.assertEqual(action._get_given_amount(), 40.0, 'What was free costs as much again')
        self._validate(line.order_id, 'outgoing')
        self._validate(line.order_id, 'incoming')
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(line.order_id.invoice_status, 'invoiced')

    def test_dialog(self):
        line, ticket = self._sell()
        panel = {a['method']: a for a in ticket._get_order_panel_actions()}
        self.assertEqual(panel['action_open_exchange']['reason'], '')
        opened = ticket.action_open_exchange()
        form = Form(
            self.env[opened['res_model']].with_user(self.agent).with_context(**opened['context'])
        )
        self.assertFalse(form.preview)
        with form.line_ids.edit(0) as row:
            self.assertEqual(row.exchange_product_id, self.blue)
            row.quantity = 9
            self.assertEqual(row.quantity, 3)
            row.quantity = 1
            self.assertEqual(row.difference, 0.0)
            row.exchange_product_id = self.red
            self.assertEqual((row.difference, row.free_quantity), (5.0, 20.0))
        self.assertIn('5.00 more', form.preview)
        form.reason_id = self.reason
        self.assertEqual(form.ship_on, 'request')
        form.ship_on = 'receipt'
        self.assertIn('When the old ones are back', form.preview)
        form.save().action_confirm()
        action = ticket.order_action_ids
        self.assertEqual((action.state, action.ship_on), ('waiting', 'receipt'))
        self.assertEqual(action.requester_id, self.agent)
