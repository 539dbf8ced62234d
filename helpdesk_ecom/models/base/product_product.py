from odoo import models


class ProductProduct(models.Model):
    _name = 'product.product'
    _inherit = ['product.product', 'helpdesk.ticket.mixin']
    _helpdesk_ticket_field = 'product_id'

    def _prepare_helpdesk_ticket_vals(self):
        return {**super()._prepare_helpdesk_ticket_vals(), 'product_id': self.id}
