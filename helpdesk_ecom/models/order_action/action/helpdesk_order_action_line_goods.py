from odoo import models
from odoo.exceptions import UserError


class HelpdeskOrderActionLine(models.Model):
    """Lines of actions that move goods."""

    _inherit = 'helpdesk.order.action.line'

    # === BUSINESS METHODS === #

    def _ensure_goods_of_order(self):
        """Refuse lines of other orders, what is no goods, and quantities that are none.

        :raise UserError: which names the line.
        """
        self.ensure_one()
        order_line_sudo = self.order_line_id.sudo()
        if order_line_sudo.order_id != self.action_id.sale_order_id:
            raise UserError(
                self.env._(
                    'The lines have to be lines of order %(order)s.',
                    order=self.action_id.sale_order_id.name,
                )
            )
        if order_line_sudo.product_id.type != 'consu':
            raise UserError(
                self.env._(
                    "%(line)s is no goods: it can't be sent. Refund it instead.",
                    line=order_line_sudo.name,
                )
            )
        if order_line_sudo.helpdesk_is_free:
            raise UserError(
                self.env._(
                    '%(line)s was sent for free: choose the line that the customer paid for.',
                    line=order_line_sudo.name,
                )
            )
        if order_line_sudo.product_uom_id.compare(self.quantity, 0.0) <= 0:
            raise UserError(
                self.env._('%(line)s: the quantity has to be positive.', line=order_line_sudo.name)
            )
