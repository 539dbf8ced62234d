from odoo import api, fields, models
from odoo.exceptions import UserError

from ....tools.refund_math import fill, price_of
from ..const import VOID_STATES


class HelpdeskOrderAction(models.Model):
    """Refund: what is asked for, whether it can be given, and on which documents it stands.

    A refund is asked for by lines, each with a quantity or with an amount off its price, or as one
    amount. Goods are not moved by it.
    """

    _inherit = 'helpdesk.order.action'

    action_type = fields.Selection(
        selection_add=[('refund', 'Refund')],
        ondelete={'refund': 'cascade'},
    )
    payout_amount = fields.Monetary(
        readonly=True,
        copy=False,
        help='What is to be sent back; the rest of the amount is taken off what the customer owes.',
    )

    # === BUSINESS METHODS - HOOKS === #

    def _gives_money_for_goods(self):
        """Override of `helpdesk_ecom`: a refund does, unless goods come back with it."""
        return self.action_type == 'refund' or super()._gives_money_for_goods()

    @api.model
    def _get_blocked_reason_refund(self, ticket):
        """Return why the ticket offers no refund, or nothing."""
        order_sudo = ticket.sale_order_id.sudo()
        if order_sudo.state not in ('sale', 'cancel'):
            return self.env._('The order is not confirmed: nothing was sold yet.')
        if not order_sudo._get_helpdesk_invoices() and not order_sudo._get_helpdesk_transactions():
            return self.env._('Nothing was paid or invoiced for the order yet.')
        given_sudo = order_sudo.helpdesk_action_ids.filtered(lambda a: a.state not in VOID_STATES)
        if (
            order_sudo.currency_id.compare_amounts(
                sum(action._get_given_amount() for action in given_sudo),
                order_sudo.amount_total,
            )
            >= 0
            and given_sudo
        ):
            return self.env._(
                'All of the order was refunded already, by %(users)s.',
                users=', '.join(given_sudo.requester_id.mapped('name')),
            )
        return None

    def _check_refund(self):
        """Refuse a refund that makes no sense, or of more than was sold and not yet credited."""
        self.ensure_one()
        if not self.ticket_id.sudo().team_id.use_credit_notes:
            raise UserError(self.env._('The team of the ticket does not refund.'))
        order_sudo = self.sale_order_id.sudo()
        if order_sudo.state not in ('sale', 'cancel'):
            raise UserError(
                self.env._(
                    'Order %(order)s is not confirmed: nothing was sold yet.',
                    order=order_sudo.name,
                )
            )
        self._check_refund_lines()
        if self.currency_id.compare_amounts(self.amount, 0.0) <= 0:
            raise UserError(
                self.env._('Say how much is refunded: choose lines or enter an amount.')
            )

    def _check_refund_lines(self):
        """Refuse lines of other orders, prices that are none, and more than is refundable."""
        if self.line_ids.order_line_id.order_id - self.sale_order_id:
            raise UserError(
                self.env._(
                    'The lines have to be lines of order %(order)s.',
                    order=self.sale_order_id.name,
                )
            )
        refundable = self._get_refundable_quantities()
        for line in self.line_ids:
            order_line_sudo = line.order_line_id.sudo()
            if line.order_line_id not in refundable:
                raise UserError(
                    self.env._(
                        '%(line)s: nothing was sold by this line. Choose lines with a product.',
                        line=order_line_sudo.name,
                    )
                )
            if line.quantity < 0 or not line.quantity and line.amount < 0:
                raise UserError(
                    self.env._(
                        '%(line)s: a quantity and an amount have to be positive.',
                        line=order_line_sudo.name,
                    )
                )
            if not line.quantity:
                continue
            price = line._get_price()
            if abs(line.amount - price) > 5 * self.currency_id.rounding:
                raise UserError(
                    self.env._(
                        '%(line)s: %(quantity)s of it cost %(price)s, not %(amount)s. Leave the '
                        'quantity out to take an amount off the price.',
                        line=order_line_sudo.name,
                        quantity=line.quantity,
                        price=self._get_amount_label(price),
                        amount=self._get_amount_label(line.amount),
                    )
                )
            line.amount = price  # some cents may depend on what was refunded before
            left = refundable[line.order_line_id]
            if order_line_sudo.product_uom_id.compare(line.quantity, left) > 0:
                raise UserError(
                    '\n'.join(
                        [
                            self.env._(
                                "%(line)s: %(quantity)s can't be refunded, %(left)s are left.",
                                line=order_line_sudo.name,
                                quantity=line.quantity,
                                left=left,
                            ),
                            *self._get_ledger_sentences(
                                self.sale_order_id._get_helpdesk_ledger(exclude=self)
                            ),
                        ]
                    )
                )
        if self.line_ids:
            total = sum(self.line_ids.mapped('amount'))
            self.amount = total - self._get_cash_difference(total)

    def _get_cash_difference(self, total):
        """Return by how much less was paid than the lines cost, as the invoice was rounded."""
        roundings_sudo = self.sale_order_id._get_helpdesk_invoices().invoice_cash_rounding_id
        if not roundings_sudo:
            return 0.0
        ledger = self.sale_order_id._get_helpdesk_ledger(exclude=self)
        difference = self.currency_id.round(total - ledger['open'])
        return difference if 0.0 < difference < max(roundings_sudo.mapped('rounding')) else 0.0

    def _prepare_refund_steps(self):
        """Return the steps of a refund; how the money goes back is planned by the last of them."""
        plan = self._get_refund_plan()
        off_return = sum(amount for _quantity, amount in plan['returned'].values())
        off_order = plan['order'] + off_return
        steps = []
        if plan['notes']:
            steps.append({'code': 'credit_note', 'amount': self.amount - off_order})
        if plan['order']:
            steps.append({'code': 'order_credit', 'amount': plan['order']})
        if off_return:
            steps.append({'code': 'order_return', 'amount': off_return})
        return [*steps, {'code': 'payout'}]

    def _step_refund(self, step_sudo):
        """Plan the documents of the refund now: what other kinds of action do comes first.

        They add this step where the money is to follow, such as when goods are back. What others
        gave back while the action waited is not given again.
        """
        left = self._get_left_to_give()
        if self.currency_id.compare_amounts(self.amount, left) <= 0:
            self._create_steps(self._prepare_refund_steps())
            return None
        if not self.currency_id.is_zero(left) and step_sudo.state != 'failed':
            return 'failed', self.env._(
                '%(amount)s were to be refunded, and only %(left)s are left: others refunded '
                'meanwhile. Look at their credit notes. Try again to refund what is left then.',
                amount=self._get_amount_label(),
                left=self._get_amount_label(left),
            )
        return self._refund_what_is_left(step_sudo, left)

    def _get_left_to_give(self):
        """Return how much the action may give now: its amount, or less if others gave meanwhile."""
        if self.exceed_limit:
            return self.amount
        self.sale_order_id.sudo()._lock_helpdesk_ledger()
        return min(self.amount, self.sale_order_id._get_helpdesk_ledger(exclude=self)['open'])

    def _refund_what_is_left(self, step_sudo, left):
        """Give back as an amount what is left: the quantities stand on what others credited."""
        self.amount = step_sudo.amount = left
        if self.currency_id.is_zero(left):
            self._create_steps([{'code': 'notify'}])
            return 'done', self.env._('Nothing is left to give: it was refunded meanwhile.')
        self._create_steps(self._prepare_refund_steps())
        return 'done', self.env._(
            '%(left)s were left: the rest was refunded meanwhile.',
            left=self._get_amount_label(left),
        )

    def _undo_step_refund(self, step_sudo):
        """Forget the plan."""

    def _preview_refund(self):
        """Return what a refund will do: documents, money, stock."""
        self.ensure_one()
        if self.currency_id.is_zero(self.amount):
            return []
        sentences = self._preview_documents(self._get_refund_plan())
        return [*sentences, *self._preview_stock(), *self._preview_approval()]

    def _preview_approval(self):
        """Return a sentence if somebody else has to approve."""
        if self._needs_approval():
            return [self.env._('It waits until somebody else approves it.')]
        return []

    def _preview_documents(self, plan):
        """Return what a plan does to the books, and how the money goes back."""
        off_return = sum(amount for _quantity, amount in plan['returned'].values())
        sentences, payout = [], plan['order'] + off_return
        debts = self._get_open_debts(self.sale_order_id._get_helpdesk_invoices().sorted('id'))
        for invoice_sudo, part in plan['notes'].items():
            owed = debts[invoice_sudo]
            [off_debt], back = fill(part['total'], [owed], self.currency_id.rounding)
            payout += back
            sentences.append(
                self.env._(
                    'Credit note of %(amount)s on invoice %(invoice)s.',
                    amount=self._get_amount_label(part['total']),
                    invoice=invoice_sudo.name,
                )
            )
            if off_debt:
                sentences.append(
                    self.env._(
                        '%(amount)s of it is taken off what the customer still owes.',
                        amount=self._get_amount_label(off_debt),
                    )
                )
        if plan['order']:
            sentences.append(self._preview_order_credit(plan['order']))
        if off_return:
            sentences.append(
                self.env._(
                    '%(amount)s less to bill, as what comes back is not invoiced yet.',
                    amount=self._get_amount_label(off_return),
                )
            )
        return sentences + self._preview_payout(payout)

    def _preview_order_credit(self, amount):
        """Return what happens to the part that is not invoiced."""
        return self.env._(
            'A credit line of %(amount)s on the order, as this part is not invoiced yet.',
            amount=self._get_amount_label(amount),
        )

    def _preview_stock(self):
        """Return what a refund does to the stock, in sentences."""
        return [self.env._('The stock does not change.')]

    # === BUSINESS METHODS - PLAN === #

    def _get_refundable_quantities(self):
        """Return how much of each order line may still be refunded, in the unit of the line.

        What other actions asked for counts as given, and so does what accountants credited.
        """
        order_sudo = self.sale_order_id.sudo()
        ledger = order_sudo._get_helpdesk_ledger(exclude=self)
        prepaid = self.currency_id.compare_amounts(ledger['paid'], ledger['invoiced']) > 0
        lines_sudo = order_sudo._get_helpdesk_sold_lines()
        sold = {line: line.product_uom_qty if prepaid else 0.0 for line in lines_sudo}
        invoices_sudo = order_sudo._get_helpdesk_invoices()
        given = self._get_given_quantities(lines_sudo)
        for line in lines_sudo:
            sold[line] = max(sold[line], line._get_helpdesk_quantity(invoices_sudo))
        return {
            line.sudo(False): max(0.0, line.product_uom_id.round(sold[line] - given[line]))
            for line in lines_sudo
        }

    def _get_given_quantities(self, lines_sudo):
        """Return how much of each order line was given back before, by whomever."""
        order_sudo = self.sale_order_id.sudo()
        outside_sudo = order_sudo._get_helpdesk_outside_notes()
        given = {line: line._get_helpdesk_quantity(outside_sudo) for line in lines_sudo}
        others_sudo = (
            order_sudo.helpdesk_action_ids.filtered(lambda action: action.state not in VOID_STATES)
            - self._origin.sudo()
        )
        for action_line in others_sudo.line_ids:
            if action_line.order_line_id in given:
                given[action_line.order_line_id] += action_line._get_given_quantity()
        return given

    def _get_refund_plan(self):
        """Return on which documents the refund stands.

        First quantities, each on the oldest invoice that bills it; then amounts, on the oldest
        invoices that can bear them. What is not invoiced becomes a credit line on the order.

        :return: ``notes``: for each invoice ``quantities`` and their ``prices`` by invoice line,
            ``amounts`` as pairs of invoice lines and amount, and the ``total``; ``order``: the
            amount on the order; ``returned``: by order line the quantity and amount that its
            delivery bills no more.
        :rtype: dict
        """
        self.ensure_one()
        rounding = self.currency_id.rounding
        invoices_sudo = self.sale_order_id._get_helpdesk_invoices().sorted('id')
        rooms = {
            move: move._get_helpdesk_creditable_amount(self._get_own_notes())
            for move in invoices_sudo
        }
        notes, on_order, returned = {}, 0.0, {}

        def add(invoice_sudo, amount):
            part = notes.setdefault(
                invoice_sudo,
                {'quantities': {}, 'prices': {}, 'amounts': [], 'total': 0.0},
            )
            part['total'] = self.currency_id.round(part['total'] + amount)
            rooms[invoice_sudo] -= amount
            return part

        lines, asked = self._get_refund_parts()
        for line in lines:
            bills = line.order_line_id._get_helpdesk_billed(invoices_sudo, self._get_own_notes())
            taken, rest = fill(line.quantity, [quantity for _bill, quantity in bills], 1e-6)
            left = line.amount
            for (bill_sudo, _quantity), quantity in zip(bills, taken, strict=True):
                if quantity:
                    price = price_of(quantity, line.amount, line.quantity, rounding)
                    left -= price
                    unit_quantity = line.order_line_id.sudo().product_uom_id._compute_quantity(
                        quantity,
                        bill_sudo.product_uom_id,
                        round=False,
                    )
                    part = add(bill_sudo.move_id, price)
                    part['quantities'][bill_sudo] = unit_quantity
                    part['prices'][bill_sudo] = price
            if rest and self._takes_goods_back() and line._is_billed_by_delivery():
                returned[line] = (rest, self.currency_id.round(left))
            elif rest:
                on_order += left
        for order_line, amount in asked:
            bills = {
                move: move._get_helpdesk_product_lines(self.sale_order_id, order_line)
                for move in invoices_sudo
            }
            bills = {move: move_lines for move, move_lines in bills.items() if move_lines}
            taken, rest = fill(amount, [rooms[move] for move in bills], rounding)
            if rest and not self._has_uninvoiced_room(on_order + rest) and bills:
                taken[-1] += rest  # a leader exceeds what was sold
                rest = 0.0
            for (move, move_lines), part in zip(bills.items(), taken, strict=True):
                if part:
                    add(move, part)['amounts'].append((move_lines, part))
            on_order += rest
        if notes and lines and (less := self._get_cash_difference(sum(lines.mapped('amount')))):
            notes[invoices_sudo.filtered(notes.get)[-1:]]['total'] -= less
        return {'notes': notes, 'order': self.currency_id.round(on_order), 'returned': returned}

    def _get_refund_parts(self):
        """Return what is refunded: by quantities, and by amounts.

        :return: the lines of the action that refund a quantity, and pairs of order line (none: the
            whole order) and amount.
        :rtype: tuple
        """
        lines = self.line_ids._get_filled()
        is_cut = any(step.code == 'refund' and step.amount for step in self.sudo().step_ids)
        if not lines or is_cut:
            return lines.browse(), [(self.env['sale.order.line'], self.amount)]
        asked = [(line.order_line_id, line.amount) for line in lines if not line.quantity]
        return lines.filtered('quantity'), asked

    def _has_uninvoiced_room(self, amount):
        """Return whether the order has so much that is not invoiced."""
        order_sudo = self.sale_order_id.sudo()
        invoiced = sum(
            order_sudo._get_helpdesk_share(move, move.amount_total)
            for move in order_sudo._get_helpdesk_invoices()
        )
        return self.currency_id.compare_amounts(amount, order_sudo.amount_total - invoiced) <= 0

    def _get_own_notes(self):
        """Return the credit notes that the action made itself."""
        return self.sudo().step_ids.move_ids
