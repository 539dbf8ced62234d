from odoo import api, fields, models
from odoo.exceptions import UserError

from ....tools.refund_math import fill, price_of


class HelpdeskOrderActionStep(models.Model):
    _inherit = 'helpdesk.order.action.step'

    code = fields.Selection(
        selection_add=[('exchange_invoice', 'Invoice of the difference')],
        ondelete={'exchange_invoice': 'cascade'},
    )


class HelpdeskOrderActionLine(models.Model):
    """What the new goods of an exchange cost."""

    _inherit = 'helpdesk.order.action.line'

    # fixed when the exchange is submitted: a price that changes until it is shipped is not his
    exchange_price_unit = fields.Float(digits='Product Price', readonly=True, copy=False)
    exchange_discount = fields.Float(digits='Discount', readonly=True, copy=False)

    # === BUSINESS METHODS === #

    def _get_new_unit(self):
        """Return the unit in which the new goods are counted, by the number that comes back."""
        self.ensure_one()
        order_line_sudo = self.order_line_id.sudo()
        product_sudo = self._get_new_product().sudo()
        if product_sudo.uom_id == order_line_sudo.product_id.uom_id:
            return order_line_sudo.product_uom_id
        return product_sudo.uom_id

    def _new_order_line(self):
        """Return the order line that would sell the new goods, at today's prices, not saved."""
        self.ensure_one()
        Order_sudo = self.env['sale.order'].sudo()
        draft_sudo = Order_sudo.new(origin=self.order_line_id.sudo().order_id)
        return (
            self.env['sale.order.line']
            .sudo()
            .new(
                {
                    'order_id': draft_sudo.id,
                    'product_id': self._get_new_product().id,
                    'product_uom_qty': self.quantity,
                    'product_uom_id': self._get_new_unit().id,
                }
            )
        )

    def _get_price_difference(self):
        """Return what the new goods cost more than those that come back, tax included.

        The same product is exchanged whatever it costs today.
        """
        self.ensure_one()
        if not self.quantity or self._is_same_product():
            return 0.0
        price = self._new_order_line().price_total
        difference = price - self._get_price_of_line()
        if difference < 0.0:
            # a discount of the whole order was not paid: it is not given back, either
            difference = max(difference, min(0.0, price - self._get_price()))
        return difference

    def _get_price_of_line(self):
        """Return the price of what comes back; discounts of the whole order stay with it."""
        self.ensure_one()
        order_line_sudo = self.order_line_id.sudo()
        return price_of(
            self.quantity,
            order_line_sudo.price_total,
            order_line_sudo.product_uom_qty,
            order_line_sudo.currency_id.rounding,
        )


