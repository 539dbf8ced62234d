from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# How many orders are listed at once; the rest is counted, and found by searching.
FIRST_ORDERS = 5
MORE_ORDERS = 20


class ResPartner(models.Model):
    """The orders of a customer, for the order panel: found, counted, opened."""

    _inherit = 'res.partner'

    # === ACTION METHODS === #

    def action_open_helpdesk_orders(self):
        """Open the orders of the customer, the latest first.

        :raise AccessError: for who may not read the customer or orders.
        """
        name = self.env._('Orders of %(customer)s', customer=self.display_name)
        return self._prepare_helpdesk_orders_action(name, [('state', 'not in', ('draft', 'sent'))])

    def action_open_helpdesk_quotations(self):
        """Open the quotations of the customer that are no orders yet, the latest first.

        :raise AccessError: for who may not read the customer or orders.
        """
        name = self.env._('Quotations of %(customer)s', customer=self.display_name)
        return self._prepare_helpdesk_orders_action(name, [('state', 'in', ('draft', 'sent'))])

    def _prepare_helpdesk_orders_action(self, name, domain):
        """Return the action on those orders of the customer."""
        self.ensure_one()
        self.check_access('read')
        self.env['sale.order'].check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': 'sale.order',
            'view_mode': 'list,form',
            'domain': [*self._get_helpdesk_orders_domain(), *domain],
            'context': {'create': False},
        }

    # === BUSINESS METHODS === #

    @api.readonly
    def search_order_panel_orders(self, term='', company_id=False, exclude_ids=(), offset=0):
        """Return the orders of the customer that match what was typed, the latest first.

        :param str term: part of a number, of the customer's own number, or of a line.
        :param int company_id: only orders of this company, if given.
        :param list exclude_ids: orders that are shown already.
        :param int offset: how many matches to skip.
        :return: dict with ``orders`` (in short, twenty at most) and ``count`` (of all that match).
        :rtype: dict
        :raise AccessError: if the user is no agent, or may not read the customer.
        """
        self.ensure_one()
        self.env['sale.order']._check_order_panel_user()
        self.check_access('read')
        domain = Domain('id', 'not in', list(exclude_ids))
        if company_id:
            domain &= Domain('company_id', '=', company_id)
        if term.strip():
            domain &= Domain.OR(
                Domain(name, 'ilike', term.strip())
                for name in ('name', 'client_order_ref', 'order_line.name')
            )
        order_ids, count = self._search_helpdesk_orders(domain, offset=offset, limit=MORE_ORDERS)
        return {'orders': self._get_helpdesk_order_summaries(order_ids), 'count': count}

    def _get_helpdesk_orders_domain(self):
        """Return the domain of the orders of the customer: of a company, of all its people.

        Of contacts that were merged into them, too. For the web client: plain data.
        """
        company_id = self.commercial_partner_id.id
        return [
            '|',
            ('partner_id.commercial_partner_id', '=', company_id),
            ('partner_id.helpdesk_merged_into_id.commercial_partner_id', '=', company_id),
        ]

    def _search_helpdesk_orders(self, domain, offset=0, limit=None):
        """Return the ids of those orders of the customer, and how many there are in all.

        One query with the rights of the user.
        """
        family = self._get_helpdesk_family_query()
        # as `_get_helpdesk_orders_domain`, but so that PostgreSQL can use its indexes
        own = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                '%s IN (%s)', model._field_to_sql(alias, 'partner_id', query), family
            )
        )
        query = self.env['sale.order']._search(
            own & domain,
            order='date_order desc, id desc',
            offset=offset,
            limit=limit,
        )
        rows = self.env.execute_query(
            query.select(SQL.identifier('sale_order', 'id'), SQL('COUNT(*) OVER ()'))
        )
        # past the last one there is no row that could tell the number
        return [order_id for order_id, _count in rows], rows[0][1] if rows else offset

    def _get_helpdesk_order_summaries(self, order_ids):
        """Return orders in short; they were found with the rights of the user."""
        return self.env['sale.order'].browse(order_ids).sudo()._get_helpdesk_panel_summary()
