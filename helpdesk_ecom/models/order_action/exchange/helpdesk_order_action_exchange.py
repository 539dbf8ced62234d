from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskOrderAction(models.Model):
    """Exchange: goods come back, and the customer gets the same again, or something else.

    The goods move first, then the money: what the new goods cost more is billed, and what they
    cost less is given back, once the old ones are back and the new ones have left. See
    `helpdesk_order_action_exchange_money.py` for the books.
    """

    _inherit = 'helpdesk.order.action'

    action_type = fields.Selection(
        selection_add=[('exchange', 'Exchange')],
        ondelete={'exchange': 'cascade'},
    )
    ship_on = fields.Selection(
        [('request', 'At once'), ('receipt', 'When the old ones are back')],
        string='New Goods leave',
        compute='_compute_ship_on',
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help='By default the reason says it: with it the shop trusts the customer, or not.',
    )

    # === COMPUTE METHODS === #

    @api.depends('action_type', 'reason_id')
    def _compute_ship_on(self):
        for action in self:
            if action.action_type == 'exchange':
                action.ship_on = action.reason_id.refund_on or 'receipt'
            else:
                action.ship_on = action.ship_on

    # === BUSINESS METHODS - HOOKS === #

    @api.model
    def _get_blocked_reason_exchange(self, ticket):
        """Return why the ticket offers no exchange, or nothing."""
        if ticket.sale_order_id.sudo().state != 'sale':
            return self.env._('Goods can be sent on confirmed orders only.')
        return self._get_blocked_reason_return(ticket)

    def _check_exchange(self):
        """Refuse what can't come back, what can't be sent, and fix what the new goods cost."""
        self.ensure_one()
        if self.sale_order_id.sudo().state != 'sale':
            raise UserError(self.env._('Goods can be sent on confirmed orders only.'))
        if not self.ticket_id.sudo().team_id.use_product_returns:
            raise UserError(self.env._('The team of the ticket takes no goods back.'))
        if not self.line_ids:
            raise UserError(self.env._('Say what is exchanged: choose at least one item.'))
        self._check_return_lines()
        for line in self.line_ids:
            line._check_exchange_product()
        self.line_ids.amount = 0.0
        self._fix_exchange_prices()
        if self.ship_on == 'request':
            self._check_advance()

    def _prepare_exchange_steps(self):
        """Return the steps: the goods in the order that was chosen, then the money."""
        steps = [{'code': 'return_transfer'}, *self._prepare_label_steps()]
        if self.ship_on == 'request':
            steps += [{'code': 'new_delivery'}, {'code': 'receipt'}]
        else:
            steps += [{'code': 'receipt'}, {'code': 'new_delivery'}]
        steps.append({'code': 'shipment'})
        difference = self._get_price_difference()
        if self.currency_id.compare_amounts(difference, 0.0) < 0:
            return [*steps, {'code': 'refund'}]  # which logs, too
        if self.currency_id.compare_amounts(difference, 0.0) > 0:
            steps.append({'code': 'exchange_invoice'})
        return [*steps, {'code': 'notify'}]

    def _preview_exchange(self):
        """Return what an exchange will do: transfers there and back, stock, money."""
        self.ensure_one()
        if not self._get_return_quantities():
            return []
        sentences = [
            *self._preview_return_transfers(),
            self.env._('The new goods leave at once:')
            if self.ship_on == 'request'
            else self.env._('When the old ones are back, the new goods leave:'),
            *self._preview_new_goods(),
            *self._preview_difference(),
        ]
        if self.ship_on == 'request':
            sentences += self._preview_advance()
        if self.currency_id.is_zero(self.amount):  # else the refund says so
            sentences += self._preview_approval()
        return sentences

    def _is_compensation(self):
        """Override: goods come back for the goods that are given."""
        return self.action_type != 'exchange' and super()._is_compensation()

    def _get_new_goods(self):
        """Override to send what was chosen instead of what comes back."""
        if self.action_type != 'exchange':
            return super()._get_new_goods()
        return [
            (line, line._get_new_product(), line.quantity) for line in self.line_ids._get_filled()
        ]

    def _get_new_goods_label(self):
        """Override to call it an exchange."""
        if self.action_type != 'exchange':
            return super()._get_new_goods_label()
        env = self.with_context(lang=self.sale_order_id.partner_id.lang).env
        return env._('Exchange, ticket %(ticket)s', ticket=self.ticket_id.ticket_ref)
