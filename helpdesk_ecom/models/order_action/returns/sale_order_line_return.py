from odoo import models
from odoo.tools.float_utils import float_round

from ....tools.return_math import snap_quantity, whole_kits


class SaleOrderLine(models.Model):
    """What of a line's goods can come back.

    The transfers tell it, not the delivered quantity: that one falls only for some returns. Where
    the product is a kit the transfers move its components, so the moves of a line may be of other
    products than the line.
    """

    _inherit = 'sale.order.line'

    # === BUSINESS METHODS === #

    def _get_helpdesk_returnable_moves(self):
        """Return the done moves that brought the lines to the customer, the oldest first."""
        return (
            self.sudo()
            .move_ids.filtered(
                lambda move: (
                    move.state == 'done'
                    and move.picking_id
                    and move.quantity > 0
                    and move.location_dest_id._is_outgoing()
                )
            )
            .sorted(lambda move: (move.date, move.id))
        )

    def _get_helpdesk_components(self):
        """Return what one unit of the line's product consists of, as it was delivered.

        Of a kit it is what the customer has of each component for each kit that he has.

        :return: quantities by product, each in the unit of the product; nothing when nothing (no
            whole kit) is at the customer.
        :rtype: dict
        """
        self.ensure_one()
        line_sudo = self.sudo()
        moves_sudo = line_sudo._get_helpdesk_returnable_moves()
        if moves_sudo.product_id <= line_sudo.product_id:
            return dict.fromkeys(moves_sudo.product_id, 1.0)
        kits = line_sudo._to_helpdesk_unit(line_sudo.qty_delivered)
        if kits <= 0:
            return {}
        components = {}
        for product, moves in moves_sudo.grouped('product_id').items():
            back = moves.returned_move_ids.filtered(lambda m: m.state == 'done' and m.to_refund)
            there = sum(move._to_helpdesk_unit(move.quantity) for move in moves)
            there -= sum(move._to_helpdesk_unit(move.quantity) for move in back)
            components[product] = there / kits
        return {product: quantity for product, quantity in components.items() if quantity > 0}

    def _get_helpdesk_returnable(self):
        """Return how much of the line can come back, in its unit; open returns are taken off."""
        self.ensure_one()
        line_sudo = self.sudo()
        components = line_sudo._get_helpdesk_components()
        left = dict.fromkeys(components, 0.0)
        for move in line_sudo._get_helpdesk_returnable_moves():
            if move.product_id in left:
                left[move.product_id] += move._get_helpdesk_returnable_quantity()
        if not left:
            return 0.0
        if set(left) == {line_sudo.product_id}:
            quantity = left[line_sudo.product_id]
        else:
            quantity = whole_kits([(left[product], components[product]) for product in left])
        return line_sudo._from_helpdesk_unit(quantity)

    def _get_helpdesk_component_quantities(self, quantity):
        """Return which products come back when a quantity of the line does.

        :param float quantity: in the unit of the line.
        :return: quantities by product, each in the unit of the product.
        :rtype: dict
        """
        self.ensure_one()
        line_sudo = self.sudo()
        units = line_sudo._to_helpdesk_unit(quantity)
        return {
            product: product.uom_id.round(units * per_unit)
            for product, per_unit in line_sudo._get_helpdesk_components().items()
        }

    def _to_helpdesk_unit(self, quantity):
        """Return a quantity of the line in the unit of its product.

        Five pieces of a line in dozens are 0.42 of it, which would be 5.04 pieces.
        """
        self.ensure_one()
        unit, line_unit = self.product_id.uom_id, self.product_uom_id
        factor = line_unit._compute_quantity(1.0, unit, round=False)
        return snap_quantity(quantity * factor, line_unit.rounding * factor)

    def _from_helpdesk_unit(self, quantity):
        """Return a quantity in the unit of the line, given in the unit of its product."""
        self.ensure_one()
        in_line_unit = self.product_id.uom_id._compute_quantity(
            quantity,
            self.product_uom_id,
            round=False,
        )
        return float_round(in_line_unit, precision_rounding=self.product_uom_id.rounding)

    # === BUSINESS METHODS - STOCK === #

    def _get_outgoing_incoming_moves(self, strict=True):
        """Override of `sale_stock`: what is refunded is not sent again.

        When the quantity of a line changes, the system sends what the line lacks, and takes for
        lacking what came back.
        """
        outgoing, incoming = super()._get_outgoing_incoming_moves(strict=strict)
        if not strict:
            incoming = incoming.filtered(lambda move: not move.helpdesk_is_refunded)
        return outgoing, incoming

    # === BUSINESS METHODS - BILLING === #

    def _get_helpdesk_refunded_back(self):
        """Return how much of what was refunded came back, and lowered what is to be billed.

        Where the delivered quantity is billed, goods that come back lower it. So what was refunded
        must not be taken off once more.

        :return: in the unit of the line.
        """
        self.ensure_one()
        line_sudo = self.sudo()
        if line_sudo.product_id.invoice_policy != 'delivery':
            return 0.0
        back = 0.0
        for action_line in line_sudo.helpdesk_action_line_ids.filtered('credited_quantity'):
            received = action_line.action_id._get_received_quantities()
            back += min(received.get(self.sudo(False), 0.0), action_line.credited_quantity)
        return back
