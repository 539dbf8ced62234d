from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

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
        action = self._return({self.cups: 1}, refund_policy='request', user=self.leader)
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(invoice.amount_residual, 100.0)
        self.assertEqual(action.step_ids.sudo().picking_ids.state, 'assigned')
        self._receive(action)
        self.assertEqual(self.cups.qty_delivered, 2.0)

    def test_trust_of_the_reason(self):
        """Where the reason says to wait for the goods, only a leader refunds before."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._new_return({self.cups: 1}, refund_policy='request')
        self.assertIn('team leader', action.preview)
        with self.assertRaisesRegex(UserError, 'team leader'):
            action.action_submit()
        action = self._return({self.cups: 1}, refund_policy='request', reason_id=self.reason.id)
        self.assertEqual(action.state, 'done', action.message)

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

    def test_cancelled_after_the_bill(self):
        """Who takes a return back bills the goods, though the rest was billed meanwhile."""
        (self.cup | self.plate).invoice_policy = 'delivery'
        transaction = self._pay_online(self.order)
        transaction.provider_id.sudo().support_refund = 'none'
        self._deliver(self.order)
        action = self._return({self.cups: 1}, refund_policy='request', user=self.leader)
        self.assertEqual(action.state, 'waiting', 'Somebody sends it by bank')
        self.assertEqual(self.cups.qty_to_invoice, 2.0)
        self.assertEqual(self._invoice(self.order).amount_total, 100.0)
        action.action_cancel()
        self.assertEqual(action.state, 'cancelled')
        self.assertFalse(self.cups.helpdesk_refunded_qty)
        self.assertEqual(self.cups.qty_to_invoice, 1.0)
        self.assertEqual(self._invoice(self.order).amount_total, 40.0)

    def test_too_much(self):
        """Open returns count: two agents can't take the same piece back."""
        self._deliver(self.order)
        self._invoice(self.order)
        self._return({self.cups: 2})
        with self.assertRaisesRegex(UserError, "2.0 can't come back, 1.0 are"):
            self._return({self.cups: 2}, user=self.agent_2)

    def test_triggered_by_the_warehouse(self):
        """The receipt wakes the job: nobody waits for its next turn."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._return({self.cups: 1})
        picking = action.step_ids.sudo().picking_ids
        cron = self.env.ref('helpdesk_ecom.ir_cron_order_action')
        triggers = self.env['ir.cron.trigger'].search([('cron_id', '=', cron.id)])
        picking.move_ids.picked = True
        picking.button_validate()
        new = self.env['ir.cron.trigger'].search([('cron_id', '=', cron.id)]) - triggers
        self.assertEqual(len(new), 1)

    def test_inflated_price(self):
        """A quantity gives its price back, whatever a client says it cost."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._new_return({self.cups: 1})
        action.line_ids.amount = 120.0
        with self.assertRaisesRegex(UserError, 'cost .*40.00.*, not .*120.00'):
            action.action_submit()

    def test_approval(self):
        """What waits for approval moves no goods; when it is approved, it is checked again."""
        self._deliver(self.order)
        self._invoice(self.order)
        self.company.helpdesk_refund_approval_amount = 50.0
        action = self._return({self.cups: 2}, user=self.agent)
        self.assertEqual(action.state, 'to_approve')
        self.assertFalse(action.sudo()._get_return_transfers())
        self.company.helpdesk_refund_approval_amount = 0.0
        self._return({self.plates: 1}, user=self.agent_2)
        action.with_user(self.approver).action_approve()
        self.assertEqual(action.state, 'waiting')
        self.assertEqual(action.sudo()._get_return_transfers().move_ids.product_uom_qty, 2.0)

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

    def test_partial_receipt(self):
        """Less came than was asked for: the rest is waited for, and then only what came counts."""
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        action = self._return({self.cups: 3, self.plates: 2})
        self.assertEqual(action.amount, 140.0)
        self._receive(action, {self.cup: 1, self.plate: 2})
        self.assertEqual(action.state, 'waiting')
        self.assertIn('1 × Cup blue, 2 × Plate came back; the rest', action.message)
        self.assertEqual(invoice.amount_residual, 140.0)
        with self.assertRaisesRegex(UserError, "Goods came back by .* can't be cancelled"):
            action.action_cancel()
        backorder = action.sudo()._get_return_transfers().filtered(lambda p: p.state != 'done')
        self.assertEqual(backorder.move_ids.product_uom_qty, 2.0)
        backorder.action_cancel()
        self._run_job()
        self.assertEqual((action.state, action.amount), ('done', 60.0), action.message)
        self.assertEqual(invoice.amount_residual, 80.0)
        self.assertEqual(action.line_ids.mapped('quantity'), [1.0, 2.0])
        self.assertIn('of 3 × Cup blue, 2 × Plate that were asked for', action.result)
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 60.0)

    def test_less_without_backorder(self):
        """The warehouse closes the transfer with less: the refund follows at once."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._return({self.cups: 3})
        self._receive(action, {self.cup: 2}, backorder=False)
        self.assertEqual((action.state, action.amount), ('done', 80.0), action.message)
        self.assertEqual(self.cups._get_helpdesk_returnable(), 1.0)

    def test_warehouse_cancels(self):
        """Nothing came back: nothing is refunded, somebody is told, and it can be cancelled."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._return({self.cups: 1})
        action.step_ids.sudo().picking_ids.action_cancel()
        self._run_job()
        self.assertEqual(action.state, 'failed')
        self.assertIn('nothing came back', action.message)
        self.assertEqual(action.activity_ids.user_id, self.agent)
        action.action_cancel()
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 0.0)

    def test_cancel(self):
        """A return that waits is taken back with its transfer; the goods can come back later."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._return({self.cups: 3})
        picking = action.step_ids.sudo().picking_ids
        self.assertEqual(self.cups._get_helpdesk_returnable(), 0.0)
        action.action_cancel()
        self.assertEqual((action.state, picking.state), ('cancelled', 'cancel'))
        self.assertEqual(self.cups._get_helpdesk_returnable(), 3.0)
        self.assertEqual(self._return({self.cups: 3}).state, 'waiting')

    def test_blocked(self):
        """The ticket says why nothing can come back."""
        self.assertIn('Nothing was delivered', self.ticket.return_blocked_reason)
        with self.assertRaisesRegex(UserError, 'Nothing was delivered'):
            self.ticket.action_open_return()
        self._deliver(self.order)
        self._invoice(self.order)
        self.ticket.invalidate_recordset()
        self.assertTrue(self.ticket.can_return)
        self._return({self.cups: 3, self.plates: 2})
        self.assertIn('on their way back', self.ticket.return_blocked_reason)
        self.team.use_product_returns = False
        self.ticket.invalidate_recordset()
        self.assertIn('takes no goods back', self.ticket.return_blocked_reason)

    def test_wrong_requests(self):
        """What the dialog doesn't offer is refused, too."""
        self._deliver(self.order)
        self._invoice(self.order)
        service = self.env['product.product'].create({'name': 'Gift wrap', 'type': 'service'})
        self.order.write({'order_line': [Command.create({'product_id': service.id})]})
        other = self._create_order()
        self._deliver(other)
        for lines, message in (
            ({}, 'choose at least one item'),
            ({self.cups: 0}, 'choose at least one item'),
            ({self.cups: -1}, 'say how many'),
            ({self.order.order_line[2]: 1}, "service can't come back"),
            ({other.order_line[0]: 1}, 'have to be lines of order'),
            ({self.cups: 4}, "4.0 can't come back, 3.0"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                self._new_return(lines).action_submit()
        with self.assertRaises(AccessError):
            self._new_return({self.cups: 1}, user=self.outsider)
        self.team.use_credit_notes = False
        with self.assertRaisesRegex(UserError, 'choose "No refund"'):
            self._new_return({self.cups: 1}).action_submit()
        self.team.use_product_returns = False
        with self.assertRaisesRegex(UserError, 'takes no goods back'):
            self._new_return({self.cups: 1}, refund_policy='none').action_submit()

    def test_refund_with_restock(self):
        """A refund may expect the goods without waiting for them."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self._new_refund({self.cups: 1}, restock=True)
        self.assertIn('1 × Cup blue of', action.preview)
        self.assertNotIn('The stock does not change', action.preview)
        action.action_submit()
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(action.step_ids.sudo().picking_ids.state, 'assigned')
        with self.assertRaisesRegex(UserError, 'an amount alone moves no goods'):
            self._new_refund(amount=10.0, restock=True).action_submit()

    def test_reason_that_demands_a_return(self):
        self._deliver(self.order)
        self._invoice(self.order)
        reason = self.env.ref('helpdesk_ecom.reason_changed_mind')
        with self.assertRaisesRegex(UserError, 'make a return instead'):
            self._new_refund({self.cups: 1}, reason_id=reason.id).action_submit()
        action = self._refund({self.cups: 1}, reason_id=reason.id, restock=True)
        self.assertEqual(action.state, 'done')

    def test_dialog(self):
        """An agent without rights in stock or accounting returns everything by the dialog."""
        self._deliver(self.order)
        self._invoice(self.order)
        action = self.ticket.action_open_return()
        form = Form(
            self.env[action['res_model']].with_user(self.agent).with_context(**action['context'])
        )
        self.assertEqual(form.refund_policy, 'receipt')
        form.reason_id = self.reason
        self.assertEqual(form.refund_policy, 'request', 'As the reason says')
        with form.line_ids.edit(0) as line:
            line.quantity = 9
            self.assertEqual(line.quantity, 3, 'Not more than was delivered')
            line.quantity = 1
        self.assertEqual(form.amount, 40.0)
        self.assertIn('come back to the warehouse', form.preview)
        form.refund_policy = 'none'
        self.assertEqual(form.amount, 0.0)
        self.assertIn('No money is given back', form.preview)
        form.refund_policy = 'receipt'
        wizard = form.save()
        wizard.action_fill()
        self.assertEqual(wizard.amount, 140.0)
        wizard.action_confirm()
        action = self.ticket.order_action_ids
        self.assertEqual((action.state, action.amount), ('waiting', 140.0))
        self.assertEqual(action.requester_id, self.agent)
