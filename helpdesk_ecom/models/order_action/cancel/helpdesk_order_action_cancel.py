from odoo import Command, api, fields, models
from odoo.exceptions import UserError

PENDING_STATES = ('to_approve', 'approved', 'running', 'waiting', 'to_check', 'failed')


class HelpdeskOrderAction(models.Model):
    """Cancel: call off what has not left, and give back what was paid for it.

    A whole order is cancelled as such. Of a part the lines become smaller, and with them the order,
    its transfers, its invoices and its discounts. What is printed or labelled is stopped by the
    warehouse first. What has left is a matter of a return.
    """

    _inherit = 'helpdesk.order.action'

    action_type = fields.Selection(
        selection_add=[('cancel', 'Cancellation')],
        ondelete={'cancel': 'cascade'},
    )
    cancel_mode = fields.Selection(
        [('order', 'Whole order'), ('open', 'All that has not left'), ('line', 'Single lines')],
        string='What',
    )

    # === BUSINESS METHODS - HOOKS === #

    @api.model
    def _get_blocked_reason_cancel(self, ticket):
        """Return why the ticket offers no cancellation, or nothing."""
        return self._get_cancel_blocked_reason(ticket.sale_order_id)

    @api.model
    def _get_cancel_blocked_reason(self, order):
        """Return why an order can't be cancelled, or nothing."""
        order_sudo = order.sudo()
        if order_sudo.state == 'cancel':
            return self.env._('The order is cancelled already.')
        pending_sudo = order_sudo.helpdesk_action_ids.filtered(
            lambda action: action.action_type == 'cancel' and action.state in PENDING_STATES
        )[:1]
        if pending_sudo:
            return self.env._(
                '%(user)s cancels this order already: %(message)s',
                user=pending_sudo.requester_id.name,
                message=pending_sudo.message or pending_sudo._get_state_label(),
            )
        if not any(order_sudo._get_helpdesk_open_quantities().values()):
            return self.env._('All has left: make a return instead.')
        return None

    def _check_cancel(self):
        """Refuse to cancel what has left, and settle what is cancelled and what it is worth."""
        self.ensure_one()
        reason = self._get_cancel_blocked_reason(self.sale_order_id)
        if self.state == 'draft' and reason:
            raise UserError(reason)
        if not self.cancel_mode:
            raise UserError(self.env._('Say what is cancelled: the whole order, or a part of it.'))
        if self.line_ids.order_line_id.order_id - self.sale_order_id:
            raise UserError(
                self.env._(
                    'The lines have to be lines of order %(order)s.',
                    order=self.sale_order_id.name,
                )
            )
        self._check_cancel_quantities()
        parts = self._prepare_cancel_parts()
        self.line_ids = [Command.clear()] + [
            Command.create(self._prepare_cancel_line_vals(part)) for part in parts
        ]
        self.amount = self._get_plan_amount(self._get_cancel_plan(parts))
        self._check_cancel_team()

    def _check_cancel_team(self):
        """Refuse to give money back for a team that does not refund."""
        is_paid = self.currency_id.compare_amounts(self.amount, 0.0) > 0
        if is_paid and not self.ticket_id.sudo().team_id.use_credit_notes:
            raise UserError(
                self.env._(
                    'The team of the ticket does not refund, and %(amount)s would go back: let a '
                    'team cancel that does.',
                    amount=self._get_amount_label(),
                )
            )

    def _check_cancel_quantities(self):
        """Refuse what has left, what a supplier sends, and parts of what was never confirmed."""
        order_sudo = self.sale_order_id.sudo()
        open_quantities = order_sudo._get_helpdesk_open_quantities()
        asked = self._get_cancel_quantities()
        if not asked:
            raise UserError(
                self.env._('Choose what is cancelled: nothing was chosen that is open.')
            )
        for line_sudo, quantity in asked.items():
            left = open_quantities.get(line_sudo, 0.0)
            if quantity < 0 or line_sudo.product_uom_id.compare(quantity, left) > 0:
                raise UserError(
                    self.env._(
                        "%(line)s: %(quantity)s can't be cancelled, %(open)s have not left. Make a "
                        'return for what has left.',
                        line=line_sudo.name,
                        quantity=quantity,
                        open=left,
                    )
                )
        if order_sudo.state != 'sale' and not self._is_whole(asked):
            raise UserError(
                self.env._('The order is not confirmed: cancel the whole of it, or change it.')
            )
        if self.cancel_mode == 'order' and not self._is_whole(asked):
            raise UserError(
                self.env._(
                    'A part of order %(order)s has left: cancel what is open, and make a return '
                    'for the rest.',
                    order=order_sudo.name,
                )
            )
        self._check_no_dropship(asked)

    def _check_no_dropship(self, quantities):
        """Refuse what a supplier sends to the customer: he has to be told by the buyers."""
        for line_sudo in quantities:
            if any(
                move.location_id.usage == 'supplier' and move.location_dest_id.usage == 'customer'
                for move in line_sudo.move_ids
                if move.state not in ('done', 'cancel')
            ):
                raise UserError(
                    self.env._(
                        '%(line)s is sent by the supplier. Ask the purchase department to cancel '
                        'it there first.',
                        line=line_sudo.name,
                    )
                )

    def _prepare_cancel_steps(self):
        """Return the steps: stop and cancel; how the money goes back is planned by the last."""
        if self._get_held_pickings():
            return [{'code': 'cancel_check'}, {'code': 'cancel_order'}]
        return [{'code': 'cancel_order'}]

    def _preview_cancel(self):
        """Return what a cancellation will do: order, transfers, documents, money."""
        self.ensure_one()
        order_sudo = self.sale_order_id.sudo()
        quantities = self._get_cancel_quantities()
        if not quantities:
            return []
        if self._is_whole(quantities):
            sentences = [self.env._('Order %(order)s is cancelled.', order=order_sudo.name)]
            sentences += self._preview_void()
        else:
            sentences = [
                self.env._(
                    '%(line)s: %(quantity)s of %(ordered)s cancelled.',
                    line=line_sudo.name,
                    quantity=quantity,
                    ordered=line_sudo.product_uom_qty,
                )
                for line_sudo, quantity in quantities.items()
            ]
        sentences += self._preview_cancel_transfers()
        plan = self._get_cancel_plan(self._prepare_cancel_parts())
        money = self._preview_documents(plan)
        sentences += money or [self.env._('Nothing was paid or invoiced for it: no money moves.')]
        return sentences + self._preview_approval()

    def _preview_cancel_transfers(self):
        """Return what becomes of the transfers."""
        held_sudo = self._get_held_pickings()
        sentences = [
            self.env._(
                '%(transfer)s %(reason)s: the warehouse is asked to stop it first.',
                transfer=picking.name,
                reason=picking._get_helpdesk_hold_reason(),
            )
            for picking in held_sudo
        ]
        if free_sudo := self._get_touched_pickings() - held_sudo:
            sentences.append(
                self.env._(
                    '%(transfers)s is cancelled, or brings as much less.',
                    transfers=', '.join(free_sudo.mapped('name')),
                )
            )
        return sentences

    # === BUSINESS METHODS - STEPS === #

    def _step_cancel_check(self, step_sudo):
        """Ask the warehouse to stop what is printed or labelled."""
        held_sudo = self._get_held_pickings(step_sudo)
        for picking_sudo in held_sudo - step_sudo._get_unanswered('stock.picking'):
            step_sudo._ask(
                picking_sudo,
                picking_sudo._get_helpdesk_responsible() or self.requester_id,
                self.env._('Cancellation of %(order)s', order=self.sale_order_id.name),
                self.env._(
                    'This transfer %(reason)s, and the customer cancels %(items)s. Stop it, then '
                    'mark this as done. If it has left, validate it.',
                    reason=picking_sudo._get_helpdesk_hold_reason(),
                    items=', '.join(
                        f'{line.quantity:g} {line.order_line_id.sudo().product_id.display_name}'
                        for line in self.line_ids
                    ),
                ),
            )
        if held_sudo:
            return 'waiting', self.env._(
                'The warehouse was asked to stop %(transfers)s.',
                transfers=', '.join(held_sudo.mapped('name')),
            )
        # the system takes quantities off a transfer only when nobody packs by its slip
        stopped_sudo = step_sudo._get_asked('stock.picking').filtered(
            lambda picking: picking.state not in ('done', 'cancel')
        )
        stopped_sudo.printed = False
        return 'done', self.env._(
            'The warehouse answered for %(transfers)s.',
            transfers=', '.join(step_sudo._get_asked('stock.picking').mapped('name')),
        )

    def _is_ready_cancel_check(self, step_sudo):
        """Return whether the warehouse answered, or released or sent what was held."""
        return not self._get_held_pickings(step_sudo)

    def _undo_step_cancel_check(self, step_sudo):
        """Take the requests to the warehouse back."""
        step_sudo._withdraw()

    def _step_cancel_order(self, step_sudo):
        """Cancel the order, or lower its lines; what left while the warehouse was asked stays."""
        order_sudo = self.sale_order_id.sudo()
        gone = self._drop_what_left()
        if not self.line_ids:
            return 'failed', self.env._(
                'All of it has left meanwhile: cancel this action, and make a return.'
            )
        if self._is_whole(self._get_cancel_quantities()):
            with self._unlock_order():
                order_sudo.action_cancel()
            # not before: of an order of which a part left the reserved money is still needed
            self._create_steps([*self._prepare_void_steps(), {'code': 'refund'}])
            return 'done', self.env._('%(order)s cancelled', order=order_sudo.name)
        with self._unlock_order():
            self._lower_lines()
        # some cents depend on how the order rounds what is left of it
        self.amount = self._get_plan_amount(self._get_refund_plan())
        self._create_steps([{'code': 'refund'}])
        sentences = [
            self.env._(
                '%(quantity)s of %(line)s taken off the order',
                quantity=line.quantity,
                line=line.order_line_id.sudo().product_id.display_name,
            )
            for line in self.line_ids
        ]
        return 'done', '. '.join(sentences + gone)

    def _drop_what_left(self):
        """Leave out what was sent while the action waited, and its money.

        :return: sentences about it.
        """
        open_quantities = self.sale_order_id._get_helpdesk_open_quantities()
        sentences = []
        for line in self.line_ids:
            line_sudo = line.order_line_id.sudo()
            left = open_quantities.get(line_sudo, 0.0)
            if line_sudo.product_uom_id.compare(line.quantity, left) <= 0:
                continue
            sentences.append(
                self.env._(
                    '%(quantity)s of %(line)s left meanwhile: make a return',
                    quantity=line_sudo.product_uom_id.round(line.quantity - left),
                    line=line_sudo.product_id.display_name,
                )
            )
            line.write(self._prepare_cancel_line_vals(self._prepare_cancel_part(line_sudo, left)))
        if sentences:
            self.line_ids.filtered(lambda line: not line.quantity).unlink()
            self.amount = self._get_plan_amount(self._get_refund_plan())
        return sentences

    def _lower_lines(self):
        """Take the quantities off the order, off its draft invoices and off its discounts."""
        discounts_sudo = self.sale_order_id._get_helpdesk_discounts()
        before = {
            line: sum(line._get_helpdesk_discounted().mapped('price_total'))
            for line in discounts_sudo
        }
        bases = {line: line._get_helpdesk_discounted() for line in discounts_sudo}
        for line in self.line_ids:
            self._lower_order_credit(line)
            line.order_line_id.sudo()._lower_helpdesk_quantity(line.quantity)
            line.cancelled_quantity = line.quantity
            self._shrink_draft_invoices(line)
        for line_sudo in discounts_sudo:
            after = sum(bases[line_sudo].mapped('price_total'))
            if before[line_sudo]:
                line_sudo.price_unit *= after / before[line_sudo]

    def _shrink_draft_invoices(self, line):
        """Take what is cancelled off invoices that nobody has posted yet."""
        line_sudo = line.order_line_id.sudo()
        bills_sudo = line_sudo.invoice_lines.filtered(
            lambda bill: bill.parent_state == 'draft' and bill.move_id.move_type == 'out_invoice'
        )
        drafts = line_sudo._get_helpdesk_quantity(bills_sudo.move_id)
        posted = line_sudo._get_helpdesk_quantity(self.sale_order_id._get_helpdesk_invoices())
        wanted = line_sudo.product_uom_qty - line_sudo.helpdesk_refunded_qty
        excess = min(drafts, drafts + posted - wanted)
        for bill_sudo in bills_sudo.sorted('id', reverse=True):
            if line_sudo.product_uom_id.compare(excess, 0.0) <= 0:
                break
            quantity = bill_sudo.product_uom_id._compute_quantity(
                bill_sudo.quantity, line_sudo.product_uom_id, round=False
            )
            part = min(quantity, excess)
            excess -= part
            if line_sudo.product_uom_id.compare(part, quantity) == 0:
                bill_sudo.unlink()
            else:
                bill_sudo.quantity *= (quantity - part) / quantity

    # === BUSINESS METHODS - TOOLS === #

    def _get_cancel_quantities(self):
        """Return how much of each order line is asked to be cancelled, as superuser's lines."""
        self.ensure_one()
        if self.cancel_mode == 'line' or self.state not in ('draft', 'to_approve'):
            lines = self.line_ids.filtered('quantity')
            return {line.order_line_id.sudo(): line.quantity for line in lines}
        open_quantities = self.sale_order_id._get_helpdesk_open_quantities()
        return {line: quantity for line, quantity in open_quantities.items() if quantity}

    def _is_whole(self, quantities):
        """Return whether nothing of the order is left without the quantities."""
        return all(
            line.product_uom_id.compare(quantities.get(line, 0.0), line.product_uom_qty) == 0
            for line in self.sale_order_id._get_helpdesk_sold_lines()
        )

    def _get_touched_pickings(self):
        """Return the transfers that have not left and bring a part of what is cancelled."""
        lines_sudo = self.env['sale.order.line'].sudo().union(*self._get_cancel_quantities())
        return self.sale_order_id._get_helpdesk_open_pickings().filtered(
            lambda picking: any(
                move.sale_line_id in lines_sudo or move.product_id in lines_sudo.product_id
                for move in picking.move_ids
            )
        )

    def _get_held_pickings(self, step_sudo=None):
        """Return those of them that the warehouse has to stop, and has not said to have."""
        answered_sudo = (
            step_sudo._get_answered('stock.picking') if step_sudo else self.env['stock.picking']
        )
        return (self._get_touched_pickings() - answered_sudo).filtered(
            lambda picking: picking._get_helpdesk_hold_reason()
        )

    def _get_state_label(self):
        """Return the state as people read it."""
        return dict(self._fields['state']._description_selection(self.env))[self.state]
