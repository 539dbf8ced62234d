from odoo import models


class HelpdeskTicket(models.Model):
    """Exchanging goods of a ticket's order."""

    _inherit = 'helpdesk.ticket'

    # === ACTION METHODS === #

    def action_open_exchange(self):
        """Open the dialog that exchanges goods of the order.

        :raise UserError: if nothing can be exchanged; the message says why.
        """
        return self._open_action_wizard(
            'exchange', 'helpdesk.order.exchange', self.env._('Exchange')
        )

    # === BUSINESS METHODS === #

    def _get_order_panel_actions(self):
        """Offer the exchange in the order panel, too."""
        actions = super()._get_order_panel_actions()
        if self.use_product_returns:
            actions.append(
                self._prepare_order_panel_action(
                    'exchange',
                    'action_open_exchange',
                    self.env._('Exchange'),
                    'fa-exchange',
                )
            )
        return actions
