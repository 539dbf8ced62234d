import json

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import HelpdeskOrderCommon


@tagged('post_install', '-at_install')
class TestOrderPanel(HelpdeskOrderCommon):
    """The panel tells an agent, who has no right but the helpdesk's, all about the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.env['res.partner'].create({'name': 'Paul Roux'})
        cls.ticket = cls._create_ticket(sale_order_id=cls.order.id)

    def _read(self, ticket=None, user=None, **kwargs):
        """Return the panel's data as the agent gets them, with nothing cached."""
        self.env.flush_all()
        self.env.invalidate_all()
        ticket = self.ticket if ticket is None else ticket
        ticket = ticket.with_user(user or self.agent)
        return json.loads(json.dumps(ticket.get_order_panel_data(**kwargs)))

    def _chips(self, **kwargs):
        return [chip['label'] for chip in self._read(**kwargs)['order']['chips']]

    def test_fresh_order(self):
        data = self._read()
        order = data['order']
        self.assertEqual(data['match'], 'verified')
        self.assertEqual(order['name'], self.order.name)
        self.assertEqual(
            order['money'],
            {'total': 140, 'paid': 0, 'refunded': 0, 'is_promised': False, 'open': 140},
        )
        self.assertEqual(
            [(line['quantity'], line['delivered'], line['total']) for line in order['lines']],
            [(3, 0, 120), (2, 0, 20)],
        )
        self.assertEqual(order['lines'][0]['stock']['on_hand'], 50)
        self.assertEqual(order['lines'][0]['stock']['forecast'], 47)
        self.assertEqual(
            [d['name'] for d in order['deliveries']], self.order.picking_ids.mapped('name')
        )
        self.assertEqual(self._chips(), ['Not paid', 'To invoice', 'Delivered 0 of 5'])

    def test_delivered_and_invoiced(self):
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        order = self._read()['order']
        self.assertEqual([line['delivered'] for line in order['lines']], [3, 2])
        self.assertEqual([move['name'] for move in order['invoices']], [invoice.name])
        self.assertEqual(order['money']['open'], 140)
        self.assertEqual(self._chips(), ['Not paid', 'Invoiced', 'Delivered 5 of 5'])

    def test_late(self):
        self.order.picking_ids.date_deadline = '2020-01-01'
        self.assertIn('Late', self._chips())
        self.assertTrue(self._read()['order']['deliveries'][0]['is_late'])
        self._deliver(self.order)
        self.assertNotIn('Late', self._chips())

    def test_cancelled(self):
        self.order.action_cancel()
        self.assertEqual(self._chips(), ['Cancelled'])
        self.assertEqual(self._read()['order']['money']['open'], 0)

    def test_incoming_goods(self):
        warehouse = self.order.warehouse_id
        move = self.env['stock.move'].create(
            {
                'product_id': self.cup.id,
                'product_uom_qty': 20,
                'location_id': self.env.ref('stock.stock_location_suppliers').id,
                'location_dest_id': warehouse.lot_stock_id.id,
                'picking_type_id': warehouse.in_type_id.id,
                'date': '2030-01-05 08:00:00',
            }
        )
        move._action_confirm()
        stock = self._read()['order']['lines'][0]['stock']
        cup = self.cup.with_context(warehouse_id=warehouse.id)
        self.assertEqual(stock['on_hand'], cup.qty_available)
        self.assertEqual(stock['forecast'], cup.virtual_available)
        self.assertEqual(stock['incoming'], 20)
        self.assertEqual(stock['incoming_date'], fields.Datetime.to_string(move.date))

    def test_service_has_no_stock(self):
        service = self.env['product.product'].create({'name': 'Gift wrap', 'type': 'service'})
        order = self._create_order(
            confirm=False,
            order_line=[
                Command.create({'display_type': 'line_section', 'name': 'Extras'}),
                Command.create({'product_id': service.id}),
            ],
        )
        [line] = self._read(self._create_ticket(sale_order_id=order.id))['order']['lines']
        self.assertFalse(line['stock'])
        self.assertFalse(line['is_goods'])

    def test_many_lines_are_cut(self):
        self.order.order_line = [
            Command.create({'product_id': self.cup.id}) for _index in range(30)
        ]
        order = self._read()['order']
        self.assertEqual(len(order['lines']), 20)
        self.assertEqual(order['more_lines'], 12)

    def test_other_orders(self):
        others = [self._create_order() for _index in range(7)]
        data = self._read()
        self.assertEqual(data['other_count'], 7)
        self.assertEqual([order['id'] for order in data['others']], [o.id for o in others[:1:-1]])

    def test_suggestion(self):
        data = self._read(self._create_ticket())
        self.assertFalse(data['order'])
        self.assertEqual(data['suggested']['id'], self.order.id)
        self.assertFalse(data['others'])

    def test_unverified(self):
        data = self._read(
            self._create_ticket(
                partner_id=self.stranger.id,
                sale_order_id=self.order.id,
            )
        )
        self.assertEqual(data['match'], 'unverified')
        self.assertEqual(data['order']['partner_name'], 'Emma Clark')
        self.assertEqual(data['partner']['name'], 'Paul Roux')

    def test_nobody(self):
        data = self._read(self._create_ticket(partner_id=False))
        self.assertEqual(
            (data['order'], data['suggested'], data['others'], data['partner']),
            (False, False, [], False),
        )

    def test_unsaved_form(self):
        """The panel follows what is chosen in the form before it is saved."""
        empty = self.env['helpdesk.ticket']
        data = self._read(empty, changes={'partner_id': self.customer.id, 'team_id': self.team.id})
        self.assertEqual(data['suggested']['id'], self.order.id)
        data = self._read(changes={'partner_id': self.stranger.id, 'sale_order_id': self.order.id})
        self.assertEqual(data['match'], 'unverified')
        data = self._read(changes={'sale_order_id': False})
        self.assertFalse(data['order'])
        self.assertEqual(self.ticket.sale_order_id, self.order, 'nothing was written')

    def test_who_may_not_read(self):
        with self.assertRaises(AccessError):
            self._read(user=self.outsider)
        self.team.privacy_visibility = 'invited_internal'
        with self.assertRaises(AccessError):
            self._read(user=self._new_user('stranger', 'group_helpdesk_user'))

    def test_customer_may_not(self):
        """A customer who sees the ticket and the order in the portal sees no stock or ledger."""
        customer = new_test_user(
            self.env,
            'emma',
            groups='base.group_portal',
            partner_id=self.customer.id,
        )
        ticket = self.ticket.with_user(customer)
        self.assertTrue(ticket.has_access('read'))
        with self.assertRaisesRegex(AccessError, 'agents only'):
            ticket.get_order_panel_data()
        for method in ('action_confirm_order', 'action_reject_order'):
            with self.assertRaises(AccessError):
                getattr(ticket, method)()

    def test_order_of_a_foreign_company_is_refused(self):
        """A client can't read any order by naming it as a change."""
        company = self.env['res.company'].create({'name': 'Other Shop'})
        order = (
            self.env['sale.order']
            .with_company(company)
            .create(
                {
                    'partner_id': self.stranger.id,
                    'company_id': company.id,
                }
            )
        )
        with self.assertRaises(AccessError):
            self._read(changes={'sale_order_id': order.id})

    def _steps(self, delivery):
        return [(step['code'], step['state']) for step in delivery['steps']]

    def test_way_of_the_goods(self):
        """The steps come from what really happened, and when."""
        order = self._read()['order']
        [delivery] = order['deliveries']
        self.assertEqual((order['payment']['code'], order['payment']['state']), ('paid', 'todo'))
        self.assertEqual(self._steps(delivery), [('packed', 'current'), ('shipped', 'todo')])
        self.assertEqual(delivery['steps'][0]['label'], 'Ready to pack')
        self.order.picking_ids.date_deadline = '2020-01-01'
        [delivery] = self._read()['order']['deliveries']
        self.assertEqual(self._steps(delivery), [('packed', 'current'), ('shipped', 'late')])
        self._deliver(self.order)
        [delivery] = self._read()['order']['deliveries']
        self.assertEqual(self._steps(delivery), [('packed', 'done'), ('shipped', 'done')])
        self.assertEqual(
            delivery['steps'][1]['date'],
            fields.Datetime.to_string(self.order.picking_ids.date_done),
        )

    def test_way_back(self):
        self._deliver(self.order)
        delivery = self.order.picking_ids
        wizard = self.env['stock.return.picking'].create({'picking_id': delivery.id})
        wizard.product_return_moves.quantity = 1
        receipt = self.env['stock.picking'].browse(wizard.action_create_returns()['res_id'])
        out, back = self._read()['order']['deliveries']
        self.assertEqual(out['steps'][-1]['label'], 'Return under way')
        self.assertTrue(back['is_return'])
        self.assertEqual(self._steps(back), [('announced', 'done'), ('received', 'current')])
        receipt.move_ids.picked = True
        receipt.button_validate()
        out, back = self._read()['order']['deliveries']
        self.assertEqual(self._steps(out)[-1], ('returned', 'done'))
        self.assertEqual(self._steps(back)[-1], ('received', 'done'))

    def test_way_through_the_warehouse(self):
        """Goods that are taken from the shelf first are packed before they leave."""
        self.order.warehouse_id.delivery_steps = 'pick_ship'
        order = self._create_order()
        ticket = self._create_ticket(sale_order_id=order.id)
        [pick] = self._read(ticket)['order']['deliveries']
        self.assertEqual(self._steps(pick), [('packed', 'current'), ('shipped', 'todo')])
        self._deliver(order)
        [ship] = self._read(ticket)['order']['deliveries']
        self.assertNotEqual(ship['id'], pick['id'])
        self.assertEqual(self._steps(ship), [('packed', 'done'), ('shipped', 'todo')])
        self.assertTrue(ship['steps'][0]['date'])

    def test_actions_are_sorted(self):
        """What can be done comes first."""
        actions = self._read()['actions']
        self.assertEqual(
            [(item['kind'], bool(item['reason'])) for item in actions][:1],
            [('cancel', False)],
        )
        blocked = [bool(item['reason']) for item in actions]
        self.assertEqual(blocked, sorted(blocked))
        self.assertIn('refund', [item['kind'] for item in actions])

    def test_entries_that_are_not_finished(self):
        action = self._create_waiting_refund()
        [entry] = self._read()['order']['ledger']['entries']
        self.assertEqual(entry['id'], action.id)
        self.assertEqual(
            entry['state_label'],
            dict(action._fields['state']._description_selection(self.env))[action.state],
        )

    def _create_waiting_refund(self):
        """Return a refund that waits for somebody."""
        self._invoice(self.order)
        action = (
            self.env['helpdesk.order.action']
            .with_user(self.agent)
            .create(
                {
                    'ticket_id': self.ticket.id,
                    'action_type': 'refund',
                    'reason_id': self.env.ref('helpdesk_ecom.reason_damaged').id,
                    'amount': 5,
                }
            )
        )
        action.sudo().write({'state': 'waiting', 'requester_id': self.agent.id})
        return action

    def test_one_of_the_other_orders(self):
        other = self._create_order()
        details = other.with_user(self.agent).get_order_panel_order()
        self.assertEqual(details['id'], other.id)
        self.assertEqual(len(details['lines']), 2)
        customer = new_test_user(
            self.env, 'emma', groups='base.group_portal', partner_id=self.customer.id
        )
        for user in (self.outsider, customer):
            with self.assertRaises(AccessError):
                other.with_user(user).get_order_panel_order()

    def test_order_of_a_foreign_company_is_not_unfolded(self):
        company = self.env['res.company'].create({'name': 'Other Shop'})
        order = (
            self.env['sale.order']
            .with_company(company)
            .create({'partner_id': self.customer.id, 'company_id': company.id})
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            order.with_user(self.agent).get_order_panel_order()
        found = self.customer.with_user(self.agent).search_order_panel_orders()
        self.assertNotIn(order.id, [summary['id'] for summary in found['orders']])

    def test_search_in_all_orders(self):
        orders = [self._create_order(client_order_ref=f'SHOP-{n}') for n in range(22)]
        customer = self.customer.with_user(self.agent)
        found = customer.search_order_panel_orders(exclude_ids=self.order.ids)
        self.assertEqual(found['count'], 22)
        self.assertEqual(
            [summary['id'] for summary in found['orders']], [o.id for o in orders[:1:-1]]
        )
        rest = customer.search_order_panel_orders(exclude_ids=self.order.ids, offset=20)
        self.assertEqual(
            [summary['id'] for summary in rest['orders']], [o.id for o in orders[1::-1]]
        )
        for term in ('shop-7', orders[7].name):
            found = customer.search_order_panel_orders(term=term)
            self.assertEqual([summary['id'] for summary in found['orders']], orders[7].ids)
        self.assertEqual(customer.search_order_panel_orders(term='cup blue')['count'], 23)
        self.assertEqual(customer.search_order_panel_orders(term='lamp')['count'], 0)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.outsider).search_order_panel_orders()

    def test_contact_form(self):
        data = self.customer.with_user(self.agent).get_helpdesk_customer_data()
        self.assertEqual(data['suggested']['id'], self.order.id)
        self.assertFalse(data['order'])
        self.assertFalse(data['actions'])
        self.assertEqual(data['customer']['id'], self.customer.id)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.outsider).get_helpdesk_customer_data()

    def test_counts_open_what_they_count(self):
        quotation = self._create_order(confirm=False)
        customer = self.customer.with_user(self.agent)
        for method, order in (('orders', self.order), ('quotations', quotation)):
            action = getattr(customer, f'action_open_helpdesk_{method}')()
            found = self.env['sale.order'].with_user(self.agent).search(action['domain'])
            self.assertEqual(found, order)

    def test_nothing_is_remembered(self):
        """What the panel read is not taken for true once something was booked."""
        self._read()
        self._invoice(self.order)
        self.assertEqual(self.order._get_helpdesk_ledger()['limit'], 140)
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=self.order.invoice_ids.ids
        ).create({})._create_payments()
        self.assertEqual(self.order._get_helpdesk_ledger()['paid'], 140)

    def test_query_count(self):
        """As few queries for a customer with many orders as for one with two."""
        self._deliver(self.order)
        invoice = self._invoice(self.order)
        self.env['account.payment.register'].with_context(
            active_model='account.move',
            active_ids=invoice.ids,
        ).create({'amount': 100.0})._create_payments()
        self._create_order()
        few = self._count_queries()
        for _index in range(10):
            self._create_order()
        self._read()  # whatever emptied the caches of the registry meanwhile
        self.assertEqual(self._count_queries(), few)
        self.assertLessEqual(few, 25)

    def _count_queries(self):
        """Return how many queries the panel costs an agent, with no record cached."""
        self._read()  # what the registry remembers for all users is not counted
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.ticket.with_user(self.agent).get_order_panel_data()
        return self.env.cr.sql_log_count - before
