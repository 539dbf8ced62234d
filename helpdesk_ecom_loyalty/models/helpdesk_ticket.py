from odoo import models


class HelpdeskTicket(models.Model):
    _inherit = 'helpdesk.ticket'

    # === ACTION METHODS === #

    def action_open_coupon(self):
        """Open the dialog that gives the customer a coupon.

        :raise UserError: if none can be given; the message says why.
        """
        return self._open_action_wizard('coupon', 'helpdesk.order.coupon', self.env._('Coupon'))

    def action_open_store_credit(self):
        """Open the dialog that gives the customer store credit.

        :raise UserError: if none can be given; the message says why.
        """
        return self._open_action_wizard(
            'store_credit', 'helpdesk.order.store.credit', self.env._('Store credit')
        )

    # === BUSINESS METHODS === #

    def _get_order_panel_actions(self):
        """Override of `helpdesk_ecom` to offer what the team may give."""
        actions = super()._get_order_panel_actions()
        if self.use_coupons:
            actions.append(
                self._prepare_order_panel_action(
                    'coupon',
                    'action_open_coupon',
                    self.env._('Coupon'),
                    'fa-ticket',
                )
            )
        if self.use_giftcards:
            actions.append(
                self._prepare_order_panel_action(
                    'store_credit',
                    'action_open_store_credit',
                    self.env._('Store credit'),
                    'fa-credit-card',
                )
            )
        return actions
