from odoo import api, fields, models

from ..models.order_action.address.helpdesk_order_action_address import ADDRESS_FIELDS


class HelpdeskOrderAddress(models.TransientModel):
    """The dialog that changes a delivery address; it hands what is entered to an order action."""

    _name = 'helpdesk.order.address'
    _description = 'Change of a Delivery Address'
    _inherit = ['helpdesk.order.dialog']

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

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_address(self):
        for wizard in self:
            address_sudo = wizard.sale_order_id.sudo().partner_shipping_id
            wizard.address_name = address_sudo.name
            for name in ADDRESS_FIELDS:
                wizard[name] = address_sudo[name]

    @api.depends('ticket_id', 'country_id', 'state_id', 'zip')
    def _compute_preview(self):
        super()._compute_preview()

    # === ONCHANGE METHODS === #

    @api.onchange('country_id')
    def _onchange_country_id(self):
        if self.state_id.country_id != self.country_id:
            self.state_id = False

    # === BUSINESS METHODS === #

    def _prepare_action_vals(self):
        return {
            **super()._prepare_action_vals(),
            'action_type': 'address_change',
            'address_name': self.address_name,
            **{
                name: self._fields[name].convert_to_write(self[name], self)
                for name in ADDRESS_FIELDS
            },
        }
