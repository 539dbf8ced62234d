from odoo import models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    # A customer's mail is looked up by whole numbers, which the trigram index is slow at.
    _helpdesk_name_idx = models.Index('(name)')
    _helpdesk_client_order_ref_idx = models.Index(
        '(client_order_ref) WHERE client_order_ref IS NOT NULL'
    )
    # The customer's latest orders, for the order panel.
    _helpdesk_partner_date_idx = models.Index('(partner_id, date_order DESC, id DESC)')
