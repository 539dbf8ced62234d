from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionCancel(OrderActionCommon):
    """What has not left is called off: order, transfers, invoices and money."""

    def _cancel(self, lines=None, mode=None, **vals):
        return self._refund(
            lines,
            action_type='cancel',
            cancel_mode=mode or ('line' if lines else 'order'),
            **vals,
        )

    # --- the whole order

    def test_nothing_paid(self):
        action = self._cancel()
        self.assertEqual((action.state, action.amount), ('done', 0.0), action.message)
        self.assertEqual(self.order.state, 'cancel')
        self.assertEqual(set(self.order.picking_ids.mapped('state')), {'cancel'})
        self.assertFalse(self.order.invoice_ids)
        self.assertEqual(action.step_ids.mapped('code'), ['cancel_order', 'refund', 'notify'])
        self.assertIn('cancelled', self.ticket.message_ids[0].body)

    def test_quotation(self):
        order = self._create_order(confirm=False)
        action = self._cancel(ticket=self._create_ticket(sale_order_id=order.id))
        self.assertEqual((action.state, order.state), ('done', 'cancel'))

    def test_locked(self):
        self.order.action_lock()
        self.assertEqual(self._cancel().state, 'done')
        self.assertTrue(self.order.locked)

    def test_invoiced(self):
        """What is owed is no more; a draft invoice is cancelled."""
        invoice = self._invoice(self.order)
        action = self._cancel()
        self.assertEqual((action.state, action.amount), ('done', 140.0), action.message)
        self.assertEqual(invoice.payment_state, 'reversed')
        self.assertEqual(self.cups.qty_invoiced, 0.0)
        self.assertNotEqual(self.order.invoice_status, 'to invoice')

    def test_draft_invoice(self):
        invoice = self.order._create_invoices()
        self.assertEqual(self._cancel().amount, 0.0)
        self.assertEqual(invoice.state, 'cancel')

    def test_paid_by_bank(self):
        invoice = self._invoice(self.order)
        self._pay_by_bank(invoice)
        action = self._cancel()
        self.assertEqual((action.state, self.order.state), ('waiting', 'cancel'))
        with self.assertRaises(UserError, msg='An order is not brought back'):
            action.action_cancel()
        self._pay_by_bank(action.step_ids.sudo().move_ids)
        self._run_job()
        self.assertEqual(action.state, 'done')

    def test_after_goodwill(self):
        """What was given before is not given again; the note says so."""
        invoice = self._invoice(self.order)
        self._refund(action_type='goodwill', amount=15.0)
        self._refund({self.plates: 1})
        action = self._cancel()
        self.assertEqual((action.state, action.amount), ('done', 115.0), action.message)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(sum(invoice.reversal_move_ids.mapped('amount_total')), 140.0)
        self.assertEqual(self.plates.qty_invoiced, 0.0)

    def test_down_payment(self):
        """A down payment is credited, too, also when the final invoice has taken it off."""
        for final in (False, True):
            with self.subTest(final=final):
                order = self._create_order()
                wizard = self.env['sale.advance.payment.inv'].create(
                    {
                        'sale_order_ids': [Command.set(order.ids)],
                        'advance_payment_method': 'fixed',
                        'fixed_amount': 50.0,
                    }
                )
                wizard.create_invoices()
                order.invoice_ids.action_post()
                if final:
                    order._create_invoices(final=True).action_post()
                invoices = order.invoice_ids
                action = self._cancel(ticket=self._create_ticket(sale_order_id=order.id))
                self.assertEqual(action.state, 'done', action.message)
                self.assertEqual(action.amount, 140.0 if final else 50.0)
                self.assertEqual(sum(invoices.mapped('amount_residual')), 0.0)

    # --- a part

    def test_lines(self):
        action = self._cancel({self.cups: 1})
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual((self.cups.product_uom_qty, self.order.amount_total), (2.0, 100.0))
        self.assertEqual(self.cups.move_ids.product_uom_qty, 2.0)
        self.assertEqual(self._invoice(self.order).amount_total, 100.0)

    def test_lines_invoiced(self):
        """The credit note brings the order back to invoiced; later refunds know the rest."""
        invoice = self._invoice(self.order)
        action = self._cancel({self.cups: 1})
        self.assertEqual((action.state, action.amount), ('done', 40.0), action.message)
        self.assertEqual(invoice.amount_residual, 100.0)
        self.assertEqual((self.cups.qty_invoiced, self.cups.qty_to_invoice), (2.0, 0.0))
        self.assertEqual(self.order.invoice_status, 'invoiced')
        self.assertEqual(self._new_refund()._get_refundable_quantities()[self.cups], 2.0)
        rest = self._refund({self.cups: 2})
        self.assertEqual((rest.state, rest.amount), ('done', 80.0))
        with self.assertRaisesRegex(UserError, '0.0 are left'):
            self._refund({self.cups: 1})
        self.assertEqual(self.cups.qty_to_invoice, 0.0)
        self.assertFalse(self.order._get_invoiceable_lines())

    def test_ordered_again(self):
        """What was called off and is ordered again is billed again."""
        self._invoice(self.order)
        self._cancel({self.cups: 1})
        self.cups.product_uom_qty = 3.0
        self.assertEqual(self.cups.qty_to_invoice, 1.0)

    def test_after_refund(self):
        """Pieces that were refunded and not sent are cancelled without money."""
        invoice = self._invoice(self.order)
        self._refund({self.cups: 1})
        action = self._cancel({self.cups: 3})
        self.assertEqual((action.state, action.amount), ('done', 80.0), action.message)
        self.assertEqual(invoice.amount_residual, 20.0)
        self.assertEqual((self.cups.product_uom_qty, self.cups.qty_to_invoice), (0.0, 0.0))

    def test_partly_delivered(self):
        [picking] = self.order.picking_ids
        cups = picking.move_ids.filtered(lambda move: move.product_id == self.cup)
        cups.write({'quantity': 2, 'picked': True})
        picking.with_context(skip_backorder=True).button_validate()
        invoice = self._invoice(self.order)
        with self.assertRaisesRegex(UserError, 'A part of order'):
            self._cancel()
        with self.assertRaisesRegex(UserError, '1.0 have not left'):
            self._cancel({self.cups: 2})
        action = self._cancel(mode='open')
        self.assertEqual((action.state, action.amount), ('done', 60.0), action.message)
        self.assertEqual(invoice.amount_residual, 80.0)
        self.assertEqual((self.cups.product_uom_qty, self.plates.product_uom_qty), (2.0, 0.0))
        self.assertEqual(sorted(self.order.picking_ids.mapped('state')), ['cancel', 'done'])
        self.assertIn('All has left', self.ticket._get_action_blocked_reason('cancel'))

    def test_service(self):
        """A service is called off by itself, but what goes with a parcel has left with it."""
        service = self.env['product.product'].create(
            {'name': 'Gift wrap', 'type': 'service', 'invoice_policy': 'order', 'list_price': 5.0}
        )
        wrap = self.env['sale.order.line'].create(
            {'order_id': self.order.id, 'product_id': service.id, 'product_uom_qty': 2}
        )
        self.assertEqual(self._cancel({wrap: 1}).state, 'done')
        self.assertEqual(wrap.product_uom_qty, 1.0)
        self._deliver(self.order)
        self.assertIn('All has left', self.ticket._get_action_blocked_reason('cancel'))

    def test_draft_invoice_shrinks(self):
        invoice = self.order._create_invoices()
        action = self._cancel({self.cups: 1, self.plates: 2})
        self.assertEqual((action.state, action.amount), ('done', 0.0), action.message)
        self.assertEqual(invoice.amount_total, 80.0)
        self.assertEqual(self.cups.qty_to_invoice, 0.0)

    def test_pricelist(self):
        """Fewer pieces cost as much each as was agreed."""
        pricelist = self.env['product.pricelist'].create(
            {
                'name': 'Three for less',
                'item_ids': [
                    Command.create(
                        {
                            'min_quantity': 3,
                            'compute_price': 'fixed',
                            'fixed_price': 30.0,
                            'applied_on': '3_global',
                        }
                    )
                ],
            }
        )
        order = self._create_order(pricelist_id=pricelist.id)
        cups = order.order_line[0]
        self.assertEqual(cups.price_unit, 30.0)
        self._cancel({cups: 1}, ticket=self._create_ticket(sale_order_id=order.id))
        self.assertEqual((cups.price_unit, cups.product_uom_qty), (30.0, 2.0))

    def test_discount(self):
        """A discount of the whole order shrinks with it, and the note carries its share."""
        self.env['sale.order.discount'].create(
            {
                'sale_order_id': self.order.id,
                'discount_type': 'so_discount',
                'discount_percentage': 0.1,
            }
        ).action_apply_discount()
        self.assertEqual(self.order.amount_total, 126.0)
        invoice = self._invoice(self.order)
        action = self._cancel({self.cups: 1})
        self.assertEqual((action.state, action.amount), ('done', 36.0), action.message)
        self.assertEqual((invoice.amount_residual, self.order.amount_total), (90.0, 90.0))
        self.assertEqual(self.order.invoice_status, 'invoiced')
        rest = self._cancel()
        self.assertEqual((rest.state, rest.amount), ('done', 90.0), rest.message)
        self.assertEqual(invoice.amount_residual, 0.0)

    # --- what was refunded before

    def test_refunded_before(self):
        """What was refunded is taken off the order, and not paid another time."""
        self._pay_by_bank(self._invoice(self.order))
        self.order.picking_ids.move_ids.filtered(lambda move: move.product_id == self.plate).write(
            {'quantity': 2, 'picked': True}
        )
        self.order.picking_ids.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self._refund({self.cups: 3}).amount, 120.0)
        action = self._cancel({self.cups: 3})
        self.assertEqual((action.state, action.amount), ('done', 0.0), action.message)
        self.assertFalse(action.step_ids.sudo().move_ids)
        self.assertEqual((self.cups.product_uom_qty, self.order.amount_total), (0.0, 20.0))
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 120.0)
        self.assertNotEqual(self.order.invoice_status, 'to invoice')

    def test_refunded_in_part_before(self):
        """Of what is cancelled only the pieces that nobody refunded have a price."""
        invoice = self._invoice(self.order)
        self._refund({self.cups: 1})
        first = self._cancel({self.cups: 2})
        self.assertEqual((first.amount, self.order.amount_total), (80.0, 60.0), first.message)
        second = self._cancel({self.cups: 1})
        self.assertEqual((second.amount, self.order.amount_total), (0.0, 20.0), second.message)
        rest = self._cancel()
        self.assertEqual((rest.amount, self.order.state), (20.0, 'cancel'), rest.message)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_team_does_not_refund(self):
        """Nor does it by the back door; what was not paid is cancelled all the same."""
        order = self._create_order()
        self.team.use_credit_notes = False
        self._invoice(self.order)
        with self.assertRaisesRegex(UserError, 'does not refund'):
            self._cancel()
        unpaid = self._cancel(ticket=self._create_ticket(sale_order_id=order.id))
        self.assertEqual((unpaid.state, unpaid.amount), ('done', 0.0))

    def test_other_order_of_the_customer(self):
        """It is the order of the action that has to be open, not the order of the ticket."""
        other = self._create_order()
        self._deliver(other)
        with self.assertRaisesRegex(UserError, 'All has left'):
            self._cancel(sale_order_id=other.id)
        self._deliver(self.order)
        third = self._create_order()
        self.assertEqual(self._cancel(sale_order_id=third.id).state, 'done')

    # --- the warehouse

    def test_agent_does_not_answer(self):
        """Who asks the warehouse can't say in its place that it has stopped the parcel."""
        self.order.picking_ids.printed = True
        action = self._cancel()
        activity = action.step_ids.sudo().activity_ids
        with self.assertRaises(AccessError):
            activity.with_user(self.agent).write({'active': False})
        activity.with_user(self.agent).sudo().action_feedback()
        action.action_resume()
        self._run_job()
        self.assertEqual((action.state, self.order.state), ('waiting', 'sale'))
        again = action.step_ids.sudo().activity_ids.filtered('active')
        self.assertTrue(again)
        again.with_user(again.user_id).action_feedback()
        self._run_job()
        self.assertEqual((action.state, self.order.state), ('done', 'cancel'))

    def test_agent_who_sells(self):
        """Salespeople may write transfers, and pass the request to themselves: it is no answer."""
        self.agent.group_ids += self.env.ref('sales_team.group_sale_salesman_all_leads')
        self.order.picking_ids.printed = True
        action = self._cancel()
        activity = action.step_ids.sudo().activity_ids.with_user(self.agent).sudo(False)
        activity.user_id = self.agent
        activity.action_feedback()
        self._run_job()
        self.assertEqual((action.state, self.order.state), ('waiting', 'sale'))

    def test_agent_who_is_all_of_it(self):
        """In a shop of one the request is for himself."""
        self.order.picking_ids.printed = True
        self.order.picking_ids.user_id = self.agent
        action = self._cancel()
        action.step_ids.sudo().activity_ids.with_user(self.agent).action_feedback()
        self._run_job()
        self.assertEqual((action.state, self.order.state), ('done', 'cancel'))

    def test_printed(self):
        """A slip that somebody packs by is stopped first; then all goes on by itself."""
        invoice = self._invoice(self.order)
        picking = self.order.picking_ids
        for lines in ({self.cups: 1}, None):
            with self.subTest(lines=lines):
                picking.printed = True
                action = self._cancel(lines)
                self.assertEqual(action.state, 'waiting')
                self.assertEqual(self.order.amount_total, 100.0 if not lines else 140.0)
                self.assertIn(
                    'cancels this order', self.ticket._get_action_blocked_reason('cancel')
                )
                self._run_job()
                self.assertEqual(action.state, 'waiting')
                picking.activity_ids.action_done()
                self._run_job()
                self.assertEqual(action.state, 'done', action.message)
                self.assertEqual(self.order.picking_ids, picking)
        self.assertEqual((picking.state, invoice.amount_residual), ('cancel', 0.0))

    def test_left_while_asked(self):
        """The parcel left: nothing is cancelled, and the action can be given up."""
        self._invoice(self.order)
        self.order.picking_ids.printed = True
        action = self._cancel()
        self._deliver(self.order)
        self._run_job()
        self.assertEqual((action.state, self.order.state), ('failed', 'sale'))
        self.assertIn('make a return', action.message)
        self.assertFalse(action.step_ids.sudo().move_ids)
        action.action_cancel()
        self.assertEqual(action.state, 'cancelled')

    def test_a_part_left_while_asked(self):
        invoice = self._invoice(self.order)
        [picking] = self.order.picking_ids
        picking.printed = True
        action = self._cancel()
        cups = picking.move_ids.filtered(lambda move: move.product_id == self.cup)
        cups.write({'quantity': 3, 'picked': True})
        picking.with_context(skip_backorder=True).button_validate()
        self._run_job()
        self.assertEqual((action.state, action.amount), ('done', 20.0), action.message)
        self.assertEqual((self.cups.product_uom_qty, self.plates.product_uom_qty), (3.0, 0.0))
        self.assertEqual(invoice.amount_residual, 120.0)

    def test_give_up_while_asked(self):
        self.order.picking_ids.printed = True
        action = self._cancel()
        action.action_cancel()
        self.assertEqual((action.state, self.order.state), ('cancelled', 'sale'))
        self.assertFalse(self.order.picking_ids.activity_ids)

    # --- refusals and the dialog

    def test_refusals(self):
        other = self._create_order()
        with self.assertRaisesRegex(UserError, 'Say what is cancelled'):
            self._refund(action_type='cancel')
        with self.assertRaisesRegex(UserError, 'Choose what is cancelled'):
            self._cancel(mode='line')
        with self.assertRaisesRegex(UserError, 'lines of order'):
            self._cancel({other.order_line[0]: 1})
        with self.assertRaisesRegex(UserError, "can't be cancelled"):
            self._cancel({self.cups: 4})
        self._cancel()
        with self.assertRaisesRegex(UserError, 'cancelled already'):
            self._cancel()

    def test_amount_of_the_caller(self):
        """What goes back is what was paid, whatever the caller says."""
        self._invoice(self.order)
        action = self._cancel({self.cups: 1}, amount=140.0)
        self.assertEqual(action.amount, 40.0)

    def test_dialog(self):
        invoice = self._invoice(self.order)
        form = Form(
            self.env['helpdesk.order.cancel']
            .with_user(self.agent)
            .with_context(**self.ticket.action_open_cancel()['context'])
        )
        self.assertEqual(form.mode, 'order')
        self.assertIn('is cancelled', form.preview)
        self.assertIn(self.order.picking_ids.name, form.preview)
        form.mode = 'line'
        self.assertFalse(form.preview)
        with form.line_ids.edit(0) as line:
            line.quantity = 5.0
            self.assertEqual(line.quantity, 3.0, 'Not more than is open')
            line.quantity = 1.0
        self.assertIn(f'40.00 on invoice {invoice.name}', form.preview)
        form.reason_id = self.reason
        form.save().action_confirm()
        self._commit()
        self.assertEqual((self.cups.product_uom_qty, invoice.amount_residual), (2.0, 100.0))
