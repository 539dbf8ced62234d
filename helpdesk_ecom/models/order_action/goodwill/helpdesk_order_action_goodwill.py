from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskOrderAction(models.Model):
    """Goodwill: money for what the customer keeps. It touches no quantity and no goods.

    It goes the way of a refund over an amount, and has its own name on documents and in reports.
    """

    _inherit = 'helpdesk.order.action'

    action_type = fields.Selection(
        selection_add=[('goodwill', 'Goodwill credit')],
        ondelete={'goodwill': 'cascade'},
    )

    # === BUSINESS METHODS - HOOKS === #

    def _gives_money_for_goods(self):
        """Override of `helpdesk_ecom`: the customer keeps the goods."""
        return self.action_type == 'goodwill' or super()._gives_money_for_goods()

    @api.model
    def _get_blocked_reason_goodwill(self, ticket):
        """Return why the ticket offers no goodwill, or nothing."""
        return self._get_blocked_reason_refund(ticket)

    def _check_goodwill(self):
        """Refuse quantities: they are refunded or come back, and goodwill is neither."""
        self.ensure_one()
        if any(self.line_ids.mapped('quantity')):
            raise UserError(
                self.env._(
                    'Goodwill is an amount, the customer keeps the goods: leave quantities empty, '
                    'or make a refund.'
                )
            )
        self._check_refund()

    def _prepare_goodwill_steps(self):
        """Return the steps, which are those of a refund."""
        return self._prepare_refund_steps()

    def _preview_goodwill(self):
        """Return what the goodwill will do: documents and money."""
        self.ensure_one()
        if self.currency_id.is_zero(self.amount):
            return []
        return [
            *self._preview_documents(self._get_refund_plan()),
            self.env._('The customer keeps the goods, and the order its quantities.'),
            *self._preview_approval(),
        ]
