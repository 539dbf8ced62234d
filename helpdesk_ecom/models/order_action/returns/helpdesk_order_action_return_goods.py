from collections import defaultdict

from odoo import Command, models
from odoo.exceptions import UserError

from ....tools.refund_math import fill
from ....tools.return_math import received_quantity


class HelpdeskOrderAction(models.Model):
    """Return: the transfers that bring goods back, and what came back by them."""

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS - PLAN === #

    def _plan_return(self, quantities):
        """Spread quantities over the deliveries that brought the goods, the oldest first.

        :param dict quantities: by order line, in its unit.
        :return: by delivery, as superuser, and by its move what comes back: pairs of lot (or none)
            and quantity in the unit of the product.
        :rtype: dict
        :raise UserError: if less is at the customer, or not of the lots that were chosen.
        """
        self.ensure_one()
        plan = defaultdict(lambda: defaultdict(list))
        for order_line, quantity in quantities.items():
            line_sudo = order_line.sudo()
            left = line_sudo._get_helpdesk_returnable()
            if line_sudo.product_uom_id.compare(quantity, left) > 0:
                self._raise_too_much(line_sudo, quantity, left)
            action_line = self.line_ids.filtered(lambda line, o=order_line: line.order_line_id == o)
            lots = action_line.lot_ids._origin
            moves_sudo = line_sudo._get_helpdesk_returnable_moves()
            components = line_sudo._get_helpdesk_component_quantities(quantity)
            for product_sudo, wanted in components.items():
                chosen = lots.filtered(lambda lot, p=product_sudo: lot.product_id == p).sudo()
                places = [
                    (move, lot, free)
                    for move in moves_sudo
                    if move.product_id == product_sudo
                    for lot, free in move._get_helpdesk_returnable_lots()
                    if not chosen or lot in chosen
                ]
                if len(components) > 1:  # what is rounded of a kit may not be there
                    wanted = min(wanted, sum(free for _move, _lot, free in places))
                taken, rest = fill(wanted, [free for _move, _lot, free in places], 1e-6)
                if not product_sudo.uom_id.is_zero(rest):
                    self._raise_too_much(line_sudo, quantity, quantity - rest, chosen)
                for (move, lot, _free), part in zip(places, taken, strict=True):
                    if part:
                        plan[move.picking_id][move].append((lot, part))
        return plan

    def _raise_too_much(self, line_sudo, quantity, left, lots=()):
        """Refuse to take back more of an order line than is at the customer.

        :raise UserError: always.
        """
        if lots:
            raise UserError(
                self.env._(
                    '%(line)s: %(quantity)s of %(lots)s were not delivered, or came back already.',
                    line=line_sudo.name,
                    quantity=quantity,
                    lots=', '.join(lots.mapped('name')),
                )
            )
        raise UserError(
            self.env._(
                "%(line)s: %(quantity)s can't come back, %(left)s are at the customer and not on "
                'their way back.',
                line=line_sudo.name,
                quantity=quantity,
                left=left,
            )
        )

    def _preview_return_transfers(self):
        """Return which transfers will bring what back, in sentences."""
        quantities = self._get_return_quantities()
        if not quantities:
            return []
        try:
            plan = self._plan_return(quantities)
        except UserError as error:
            return [str(error)]
        sentences = []
        for picking_sudo, moves in plan.items():
            goods = ', '.join(
                f'{sum(part for _lot, part in parts):g} × {move.product_id.display_name}'
                for move, parts in moves.items()
            )
            values = {'goods': goods, 'delivery': picking_sudo.name}
            sentences.append(
                self.env._('%(goods)s of %(delivery)s go back to the supplier.', **values)
                if picking_sudo.location_id.usage == 'supplier'
                else self.env._('%(goods)s of %(delivery)s come back to the warehouse.', **values)
            )
        return sentences

    # === BUSINESS METHODS - TRANSFERS === #

    def _create_return_transfers(self, quantities, refund=True):
        """Make the transfers that bring goods back, one for each delivery that brought them.

        :param dict quantities: by order line, in its unit.
        :param bool refund: whether the customer gets the price back. Without it the delivered
            quantity stays, unless it would be billed: who gave goods back does not pay for them.
        :return: the transfers, as superuser.
        :raise UserError: if less is at the customer.
        """
        pickings_sudo = self.env['stock.picking'].sudo()
        for delivery_sudo, moves in self._plan_return(quantities).items():
            picking_sudo = self._create_return_transfer(delivery_sudo, moves, quantities, refund)
            picking_sudo.message_post_with_source(
                'mail.message_origin_link',
                render_values={'self': picking_sudo, 'origin': self.ticket_id},
                subtype_xmlid='mail.mt_note',
            )
            pickings_sudo |= picking_sudo
        return pickings_sudo

    def _create_return_transfer(self, delivery_sudo, moves, quantities, refund):
        """Return the transfer that takes goods of one delivery back, see above."""
        wizard_sudo = (
            self.env['stock.return.picking'].sudo().create({'picking_id': delivery_sudo.id})
        )
        for line_sudo in wizard_sudo.product_return_moves:
            move_sudo = line_sudo.move_id
            parts = moves.get(move_sudo, ())
            order_line = move_sudo.sale_line_id.sudo(False)
            line_sudo.quantity = move_sudo.product_id.uom_id._compute_quantity(
                sum(part for _lot, part in parts),
                move_sudo.product_uom,
            )
            line_sudo.to_refund = refund or (
                bool(parts) and self._is_unbilled(order_line, quantities.get(order_line, 0.0))
            )
        picking_sudo = delivery_sudo.browse(wizard_sudo.action_create_returns()['res_id'])
        picking_sudo.move_ids.filtered('to_refund').helpdesk_is_refunded = True
        for move_sudo in picking_sudo.move_ids:
            if move_sudo.product_id.tracking != 'none':
                self._set_return_lots(move_sudo, moves[move_sudo.origin_returned_move_id])
        return picking_sudo

    def _is_unbilled(self, order_line, quantity):
        """Return whether so much of a line was delivered and would be billed with the next bill."""
        line_sudo = order_line.sudo()
        return (
            line_sudo.product_id.invoice_policy == 'delivery'
            and line_sudo.product_uom_id.compare(line_sudo.qty_to_invoice, quantity) >= 0
        )

    def _set_return_lots(self, move_sudo, parts):
        """Let a return expect the lots that were delivered, or chosen; the warehouse may differ."""
        move_sudo.move_line_ids.unlink()
        self.env['stock.move.line'].sudo().create(
            [
                {
                    **move_sudo._prepare_move_line_vals(),
                    'lot_id': lot_sudo.id,
                    'quantity': part,
                    'product_uom_id': move_sudo.product_id.uom_id.id,
                }
                for lot_sudo, part in parts
            ]
        )
        move_sudo._recompute_state()

    def _step_return_transfer(self, step_sudo):
        """Make the transfers of the return; the warehouse validates them when the goods come."""
        pickings_sudo = self._create_return_transfers(
            self._get_return_quantities(),
            refund=self.refund_policy != 'none' or self.action_type != 'return',
        )
        step_sudo.picking_ids = [Command.set(pickings_sudo.ids)]
        return 'done', self.env._(
            '%(transfers)s for %(deliveries)s',
            transfers=', '.join(pickings_sudo.mapped('name')),
            deliveries=', '.join(pickings_sudo.return_id.mapped('name')),
        )

    def _undo_step_return_transfer(self, step_sudo):
        """Cancel the transfers, as long as nothing came back."""
        pickings_sudo = self._get_return_transfers()
        self._ensure_nothing_received()
        open_sudo = pickings_sudo.filtered(lambda p: p.state not in ('done', 'cancel'))
        open_sudo.action_cancel()

    def _ensure_nothing_received(self):
        """Refuse to take a return back after goods came.

        :raise UserError: if the warehouse received something.
        """
        if done_sudo := self._get_return_transfers().filtered(lambda p: p.state == 'done'):
            raise UserError(
                self.env._(
                    "Goods came back by %(transfers)s: the action can't be cancelled.",
                    transfers=', '.join(done_sudo.mapped('name')),
                )
            )

    # === BUSINESS METHODS - RECEIPT === #

    def _get_return_transfers(self):
        """Return the transfers that bring goods back, and those for the rest of them."""
        steps_sudo = self.sudo().step_ids.filtered(lambda step: step.code == 'return_transfer')
        pickings_sudo = found = steps_sudo.picking_ids
        while found := found.backorder_ids - pickings_sudo:
            pickings_sudo |= found
        return pickings_sudo

    def _get_return_moves(self):
        """Return the moves that bring goods back from the customer, open and cancelled ones too."""
        return self._get_return_transfers().move_ids.filtered('origin_returned_move_id')

    def _get_received_quantities(self):
        """Return how much of each order line came back so far, in its unit.

        Of a kit only whole ones count.

        :rtype: dict
        """
        self.ensure_one()
        moves_sudo, received = self._get_return_moves(), {}
        for line in self.line_ids:
            line_sudo = line.order_line_id.sudo()
            own_sudo = moves_sudo.filtered(lambda move, own=line_sudo: move.sale_line_id == own)
            components = [
                moves._get_helpdesk_progress() for moves in own_sudo.grouped('product_id').values()
            ]
            is_kit = own_sudo.product_id != line_sudo.product_id
            quantity = received_quantity(line.quantity, components, is_kit)
            received[line.order_line_id] = line_sudo.product_uom_id.round(quantity)
        return received

    def _step_receipt(self, step_sudo):
        """Wait until the goods are back, then give back no more than what came."""
        received = self._get_received_quantities()
        came = self._get_goods_label(received)
        done_sudo = self._get_return_transfers().filtered(lambda p: p.state == 'done')
        step_sudo.picking_ids = [Command.set(done_sudo.ids)]
        if sentence := self._get_waiting_sentence(came):
            return 'waiting', sentence
        if not came:
            return 'failed', self.env._(
                'The warehouse cancelled the transfer: nothing came back. Cancel this action, too.'
            )
        asked = self._get_goods_label(self._get_return_quantities())
        self._reduce_to(received)
        values = {
            'goods': came,
            'asked': asked,
            'transfers': ', '.join(done_sudo.mapped('name')),
        }
        if came == asked:
            return 'done', self.env._('%(goods)s came back by %(transfers)s.', **values)
        return 'done', self.env._(
            '%(goods)s came back by %(transfers)s, of %(asked)s that were asked for: only what '
            'came counts.',
            **values,
        )

    def _get_waiting_sentence(self, came):
        """Return what is still under way; nothing if the warehouse is done with it.

        :param str came: what came back so far.
        """
        open_sudo = self._get_return_transfers().filtered(
            lambda picking: picking.state not in ('done', 'cancel')
        )
        if not open_sudo:
            return None
        values = {'goods': came, 'transfers': ', '.join(open_sudo.mapped('name'))}
        if came:
            return self.env._(
                '%(goods)s came back; the rest is to come by %(transfers)s.',
                **values,
            )
        return self.env._('The goods are to come by %(transfers)s.', **values)

    def _is_ready_receipt(self, step_sudo):
        """Return whether there is something new: all is back, or another part of it."""
        pickings_sudo = self._get_return_transfers()
        if all(picking.state in ('done', 'cancel') for picking in pickings_sudo):
            return True
        done_sudo = pickings_sudo.filtered(lambda picking: picking.state == 'done')
        return bool(done_sudo - step_sudo.picking_ids)

    def _undo_step_receipt(self, step_sudo):
        """Stop waiting, as long as nothing came back."""
        self._ensure_nothing_received()

    def _get_goods_label(self, quantities):
        """Return quantities of order lines, for people."""
        return ', '.join(
            f'{quantity:g} × {line.sudo().product_id.display_name}'
            for line, quantity in quantities.items()
            if quantity
        )

    def _reduce_to(self, received):
        """Ask for no more than what came back: the rest is neither refunded nor in the ledger."""
        for line in self.line_ids:
            quantity = received[line.order_line_id]
            if line.order_line_id.sudo().product_uom_id.compare(quantity, line.quantity) < 0:
                line.quantity = quantity
                given = quantity and self._is_compensation()
                line.amount = line._get_price() if given else 0.0
        self.amount = sum(self.line_ids.mapped('amount'))
