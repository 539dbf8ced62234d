from odoo import models


class HelpdeskTicket(models.Model):
    _inherit = 'helpdesk.ticket'

    # === ACTION METHODS === #

    def action_open_cancel(self):
        """Open the dialog that cancels the order of the ticket, or a part of it.

        :raise UserError: if nothing can be cancelled; the message says why.
        """
        return self._open_action_wizard(
            'cancel', 'helpdesk.order.cancel', self.env._('Cancel the order')
        )

    # === BUSINESS METHODS === #

    def _get_order_panel_actions(self):
        """Override of `helpdesk_ecom` to offer the cancellation."""
        return [
            *super()._get_order_panel_actions(),
            self._prepare_order_panel_action(
                'cancel',
                'action_open_cancel',
                self.env._('Cancel the order'),
                'fa-ban',
            ),
        ]
