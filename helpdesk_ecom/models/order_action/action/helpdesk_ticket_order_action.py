from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """What was done to the order for the ticket, and what can be done now."""

    _inherit = 'helpdesk.ticket'

    order_action_ids = fields.One2many(
        'helpdesk.order.action',
        'ticket_id',
        string='Actions taken',
        readonly=True,
        copy=False,
    )
    order_delivery_status = fields.Selection(related='sale_order_id.delivery_status')
    can_refund = fields.Boolean(compute='_compute_can_refund')
    refund_blocked_reason = fields.Char(compute='_compute_can_refund')
    can_change_address = fields.Boolean(compute='_compute_can_change_address')
    address_blocked_reason = fields.Char(compute='_compute_can_change_address')

    # === COMPUTE METHODS === #

    @api.depends('sale_order_id', 'order_match', 'team_id', 'order_action_ids.state')
    def _compute_can_refund(self):
        for ticket in self:
            reason = ticket._get_action_blocked_reason('refund')
            ticket.refund_blocked_reason = reason
            ticket.can_refund = not reason

    @api.depends('sale_order_id', 'order_match', 'order_action_ids.state')
    def _compute_can_change_address(self):
        for ticket in self:
            reason = ticket._get_action_blocked_reason('address_change')
            ticket.address_blocked_reason = reason
            ticket.can_change_address = not reason

    # === ACTION METHODS === #

    def action_open_refund(self):
        """Open the refund dialog for the order of the ticket.

        :raise UserError: if nothing can be refunded; the message says why.
        """
        return self._open_action_wizard('refund', 'helpdesk.order.refund', self.env._('Refund'))

    def action_open_address_change(self):
        """Open the dialog that changes the delivery address of the order.

        :raise UserError: if the address can't be changed any more; the message says why.
        """
        return self._open_action_wizard(
            'address_change', 'helpdesk.order.address', self.env._('Change address')
        )

    def _open_action_wizard(self, action_type, model, title):
        """Return the dialog of a kind of order action; refuse one that can't be done."""
        self.ensure_one()
        self.check_access('write')
        if reason := self._get_action_blocked_reason(action_type):
            raise UserError(reason)
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._(
                '%(title)s: %(order)s',
                title=title,
                order=self.sale_order_id.name,
            ),
            'res_model': model,
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_ticket_id': self.id},
        }

    # === BUSINESS METHODS === #

    def _get_order_panel_actions(self):
        """Offer the actions in the order panel, too, with the reason why one can't be done now."""
        actions = super()._get_order_panel_actions()
        if self.use_credit_notes:
            actions.append(
                self._prepare_order_panel_action(
                    'refund',
                    'action_open_refund',
                    self.env._('Refund'),
                    'fa-undo',
                )
            )
        actions.append(
            self._prepare_order_panel_action(
                'address_change',
                'action_open_address_change',
                self.env._('Change address'),
                'fa-map-marker',
            )
        )
        return actions

    def _prepare_order_panel_action(self, action_type, method, label, icon):
        """Return what the order panel shows of a kind of order action."""
        return {
            'kind': action_type,
            'method': method,
            'label': label,
            'icon': icon,
            'reason': self._get_action_blocked_reason(action_type) or '',
        }

    def _get_action_blocked_reason(self, action_type):
        """Return why the ticket doesn't offer a kind of order action, or False.

        :param str action_type: a value of `helpdesk.order.action`'s field of this name.
        """
        self.ensure_one()
        if not self.sale_order_id:
            return self.env._('The ticket has no order yet.')
        if self.order_match == 'unverified':
            return self.env._(
                "The order belongs to somebody else: confirm first that it is the customer's."
            )
        Action = self.env['helpdesk.order.action']
        return Action._run_hook('_get_blocked_reason_%s', action_type, self) or False
