from contextlib import contextmanager

from odoo import Command, fields, models
from odoo.exceptions import UserError


class HelpdeskOrderActionStep(models.Model):
    """The steps by which new goods go to the customer."""

    _inherit = 'helpdesk.order.action.step'

    code = fields.Selection(
        selection_add=[('new_delivery', 'New delivery'), ('shipment', 'Shipment')],
        ondelete={'new_delivery': 'cascade', 'shipment': 'cascade'},
    )
    stock_move_ids = fields.Many2many('stock.move', string='New Goods')


class HelpdeskOrderAction(models.Model):
    """New goods for the customer, by the order itself: what replacement and exchange share.

    A line on the order that costs nothing brings the goods on their way as any other line does:
    by the routes of the product and the steps of the warehouse, kits taken apart, lots reserved.
    It is never billed, so what was billed before stays right, whether the shop bills what was
    ordered or what was delivered.
    """

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS - HOOKS === #

    def _get_new_goods(self):
        """Return what is sent.

        :return: triples of action line, product and quantity in the unit of the order line.
        :rtype: list[tuple]
        """
        self.ensure_one()
        return [(line, line.product_id, line.quantity) for line in self.line_ids._get_filled()]

    def _prepare_new_lines_vals(self):
        """Return the values of the order lines that bring the new goods."""
        return [self._prepare_new_line_vals(*goods) for goods in self._get_new_goods()]

    def _send_on_old_lines(self):
        """Launch the delivery of what needs no line of its own, and return its moves."""
        return self.env['stock.move'].sudo()

    def _get_new_goods_label(self):
        """Return what the customer reads on the order: why there is another line."""
        env = self.with_context(lang=self.sale_order_id.partner_id.lang).env
        return env._('Replacement, ticket %(ticket)s', ticket=self.ticket_id.ticket_ref)

    # === BUSINESS METHODS - STEPS === #

    def _step_new_delivery(self, step_sudo):
        """Put the goods on the order: that launches their delivery."""
        with self._unlock_order():
            lines_sudo = (
                self.env['sale.order.line']
                .sudo()
                .with_context(sale_no_log_for_new_lines=True)
                .create(self._prepare_new_lines_vals())
            )
            for line_sudo in lines_sudo:
                line_sudo.name = f'{line_sudo.name}\n{self._get_new_goods_label()}'
            step_sudo.order_line_ids = lines_sudo
            step_sudo.stock_move_ids = lines_sudo.move_ids | self._send_on_old_lines()
        return 'done', self.env._(
            '%(goods)s, by %(transfers)s',
            goods=self._get_new_goods_sentence(),
            transfers=self._get_transfer_names(self._get_new_moves()) or self.sale_order_id.name,
        )

    def _undo_step_new_delivery(self, step_sudo):
        """Take the goods off the order again, as long as the warehouse has not begun."""
        moves_sudo = self._get_new_moves()
        self._ensure_not_begun(moves_sudo)
        with self._unlock_order():
            step_sudo.order_line_ids.product_uom_qty = 0.0
        moves_sudo.filtered(lambda move: move.state not in ('done', 'cancel'))._action_cancel()

    def _step_shipment(self, step_sudo):
        """Wait until the new goods have left."""
        if step_sudo.state == 'failed':  # it was cancelled, and somebody tries again
            self._launch_again()
        moves_sudo = self._get_new_moves()
        open_sudo = moves_sudo.filtered(lambda move: move.state not in ('done', 'cancel'))
        if open_sudo:
            return 'waiting', self.env._(
                '%(goods)s: %(transfers)s is to be shipped.',
                goods=self._get_new_goods_sentence(),
                transfers=self._get_transfer_names(open_sudo),
            )
        shipped_sudo = moves_sudo.filtered(
            lambda move: move.state == 'done' and move.location_dest_id._is_outgoing()
        )
        if not shipped_sudo:
            return 'failed', self.env._(
                'The new delivery was cancelled, and nothing was sent. Try again for another '
                'delivery, or cancel the action.'
            )
        return 'done', self._get_transfer_names(shipped_sudo)

    def _is_ready_shipment(self, step_sudo):
        """Return whether nothing is left to be shipped."""
        return all(move.state in ('done', 'cancel') for move in self._get_new_moves())

    def _undo_step_shipment(self, step_sudo):
        """Leave it: whether the goods have left is looked at where they came from."""

    # === BUSINESS METHODS - TOOLS === #

    @contextmanager
    def _unlock_order(self):
        """Let lines of the order be changed, also where confirmed orders are locked."""
        order_sudo = self.sale_order_id.sudo()
        was_locked = order_sudo.locked
        if was_locked:
            order_sudo.action_unlock()
        yield
        if was_locked:
            order_sudo.action_lock()

    def _prepare_new_line_vals(self, action_line, product, quantity):
        """Return the values of an order line that sends goods for nothing."""
        order_line_sudo = action_line.order_line_id.sudo()
        vals = {
            'order_id': order_line_sudo.order_id.id,
            'product_id': product.id,
            'product_uom_qty': quantity,
            'product_uom_id': order_line_sudo.product_uom_id.id,
            'helpdesk_is_free': True,
            'price_unit': 0.0,
            'sequence': order_line_sudo.sequence,
        }
        if product == order_line_sudo.product_id:
            # what the customer had made for him, he gets again
            vals.update(
                route_ids=[Command.set(order_line_sudo.route_ids.ids)],
                product_no_variant_attribute_value_ids=[
                    Command.set(order_line_sudo.product_no_variant_attribute_value_ids.ids)
                ],
                product_custom_attribute_value_ids=[
                    Command.create(
                        {
                            'custom_product_template_attribute_value_id': (
                                value.custom_product_template_attribute_value_id.id
                            ),
                            'custom_value': value.custom_value,
                        }
                    )
                    for value in order_line_sudo.product_custom_attribute_value_ids
                ],
            )
        return vals

    def _launch_again(self):
        """Order another delivery of the new goods, after the first one was cancelled."""
        step_sudo = self.step_ids.filtered(lambda step: step.code == 'new_delivery')
        with self._unlock_order():
            step_sudo.order_line_ids._action_launch_stock_rule()
            new_sudo = step_sudo.order_line_ids.move_ids | self._send_on_old_lines()
        step_sudo.stock_move_ids |= new_sudo

    def _get_new_moves(self):
        """Return the moves that bring the new goods, of all steps of the warehouse."""
        steps_sudo = self.sudo().step_ids.filtered(lambda step: step.code == 'new_delivery')
        moves_sudo = steps_sudo.stock_move_ids | steps_sudo.order_line_ids.move_ids
        moves_sudo |= moves_sudo.browse(moves_sudo._rollup_move_dests())
        # what comes back later follows on what was sent, too
        return moves_sudo.filtered(lambda move: not move.origin_returned_move_id)

    def _ensure_not_begun(self, moves_sudo):
        """Refuse to stop goods that have left, or that somebody is packing."""
        if done_sudo := moves_sudo.filtered(lambda move: move.state == 'done'):
            raise UserError(
                self.env._(
                    'The new goods are on their way (%(transfers)s): it is too late to cancel.',
                    transfers=self._get_transfer_names(done_sudo),
                )
            )
        for picking_sudo in moves_sudo.filtered(lambda move: move.state != 'cancel').picking_id:
            if reason := picking_sudo._get_helpdesk_hold_reason():
                raise UserError(
                    self.env._(
                        'Transfer %(transfer)s %(reason)s: ask the warehouse to cancel it first.',
                        transfer=picking_sudo.name,
                        reason=reason,
                    )
                )

    def _get_transfer_names(self, moves_sudo):
        """Return the names of the transfers of moves, if possible of those to the customer."""
        outgoing_sudo = moves_sudo.filtered(lambda move: move.location_dest_id._is_outgoing())
        return ', '.join((outgoing_sudo or moves_sudo).picking_id.mapped('name'))

    def _get_new_goods_sentence(self):
        """Return what is sent, in words."""
        return ', '.join(
            self.env._(
                '%(quantity)s × %(product)s',
                quantity=f'{quantity:g}',
                product=product.display_name,
            )
            for _line, product, quantity in self._get_new_goods()
        )

    # === BUSINESS METHODS - PREVIEW === #

    def _preview_new_goods(self):
        """Return what will be sent and where to, and whether there is enough of it."""
        return [
            self.env._(
                '%(goods)s will be sent to %(address)s.',
                goods=self._get_new_goods_sentence(),
                address=self._get_shipping_label(),
            ),
            *self._preview_new_stock(),
        ]

    def _get_shipping_label(self):
        """Return the delivery address of the order, as it is now, on one line."""
        address_sudo = self.sale_order_id.sudo().partner_shipping_id
        lines = [
            address_sudo.name,
            *address_sudo._display_address(without_company=True).split('\n'),
        ]
        return ', '.join(line.strip() for line in lines if line and line.strip())

    def _preview_new_stock(self):
        """Return a sentence on the stock of each product that is sent."""
        wanted = {}
        for line, product, quantity in self._get_new_goods():
            unit_quantity = line.order_line_id.sudo().product_uom_id._compute_quantity(
                quantity, product.uom_id, round=False
            )
            wanted[product] = wanted.get(product, 0.0) + unit_quantity
        warehouse_sudo = self.sale_order_id.sudo().warehouse_id
        sentences = []
        for product, quantity in wanted.items():
            product_sudo = product.sudo().with_context(warehouse_id=warehouse_sudo.id)
            if not product_sudo.is_storable:
                continue
            names = {
                'product': product.display_name,
                'warehouse': warehouse_sudo.name,
                'free': f'{product_sudo.free_qty:g}',
                'forecast': f'{product_sudo.virtual_available:g}',
            }
            if product_sudo.uom_id.compare(product_sudo.free_qty, quantity) >= 0:
                sentences.append(
                    self.env._('%(product)s: %(free)s are free in %(warehouse)s.', **names)
                )
            else:
                sentences.append(
                    self.env._(
                        '%(product)s: only %(free)s are free in %(warehouse)s (forecast '
                        '%(forecast)s). The delivery waits until there is enough.',
                        **names,
                    )
                )
        return sentences
