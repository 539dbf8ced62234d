from odoo import models


class ProductTemplate(models.Model):
    _name = 'product.template'
    _inherit = ['product.template', 'helpdesk.ticket.mixin']
    _helpdesk_ticket_field = 'product_id'

    def _get_helpdesk_subjects(self):
        return self.with_context(active_test=False).product_variant_ids

    def _prepare_helpdesk_ticket_vals(self):
        return {
            **super()._prepare_helpdesk_ticket_vals(),
            'product_id': self.product_variant_id.id,
        }
