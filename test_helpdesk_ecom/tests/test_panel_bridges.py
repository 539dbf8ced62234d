from odoo import Command
from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestPanelBridges(OrderActionCommon):
    """The order panel with all that the bridges add to it."""

    def _count(self):
        """Return what the panel offers, and how many queries it took."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        ticket = self.ticket.with_user(self.agent).with_context(tz='UTC')  # as browsers say it
        panel = ticket.get_order_panel_data()
        return panel, self.env.cr.sql_log_count - before

    def test_queries(self):
        """Each kind of action costs no more than the question whether there is a program for it."""
        carrier = self.env['delivery.carrier'].create(
            {'name': 'Courier', 'product_id': self.plate.id, 'delivery_type': 'helpdesk_test'}
        )
        self.order.picking_ids.carrier_id = carrier
        self.env['loyalty.program'].create(
            {
                'name': 'Apology',
                'program_type': 'coupons',
                'reward_ids': [Command.create({'discount': 10.0})],
            }
        )
        self._deliver(self.order)
        self._pay_by_bank(self._invoice(self.order))
        self._count()
        _panel, before = self._count()
        self.team.write(
            {'use_coupons': True, 'use_product_repairs': True, 'use_product_returns': True}
        )
        panel, after = self._count()
        offered = {item['method'] for item in panel['actions'] if not item['reason']}
        self.assertLessEqual(
            {'action_open_coupon', 'action_open_store_credit', 'action_open_repair'}, offered
        )
        self.assertLessEqual(after - before, 2, (before, after))
