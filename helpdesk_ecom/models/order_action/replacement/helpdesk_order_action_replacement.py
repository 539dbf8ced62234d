from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import VOID_STATES


class HelpdeskOrderAction(models.Model):
    """Replacement: goods that arrived broken or got lost are sent again, and nothing comes back.

    No money moves, but the customer is given goods for their price, so it counts in the order's
    ledger, is capped like a refund, and the same pieces are not compensated twice.
    """

    _inherit = 'helpdesk.order.action'

    action_type = fields.Selection(
        selection_add=[('replacement', 'Replacement')],
        ondelete={'replacement': 'cascade'},
    )

    # === BUSINESS METHODS - HOOKS === #

    @api.model
    def _get_blocked_reason_replacement(self, ticket):
        """Return why the ticket offers no replacement, or nothing."""
        order_sudo = ticket.sale_order_id.sudo()
        if reason := self._get_sending_obstacle(ticket, order_sudo):
            return reason
        if self.env.user.has_group('helpdesk_ecom.group_helpdesk_manager'):
            return None  # who may send again what was sent again
        given_sudo = order_sudo.helpdesk_action_ids.filtered(lambda a: a.state not in VOID_STATES)
        given = sum(action._get_given_amount() for action in given_sudo)
        # whoever opens the ticket asks this: the lines are counted when the dialog opens
        if given and order_sudo.currency_id.compare_amounts(given, order_sudo.amount_total) >= 0:
            return self.env._(
                'All of the order was given back already, by %(users)s.',
                users=', '.join(given_sudo.requester_id.mapped('name')),
            )
        return None

    @api.model
    def _get_sending_obstacle(self, ticket, order_sudo):
        """Return why no goods can be sent for a ticket, or nothing."""
        if not ticket.sudo().team_id.use_product_returns:
            return self.env._('The team of the ticket neither takes goods back nor replaces them.')
        if order_sudo.state != 'sale':
            return self.env._('Goods can be sent on confirmed orders only.')
        if not any(line._can_be_sent_again() for line in order_sudo.order_line):
            return self.env._('Nothing that could be sent again was delivered yet.')
        return None

    def _check_replacement(self):
        """Refuse what was not delivered, is no goods, or was compensated before."""
        self.ensure_one()
        if reason := self._get_sending_obstacle(self.ticket_id, self.sale_order_id.sudo()):
            raise UserError(reason)
        if not self.line_ids:
            raise UserError(self.env._('Say what is sent again: choose a line and a quantity.'))
        left = self._get_replaceable_quantities()
        for line in self.line_ids:
            line._ensure_goods_of_order()
            order_line = line.order_line_id
            most = left.get(order_line, 0.0)
            if order_line.product_uom_id.compare(line.quantity, most) > 0:
                raise UserError(
                    '\n'.join(
                        [
                            self.env._(
                                "%(line)s: %(quantity)s can't be sent again, %(left)s are left.",
                                line=order_line.name,
                                quantity=f'{line.quantity:g}',
                                left=f'{most:g}',
                            ),
                            *self._get_ledger_sentences(
                                self.sale_order_id._get_helpdesk_ledger(exclude=self)
                            ),
                        ]
                    )
                )
            line.amount = line._get_price()
        self.amount = sum(self.line_ids.mapped('amount'))

    def _prepare_replacement_steps(self):
        """Return the steps: the goods are ordered, they leave, and it is told."""
        return [{'code': 'new_delivery'}, {'code': 'shipment'}, {'code': 'notify'}]

    def _preview_replacement(self):
        """Return what a replacement will do: goods, stock, and how it counts."""
        self.ensure_one()
        if not self.line_ids._get_filled():
            return []
        return [
            *self._preview_new_goods(),
            self.env._(
                'The customer pays nothing for it; %(amount)s count as given back on the order.',
                amount=self._get_amount_label(),
            ),
            *self._preview_approval(),
        ]

    def _gives_money(self):
        """Override: goods are given."""
        return self.action_type != 'replacement' and super()._gives_money()

    def _is_without_return(self):
        """Override: what is sent again replaces goods that stay where they are."""
        return self.action_type == 'replacement' or super()._is_without_return()

    # === BUSINESS METHODS - PLAN === #

    def _get_replaceable_quantities(self):
        """Return how much of each order line may still be sent again, in the unit of the line.

        At most what was delivered; what was refunded, replaced or credited before is not given
        another time, unless a team leader exceeds the limit: parcels get lost twice.
        """
        order_sudo = self.sale_order_id.sudo()
        lines_sudo = order_sudo.order_line.filtered(lambda line: line._can_be_sent_again())
        invoices_sudo = order_sudo._get_helpdesk_invoices()
        given = self._get_given_quantities(lines_sudo)
        quantities = {}
        for line_sudo in lines_sudo:
            left = line_sudo.qty_delivered
            if not self.exceed_limit:
                billed = line_sudo._get_helpdesk_quantity(invoices_sudo)
                sold = max(line_sudo.product_uom_qty, billed)
                left = min(left, sold - given[line_sudo])
            quantities[line_sudo.sudo(False)] = max(0.0, line_sudo.product_uom_id.round(left))
        return quantities
