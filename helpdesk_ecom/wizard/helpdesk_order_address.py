from odoo import api, fields, models

from ..models.order_action.helpdesk_order_action_address import ADDRESS_FIELDS


class HelpdeskOrderAddress(models.TransientModel):
    """The dialog that changes a delivery address; it hands what is entered to an order action."""

    _name = 'helpdesk.order.address'
    _description = 'Change of a Delivery Address'

    ticket_id = fields.Many2one('helpdesk.ticket', required=True)
    sale_order_id = fields.Many2one('sale.order', compute='_compute_sale_order_id')
    address_name = fields.Char(
        string='Recipient',
        compute='_compute_address',
        store=True,
        readonly=False,
    )
    street = fields.Char(compute='_compute_address', store=True, readonly=False)
    street2 = fields.Char(compute='_compute_address', store=True, readonly=False)
    zip = fields.Char(compute='_compute_address', store=True, readonly=False)
    city = fields.Char(compute='_compute_address', store=True, readonly=False)
    state_id = fields.Many2one(
        'res.country.state',
        compute='_compute_address',
        store=True,
        readonly=False,
        domain="[('country_id', '=?', country_id)]",
    )
    country_id = fields.Many2one(
        'res.country',
        compute='_compute_address',
        store=True,
        readonly=False,
    )
    phone = fields.Char(compute='_compute_address', store=True, readonly=False)
    reason = fields.Text()
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
    def _compute_address(self):
        for wizard in self:
            address_sudo = wizard.sale_order_id.sudo().partner_shipping_id
            wizard.address_name = address_sudo.name
            for name in ADDRESS_FIELDS:
                wizard[name] = address_sudo[name]

    @api.depends('ticket_id', 'country_id', 'state_id', 'zip')
    def _compute_preview(self):
        for wizard in self:
            action = self.env['helpdesk.order.action'].new(wizard._prepare_action_vals())
            wizard.preview = action.preview

    # === ONCHANGE METHODS === #

    @api.onchange('country_id')
    def _onchange_country_id(self):
        if self.state_id.country_id != self.country_id:
            self.state_id = False

    # === ACTION METHODS === #

    def action_confirm(self):
        """Make the order action, submit it, and say what became of it."""
        self.ensure_one()
        action = self.env['helpdesk.order.action'].create(self._prepare_action_vals())
        action.action_submit()
        return action._get_submitted_notification()

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        """Return the values of the order action."""
        self.ensure_one()
        return {
            'ticket_id': self.ticket_id.id,
            'sale_order_id': self.sale_order_id.id,
            'action_type': 'address_change',
            'reason': self.reason,
            'address_name': self.address_name,
            **{
                name: self._fields[name].convert_to_write(self[name], self)
                for name in ADDRESS_FIELDS
            },
        }
