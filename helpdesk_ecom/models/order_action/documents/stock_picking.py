from odoo import models


class StockPicking(models.Model):
    _inherit = 'stock.picking'

    # === ACTION METHODS === #

    def action_cancel(self):
        """Override of `stock`: an order action may wait for the transfer."""
        result = super().action_cancel()
        self._trigger_helpdesk_actions()
        return result

    # === BUSINESS METHODS === #

    def _action_done(self):
        """Override of `stock`: an order action may wait for the goods."""
        result = super()._action_done()
        self._trigger_helpdesk_actions()
        return result

    def _get_helpdesk_hold_reason(self):
        """Return why the address of the transfer can't be changed without the warehouse, or False.

        A printed slip has the address on it, and somebody may be packing by it.
        """
        self.ensure_one()
        if self.printed:
            return self.env._('is printed')
        return False

    def _get_helpdesk_responsible(self):
        """Return who is asked about the transfer: its responsible, else a head of the warehouse."""
        self.ensure_one()
        if self.user_id:
            return self.user_id
        managers_sudo = self.env.ref('stock.group_stock_manager').sudo().all_user_ids
        return managers_sudo.filtered(
            lambda user: not user.share and self.company_id in user.company_ids
        ).sorted('id')[:1]

    def _get_helpdesk_label_step_vals(self):
        """Return the steps that get a return label for goods of these deliveries.

        Nobody offers one but carriers.

        :return: values of steps of an order action, see its `_create_steps`.
        :rtype: list[dict]
        """
        return []

    def _trigger_helpdesk_actions(self):
        """Let the order actions go on soon that wait for goods that come back or leave."""
        actions_sudo = self.sudo().sale_id.helpdesk_action_ids
        if any(action.state == 'waiting' for action in actions_sudo):
            self.env.ref('helpdesk_ecom.ir_cron_order_action')._trigger()
