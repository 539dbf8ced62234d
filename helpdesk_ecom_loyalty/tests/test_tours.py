from odoo.tests import HttpCase, tagged

from .common import VoucherCommon


@tagged('post_install', '-at_install', 'browser')
class TestCouponTour(VoucherCommon, HttpCase):
    """An agent gives a coupon in the browser, and takes it back."""

    def test_coupon(self):
        self.start_tour(
            f'/odoo/helpdesk.ticket/{self.ticket.id}',
            'helpdesk_coupon_tour',
            login='agent',
        )
        action = self.ticket.order_action_ids
        self.assertEqual((action.action_type, action.state), ('coupon', 'cancelled'))
        self.assertFalse(action.sudo().loyalty_card_id.active)
