from odoo.tests import HttpCase, tagged

from .common import HelpdeskOrderCommon


@tagged('post_install', '-at_install', 'browser')
class TestAgentTour(HelpdeskOrderCommon, HttpCase):
    """An agent with no other rights works through a ticket in the browser."""

    def test_agent(self):
        self.team.name = 'Tour Team'
        invoice = self._invoice(self.order)
        self.env['account.payment.register'].with_context(
            active_model='account.move',
            active_ids=invoice.ids,
        ).create({})._create_payments()
        ticket = self._create_ticket(sale_order_id=self.order.id, user_id=False)
        self.start_tour('/odoo/helpdesk', 'helpdesk_agent_tour', login='agent')
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.stage_id, self.stage_solved)
        answer = ticket.message_ids.filtered(lambda message: 'A new cup' in message.body)
        self.assertEqual(answer.author_id, self.agent.partner_id)
        self.assertIn(self.customer, answer.notified_partner_ids)

        note = self.order.invoice_ids.filtered(lambda move: move.move_type == 'out_refund')
        self.assertEqual(note.state, 'posted')
        self.assertEqual(note.amount_total, 40.0)
        self.assertEqual(self.order.picking_ids.partner_id.street, '1 Main Street')
        self.assertEqual(self.customer.street, '12 Hudson Street')

    def test_cancel(self):
        """One piece is called off: order, transfer and invoice become smaller."""
        invoice = self._invoice(self.order)
        ticket = self._create_ticket(sale_order_id=self.order.id)
        self.start_tour(
            f'/odoo/helpdesk.ticket/{ticket.id}',
            'helpdesk_cancel_tour',
            login='agent',
        )
        cups = self.order.order_line[0]
        self.assertEqual((cups.product_uom_qty, cups.move_ids.product_uom_qty), (2.0, 2.0))
        self.assertEqual((invoice.amount_residual, self.order.invoice_status), (100.0, 'invoiced'))

    def test_refund_with_approval(self):
        """Above the limit nothing happens until the approver agrees in his list."""
        self.company.helpdesk_refund_approval_amount = 50.0
        invoice = self._invoice(self.order)
        ticket = self._create_ticket(sale_order_id=self.order.id)
        url = f'/odoo/helpdesk.ticket/{ticket.id}'
        self.start_tour(url, 'helpdesk_approval_ask_tour', login='agent')
        action = ticket.order_action_ids
        self.assertEqual((action.state, action.requester_id), ('to_approve', self.agent))
        self.assertEqual(invoice.amount_residual, 140.0)

        self.start_tour('/odoo/helpdesk', 'helpdesk_approval_decide_tour', login='approver')
        self.assertEqual((action.state, action.decider_id), ('done', self.approver))
        self.assertEqual(invoice.amount_residual, 60.0)

        self.start_tour(url, 'helpdesk_approval_done_tour', login='agent')


@tagged('post_install', '-at_install', 'browser')
class TestExchangeTour(HelpdeskOrderCommon, HttpCase):
    """An agent exchanges a cup for a dearer one, and the warehouse does the rest."""

    def test_exchange(self):
        self.team.use_product_returns = True
        red = self.env['product.product'].create(
            {
                'name': 'Cup red',
                'is_storable': True,
                'invoice_policy': 'order',
                'list_price': 45.0,
                'taxes_id': False,
            }
        )
        warehouse = self.order.warehouse_id
        self.env['stock.quant']._update_available_quantity(red, warehouse.lot_stock_id, 5)
        self._deliver(self.order)
        self._invoice(self.order)
        ticket = self._create_ticket(sale_order_id=self.order.id)
        self.start_tour(
            f'/odoo/helpdesk.ticket/{ticket.id}', 'helpdesk_exchange_tour', login='agent'
        )
        action = ticket.order_action_ids
        self.assertEqual((action.action_type, action.state), ('exchange', 'waiting'))
        self.assertEqual((action.exchange_difference, action.ship_on), (5.0, 'receipt'))
        self._deliver(self.order)  # the old one comes
        action.with_user(self.agent).action_resume()
        self._deliver(self.order)  # the new one goes
        action.with_user(self.agent).action_resume()
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(action.step_ids.sudo().move_ids.amount_total, 5.0)
        self.assertEqual(self.order.order_line[-2:-1].qty_delivered, 1.0)