class HelpdeskOrderAction(models.Model):
    """Exchange: the price difference in the books.

    - The new goods cost as much, or less: their line on the order costs nothing and is never
      billed. What they cost less is refunded off the line that came back, as any price reduction:
      by a credit note where it was billed, else on the order. Only that counts in the ledger.
    - They cost more: their line has its own price, beside a line that takes off what came back,
      with its own taxes. Together they are the difference. Where the order was billed, an invoice
      over the two follows once the goods have left, and the customer owes it; else the order's
      invoice has them.

    So no invoice is credited and billed once more for goods that were paid, and it comes out right
    whether ordered or delivered quantities are billed.
    """

    _inherit = 'helpdesk.order.action'

    exchange_difference = fields.Monetary(
        string='Price Difference',
        readonly=True,
        copy=False,
        help='What the new goods cost more, tax included; below zero what they cost less.',
    )

    # === COMPUTE METHODS === #

    @api.depends('line_ids.quantity', 'line_ids.exchange_product_id')
    def _compute_amount(self):
        """Override: of an exchange only what is given back of the price counts."""
        exchanges = self.filtered(lambda action: action.action_type == 'exchange')
        super(HelpdeskOrderAction, self - exchanges)._compute_amount()
        for action in exchanges:
            action.amount = max(0.0, -action._get_price_difference())

    # === BUSINESS METHODS === #

    def _get_price_difference(self):
        """Return what all new goods together cost more than what comes back, tax included."""
        self.ensure_one()
        differences = [line._get_price_difference() for line in self.line_ids._get_filled()]
        return self.currency_id.round(sum(differences))

    def _fix_exchange_prices(self):
        """Keep today's prices of the new goods: they are what is agreed on."""
        for line in self.line_ids:
            order_line = line._new_order_line()
            line.exchange_price_unit = order_line.price_unit
            line.exchange_discount = order_line.discount
        self.exchange_difference = self._get_price_difference()
        self.amount = max(0.0, -self.exchange_difference)

    def _is_billed_difference(self):
        """Return whether the new goods cost more, so that they are billed."""
        self.ensure_one()
        return self.currency_id.compare_amounts(self.exchange_difference, 0.0) > 0

    def _preview_difference(self):
        """Return what becomes of the price difference, in sentences."""
        difference = self._get_price_difference()
        sign = self.currency_id.compare_amounts(difference, 0.0)
        if sign > 0:
            return [
                self.env._(
                    'The new goods cost %(amount)s more: it is invoiced when they have left, and '
                    'the customer owes it.',
                    amount=self._get_amount_label(difference),
                )
            ]
        if sign < 0:
            return [
                self.env._(
                    'The new goods cost %(amount)s less: it is given back when they have left.',
                    amount=self._get_amount_label(-difference),
                ),
                *self._preview_refund(),
            ]
        return [self.env._('The price stays the same: nothing is billed or refunded.')]

    def _reduce_to(self, received):
        """Override: of what came back only the difference is given."""
        billed = self._is_billed_difference()
        asked = {line: line.quantity for line in self.line_ids}
        super()._reduce_to(received)
        if self.action_type == 'exchange':
            self.exchange_difference = self._get_price_difference()
            self.amount = max(0.0, -self.exchange_difference)
            self._settle_advance(received, asked, billed)

    def _get_refund_parts(self):
        """Override to take what the new goods cost less off the lines that came back."""
        if self.action_type != 'exchange':
            return super()._get_refund_parts()
        lines = self.line_ids._get_filled()
        cheaper = [max(0.0, -line._get_price_difference()) for line in lines]
        parts, _rest = fill(self.amount, cheaper, self.currency_id.rounding)
        asked = [
            (line.order_line_id, part) for line, part in zip(lines, parts, strict=True) if part
        ]
        return lines.browse(), asked

    def _check_refund_lines(self):
        """Override to say of goods that were exchanged for nothing where their price is.

        :raise UserError: which names the line that the customer paid for.
        """
        free_sudo = self.line_ids.order_line_id.sudo().filtered('helpdesk_is_free')
        exchanges_sudo = self.sale_order_id.sudo().helpdesk_action_ids.filtered(
            lambda action: action.action_type == 'exchange'
        )
        for line_sudo in free_sudo:
            exchange_sudo = exchanges_sudo.filtered(
                lambda action, own=line_sudo: own in action.step_ids.order_line_ids
            )
            old_sudo = exchange_sudo.line_ids.filtered(
                lambda line, own=line_sudo: line._get_new_product() == own.product_id
            ).order_line_id
            if old_sudo:
                raise UserError(
                    self.env._(
                        '%(line)s was sent in exchange and has no price of its own: make a return '
                        'without a refund, and refund %(old)s.',
                        line=line_sudo.name,
                        old=', '.join(old_sudo.mapped('name')),
                    )
                )
        return super()._check_refund_lines()

    # === BUSINESS METHODS - STEPS === #

    def _step_exchange_invoice(self, step_sudo):
        """Bill what the new goods cost more, unless the order has more to bill by itself."""
        order_sudo = self.sale_order_id.sudo()
        lines_sudo = self.step_ids.order_line_ids
        billable_sudo = order_sudo.order_line.filtered(
            lambda line: line.qty_to_invoice and not line.display_type and not line.is_downpayment
        )
        amount = self._get_amount_label(sum(lines_sudo.mapped('price_total')))
        if not billable_sudo or billable_sudo - lines_sudo:
            return 'done', self.env._('%(amount)s more, by the invoice of the order', amount=amount)
        invoice_sudo = order_sudo._create_invoices()
        invoice_sudo.action_post()
        self._allocate_payments(invoice_sudo)
        step_sudo.move_ids = invoice_sudo
        return 'done', self.env._(
            '%(invoice)s over %(amount)s, which the customer owes',
            invoice=invoice_sudo.name,
            amount=amount,
        )
