from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestRepair(OrderActionCommon):
    """Repairs, asked for by an agent who has no rights in the warehouse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.use_product_repairs = True
        cls.warehouse = cls.order.warehouse_id

    def _repair(self, line=None, quantity=1.0, user=None, **vals):
        """Return a repair that the agent has submitted."""
        line = line or self.cups
        action = (
            self.env['helpdesk.order.action']
            .with_user(user or self.agent)
            .create(
                {
                    'ticket_id': self.ticket.id,
                    'action_type': 'repair',
                    'reason_id': self.reason.id,
                    'repair_under_warranty': True,
                    'line_ids': [Command.create({'order_line_id': line.id, 'quantity': quantity})],
                    **vals,
                }
            )
        )
        action.action_submit()
        return action

    def _create_return(self, line, quantity):
        """Return a return of the delivery, still on its way."""
        [picking] = self.order.picking_ids
        wizard = (
            self.env['stock.return.picking']
            .with_context(active_id=picking.id, active_ids=picking.ids, active_model=picking._name)
            .create({'picking_id': picking.id})
        )
        lines = wizard.product_return_moves
        lines.filtered(lambda r: r.product_id == line.product_id).quantity = quantity
        return self.env['stock.picking'].browse(wizard.action_create_returns()['res_id'])

    def test_dialog(self):
        """The product of the ticket is chosen, and what will happen is said before it does."""
        self._deliver(self.order)
        self.ticket.product_id = self.cup
        picking = self._create_return(self.cups, 2)
        action = self.ticket.with_user(self.agent).action_open_repair()
        form = Form(
            self.env[action['res_model']].with_user(self.agent).with_context(**action['context'])
        )
        self.assertEqual(form.order_line_id, self.cups)
        self.assertEqual((form.quantity, form.max_quantity), (1.0, 3.0))
        self.assertEqual(form.picking_id, picking)
        self.assertIn('cost the customer nothing', form.preview)
        form.under_warranty = False
        self.assertIn('quotation', form.preview)
        form.reason_id = self.reason
        form.save().action_confirm()
        repair = self.ticket.repair_ids
        self.assertEqual((repair.picking_id, repair.under_warranty), (picking, False))

    def test_other_order_of_the_customer(self):
        """It is the order of the action that was delivered, or not."""
        self._deliver(self.order)
        other = self._create_order()
        with self.assertRaisesRegex(UserError, 'Nothing was delivered yet'):
            self._repair(other.order_line[:1], sale_order_id=other.id)
        self.assertFalse(self.ticket.repair_ids)

    def test_under_warranty(self):
        """The workshop gets all that it needs to know; the ledger nothing."""
        self._deliver(self.order)
        action = self._repair(quantity=2.0, reason='The handle is loose')
        self.assertEqual((action.state, action.amount), ('done', 0.0))
        repair = self.ticket.repair_ids
        self.assertEqual((repair.product_id, repair.product_qty), (self.cup, 2.0))
        self.assertEqual((repair.partner_id, repair.state), (self.customer, 'draft'))
        self.assertEqual(repair.sale_order_id, self.order)
        self.assertEqual(repair.picking_type_id, self.warehouse.repair_type_id)
        self.assertIn('The handle is loose', repair.internal_notes)
        self.assertFalse(repair.user_id, 'The workshop takes it')
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 0.0)
        self.assertIn(repair.name, self.ticket.message_ids[0].body)
        self.assertEqual(repair.action_open_helpdesk_ticket()['res_id'], self.ticket.id)
        self.assertEqual((self.ticket.repairs_count, self.ticket.open_repairs_count), (1, 1))
        repair.sudo().action_repair_start()
        repair.sudo().action_repair_done()
        self.ticket.invalidate_recordset()
        self.assertEqual((self.ticket.repairs_count, self.ticket.open_repairs_count), (1, 0))

    def test_not_under_warranty(self):
        """The workshop can make a quotation, apart from the order that was paid."""
        self._deliver(self.order)
        self._repair(repair_under_warranty=False)
        repair = self.ticket.repair_ids
        self.assertFalse(repair.sale_order_id)
        repair.sudo().action_create_sale_order()
        self.assertEqual(repair.sale_order_id.state, 'draft')

    def test_refund_after_repair(self):
        """A repair takes no quantity away from a refund, nor a refund from a repair."""
        self._invoice(self.order)
        self._deliver(self.order)
        self._repair(quantity=3.0)
        self.assertEqual(self._refund({self.cups: 3}).amount, 120.0)

    def test_quantity(self):
        """Only what the customer got, and what is not at the workshop already."""
        with self.assertRaisesRegex(UserError, 'Nothing was delivered'):
            self._repair()
        self.assertIn('Nothing was delivered', self.ticket._get_action_blocked_reason('repair'))
        self._deliver(self.order)
        with self.assertRaisesRegex(UserError, 'not at the workshop'):
            self._repair(quantity=4.0)
        first = self._repair(quantity=2.0)
        with self.assertRaisesRegex(UserError, 'has 1.0 that are'):
            self._repair(quantity=2.0)
        first.repair_ids.sudo().action_repair_start()
        first.repair_ids.sudo().action_repair_done()
        again = self._repair(quantity=3.0)
        self.assertEqual(again.state, 'done', 'It may break again')
        again.repair_ids.sudo().unlink()
        self.assertEqual(self._repair(quantity=3.0).state, 'done', 'The workshop has nothing')
        with self.assertRaisesRegex(UserError, 'Choose one line'):
            self._repair(line=self.plates, quantity=0.0)

    def test_returned(self):
        """What is back was delivered, too: it comes to be repaired."""
        self._deliver(self.order)
        picking = self._create_return(self.cups, 3)
        for move in picking.move_ids:
            move.write({'quantity': move.product_uom_qty, 'picked': True})
        picking.button_validate()
        self.assertEqual(self.cups.qty_delivered, 0.0)
        action = self._repair(quantity=3.0, repair_picking_id=picking.id)
        self.assertEqual(action.repair_ids.picking_id, picking)
        self.assertEqual(action.repair_ids.product_qty, 3.0)
        with self.assertRaisesRegex(UserError, 'does not bring Plate back'):
            self._repair(line=self.plates, repair_picking_id=picking.id)

    def test_serial_number(self):
        """A tracked product is known by the number that the customer got."""
        self.plate.tracking = 'serial'
        numbers = self.env['stock.lot'].create(
            [{'name': name, 'product_id': self.plate.id} for name in ('P1', 'P2', 'P3')]
        )
        for number in numbers:
            self.env['stock.quant']._update_available_quantity(
                self.plate, self.warehouse.lot_stock_id, 1, lot_id=number
            )
        order = self._create_order()
        move = order.picking_ids.move_ids.filtered(lambda m: m.product_id == self.plate)
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {'product_id': self.plate.id, 'lot_id': number.id, 'quantity': 1.0, 'picked': True}
            )
            for number in numbers[:2]
        ]
        cups = order.picking_ids.move_ids - move
        cups.write({'quantity': 3.0, 'picked': True})
        order.picking_ids.button_validate()
        plates = order.order_line[1]
        self.ticket.sale_order_id = order
        with self.assertRaisesRegex(UserError, 'Choose the lot'):
            self._repair(line=plates)
        with self.assertRaisesRegex(UserError, 'did not get this'):
            self._repair(line=plates, repair_lot_id=numbers[2].id)
        with self.assertRaisesRegex(UserError, 'one piece'):
            self._repair(line=plates, quantity=2.0, repair_lot_id=numbers[0].id)
        self.ticket.write({'product_id': self.plate.id, 'lot_id': numbers[1].id})
        action = self.ticket.with_user(self.agent).action_open_repair()
        form = Form(
            self.env[action['res_model']].with_user(self.agent).with_context(**action['context'])
        )
        self.assertEqual((form.order_line_id, form.lot_id), (plates, numbers[1]))
        form.reason_id = self.reason
        form.save().action_confirm()
        self.assertEqual(self.ticket.repair_ids.lot_id, numbers[1])

    def test_called_off(self):
        """While nobody has begun it."""
        self._deliver(self.order)
        action = self._repair()
        self.assertTrue(action.can_cancel)
        action.action_cancel()
        repair = self.ticket.repair_ids
        self.assertEqual((action.state, repair.state), ('cancelled', 'cancel'))
        self.assertEqual(self.cups.product_uom_qty, 3.0, 'The order stays as it was')
        begun = self._repair()
        begun.repair_ids.sudo().action_repair_start()
        with self.assertRaisesRegex(UserError, 'has begun'):
            begun.action_cancel()

    def test_once(self):
        """A step that is done again finds its repair."""
        self._deliver(self.order)
        action_sudo = self._repair().sudo()
        action_sudo._step_repair(action_sudo.step_ids[0])
        self.assertEqual(len(self.ticket.repair_ids), 1)
        with self.assertRaisesRegex(UserError, "can't be done now"):
            action_sudo.with_user(self.agent).action_submit()

    def test_approval(self):
        self._deliver(self.order)
        self.reason.needs_approval = True
        action = self._repair()
        self.assertEqual((action.state, len(self.ticket.repair_ids)), ('to_approve', 0))
        with self.assertRaisesRegex(UserError, 'has 2.0 that are'):
            self._repair(quantity=3.0)
        action.with_user(self.approver).action_approve()
        self.assertEqual(len(self.ticket.repair_ids), 1)

    def test_not_offered(self):
        """What the panel doesn't offer is refused to other clients, too."""
        self._deliver(self.order)

        def offered():
            panel = self.ticket.with_user(self.agent).get_order_panel_data()['actions']
            return {item['method']: item['reason'] for item in panel}.get('action_open_repair')

        self.assertEqual(offered(), '')
        self.team.use_product_repairs = False
        self.assertIsNone(offered())
        for call in (self.ticket.with_user(self.agent).action_open_repair, self._repair):
            with self.assertRaisesRegex(UserError, 'does not repair'):
                call()

    def test_rights(self):
        """The agent sees the repair, and changes nothing of it; others not even the ticket."""
        self._deliver(self.order)
        action = self._repair()
        as_agent = self.ticket.repair_ids.with_user(self.agent)
        with Form(as_agent) as form:
            self.assertEqual(form.product_id, self.cup)
        for operation in ('write', 'create', 'unlink'):
            self.assertFalse(as_agent.has_access(operation))
        with self.assertRaises(AccessError):
            as_agent.action_repair_start()
        self.team.privacy_visibility = 'invited_internal'
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        with self.assertRaises(AccessError):
            self._repair(user=stranger)
        with self.assertRaises(AccessError):
            action.with_user(stranger).action_cancel()
        with self.assertRaises(AccessError):
            as_agent.with_user(stranger).action_open_helpdesk_ticket()
