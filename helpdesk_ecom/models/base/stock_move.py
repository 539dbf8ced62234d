from odoo import models


class StockMove(models.Model):
    _inherit = 'stock.move'

    # The order panel adds up what is still to come and to go of a product: of a good seller there
    # are thousands of open moves, which are counted in the index alone.
    _helpdesk_open_idx = models.Index(
        '(product_id) INCLUDE (state, location_id, location_dest_id, location_final_id, '
        "product_qty, date) WHERE state IN ('waiting', 'confirmed', 'assigned', "
        "'partially_available')"
    )
