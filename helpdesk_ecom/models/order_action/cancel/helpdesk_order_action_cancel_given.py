from odoo import fields, models

from ....tools.refund_math import price_of
from ..const import VOID_STATES
from .helpdesk_order_action_cancel_plan import Part


class HelpdeskOrderActionLine(models.Model):
    _inherit = 'helpdesk.order.action.line'

    given_quantity = fields.Float(
        digits='Product Unit',
        readonly=True,
        copy=False,
        help='How much of what is cancelled was given back before: it is worth nothing any more.',
    )
    noted_amount = fields.Monetary(
        readonly=True,
        copy=False,
        help='The price of what credit notes gave back before of what is cancelled.',
    )


class HelpdeskOrderAction(models.Model):
    """Cancel: what was refunded before is taken off the order, and not paid another time."""

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS === #

    def _prepare_cancel_parts(self):
        """Return what is asked to be cancelled, with what it is worth now."""
        return [
            self._prepare_cancel_part(line_sudo, quantity)
            for line_sudo, quantity in self._get_cancel_quantities().items()
        ]

    def _prepare_cancel_part(self, line_sudo, quantity):
        """Return a part of what is cancelled: only what nobody gave back before has a price."""
        ActionLine = self.env['helpdesk.order.action.line']
        own_line = ActionLine.new({'order_line_id': line_sudo.id})
        given = self._get_given_quantities(line_sudo)[line_sudo]
        given -= self._get_taken_off(line_sudo)
        uom = line_sudo.product_uom_id
        priced = uom.round(max(0.0, min(quantity, line_sudo.product_uom_qty - given)))
        before = uom.round(quantity - priced)
        on_order = sum(part for _action, part, _price in self._get_order_credits(line_sudo, before))
        noted = price_of(
            before - on_order,
            line_sudo._get_helpdesk_worth(),
            line_sudo.product_uom_qty,
            self.currency_id.rounding,
        )
        worth = own_line._get_price(priced) if priced else 0.0
        return Part(line_sudo, quantity, worth, given=before, noted=noted)

    def _prepare_cancel_line_vals(self, part):
        """Return the values of the line of the action for a part of what is cancelled."""
        return {
            'order_line_id': part.line.id,
            'quantity': part.quantity,
            'amount': part.worth,
            'given_quantity': part.given,
            'noted_amount': part.noted,
        }

    def _get_taken_off(self, line_sudo):
        """Return how much of what was given back of the line is not on the order any more.

        Earlier cancellations took it off, and with it what they paid for themselves and billed.
        """
        lines_sudo = line_sudo.helpdesk_action_line_ids.filtered(
            lambda line: (
                line.cancelled_quantity
                and line.action_id != self._origin
                and line.action_id.state not in VOID_STATES
            )
        )
        return sum(line.given_quantity + line._get_given_quantity() for line in lines_sudo)

    def _get_order_credits(self, line_sudo, quantity):
        """Return which actions gave a quantity of the line by a credit line on the order.

        :return: for each, the newest first, itself, its part of the quantity, and the price of it.
        :rtype: list[tuple]
        """
        credits_ = []
        for line in line_sudo.helpdesk_action_line_ids.sorted('id', reverse=True):
            action_sudo = line.action_id.sudo()
            part = min(quantity, line.quantity - line.credited_quantity)
            if (
                line_sudo.product_uom_id.compare(part, 0.0) > 0
                and action_sudo.state not in VOID_STATES
                and action_sudo._get_credit_lines()
            ):
                price = price_of(part, line.amount, line.quantity, self.currency_id.rounding)
                credits_.append((action_sudo, part, price))
                quantity -= part
        return credits_

    def _lower_order_credit(self, line):
        """Make the credit lines smaller that stand on the order for what is taken off it.

        Else they would take their amount off the rest of the order.
        """
        line_sudo = line.order_line_id.sudo()
        for action_sudo, _quantity, price in self._get_order_credits(
            line_sudo, line.given_quantity
        ):
            credits_sudo = action_sudo._get_credit_lines()
            total = -sum(credits_sudo.mapped('price_total'))
            if self.currency_id.compare_amounts(price, total) >= 0:
                credits_sudo.product_uom_qty = 0.0
                continue
            for credit_sudo in credits_sudo:
                credit_sudo.price_unit *= (total - price) / total

    def _get_credit_lines(self):
        """Return the negative lines on the order by which the action gave money back."""
        steps_sudo = self.sudo().step_ids.filtered(lambda step: step.code == 'order_credit')
        return steps_sudo.order_line_ids
