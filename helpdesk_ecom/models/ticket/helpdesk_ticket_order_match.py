from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """Whose order it is: what was matched is checked against the customer before it is used."""

    _inherit = 'helpdesk.ticket'

    order_match = fields.Selection(
        [
            ('verified', "The customer's own order"),
            ('manual', 'Confirmed by an agent'),
            ('unverified', "Somebody else's order"),
        ],
        string='Order Check',
        compute='_compute_order_match',
        store=True,
        precompute=True,
        copy=False,
        tracking=True,
        help='An order that belongs to somebody else than the customer of the ticket is neither '
             'shown to the customer nor changed, until an agent confirms it.',
    )

    # === COMPUTE METHODS === #

    @api.depends('commercial_partner_id', 'sale_order_id.partner_id.commercial_partner_id')
    def _compute_order_match(self):
        for ticket in self:
            owner = ticket.sale_order_id.partner_id.commercial_partner_id
            if not owner:
                ticket.order_match = False
            elif owner == ticket.commercial_partner_id:
                ticket.order_match = 'verified'
            else:
                ticket.order_match = 'unverified'

    # === ACTION METHODS === #

    def action_confirm_order(self):
        """Confirm that the order belongs to the customer, though the addresses differ.

        :raise AccessError: if the user may not change the tickets or not read their orders.
        """
        self.check_access('write')
        self.sale_order_id.check_access('read')
        self.filtered(lambda ticket: ticket.order_match == 'unverified').order_match = 'manual'

    def action_reject_order(self):
        """Take an order that isn't the customer's off the tickets."""
        self.filtered(lambda ticket: ticket.order_match == 'unverified').sale_order_id = False

    # === BUSINESS METHODS === #

    def _ensure_order_verified(self):
        """Refuse to go on with a ticket that has no order, or somebody else's.

        :raise UserError: which says what to do.
        """
        for ticket in self:
            if not ticket.sale_order_id:
                raise UserError(self.env._(
                    'Ticket "%(ticket)s" has no order yet: choose one first.',
                    ticket=ticket.display_name,
                ))
            if ticket.order_match == 'unverified':
                raise UserError(self.env._(
                    'Order %(order)s belongs to somebody else than the customer of ticket '
                    '"%(ticket)s". Confirm on the ticket that it is theirs, or choose another '
                    'order.',
                    order=ticket.sale_order_id.name,
                    ticket=ticket.display_name,
                ))

    def _get_customer_visible_order(self):
        """Return the order if the customer may see it: somebody else's is never shown."""
        self.ensure_one()
        if self.order_match in ('verified', 'manual'):
            return self.sale_order_id
        return self.env['sale.order']
