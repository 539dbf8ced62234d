from odoo import models


class StockLot(models.Model):
    _name = 'stock.lot'
    _inherit = ['stock.lot', 'helpdesk.ticket.mixin']
    _helpdesk_ticket_field = 'lot_id'

    def _prepare_helpdesk_ticket_vals(self):
        return {
            **super()._prepare_helpdesk_ticket_vals(),
            'lot_id': self.id,
            'product_id': self.product_id.id,
        }
