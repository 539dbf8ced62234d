from odoo import fields, models


class HelpdeskOrderActionLine(models.Model):
    """What a return takes off the bill that is still to come."""

    _inherit = 'helpdesk.order.action.line'

    unbilled_quantity = fields.Float(
        digits='Product Unit',
        readonly=True,
        copy=False,
        help='How much of the quantity was delivered, and will not be billed as it comes back.',
    )

    # === BUSINESS METHODS === #

    def _is_billed_by_delivery(self):
        """Return whether what is delivered is billed, so that a return makes the bill smaller."""
        self.ensure_one()
        return self.order_line_id.sudo().product_id.invoice_policy == 'delivery'

    def _mark_unbilled(self, quantity):
        """Keep the order from billing goods that come back, until they have come back."""
        self.ensure_one()
        self.unbilled_quantity += quantity
        self.credited_quantity += quantity
        self.order_line_id.sudo().helpdesk_refunded_qty += quantity


class HelpdeskOrderAction(models.Model):
    """Return: money for goods that are delivered and not billed yet.

    When they are back the order bills less by itself. A credit on the order, as for a refund whose
    goods stay, would take the price off twice.
    """

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS === #

    def _step_order_return(self, step_sudo):
        """Send the price of goods back that will not be billed."""
        for line, (quantity, _amount) in self._get_refund_plan()['returned'].items():
            line._mark_unbilled(quantity)
        self.payout_amount += step_sudo.amount
        return 'done', self.env._(
            '%(amount)s are not billed, as the goods come back',
            amount=self._get_amount_label(step_sudo.amount),
        )

    def _undo_step_order_return(self, step_sudo):
        """Let the order bill the goods again.

        What was done is undone; another plan may differ, as the order was billed meanwhile.
        """
        for line in self.line_ids:
            line._mark_unbilled(-line.unbilled_quantity)
