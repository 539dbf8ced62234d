from odoo import models


class SaleOrder(models.Model):
    """What of an order has not been delivered, and can be called off."""

    _inherit = 'sale.order'

    # === BUSINESS METHODS === #

    def _get_helpdesk_open_quantities(self):
        """Return how much of each line was not delivered, in the unit of the line.

        :return: for each line on which something was sold, as superuser; zero if all has left.
        :rtype: dict
        """
        self.ensure_one()
        lines_sudo = self._get_helpdesk_sold_lines()
        goods_sudo = lines_sudo.filtered(lambda line: line.product_id.type == 'consu')
        left = any(line.qty_delivered > 0 for line in goods_sudo)
        return {
            # shipping and gift wrap were earned with the first parcel: they can be refunded
            line: 0.0 if left and line not in goods_sudo else line._get_helpdesk_open_quantity()
            for line in lines_sudo
        }


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    # === BUSINESS METHODS === #

    def _get_helpdesk_open_quantity(self):
        """Return what was ordered and never left; what came back had left."""
        self.ensure_one()
        left = self.product_uom_qty - self.qty_delivered
        # whoever opens the ticket asks this: moves are looked at where something came back only
        if self.order_id.picking_ids.return_id:
            left += self._get_helpdesk_resent_quantity() - self._get_helpdesk_returned_quantity()
        return max(0.0, self.product_uom_id.round(left))

    def _get_helpdesk_returned_quantity(self):
        """Return how much of the line came back, in its own unit."""
        self.ensure_one()
        moves_sudo = self.sudo().move_ids.filtered(
            lambda move: (
                move.state == 'done'
                and move.to_refund
                and move.location_id.usage == 'customer'
                and move.product_id == self.product_id
            )
        )
        return self._sum_helpdesk_moves(moves_sudo)

    def _get_helpdesk_resent_quantity(self):
        """Return how much of the line exchanges sent again: it is delivered, and beyond the order.

        :return: in the unit of the line.
        """
        self.ensure_one()
        actions_sudo = self.sudo().helpdesk_action_line_ids.action_id.filtered(
            lambda action: action.action_type == 'exchange'
        )
        moves_sudo = actions_sudo._get_new_moves().filtered(
            lambda move: (
                move.state == 'done'
                and move.location_dest_id._is_outgoing()
                and move.sale_line_id == self.sudo()
                and move.product_id == self.product_id
            )
        )
        return self._sum_helpdesk_moves(moves_sudo)

    def _sum_helpdesk_moves(self, moves_sudo):
        """Return how much the moves brought, in the unit of the line."""
        return sum(
            move.product_uom._compute_quantity(move.quantity, self.product_uom_id, round=False)
            for move in moves_sudo
        )

    def _lower_helpdesk_quantity(self, quantity):
        """Take a quantity off the line; its price stays, whatever a pricelist says of fewer."""
        self.ensure_one()
        self.write(
            {
                'product_uom_qty': self.product_uom_id.round(self.product_uom_qty - quantity),
                'price_unit': self.price_unit,
                'discount': self.discount,
            }
        )
