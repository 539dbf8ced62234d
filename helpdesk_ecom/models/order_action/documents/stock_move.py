from collections import defaultdict

from odoo import fields, models


class StockMove(models.Model):
    """What of delivered goods can come back. All methods expect a superuser's records."""

    _inherit = 'stock.move'

    helpdesk_is_refunded = fields.Boolean(
        copy=False,
        readonly=True,
        export_string_translation=False,
        help='Brings goods back for good: the order line that they were sold by does not send them '
        'again.',
    )

    # === BUSINESS METHODS - STOCK === #

    def _prepare_move_split_vals(self, qty):
        """Override of `stock`: the rest of a return is as much for good as its beginning."""
        vals = super()._prepare_move_split_vals(qty)
        return {**vals, 'helpdesk_is_refunded': self.helpdesk_is_refunded}

    # === BUSINESS METHODS === #

    def _to_helpdesk_unit(self, quantity):
        """Return a quantity of the move in the unit of its product, not rounded."""
        self.ensure_one()
        return self.product_uom._compute_quantity(quantity, self.product_id.uom_id, round=False)

    def _get_helpdesk_progress(self):
        """Return how much of one product the moves brought, and how much they were to bring.

        :rtype: tuple[float, float]
        """
        done = self.filtered(lambda move: move.state == 'done')
        return (
            sum(move._to_helpdesk_unit(move.quantity) for move in done),
            sum(move._to_helpdesk_unit(move.product_uom_qty) for move in self),
        )

    def _get_helpdesk_returnable_quantity(self):
        """Return how much of a done move can come back; returns under way are taken off.

        :return: in the unit of the product.
        """
        self.ensure_one()
        returned = sum(
            move._to_helpdesk_unit(move.quantity if move.state == 'done' else move.product_uom_qty)
            for move in self.returned_move_ids
            if move.state != 'cancel'
        )
        left = self._to_helpdesk_unit(self.quantity) - returned
        return max(0.0, self.product_id.uom_id.round(left))

    def _get_helpdesk_returnable_lots(self):
        """Return what can come back of each lot of a done move, in the unit of the product.

        :return: pairs of lot (none where the product is not tracked) and quantity.
        :rtype: list[tuple]
        """
        self.ensure_one()
        if self.product_id.tracking == 'none':
            return [(self.env['stock.lot'].sudo(), self._get_helpdesk_returnable_quantity())]
        by_lot = defaultdict(float)
        for line in self.move_line_ids:
            by_lot[line.lot_id] += line.quantity_product_uom
        returns = self.returned_move_ids.filtered(lambda move: move.state != 'cancel')
        for line in returns.move_line_ids:
            by_lot[line.lot_id] -= line.quantity_product_uom
        left, lots = self._get_helpdesk_returnable_quantity(), []
        for lot, quantity in by_lot.items():
            part = min(left, self.product_id.uom_id.round(max(0.0, quantity)))
            lots.append((lot, part))
            left -= part
        return lots
