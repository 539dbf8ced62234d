from odoo import fields, models
from odoo.exceptions import UserError

MANAGER_GROUP = 'helpdesk_ecom.group_helpdesk_manager'


class HelpdeskOrderAction(models.Model):
    """Why an action is asked for, and what the reason demands of it."""

    _inherit = 'helpdesk.order.action'

    reason_id = fields.Many2one(
        'helpdesk.reason',
        index='btree_not_null',
        ondelete='restrict',
        check_company=True,
        tracking=True,
    )

    # === BUSINESS METHODS === #

    def _needs_reason(self):
        """Return whether a reason has to be chosen; kinds that give nothing may do without."""
        self.ensure_one()
        return self.action_type != 'address_change'

    def _ensure_reason(self):
        """Refuse an action without a reason, or one that lacks what its reason demands.

        :raise UserError: which says what is missing.
        """
        self.ensure_one()
        reason = self.reason_id
        if not reason:
            if self._needs_reason():
                raise UserError(self.env._('Choose a reason: the product reports live by it.'))
            return
        # what waits for approval was asked for while the reason was in use
        if self.state == 'draft' and not reason.active:
            raise UserError(
                self.env._(
                    '"%(reason)s" is not used any more: choose another reason.', reason=reason.name
                )
            )
        if reason.needs_photo and not self.ticket_id._has_photo():
            raise UserError(
                self.env._(
                    '"%(reason)s" demands a photo, and the ticket has none: ask the customer for '
                    'one, or attach it.',
                    reason=reason.name,
                )
            )
        if reason.needs_return and self._is_without_return():
            raise UserError(
                self.env._(
                    '"%(reason)s" demands that the goods come back: make a return instead.',
                    reason=reason.name,
                )
            )

    def _get_trust_obstacle(self):
        """Return why nothing may be given before the goods are back, or nothing.

        The reason says whom the shop trusts; a team leader decides for himself.
        """
        self.ensure_one()
        requester = self.requester_id or self.env.user
        if self.reason_id.refund_on != 'receipt' or requester.has_group(MANAGER_GROUP):
            return None
        return self.env._(
            '"%(reason)s" demands that the goods are back first: only a team leader may give '
            'something before.',
            reason=self.reason_id.name,
        )

    def _is_without_return(self):
        """Return whether the action gives money for delivered goods that stay where they are."""
        self.ensure_one()
        if not self._gives_money_for_goods():
            return False
        lines_sudo = (self.line_ids.order_line_id or self.sale_order_id.order_line).sudo()
        return any(
            line.product_id.type == 'consu' and line.qty_delivered > 0 for line in lines_sudo
        )

    def _gives_money_for_goods(self):
        """Return whether the kind of action gives money, or what stands for it, and moves no goods.

        Kinds that do override it.
        """
        self.ensure_one()
        return False
