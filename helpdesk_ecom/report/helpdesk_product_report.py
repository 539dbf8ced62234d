from odoo import fields, models
from odoo.tools import SQL

from ..models.order_action.const import VOID_STATES


class HelpdeskProductReport(models.Model):
    """What customers complained about, by product and reason, beside what was delivered of it.

    A row is a line of an order action, or a line of an order. Amounts are in the currency of the
    company, quantities in the unit of the order line.
    """

    _name = 'helpdesk.product.report'
    _description = 'Product Quality Analysis'
    _auto = False
    _order = 'date desc'
    _rec_name = 'product_id'

    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    product_id = fields.Many2one('product.product', readonly=True)
    product_tmpl_id = fields.Many2one('product.template', string='Product Template', readonly=True)
    categ_id = fields.Many2one('product.category', string='Product Category', readonly=True)
    partner_id = fields.Many2one('res.partner', string='Customer', readonly=True)
    sale_order_id = fields.Many2one('sale.order', string='Order', readonly=True)
    ticket_id = fields.Many2one('helpdesk.ticket', readonly=True)
    team_id = fields.Many2one('helpdesk.team', readonly=True)
    reason_id = fields.Many2one('helpdesk.reason', readonly=True)
    is_product_issue = fields.Boolean(string='Fault of the Product', readonly=True)
    action_type = fields.Selection(
        selection=lambda self: self.env['helpdesk.approval.policy']._get_action_types(),
        string='Kind of Action',
        readonly=True,
    )
    delivered_quantity = fields.Float(string='Delivered', readonly=True)
    complained_quantity = fields.Float(string='Complained', readonly=True)
    amount = fields.Monetary(string='Given Back', readonly=True)

    @property
    def _table_query(self):
        return SQL('%s UNION ALL %s', self._get_complaint_query(), self._get_delivery_query())

    def _get_complaint_query(self):
        """Return the lines of what was done, and is not given up."""
        return SQL(
            """
            SELECT line.id AS id, action.submit_date AS date, action.company_id,
                   sale_line.product_id, product.product_tmpl_id, template.categ_id,
                   sale.partner_id, sale.id AS sale_order_id, action.ticket_id, ticket.team_id,
                   action.reason_id, COALESCE(reason.is_product_issue, FALSE) AS is_product_issue,
                   action.action_type, 0.0 AS delivered_quantity,
                   line.quantity AS complained_quantity,
                   line.amount / COALESCE(NULLIF(sale.currency_rate, 0), 1.0) AS amount
              FROM helpdesk_order_action_line line
              JOIN helpdesk_order_action action ON action.id = line.action_id
              JOIN helpdesk_ticket ticket ON ticket.id = action.ticket_id
              JOIN sale_order_line sale_line ON sale_line.id = line.order_line_id
              JOIN sale_order sale ON sale.id = sale_line.order_id
              JOIN product_product product ON product.id = sale_line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN helpdesk_reason reason ON reason.id = action.reason_id
             WHERE action.state NOT IN %s
            """,
            VOID_STATES,
        )

    def _get_delivery_query(self):
        """Return the order lines of which something was delivered; their ids are below zero."""
        return SQL(
            """
            SELECT -sale_line.id, sale.date_order, sale.company_id,
                   sale_line.product_id, product.product_tmpl_id, template.categ_id,
                   sale.partner_id, sale.id, NULL::integer, NULL::integer,
                   NULL::integer, FALSE,
                   NULL::varchar, sale_line.qty_delivered::float,
                   0.0, 0.0
              FROM sale_order_line sale_line
              JOIN sale_order sale ON sale.id = sale_line.order_id
              JOIN product_product product ON product.id = sale_line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE sale_line.qty_delivered > 0
               AND sale.state = 'sale'
            """
        )
