from odoo import api, models
from odoo.tools import SQL

from .stock_picking import TRACKING_NUMBERS


class HelpdeskTicket(models.Model):
    _inherit = 'helpdesk.ticket'

    @api.model
    def _get_order_reference_sources(self, names):
        """Override of `helpdesk_ecom`: know an order by the tracking numbers of its parcels."""
        self.env['stock.picking'].flush_model(['carrier_tracking_ref'])
        return super()._get_order_reference_sources(names) + [
            SQL(
                f"""
            SELECT sale_id, tracking.number
              FROM stock_picking
              JOIN LATERAL unnest({TRACKING_NUMBERS}) AS tracking (number)
                ON tracking.number = ANY(%(names)s)
             WHERE {TRACKING_NUMBERS} && %(names)s
               AND carrier_tracking_ref IS NOT NULL
               AND sale_id IS NOT NULL
            """,  # pylint: disable=sql-injection
                names=names,
            )
        ]
