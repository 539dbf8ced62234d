from odoo import Command, fields, models
from odoo.exceptions import UserError


class HelpdeskOrderActionLine(models.Model):
    """What is sent for what comes back."""

    _inherit = 'helpdesk.order.action.line'

    exchange_product_id = fields.Many2one(
        'product.product',
        string='Product to Send',
        ondelete='restrict',
        help='In an exchange. Empty: the same again.',
    )

    # === BUSINESS METHODS === #

    def _get_new_product(self):
        """Return the product that is sent."""
        self.ensure_one()
        return self.exchange_product_id or self.product_id

    def _is_same_product(self):
        """Return whether the customer gets the same again."""
        self.ensure_one()
        return self._get_new_product() == self.product_id

    def _check_exchange_product(self):
        """Refuse to send what is not sold, or nothing that can be sent.

        :raise UserError: which names the product.
        """
        self.ensure_one()
        if self._is_same_product():
            return
        product_sudo = self._get_new_product().sudo()
        company = self.action_id.company_id
        if (
            product_sudo.type != 'consu'
            or not product_sudo.sale_ok
            or not product_sudo.active
            or product_sudo.company_id - company
        ):
            raise UserError(
                self.env._(
                    "%(product)s can't be sent: choose goods that are sold.",
                    product=product_sudo.display_name,
                )
            )
        if self.order_line_id.sudo().helpdesk_is_free:
            raise UserError(
                self.env._(
                    '%(line)s was sent for free: exchange it for the same, or exchange the line '
                    'that the customer paid for.',
                    line=self.order_line_id.name,
                )
            )


class HelpdeskOrderAction(models.Model):
    """Exchange: the new goods, and what the return means for the delivered quantity.

    The same product goes out by the same order line as before: its delivered quantity falls when
    the old piece comes back, and rises again with the new one. So it stays what the customer has
    and pays for, and a later return finds the piece where its price is.

    Another product gets a line of its own. The old line then stays delivered, as it stays billed:
    a credit for what came back stands in the price of the new line, or beside it.
    """

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS === #

    def _step_return_transfer(self, step_sudo):
        """Override to leave lines delivered whose price the new line makes up for."""
        outcome = super()._step_return_transfer(step_sudo)
        if self.action_type == 'exchange':
            others = self.line_ids.filtered(lambda line: not line._is_same_product())
            moves_sudo = step_sudo.picking_ids.move_ids
            moves_sudo.helpdesk_is_refunded = False  # something is sent for it
            moves_sudo.filtered(
                lambda move: move.sale_line_id in others.order_line_id.sudo()
            ).to_refund = False
        return outcome

    def _step_receipt(self, step_sudo):
        """Override for a customer who keeps both: the new goods left, nothing came back."""
        asked = {line: line.quantity for line in self.line_ids}
        outcome = super()._step_receipt(step_sudo)
        if self.action_type != 'exchange' or outcome[0] == 'waiting':
            return outcome
        if outcome[0] == 'failed':
            if all(move.state != 'done' for move in self._get_new_moves()):
                return outcome  # nothing is lost yet, and the action can be cancelled
            self._settle_advance({}, asked, self._is_billed_difference())
            outcome = 'done', self.env._('Nothing came back, and the new goods have left.')
        elif self.ship_on != 'request' or asked == {li: li.quantity for li in self.line_ids}:
            return outcome
        return 'done', f'{outcome[1]} {self._get_advance_sentence()}'

    def _prepare_new_lines_vals(self):
        """Override: the same product needs no line, and another may cost more."""
        if self.action_type != 'exchange':
            return super()._prepare_new_lines_vals()
        vals_list = [
            self._prepare_new_line_vals(*goods)
            for goods in self._get_new_goods()
            if not goods[0]._is_same_product()
        ]
        return vals_list + self._prepare_credit_lines_vals()

    def _prepare_new_line_vals(self, action_line, product, quantity):
        """Override to bill what costs more than what comes back."""
        vals = super()._prepare_new_line_vals(action_line, product, quantity)
        if self.action_type == 'exchange':
            vals['product_uom_id'] = action_line._get_new_unit().id
            if self._is_billed_difference():
                vals.update(
                    helpdesk_is_free=False,
                    price_unit=action_line.exchange_price_unit,
                    discount=action_line.exchange_discount,
                )
        return vals

    def _send_on_old_lines(self):
        """Override to send the same product again by the line that sold it."""
        moves_sudo = super()._send_on_old_lines()
        if self.action_type != 'exchange':
            return moves_sudo
        lines = self.line_ids._get_filled().filtered(lambda line: line._is_same_product())
        procurements, order_lines_sudo = [], lines.order_line_id.sudo()
        before_sudo = order_lines_sudo.move_ids
        for line in lines:
            order_line_sudo = line.order_line_id.sudo()
            now = fields.Datetime.now()
            values = {
                **order_line_sudo._prepare_procurement_values(),
                # also keeps it apart from what is still to be delivered of the line
                'date_planned': now,
                'date_deadline': now,
            }
            unit = order_line_sudo.product_id.uom_id
            quantity, unit = order_line_sudo.product_uom_id._adjust_uom_quantities(
                line.quantity, unit
            )
            procurements += order_line_sudo._create_procurements(quantity, unit, values)
        if procurements:
            self.env['stock.rule'].sudo().run(procurements)
        new_sudo = order_lines_sudo.move_ids - before_sudo
        new_sudo.picking_id.action_confirm()
        return moves_sudo | new_sudo

    def _get_credit_line_name(self, line):
        """Return what the customer reads on the order about what he sent back."""
        env = self.with_context(lang=self.sale_order_id.partner_id.lang).env
        return env._('Sent back: %(product)s', product=line.product_id.display_name)

    def _prepare_credit_lines_vals(self):
        """Return the values of the lines that take the price of what comes back off the new one.

        Each has the price, the discount and the taxes of the line that sold the goods.
        """
        if not self._is_billed_difference():
            return []
        product_sudo = (
            self.env['sale.order.discount']
            .sudo()
            .create({'sale_order_id': self.sale_order_id.id})
            ._get_discount_product()
        )
        vals_list = []
        for line in self.line_ids.filtered(lambda line: not line._is_same_product()):
            order_line_sudo = line.order_line_id.sudo()
            vals_list.append(
                {
                    'order_id': self.sale_order_id.id,
                    'product_id': product_sudo.id,
                    'product_uom_qty': line.quantity,
                    'name': self._get_credit_line_name(line),
                    'price_unit': -order_line_sudo.price_unit,
                    'discount': order_line_sudo.discount,
                    'tax_ids': [Command.set(order_line_sudo.tax_ids.ids)],
                    'sequence': order_line_sudo.sequence,
                }
            )
        return vals_list
