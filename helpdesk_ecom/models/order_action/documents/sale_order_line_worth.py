from odoo import models

from ....tools.refund_math import share


class SaleOrder(models.Model):
    """Discounts and rewards that stand on an order as lines of their own."""

    _inherit = 'sale.order'

    # === BUSINESS METHODS === #

    def _get_helpdesk_discounts(self):
        """Return the lines that make the whole order cheaper, as superuser.

        What the helpdesk gave back stands on the order as a negative line, too, and is none.
        """
        self.ensure_one()
        order_sudo = self.sudo()
        given_sudo = order_sudo.helpdesk_action_ids.step_ids.order_line_ids
        return (order_sudo.order_line - given_sudo).filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and line.currency_id.compare_amounts(line.price_total, 0.0) < 0
            )
        )

    def _get_helpdesk_sold_lines(self):
        """Return the lines on which something was sold: no notes, discounts, down payments.

        Goods that were sent for nothing are no sale, either.
        """
        self.ensure_one()
        return self.sudo().order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and not line.helpdesk_is_free
                and line.currency_id.compare_amounts(line.price_total, 0.0) >= 0
            )
        )


class SaleOrderLine(models.Model):
    """What a line is worth: its price, and its share of what the order is cheaper by."""

    _inherit = 'sale.order.line'

    # === BUSINESS METHODS === #

    def _get_helpdesk_worth(self):
        """Return the price of the line, tax included, with its share of the order's discounts."""
        self.ensure_one()
        line_sudo = self.sudo()._origin or self.sudo()
        worth = line_sudo.price_total
        for discount_sudo in line_sudo.order_id._get_helpdesk_discounts():
            lines_sudo = discount_sudo._get_helpdesk_discounted()
            if line_sudo in lines_sudo:
                shares = share(
                    discount_sudo.price_total,
                    lines_sudo.mapped('price_total'),
                    line_sudo.currency_id.rounding,
                )
                worth += shares[lines_sudo.ids.index(line_sudo.id)]
        return worth

    def _get_helpdesk_discounted(self):
        """Return the lines that a discount makes cheaper: those with its taxes, else all.

        The system makes one discount line for each tax of the order.
        """
        self.ensure_one()
        lines_sudo = self.order_id._get_helpdesk_sold_lines()
        return lines_sudo.filtered(lambda line: line.tax_ids == self.tax_ids) or lines_sudo
