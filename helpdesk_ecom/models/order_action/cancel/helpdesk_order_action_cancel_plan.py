from typing import NamedTuple

from odoo import models
from odoo.tools import float_is_zero

from ....tools.refund_math import price_of, share
from ..const import VOID_STATES


class Part(NamedTuple):
    """What is cancelled of one line of the order."""

    line: models.Model  # of the order, as superuser
    quantity: float
    worth: float  # tax included, with its share of the order's discounts
    is_lowered: bool = False  # whether the line is smaller by it already
    given: float = 0.0  # how much of the quantity was given back before: it is worth nothing
    noted: float = 0.0  # the price of what credit notes gave of it

    @property
    def priced(self):
        """How much of the quantity has a price still."""
        return self.quantity - self.given


class HelpdeskOrderAction(models.Model):
    """Cancel: what was paid or invoiced for what is cancelled, and how it goes back.

    What is billed beyond what is left of the order gets a credit note by quantity. What is not
    billed makes the order smaller, and of that goes back what was paid too much.
    """

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS - REFUND === #

    def _get_refund_plan(self):
        """Override of `helpdesk_ecom`: a cancellation has a plan of its own."""
        if self.action_type != 'cancel':
            return super()._get_refund_plan()
        return self._get_cancel_plan(
            [
                Part(
                    line.order_line_id.sudo(),
                    line.quantity,
                    line.amount,
                    bool(line.cancelled_quantity),
                    line.given_quantity,
                    line.noted_amount,
                )
                for line in self.line_ids
            ]
        )

    def _step_refund(self, step_sudo):
        """Override of `helpdesk_ecom` to leave out what others gave back while payments went."""
        if self.action_type == 'cancel':
            self.amount = min(self.amount, self._get_plan_amount(self._get_refund_plan()))
        return super()._step_refund(step_sudo)

    def _prepare_refund_steps(self):
        """Override of `helpdesk_ecom`: often nothing was paid, and nothing moves."""
        if self.action_type == 'cancel' and self.currency_id.is_zero(self.amount):
            return [{'code': 'notify'}]
        return super()._prepare_refund_steps()

    def _step_order_credit(self, step_sudo):
        """Override of `helpdesk_ecom`: the order is smaller already, and needs no credit line."""
        if self.action_type != 'cancel':
            return super()._step_order_credit(step_sudo)
        self.payout_amount += step_sudo.amount
        return 'done', self.env._(
            '%(amount)s was paid for what is cancelled and not invoiced',
            amount=self._get_amount_label(step_sudo.amount),
        )

    def _preview_order_credit(self, amount):
        """Override of `helpdesk_ecom`: the order is smaller already, and needs no credit line."""
        if self.action_type != 'cancel':
            return super()._preview_order_credit(amount)
        return self.env._(
            '%(amount)s was paid for what is not invoiced yet.',
            amount=self._get_amount_label(amount),
        )

    def _mark_refunded(self, sign):
        """Override of `helpdesk_ecom`: the order line itself says that it is not billed again."""
        if self.action_type != 'cancel':
            super()._mark_refunded(sign)

    # === BUSINESS METHODS - PLAN === #

    def _get_plan_amount(self, plan):
        """Return what a plan gives back."""
        return self.currency_id.round(
            sum(part['total'] for part in plan['notes'].values()) + plan['order']
        )

    def _get_cancel_plan(self, parts):
        """Return on which documents the money for what is cancelled stands.

        :param list parts: see `Part`.
        :return: as `_get_refund_plan` does.
        :rtype: dict
        """
        self.ensure_one()
        whole = self.sale_order_id.sudo().state == 'cancel' or (
            not any(part.is_lowered for part in parts)
            and self._is_whole({part.line: part.quantity for part in parts})
        )
        prices, quantities = {}, {}
        for bill_sudo, quantity, price in (
            self._get_whole_bills() if whole else self._get_bills(parts)
        ):
            quantities[bill_sudo] = quantity
            prices[bill_sudo] = price
        ledger = self.sale_order_id._get_helpdesk_ledger(exclude=self)
        notes, left = {}, ledger['open']
        for invoice_sudo in self.sale_order_id._get_helpdesk_invoices().sorted('id'):
            bills = [bill for bill in quantities if bill.move_id == invoice_sudo]
            room = min(left, invoice_sudo._get_helpdesk_creditable_amount(self._get_own_notes()))
            if bills:
                part = self._prepare_note_part(bills, quantities, prices, room)
                left -= part['total']
                notes[invoice_sudo] = part
        noted = sum(part['total'] for part in notes.values())
        on_order = self._get_overpaid(parts, whole, ledger) - noted
        if not whole:
            billed = sum(prices.values())
            on_order = min(on_order, sum(part.worth for part in parts) - billed)
        return {
            'notes': {move: part for move, part in notes.items() if part['total'] > 0},
            'order': self.currency_id.round(max(0.0, min(on_order, left))),
            'returned': {},
        }

    def _prepare_note_part(self, bills, quantities, prices, room):
        """Return the part of the plan for one invoice, cut down to what it can still bear.

        What was credited over an amount before, such as goodwill, has made the pieces cheaper.
        """
        rounding = self.currency_id.rounding
        total = self.currency_id.round(sum(prices[bill] for bill in bills))
        part = {
            'quantities': {bill: quantities[bill] for bill in bills},
            'prices': {bill: prices[bill] for bill in bills},
            'amounts': [],
            'total': total,
        }
        if self.currency_id.compare_amounts(total, room) > 0 and total:
            room = self.currency_id.round(max(0.0, room))
            shares = share(room, [prices[bill] for bill in bills], rounding)
            part.update(prices=dict(zip(bills, shares, strict=True)), total=room, is_reduced=True)
        return part

    def _get_whole_bills(self):
        """Return all that is billed of the order and not credited, with quantity and price.

        Discounts and down payments are among it, with the sign that they have on the invoice. Of
        an invoice that was credited before, the discount is shared by what is left.
        """
        own_notes_sudo = self._get_own_notes()
        discounts_sudo = self.sale_order_id._get_helpdesk_discounts()
        bills = []
        for invoice_sudo in self.sale_order_id._get_helpdesk_invoices().sorted('id'):
            notes_sudo = (
                invoice_sudo.reversal_move_ids.filtered(lambda note: note.state != 'cancel')
                - own_notes_sudo
            )
            for bill_sudo in invoice_sudo._get_helpdesk_product_lines(self.sale_order_id, False):
                if notes_sudo and bill_sudo.sale_line_ids & discounts_sudo:
                    continue
                credited = sum(
                    notes_sudo.invoice_line_ids.filtered(
                        lambda line, bill=bill_sudo: (
                            line.sale_line_ids and line.sale_line_ids == bill.sale_line_ids
                        )
                    ).mapped('quantity')
                )
                quantity = bill_sudo.quantity - credited
                if not float_is_zero(quantity, precision_digits=6):
                    price = price_of(
                        quantity,
                        bill_sudo.price_total,
                        bill_sudo.quantity,
                        self.currency_id.rounding,
                    )
                    bills.append((bill_sudo, quantity, price))
        return bills

    def _get_bills(self, parts):
        """Return what is billed of the parts beyond what is left, with quantity and price."""
        invoices_sudo = self.sale_order_id._get_helpdesk_invoices().sorted('id')
        bills = []
        for part in parts:
            left = part.line.product_uom_qty - part.line.helpdesk_refunded_qty
            left -= 0.0 if part.is_lowered else part.quantity
            billed = part.line._get_helpdesk_billed(invoices_sudo, self._get_own_notes())
            excess = sum(quantity for _bill, quantity in billed) - max(0.0, left)
            excess = min(part.priced, excess)
            for bill_sudo, quantity in reversed(billed):
                taken = min(quantity, excess)
                if part.line.product_uom_id.compare(taken, 0.0) <= 0:
                    continue
                excess -= taken
                price = price_of(taken, part.worth, part.priced, self.currency_id.rounding)
                unit_quantity = part.line.product_uom_id._compute_quantity(
                    taken, bill_sudo.product_uom_id, round=False
                )
                bills.append((bill_sudo, unit_quantity, price))
        return bills

    def _get_overpaid(self, parts, whole, ledger):
        """Return what of the money received is not for what is left of the order."""
        order_sudo = self.sale_order_id.sudo()
        kept = 0.0
        if not whole:
            kept = order_sudo.amount_total
            kept -= sum(part.worth for part in parts if not part.is_lowered)
            # what credit notes gave of it is not on the order any more
            kept += sum(part.noted for part in parts if part.is_lowered)
            notes_sudo = order_sudo._get_helpdesk_notes() - self._get_own_notes()
            kept -= sum(order_sudo._get_helpdesk_share(n, n.amount_total) for n in notes_sudo)
        gifts_sudo = order_sudo.helpdesk_action_ids.filtered(
            lambda action: action.state not in VOID_STATES and not action._gives_money()
        )
        given_money = ledger['refunded'] - sum(gifts_sudo.mapped('amount'))
        return ledger['paid'] - given_money - max(0.0, kept)
