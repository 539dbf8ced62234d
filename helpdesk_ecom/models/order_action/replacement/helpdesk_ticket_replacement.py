from odoo import models


class HelpdeskTicket(models.Model):
    """Sending goods of a ticket's order again."""

    _inherit = 'helpdesk.ticket'

    # === ACTION METHODS === #

    def action_open_replacement(self):
        """Open the dialog that sends goods of the order again.

        :raise UserError: if nothing can be sent again; the message says why.
        """
        return self._open_action_wizard(
            'replacement', 'helpdesk.order.replacement', self.env._('Send again')
        )

    # === BUSINESS METHODS === #

    def _get_order_panel_actions(self):
        """Offer the replacement in the order panel, too."""
        actions = super()._get_order_panel_actions()
        if self.use_product_replacements:
            actions.append(
                self._prepare_order_panel_action(
                    'replacement',
                    'action_open_replacement',
                    self.env._('Send again'),
                    'fa-truck',
                )
            )
        return actions
