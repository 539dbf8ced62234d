from odoo import api, fields, models


class HelpdeskOrderDialog(models.AbstractModel):
    """A dialog that hands what is entered to an order action: what all of them have in common.

    A dialog extends `_prepare_action_vals`, and says by depends when its preview changes.
    """

    _name = 'helpdesk.order.dialog'
    _description = 'Dialog of an Order Action'

    ticket_id = fields.Many2one('helpdesk.ticket', required=True)
    sale_order_id = fields.Many2one('sale.order', compute='_compute_sale_order_id')
    reason_id = fields.Many2one(
        'helpdesk.reason', domain="[('company_id', 'in', (False, company_id))]"
    )
    company_id = fields.Many2one(related='sale_order_id.company_id')
    reason = fields.Text(string='Details')
    preview = fields.Html(compute='_compute_preview')

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_sale_order_id(self):
        """Find the order, of which only those learn something who may act for the ticket."""
        for wizard in self:
            ticket = wizard.ticket_id.sudo(False)
            ticket.check_access('write')
            wizard.sale_order_id = ticket.sale_order_id

    @api.depends('ticket_id')
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard._new_action().preview

    # === ACTION METHODS === #

    def action_confirm(self):
        """Make the order action, submit it, and say what became of it."""
        self.ensure_one()
        action = self.env['helpdesk.order.action'].create(self._prepare_action_vals())
        action.action_submit()
        return action._get_submitted_notification()

    # === BUSINESS METHODS === #

    def _new_action(self):
        """Return the order action that the dialog stands for, not saved."""
        return self.env['helpdesk.order.action'].new(self._prepare_action_vals())

    def _prepare_action_vals(self):
        """Return the values of the order action; a dialog adds its type and what is entered."""
        self.ensure_one()
        return {
            'ticket_id': self.ticket_id.id,
            'sale_order_id': self.sale_order_id.id,
            'reason_id': self.reason_id.id,
            'reason': self.reason,
        }
