from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """Returns of the ticket's order."""

    _inherit = 'helpdesk.ticket'

    can_return = fields.Boolean(compute='_compute_can_return')
    return_blocked_reason = fields.Char(compute='_compute_can_return')

    # === COMPUTE METHODS === #

    @api.depends('sale_order_id', 'order_match', 'team_id', 'order_action_ids.state')
    def _compute_can_return(self):
        for ticket in self:
            reason = ticket._get_action_blocked_reason('return')
            ticket.return_blocked_reason = reason
            ticket.can_return = not reason

    # === ACTION METHODS === #

    def action_open_return(self):
        """Open the dialog that takes goods of the order back.

        :raise UserError: if nothing can come back; the message says why.
        """
        return self._open_action_wizard('return', 'helpdesk.order.return', self.env._('Return'))

    # === BUSINESS METHODS === #

    def _get_order_panel_actions(self):
        actions = super()._get_order_panel_actions()
        if self.use_product_returns:
            actions.append(
                self._prepare_order_panel_action(
                    'return',
                    'action_open_return',
                    self.env._('Return'),
                    'fa-reply',
                )
            )
        return actions
