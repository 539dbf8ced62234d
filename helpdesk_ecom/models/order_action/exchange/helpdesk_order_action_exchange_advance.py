from odoo import fields, models
from odoo.exceptions import UserError

from ..const import VOID_STATES


class HelpdeskOrderActionLine(models.Model):
    """What of a line an exchange takes from what else may be given."""

    _inherit = 'helpdesk.order.action.line'

    exchanged_quantity = fields.Float(
        digits='Product Unit',
        readonly=True,
        copy=False,
        help='How much the exchange has used up: what came back for something dearer, whose price '
        'has that of the old goods in it, and what was kept though the new goods had left.',
    )

    # === BUSINESS METHODS === #

    def _get_given_quantity(self):
        """Override: pieces are exchanged once, until those that are sent take their place."""
        if self.action_id.action_type != 'exchange':
            return super()._get_given_quantity()
        return self.exchanged_quantity if self.action_id._is_received() else self.quantity

    def _get_value(self, quantity):
        """Return what a quantity is worth: its price, or for what was free today's."""
        self.ensure_one()
        if not quantity:
            return 0.0
        if not self.order_line_id.sudo().helpdesk_is_free:
            return self._get_price(quantity)
        return self._new_order_line().price_total * quantity / (self.quantity or quantity)


class HelpdeskOrderAction(models.Model):
    """Exchange: new goods that leave at once are an advance.

    Until the old ones are back they count as given: in the ledger, by line, and for an approval.
    What never comes back was given for good, or is billed with the new goods.
    """

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS === #

    def _is_received(self):
        """Return whether the goods are back, or it is settled that they will not be."""
        self.ensure_one()
        receipts_sudo = self.sudo().step_ids.filtered(lambda step: step.code == 'receipt')
        return bool(receipts_sudo) and all(step.state == 'done' for step in receipts_sudo)

    def _is_advance(self):
        """Return whether the customer gets the new goods before the old ones are back."""
        self.ensure_one()
        return (
            self.action_type == 'exchange' and self.ship_on == 'request' and not self._is_received()
        )

    def _get_given_amount(self):
        """Override: until the old goods are back their price is given."""
        if not self._is_advance():
            return super()._get_given_amount()
        return self.currency_id.round(
            sum(line._get_value(line.quantity) for line in self.line_ids._get_filled())
        )

    def _get_amount_at_stake(self):
        """Override: what the new goods cost more leaves before it is paid, too."""
        at_stake = super()._get_amount_at_stake()
        if self.action_type != 'exchange':
            return at_stake
        return at_stake + max(0.0, self._get_price_difference())

    def _check_advance(self):
        """Refuse to send in advance what was given before, or where the reason demands to wait.

        :raise UserError: which says what to do instead.
        """
        if obstacle := self._get_trust_obstacle():
            raise UserError(obstacle)
        hint = self.env._('Let the new goods leave "When the old ones are back".')
        left = self._get_exchangeable_quantities()
        for line in self.line_ids:
            order_line_sudo = line.order_line_id.sudo()
            most = left[order_line_sudo]
            if order_line_sudo.product_uom_id.compare(line.quantity, most) > 0:
                sentence = self.env._(
                    "%(line)s: %(quantity)s can't be sent at once, %(left)s were not given yet.",
                    line=order_line_sudo.name,
                    quantity=f'{line.quantity:g}',
                    left=f'{most:g}',
                )
                ledger = self.sale_order_id._get_helpdesk_ledger(exclude=self)
                raise UserError('\n'.join([sentence, hint, *self._get_ledger_sentences(ledger)]))
        try:
            self._ensure_within_limit()
        except UserError as error:
            raise UserError('\n'.join([str(error), hint])) from error

    def _get_exchangeable_quantities(self):
        """Return how much of each order line was sold and not given in another way."""
        lines_sudo = self.line_ids.order_line_id.sudo()
        invoices_sudo = self.sale_order_id._get_helpdesk_invoices()
        given = self._get_given_quantities(lines_sudo)
        return {
            line: line.product_uom_id.round(
                max(line.product_uom_qty, line._get_helpdesk_quantity(invoices_sudo)) - given[line]
            )
            for line in lines_sudo
        }

    def _get_replaceable_quantities(self):
        """Override: what came back for something else is not the customer's any more.

        Its price can be given back by the line yet, unless it stands in that of the new goods.
        """
        quantities = super()._get_replaceable_quantities()
        others_sudo = self.sale_order_id.sudo().helpdesk_action_ids.filtered(
            lambda action: (
                action.action_type == 'exchange'
                and action.state not in VOID_STATES
                and action._is_received()
                and not action._is_billed_difference()
            )
        )
        for action_sudo in others_sudo:
            received = action_sudo._get_received_quantities()
            for line in action_sudo.line_ids.filtered(lambda line: not line._is_same_product()):
                order_line = line.order_line_id.sudo(False)
                if order_line in quantities:
                    left = quantities[order_line] - received[line.order_line_id]
                    quantities[order_line] = max(0.0, order_line.product_uom_id.round(left))
        return quantities

    def _preview_advance(self):
        """Return how an advance counts, in sentences."""
        if obstacle := self._get_trust_obstacle():
            return [obstacle]
        return [
            self.env._(
                'Until the old ones are back %(amount)s count as given.',
                amount=self._get_amount_label(self._get_given_amount()),
            )
        ]

    def _settle_advance(self, received, asked, billed):
        """Bill what was sent and for which nothing came back; where that can't be, it was given.

        :param dict received: by order line, in its unit; nothing where it misses.
        :param dict asked: by line of the action, before it was reduced to what came back.
        :param bool billed: whether the new goods stand on the order with their price.
        """
        given = 0.0
        for line in self.line_ids:
            back = min(received.get(line.order_line_id, 0.0), asked[line])
            kept = asked[line] - back if self.ship_on == 'request' else 0.0
            is_same = line._is_same_product()
            if billed and not is_same:
                kept = 0.0  # he pays it, see below
            # a price that stands in that of the new goods can't be given back by the old line
            line.exchanged_quantity = back if billed and not is_same else kept
            given += line._get_value(kept)
        if billed and self.ship_on == 'request':
            self._lower_credit_lines(received)
        if not self.currency_id.is_zero(given):
            # what the new goods cost less is set off against what he keeps
            self.step_ids.filtered(lambda step: step.code == 'refund').unlink()
            self.amount = self.currency_id.round(given)

    def _lower_credit_lines(self, received):
        """Take nothing off the price of the new goods for what did not come back."""
        steps_sudo = self.step_ids.filtered(lambda step: step.code == 'new_delivery')
        credits_sudo = steps_sudo.order_line_ids.filtered(lambda line: line.price_unit < 0)
        lines = self.line_ids.filtered(
            lambda line: not line._is_same_product() and line.order_line_id.sudo().price_unit > 0
        )
        with self._unlock_order():
            for credit_sudo, line in zip(credits_sudo.sorted('id'), lines, strict=True):
                missing = credit_sudo.product_uom_qty - received.get(line.order_line_id, 0.0)
                if credit_sudo.product_uom_id.compare(missing, 0.0) > 0:
                    credit_sudo._lower_helpdesk_quantity(missing)

    def _get_advance_sentence(self):
        """Return what becomes of what the customer kept although the new goods had left."""
        if self.currency_id.is_zero(self.amount):
            return self.env._('What he kept the customer has to pay.')
        return self.env._(
            'What the customer kept counts as given: %(amount)s.', amount=self._get_amount_label()
        )
