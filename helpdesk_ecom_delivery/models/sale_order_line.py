from odoo import models


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    # === BUSINESS METHODS === #

    def _is_helpdesk_shipping(self):
        """Override of `helpdesk_ecom`: carriers mark the line of their price."""
        return super()._is_helpdesk_shipping() or self.is_delivery
