from odoo import Command
from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.common import HelpdeskOrderCommon


@tagged('post_install', '-at_install')
class TestOrderPanelOnline(HelpdeskOrderCommon):
    """What the order panel says of an order that was paid online."""

    def _read(self, ticket):
        self.env.flush_all()
        self.env.invalidate_all()
        return ticket.with_user(self.agent).get_order_panel_data()

    def test_paid_and_refunded(self):
        self._pay_online(self.order)
        self._deliver(self.order)
        ticket = self._create_ticket(sale_order_id=self.order.id)
        order = self._read(ticket)['order']
        self.assertEqual(
            order['money'],
            {'total': 140, 'paid': 140, 'refunded': 0, 'is_promised': False, 'open': 0},
        )
        self.assertIn('Paid', [chip['label'] for chip in order['chips']])
        if not self.order.invoice_ids:
            self._invoice(self.order)
        action = (
            self.env['helpdesk.order.action']
            .with_user(self.agent)
            .create(
                {
                    'ticket_id': ticket.id,
                    'action_type': 'refund',
                    'reason_id': self.env.ref('helpdesk_ecom.reason_damaged').id,
                    'line_ids': [
                        Command.create(
                            {
                                'order_line_id': self.order.order_line[0].id,
                                'quantity': 1,
                                'amount': 40,
                            }
                        )
                    ],
                }
            )
        )
        action.action_submit()
        order = self._read(ticket)['order']
        self.assertEqual(order['money']['paid'], 140)
        self.assertEqual(order['money']['refunded'], 40)
        self.assertEqual(order['ledger']['given'], 40)
        self.assertEqual([entry['amount'] for entry in order['ledger']['entries']], [40])
        self.assertIn('Compensation under way', [chip['label'] for chip in order['chips']])
        self._check_query_count(ticket)

    def _check_query_count(self, ticket):
        """No more queries for two hundred orders than for two, though all kinds of action ask."""
        self.team.write(
            {'use_coupons': True, 'use_product_repairs': True, 'use_product_returns': True}
        )
        self._create_order()
        few = self._count_queries(ticket)
        self.assertLessEqual(few, 25)
        self.env['sale.order'].create([{'partner_id': self.customer.id}] * 198)
        self.assertEqual(self._read(ticket)['other_count'], 199)
        self.assertEqual(self._count_queries(ticket), few)

    def _count_queries(self, ticket):
        """Return how many queries the panel costs an agent, with nothing cached."""
        self._read(ticket)  # what the registry remembers for all is not counted
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        ticket.with_user(self.agent).get_order_panel_data()
        return self.env.cr.sql_log_count - before
