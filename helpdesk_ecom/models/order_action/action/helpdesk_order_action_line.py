from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ....tools.refund_math import price_of
from ..const import VOID_STATES

# what only the action itself sets
OWN_FIELDS = {
    'credited_quantity',
    'cancelled_quantity',
    'exchanged_quantity',
    'given_quantity',
    'noted_amount',
    'unbilled_quantity',
}


class HelpdeskOrderActionLine(models.Model):
    """What an action does to one line of the order: to a quantity of it, or to its price."""

    _name = 'helpdesk.order.action.line'
    _description = 'Line of an Order Action'
    _order = 'action_id, id'

    action_id = fields.Many2one(
        'helpdesk.order.action',
        required=True,
        index=True,
        ondelete='cascade',
    )
    order_line_id = fields.Many2one(
        'sale.order.line',
        required=True,
        index=True,
        ondelete='restrict',
    )
    product_id = fields.Many2one(related='order_line_id.product_id', related_sudo=False)
    quantity = fields.Float(digits='Product Unit', help='In the unit of the order line.')
    credited_quantity = fields.Float(
        digits='Product Unit',
        readonly=True,
        copy=False,
        help='How much of the quantity was billed and stands on a credit note.',
    )
    cancelled_quantity = fields.Float(
        digits='Product Unit',
        readonly=True,
        copy=False,
        help='By how much the action has lowered the order line.',
    )
    amount = fields.Monetary(
        compute='_compute_amount',
        compute_sudo=False,  # a form may name any line: who may not read it learns no price
        store=True,
        precompute=True,
        readonly=False,
        help='Tax included. With a quantity it is the price of the quantity; without one it is '
        'what is taken off the price of the line.',
    )
    currency_id = fields.Many2one(related='order_line_id.currency_id', related_sudo=False)
    lot_ids = fields.Many2many(
        'stock.lot',
        string='Lots/Serial Numbers',
        help='Which of them come back. Empty: of those that were delivered first.',
    )

    _line_uniq = models.UniqueIndex(
        '(action_id, order_line_id)',
        'An order line stands in an action only once.',
    )

    # === COMPUTE METHODS === #

    @api.depends('order_line_id', 'quantity', 'action_id.refund_policy')
    def _compute_amount(self):
        self.order_line_id.check_access('read')  # the prices are read as superuser
        for line in self:
            if line.quantity and line.order_line_id:
                line.amount = line._get_price() if line.action_id._is_compensation() else 0.0
            else:
                line.amount = line.amount

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create lines of drafts."""
        if not self.env.su:
            # before the amounts are computed, which reads as superuser
            for name, model, operation in (
                ('action_id', 'helpdesk.order.action', 'write'),
                ('order_line_id', 'sale.order.line', 'read'),
            ):
                named = [vals[name] for vals in vals_list if vals.get(name)]
                self.env[model].browse(named).check_access(operation)
            vals_list = [dict(vals, **dict.fromkeys(OWN_FIELDS, 0.0)) for vals in vals_list]
        lines = super().create(vals_list)
        lines._ensure_writable()
        return lines

    def write(self, vals):
        """Write lines of drafts."""
        if not self.env.su and not OWN_FIELDS.isdisjoint(vals):
            raise AccessError(self.env._('Only the order action itself says what it did.'))
        self._ensure_writable()
        result = super().write(vals)
        if not {'action_id', 'order_line_id'}.isdisjoint(vals):
            self._ensure_writable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        self._ensure_writable()

    # === BUSINESS METHODS === #

    def _ensure_writable(self):
        """Refuse lines of actions of others, and to change what was asked for once submitted."""
        if self.env.su:
            return
        self.action_id.check_access('write')
        self.order_line_id.check_access('read')
        if any(action.state != 'draft' for action in self.action_id):
            raise UserError(
                self.env._(
                    'An order action that was submitted stays as it is. Cancel it, or make another.'
                )
            )

    def _get_given_quantity(self):
        """Return how much of the order line the action takes from what else may be given.

        What a cancellation has taken off the order line is not there any more; what was billed of
        it still is, on an invoice and on a credit note.
        """
        self.ensure_one()
        if not self.action_id._is_compensation():
            return 0.0
        return self.credited_quantity if self.cancelled_quantity else self.quantity

    def _get_filled(self):
        """Return the lines that ask for something."""
        return self.filtered(lambda line: line.quantity or line.amount)

    def _unlink_empty(self):
        """Remove the lines that ask for nothing: a form offers every line of the order."""
        (self - self._get_filled()).unlink()

    def _get_price(self, quantity=None):
        """Return the price of a quantity, by default the line's, with discount and tax.

        Discounts of the whole order are shared by its lines. It is in proportion, and rounded; the
        last piece costs what is left of the line, so that the pieces add up to the whole.

        :param float quantity: in the unit of the order line.
        """
        self.ensure_one()
        quantity = self.quantity if quantity is None else quantity
        order_line_sudo = self.order_line_id.sudo()
        total, sold = order_line_sudo._get_helpdesk_worth(), order_line_sudo.product_uom_qty
        others_sudo = order_line_sudo.helpdesk_action_line_ids.filtered(
            lambda line: (
                line.quantity
                and not line.cancelled_quantity  # the order line has become as much smaller
                and line.action_id != self.action_id
                and line.action_id.state not in VOID_STATES
                and line.action_id._is_compensation()
            )
        )
        given = sum(others_sudo.mapped('quantity'))
        if given and order_line_sudo.product_uom_id.compare(given + quantity, sold) == 0:
            return self.currency_id.round(total - sum(others_sudo.mapped('amount')))
        return price_of(quantity, total, sold, self.currency_id.rounding or 0.01)
