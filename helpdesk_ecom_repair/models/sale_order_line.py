from odoo import models

# What isn't at the workshop any more; False is a repair order that somebody deleted.
ENDED_STATES = (False, 'done', 'cancel')


class SaleOrderLine(models.Model):
    """How much of a line the customer has, and what of it could be repaired."""

    _inherit = 'sale.order.line'

    # === BUSINESS METHODS === #

    def _get_helpdesk_repair_moves(self):
        """Return the moves that brought the product of the line to the customer."""
        return self.sudo().move_ids.filtered(
            lambda move: (
                move.state == 'done'
                and move.location_dest_id.usage == 'customer'
                and move.product_id == move.sale_line_id.product_id
            )
        )

    def _get_helpdesk_repairable(self):
        """Return how much of the line can be repaired, in its own unit.

        What was delivered, even if it is on its way back since; what another ticket has at the
        workshop is left out. Kits have no moves of their own.
        """
        self.ensure_one()
        line_sudo = self.sudo()
        if line_sudo.product_id.type != 'consu':
            return 0.0
        delivered = sum(
            move.product_uom._compute_quantity(move.quantity, line_sudo.product_uom_id)
            for move in line_sudo._get_helpdesk_repair_moves()
        )
        return max(delivered, line_sudo.qty_delivered) - self._get_helpdesk_in_repair()

    def _get_helpdesk_in_repair(self):
        """Return how much of the line tickets have at the workshop, or asked for."""
        actions_sudo = self.sudo().helpdesk_action_line_ids.filtered(
            lambda line: (
                line.action_id.action_type == 'repair'
                and line.action_id.state not in ('draft', 'refused', 'cancelled')
                and (
                    line.action_id.state != 'done'
                    or line.action_id.repair_ids.state not in ENDED_STATES
                )
            )
        )
        return sum(actions_sudo.mapped('quantity'))

    def _get_helpdesk_lots(self):
        """Return the lots and serial numbers of the line that the customer got."""
        return self._get_helpdesk_repair_moves().move_line_ids.lot_id.sudo(False)

    def _get_helpdesk_returns(self):
        """Return the transfers that bring the product back, the latest first, as superuser."""
        return (
            self.order_id.sudo()
            .picking_ids.filtered(
                lambda picking: (
                    picking.return_id
                    and picking.state != 'cancel'
                    and picking.picking_type_code == 'incoming'
                    and self.sudo().product_id in picking.move_ids.product_id
                )
            )
            .sorted('id', reverse=True)
        )
