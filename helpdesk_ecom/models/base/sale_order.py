from odoo import models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _name = 'sale.order'
    _inherit = ['sale.order', 'helpdesk.ticket.mixin']
    _helpdesk_ticket_field = 'sale_order_id'

    # A customer's mail is looked up by whole numbers, which the trigram index is slow at.
    _helpdesk_name_idx = models.Index('(name)')
    _helpdesk_client_order_ref_idx = models.Index(
        '(client_order_ref) WHERE client_order_ref IS NOT NULL'
    )
    # The customer's latest orders, for the order panel.
    _helpdesk_partner_date_idx = models.Index('(partner_id, date_order DESC, id DESC)')

    def _prepare_helpdesk_ticket_vals(self):
        return {
            **super()._prepare_helpdesk_ticket_vals(),
            'partner_id': self.partner_id.id,
            'sale_order_id': self.id,
        }

    def _count_helpdesk_invoices(self):
        """Return how many invoices and credit notes each order has, in one query.

        :return: dict of order id to number; orders without any are left out.
        """
        if not self.ids:
            return {}
        self.env['sale.order.line'].flush_model(['order_id', 'invoice_lines'])
        self.env['account.move.line'].flush_model(['move_id'])
        self.env['account.move'].flush_model(['move_type'])
        return dict(self.env.execute_query(SQL(
            """
            SELECT sale_line.order_id, COUNT(DISTINCT move.id)
              FROM sale_order_line sale_line
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sale_line.id
              JOIN account_move_line line ON line.id = rel.invoice_line_id
              JOIN account_move move ON move.id = line.move_id
             WHERE sale_line.order_id = ANY(%s)
               AND move.move_type IN ('out_invoice', 'out_refund')
             GROUP BY sale_line.order_id
            """,
            self.ids,
        )))
