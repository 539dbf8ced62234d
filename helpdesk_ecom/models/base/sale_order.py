from collections import defaultdict

from odoo import api, fields, models
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

    helpdesk_move_ids = fields.Many2many(
        'account.move',
        string='Invoices and Credit Notes',
        compute='_compute_helpdesk_move_ids',
        compute_sudo=True,
        help="Technical: also credit notes that are linked to the order's invoices only.",
    )
    helpdesk_shared_move_ids = fields.Many2many(
        'account.move',
        string='Invoices of Several Orders',
        compute='_compute_helpdesk_move_ids',
        compute_sudo=True,
    )

    # === COMPUTE METHODS === #

    @api.depends('invoice_ids', 'invoice_ids.reversal_move_ids')
    def _compute_helpdesk_move_ids(self):
        """Find the documents in one query: they are read each time an order is looked at."""
        moves, shared = self._find_helpdesk_moves()
        for order in self:
            order.helpdesk_move_ids = moves.get(order._origin.id)
            order.helpdesk_shared_move_ids = shared.get(order._origin.id)

    # === BUSINESS METHODS === #

    def _prepare_helpdesk_ticket_vals(self):
        return {
            **super()._prepare_helpdesk_ticket_vals(),
            'partner_id': self.partner_id.id,
            'sale_order_id': self.id,
        }

    def _count_helpdesk_invoices(self):
        """Return how many invoices and credit notes each order has: dict of order id to number."""
        moves, _shared = self._find_helpdesk_moves()
        return {order_id: len(move_ids) for order_id, move_ids in moves.items()}

    def _find_helpdesk_moves(self):
        """Return the invoices and credit notes of the orders, and those that bill others, too.

        :return: two dicts of order id to list of move ids, sorted.
        """
        moves, shared = defaultdict(list), defaultdict(list)
        if not self.ids:
            return moves, shared
        rows = self.env.execute_query(self._get_helpdesk_moves_query())
        for order_id, move_id, is_shared in rows:
            moves[order_id].append(move_id)
            if is_shared:
                shared[order_id].append(move_id)
        return moves, shared

    def _get_helpdesk_moves_query(self):
        """Return the query of order id, move id, and whether the move bills other orders, too."""
        self.env['sale.order.line'].flush_model(['order_id', 'invoice_lines'])
        self.env['account.move.line'].flush_model(['move_id'])
        self.env['account.move'].flush_model(['move_type', 'reversed_entry_id'])
        return SQL(
            """
            WITH linked AS (
                SELECT DISTINCT sale_line.order_id, line.move_id
                  FROM sale_order_line sale_line
                  JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sale_line.id
                  JOIN account_move_line line ON line.id = rel.invoice_line_id
                 WHERE sale_line.order_id = ANY(%(order_ids)s)
            ), document AS (
                SELECT order_id, move_id FROM linked
                 UNION
                SELECT linked.order_id, reversal.id
                  FROM linked
                  JOIN account_move reversal ON reversal.reversed_entry_id = linked.move_id
            )
            SELECT document.order_id, document.move_id, EXISTS (
                       SELECT 1
                         FROM account_move_line line
                         JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
                         JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                        WHERE line.move_id = document.move_id
                          AND sale_line.order_id != document.order_id
                   )
              FROM document
              JOIN account_move move ON move.id = document.move_id
             WHERE move.move_type IN ('out_invoice', 'out_refund')
             ORDER BY document.move_id
            """,
            order_ids=self.ids,
        )
