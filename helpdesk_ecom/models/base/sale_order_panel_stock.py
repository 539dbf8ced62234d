from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class SaleOrder(models.Model):
    """What the order panel says of the stock of an order's products."""

    _inherit = 'sale.order'

    # === BUSINESS METHODS === #

    def _read_helpdesk_stock(self, products):
        """Return what is in stock of the products at the order's warehouse, and will be.

        The figures are those of `stock`, by its own domains, but all in one query and with the
        date on which goods come in next.

        :return: dict of product id to dict of ``on_hand``, ``forecast``, ``incoming`` (in the
            product's unit) and ``incoming_date`` (UTC, or False).
        """
        if not products:
            return {}
        domains = products.with_context(warehouse_id=self.warehouse_id.id)._get_domain_locations()
        sources = [
            self._get_helpdesk_stock_source(kind, model, quantity, date, products, domain)
            for (kind, model, quantity, date), domain in zip(
                (
                    ('on_hand', 'stock.quant', 'quantity', 'in_date'),
                    ('incoming', 'stock.move', 'product_qty', 'date'),
                    ('outgoing', 'stock.move', 'product_qty', 'date'),
                ),
                domains,
                strict=True,
            )
        ]
        rows = self.env.execute_query(
            SQL(
                """
            SELECT product_id, kind, SUM(quantity), MIN(date)
              FROM (%s) AS stock (product_id, kind, quantity, date)
             GROUP BY product_id, kind
            """,
                SQL(' UNION ALL ').join(sources),
            )
        )
        figures = {(product_id, kind): (total, date) for product_id, kind, total, date in rows}
        stock = {}
        for product_id in products.ids:
            on_hand, incoming, outgoing = (
                figures.get((product_id, kind), (0.0, False))
                for kind in ('on_hand', 'incoming', 'outgoing')
            )
            stock[product_id] = {
                'on_hand': on_hand[0],
                'forecast': on_hand[0] + incoming[0] - outgoing[0],
                'incoming': incoming[0],
                'incoming_date': fields.Datetime.to_string(incoming[1]) or False,
            }
        return stock

    def _get_helpdesk_stock_source(self, kind, model, quantity, date, products, domain):
        """Return the query of one kind of figure: quants, or moves that are still to come."""
        Model = self.env[model].with_context(active_test=False)
        domain = Domain('product_id', 'in', products.ids) & Domain(domain)
        if model == 'stock.move':
            domain &= Domain(
                'state',
                'in',
                ('waiting', 'confirmed', 'assigned', 'partially_available'),
            )
        query = Model._search(domain)
        product_id, quantity, date = (
            Model._field_to_sql(Model._table, name, query)
            for name in ('product_id', quantity, date)
        )
        return query.select(product_id, SQL('%s', kind), quantity, date)
