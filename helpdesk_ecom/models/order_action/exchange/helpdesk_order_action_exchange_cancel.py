from odoo import models


class HelpdeskOrderAction(models.Model):
    """Exchange: giving one up after the old goods came back, when there is nothing to send.

    The new delivery is called off, and the old line is again what the customer paid for goods that
    he has not got any more: a refund of it gives the price back.
    """

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS === #

    def _ensure_nothing_received(self):
        """Override: goods that came back hinder nobody as long as no new ones have left."""
        if not self._is_without_new_goods():
            super()._ensure_nothing_received()

    def _undo_step_return_transfer(self, step_sudo):
        """Override to leave the order as if nothing came back, where something was billed for."""
        super()._undo_step_return_transfer(step_sudo)
        if self.action_type == 'exchange':
            self._keep_delivered()

    def _get_cancel_message(self):
        """Override to say what came back, and which lines are to be refunded."""
        if self.action_type != 'exchange':
            return super()._get_cancel_message()
        received = {line: part for line, part in self._get_received_quantities().items() if part}
        if not received:
            return super()._get_cancel_message()
        return self.env._(
            '%(goods)s came back and nothing was sent for it: refund %(lines)s.',
            goods=self._get_goods_label(received),
            lines=', '.join(line.sudo().name for line in received),
        )

    # === BUSINESS METHODS - TOOLS === #

    def _is_without_new_goods(self):
        """Return whether it is an exchange of which no new goods have left yet."""
        return self.action_type == 'exchange' and all(
            move.state != 'done' for move in self._get_new_moves()
        )

    def _keep_delivered(self):
        """Let what came back stay delivered, as it stays billed until somebody refunds it.

        What was not billed yet does not stay: who gave goods back does not pay for them.
        """
        moves_sudo = self._get_return_moves().filtered(lambda move: move.state == 'done')
        self._set_to_refund(moves_sudo, False)
        for line, quantity in self._get_received_quantities().items():
            if quantity and self._is_unbilled(line, quantity):
                own_sudo = moves_sudo.filtered(lambda m, own=line: m.sale_line_id == own.sudo())
                self._set_to_refund(own_sudo, True)

    def _set_to_refund(self, moves_sudo, value):
        """Say whether done returns lower the delivered quantity, and count it again."""
        moves_sudo.write({'to_refund': value, 'helpdesk_is_refunded': value})
        moves_sudo.modified(['quantity'])  # the delivered quantity doesn't depend on `to_refund`
