from odoo import api, fields, models
from odoo.exceptions import UserError

REFUND_POLICIES = [
    ('receipt', 'When the goods are back'),
    ('request', 'At once'),
    ('none', 'No refund'),
]


class HelpdeskOrderAction(models.Model):
    """Return: goods come back, and their price is given back when the policy says so.

    What is refunded when the goods are back is what came back: while a part of it is still under
    way the action waits, and what the warehouse gave up (a backorder that was cancelled) is not
    refunded.
    """

    _inherit = 'helpdesk.order.action'

    action_type = fields.Selection(
        selection_add=[('return', 'Return')],
        ondelete={'return': 'cascade'},
    )
    refund_policy = fields.Selection(
        REFUND_POLICIES,
        string='Refund of the Goods',
        compute='_compute_refund_policy',
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help='When the customer gets the money for goods that come back. By default the reason '
        'says it.',
    )
    restock = fields.Boolean(
        string='Goods come back',
        help='A refund that does not wait for the goods, and yet expects them in the warehouse.',
    )

    # === COMPUTE METHODS === #

    @api.depends('action_type', 'reason_id')
    def _compute_refund_policy(self):
        for action in self:
            if action.action_type == 'return':
                action.refund_policy = action.reason_id.refund_on or 'receipt'
            else:
                action.refund_policy = action.refund_policy

    # === BUSINESS METHODS - HOOKS === #

    @api.model
    def _get_blocked_reason_return(self, ticket):
        """Return why the ticket offers no return, or nothing."""
        if not ticket.team_id.sudo().use_product_returns:
            return self.env._('The team of the ticket takes no goods back.')
        order_sudo = ticket.sale_order_id.sudo()
        goods_sudo = order_sudo.order_line.filtered(lambda line: line.product_id.type == 'consu')
        if not goods_sudo:
            return self.env._('There are no goods on the order: services do not come back.')
        # whoever opens the ticket asks this: the moves are looked at where something came back only
        has_returns = order_sudo.picking_ids.return_id
        if not has_returns and not any(line.qty_delivered > 0 for line in goods_sudo):
            return self.env._('Nothing was delivered yet: cancel instead.')
        if has_returns and not any(line._get_helpdesk_returnable() for line in goods_sudo):
            return self.env._('All goods that were delivered came back or are on their way back.')
        return None

    def _check_return(self):
        """Refuse a return that makes no sense, or of more than is at the customer."""
        self.ensure_one()
        team_sudo = self.ticket_id.sudo().team_id
        if not team_sudo.use_product_returns:
            raise UserError(self.env._('The team of the ticket takes no goods back.'))
        if not self.line_ids:
            raise UserError(self.env._('Say what comes back: choose at least one item.'))
        self._check_return_lines()
        if not self.refund_policy:
            self.refund_policy = self.reason_id.refund_on or 'receipt'
        if self.refund_policy == 'request' and (obstacle := self._get_trust_obstacle()):
            raise UserError(obstacle)
        if self.refund_policy == 'none':
            self.line_ids.amount = 0.0
            self.amount = 0.0
        elif not team_sudo.use_credit_notes:
            raise UserError(
                self.env._('The team of the ticket does not refund: choose "No refund".')
            )
        else:
            self._check_refund_lines()

    def _check_return_lines(self):
        """Refuse lines of other orders, services, and more than can come back."""
        for line in self.line_ids:
            order_line_sudo = line.order_line_id.sudo()
            if order_line_sudo.order_id != self.sale_order_id.sudo():
                raise UserError(
                    self.env._(
                        'The lines have to be lines of order %(order)s.',
                        order=self.sale_order_id.name,
                    )
                )
            if line.quantity <= 0:
                raise UserError(
                    self.env._(
                        '%(line)s: say how many come back.',
                        line=order_line_sudo.name,
                    )
                )
            if order_line_sudo.product_id.type != 'consu':
                raise UserError(
                    self.env._(
                        "%(line)s: a service can't come back. Refund it instead.",
                        line=order_line_sudo.name,
                    )
                )
        self._plan_return(self._get_return_quantities())

    def _prepare_return_steps(self):
        """Return the steps of a return: the transfers, then the goods, then the money."""
        steps = [{'code': 'return_transfer'}, *self._prepare_label_steps()]
        if self.refund_policy == 'none':
            return [*steps, {'code': 'receipt'}, {'code': 'notify'}]
        if self.refund_policy == 'receipt':
            steps.append({'code': 'receipt'})
        return [*steps, {'code': 'refund'}]

    def _preview_return(self):
        """Return what a return will do: transfers, then money."""
        self.ensure_one()
        sentences = self._preview_return_transfers()
        if not sentences:
            return []
        if self.refund_policy == 'request' and (obstacle := self._get_trust_obstacle()):
            return [obstacle]
        if self.refund_policy == 'none':
            return [*sentences, self.env._('No money is given back.')]
        sentences.append(
            self.env._('When the goods are back, for what came back:')
            if self.refund_policy == 'receipt'
            else self.env._('At once, before the goods are back:')
        )
        return sentences + self._preview_refund()

    def _preview_stock(self):
        """Return what a refund does to the stock."""
        if self.action_type != 'refund':
            return []  # told before the refund
        if self.restock:
            return self._preview_return_transfers()
        return super()._preview_stock()

    def _check_refund(self):
        """Refuse goods that come back where there are none."""
        super()._check_refund()
        if not self.restock:
            return
        if not self._get_return_quantities():
            raise UserError(
                self.env._('Say by items what comes back: an amount alone moves no goods.')
            )
        for line in self.line_ids:
            order_line_sudo = line.order_line_id.sudo()
            if not line.quantity and order_line_sudo.product_id.type == 'consu':
                raise UserError(
                    self.env._(
                        '%(line)s: say how many come back. An amount off a price moves no goods: '
                        'refund it by itself.',
                        line=order_line_sudo.name,
                    )
                )
        self._plan_return(self._get_return_quantities())

    def _prepare_refund_steps(self):
        """Make the transfers before the money, where goods come back with the refund."""
        steps = super()._prepare_refund_steps()
        if self.action_type == 'refund' and self.restock:
            return [{'code': 'return_transfer'}, *self._prepare_label_steps(), *steps]
        return steps

    def _is_compensation(self):
        """Goods that come back without a refund give nothing to the customer."""
        if self.action_type == 'return' and self.refund_policy == 'none':
            return False
        return super()._is_compensation()

    def _is_without_return(self):
        """A refund whose goods come back is what a reason demands that demands a return."""
        return not self._takes_goods_back() and super()._is_without_return()

    # === BUSINESS METHODS - TOOLS === #

    def _get_return_quantities(self):
        """Return how much of each order line comes back, in its unit; services do not.

        :rtype: dict
        """
        return {
            line.order_line_id: line.quantity
            for line in self.line_ids
            if line.quantity > 0 and line.order_line_id.sudo().product_id.type == 'consu'
        }

    def _takes_goods_back(self):
        """Return whether the price that is given back is that of goods that come back."""
        self.ensure_one()
        return self.action_type == 'return' or self.action_type == 'refund' and self.restock

    def _prepare_label_steps(self):
        """Return the steps that get a return label, where the carrier offers one."""
        deliveries_sudo = self.env['stock.picking'].sudo()
        for picking_sudo in self._plan_return(self._get_return_quantities()):
            deliveries_sudo |= picking_sudo
        return deliveries_sudo._get_helpdesk_label_step_vals()
