from odoo import models


class StockPicking(models.Model):
    _name = 'stock.picking'
    _inherit = ['stock.picking', 'helpdesk.ticket.mixin']
    _helpdesk_ticket_field = 'sale_order_id'

    def _get_helpdesk_subjects(self):
        return self.sale_id

    def _prepare_helpdesk_ticket_vals(self):
        return {
            **super()._prepare_helpdesk_ticket_vals(),
            'partner_id': self.sale_id.partner_id.id or self.partner_id.id,
            'sale_order_id': self.sale_id.id,
        }

    def _get_helpdesk_tracking(self):
        """Return where the parcels of the transfer can be followed.

        Only the addons that know carriers can tell.

        :return: list of dicts with ``reference`` and ``url`` (may be empty).
        """
        self.ensure_one()
        return []

    def _get_helpdesk_carrier_name(self):
        """Return who carries the goods, as far as an addon knows carriers."""
        self.ensure_one()
        return ''

    def _get_helpdesk_arrival_date(self):
        """Return when the goods reached the customer (UTC), as far as an addon knows it."""
        self.ensure_one()
        return False
