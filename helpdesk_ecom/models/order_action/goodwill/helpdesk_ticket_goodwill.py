from odoo import models


class HelpdeskTicket(models.Model):
    _inherit = 'helpdesk.ticket'

    # === ACTION METHODS === #

    def action_open_goodwill(self):
        """Open the dialog that gives an amount for what the customer keeps.

        :raise UserError: if nothing can be given; the message says why.
        """
        return self._open_action_wizard(
            'goodwill', 'helpdesk.order.goodwill', self.env._('Goodwill credit')
        )

    # === BUSINESS METHODS === #

    def _get_order_panel_actions(self):
        """Override of `helpdesk_ecom` to offer goodwill where the team gives money back."""
        actions = super()._get_order_panel_actions()
        if self.use_credit_notes:
            actions.append(
                self._prepare_order_panel_action(
                    'goodwill',
                    'action_open_goodwill',
                    self.env._('Goodwill credit'),
                    'fa-gift',
                )
            )
        return actions
