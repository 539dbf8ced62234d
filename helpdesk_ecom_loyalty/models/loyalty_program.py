from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_round

COUPON_TYPES = ('coupons', 'next_order_coupons')
STORE_CREDIT_TYPES = ('gift_card', 'ewallet')
KIND_TYPES = {'coupon': COUPON_TYPES, 'store_credit': STORE_CREDIT_TYPES}
IS_DISCOUNT = Domain('reward_type', '=', 'discount')


class LoyaltyProgram(models.Model):
    """What a program gives when a helpdesk agent gives it."""

    _inherit = 'loyalty.program'

    # === BUSINESS METHODS === #

    @api.model
    def _get_helpdesk_domain(self, action_type, company):
        """Return the domain of the programs from which an order action can give something.

        Their value is known: they discount, and give no free products.

        :param str action_type: ``coupon`` or ``store_credit``.
        :param company: of the order.
        """
        today = fields.Date.context_today(self)
        domain = Domain('sale_ok', '=', True)
        domain &= Domain('company_id', '=', False) | Domain('company_id', 'parent_of', company.id)
        domain &= Domain('date_from', '=', False) | Domain('date_from', '<=', today)
        domain &= Domain('date_to', '=', False) | Domain('date_to', '>=', today)
        if action_type == 'coupon':
            return (
                domain
                & Domain('program_type', 'in', COUPON_TYPES)
                & Domain('reward_ids', 'any', IS_DISCOUNT)
                & Domain('reward_ids', 'not any', ~IS_DISCOUNT)
            )
        by_point = Domain('discount_mode', '=', 'per_point') & Domain('discount', '>', 0)
        return (
            domain
            & Domain('program_type', 'in', STORE_CREDIT_TYPES)
            & Domain('reward_ids', 'any', IS_DISCOUNT & by_point)
        )

    @api.model
    def _get_helpdesk_kinds(self, company):
        """Return the kinds of order actions for which there is a program, in one query.

        :rtype: set[str]
        """
        domains = [self._get_helpdesk_domain(kind, company) for kind in KIND_TYPES]
        groups = self._read_group(Domain.OR(domains), ['program_type'])
        found = {program_type for (program_type,) in groups}
        return {kind for kind, types in KIND_TYPES.items() if found & set(types)}

    @api.model
    def _search_helpdesk(self, action_type, company):
        """Return the programs from which an order action can give something."""
        programs = self.search(self._get_helpdesk_domain(action_type, company))
        return programs.filtered(
            lambda program: not program.limit_usage or program.total_order_count < program.max_usage
        )

    def _get_helpdesk_coupon_points(self):
        """Return the points of a coupon: enough for each of the rewards, once."""
        self.ensure_one()
        return max(self.reward_ids.mapped('required_points'), default=1.0)

    def _get_helpdesk_coupon_value(self, order):
        """Return what a coupon takes off the customer's next orders, by the best of its rewards.

        A percentage is taken of this order, as nobody knows the next ones.

        :return: the amount in the currency of the order.
        :rtype: float
        """
        self.ensure_one()
        values = [
            reward._get_helpdesk_value(order, self._get_helpdesk_coupon_points())
            for reward in self.reward_ids
        ]
        return max(values, default=0.0)

    def _is_helpdesk_percentage(self):
        """Return whether what a coupon is worth depends on the next order."""
        self.ensure_one()
        return 'percent' in self.reward_ids.mapped('discount_mode')

    def _get_helpdesk_credit_points(self, amount, order):
        """Return the points of a gift card or eWallet that are worth an amount.

        :param float amount: in the currency of the order.
        """
        self.ensure_one()
        reward = self.reward_ids.filtered(lambda r: r.discount_mode == 'per_point')[:1]
        amount = order.currency_id._convert(amount, self.currency_id, order.company_id)
        return amount / reward.discount


class LoyaltyReward(models.Model):
    _inherit = 'loyalty.reward'

    # === BUSINESS METHODS === #

    def _get_helpdesk_value(self, order, points):
        """Return what the reward takes off orders like this one, in its currency.

        It is claimed, on one order after the other, as often as the points last.

        :param float points: those of the coupon.
        """
        self.ensure_one()
        limit = self._convert_to_helpdesk(self.discount_max_amount, order) or float('inf')
        if self.discount_mode == 'percent':
            value = order.amount_total * self.discount / 100
        elif self.discount_mode == 'per_point':
            value = self._convert_to_helpdesk(self.discount * points, order)
            if not self.clear_wallet:
                # a maximum leaves points for the order after the next one
                return order.currency_id.round(value)
        else:
            value = self._convert_to_helpdesk(self.discount, order)
        return order.currency_id.round(min(value, limit) * self._get_helpdesk_uses(points))

    def _get_helpdesk_uses(self, points):
        """Return how often the reward can be claimed with the points of a coupon.

        :rtype: int
        """
        self.ensure_one()
        if self.clear_wallet:
            return 1
        uses = points / self.required_points
        return int(float_round(uses, precision_rounding=1.0, rounding_method='DOWN'))

    def _convert_to_helpdesk(self, amount, order):
        """Return an amount of the program in the currency of the order."""
        return self.currency_id._convert(amount, order.currency_id, order.company_id)
