from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...tools.customer_zone import find_zone, local_time


class ResPartner(models.Model):
    """The customer's whole picture, as the order panel and the contact form show it."""

    _inherit = 'res.partner'

    # === BUSINESS METHODS === #

    @api.readonly
    def get_helpdesk_customer_data(self):
        """Return what the panel shows of the contact: the customer, and the latest orders.

        :return: the dict of `helpdesk.ticket.get_order_panel_data`, for no order in particular.
        :rtype: dict
        :raise AccessError: if the user is no agent, or may not read the contact.
        """
        self.ensure_one()
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_user'):
            raise AccessError(self.env._('The figures of customers are for helpdesk agents only.'))
        self.check_access('read')
        return self.env['helpdesk.ticket'].get_order_panel_data({'partner_id': self.id})

    def _get_helpdesk_customer_card(self):
        """Return what is known of a customer, in a number of queries that never grows.

        The figures are those of all contacts of the customer's company, in the companies that the
        user works for. Who the contact is (language, zone, country) is their own, or else their
        company's. Agents read neither invoices nor payments: call it only for a contact that the
        user may read.

        :return: dict of ``id`` and ``name`` (of the customer's company), ``contact`` (the name of
            the contact, if it isn't the same), ``tier`` (``id``, ``name``, ``color``, or False),
            ``lifetime_value`` (confirmed orders less credit notes, without taxes),
            ``overdue_amount`` and ``currency_id`` (of the current company, for both amounts),
            ``order_count``, ``quotation_count``, ``opportunity_count``, ``return_rate`` (share of
            the delivered orders of which something came back, 0 to 1, or False),
            ``salesperson``, ``rating_avg`` (or False), ``rating_count``, ``ticket_count`` and
            ``open_ticket_count`` (that the user may see), ``language``, ``country``, ``tz`` (IANA
            name, or False) and ``local_time`` (there and now, ``YYYY-MM-DD HH:MM``, or False).
        :rtype: dict
        """
        self.ensure_one()
        profile = self._read_helpdesk_profile()
        figures = self._read_helpdesk_figures()
        zone = find_zone(
            profile['tz'], profile['country_code'], profile['state_code'], profile['phone']
        )
        languages = dict(self.env['res.lang'].get_installed())
        delivered, returned = (
            sum(count for _company, _amount, count in figures.get(kind, ()))
            for kind in ('delivered', 'returned')
        )
        [(_company, rating_avg, rating_count)] = figures.get('rating', [(None, 0.0, 0)])
        return {
            'id': profile['id'],
            'name': profile['name'],
            'contact': profile['contact'] if profile['contact'] != profile['name'] else '',
            'tier': {
                'id': profile['tier_id'],
                'name': profile['tier_name'],
                'color': profile['tier_color'] or 0,
            }
            if profile['tier_id']
            else False,
            'lifetime_value': self._sum_helpdesk_amounts(figures, 'sale'),
            'overdue_amount': self._sum_helpdesk_amounts(figures, 'overdue'),
            'currency_id': self.env.company.currency_id.id,
            'order_count': sum(count for _company, _amount, count in figures.get('sale', ())),
            'quotation_count': sum(
                count for _company, _amount, count in figures.get('quotation', ())
            ),
            'opportunity_count': self._count_helpdesk_opportunities(),
            'return_rate': min(1.0, returned / delivered) if delivered else False,
            'salesperson': profile['salesperson'] or '',
            'rating_avg': rating_avg if rating_count else False,
            'rating_count': rating_count,
            **self._count_helpdesk_card_tickets(),
            'language': languages.get(profile['lang'], ''),
            'country': profile['country'] or '',
            'tz': zone or False,
            'local_time': local_time(fields.Datetime.now(), zone) or False,
        }

    def _count_helpdesk_opportunities(self):
        """Hook: return how many opportunities the customer has that are neither won nor lost."""
        return 0

    def _count_helpdesk_card_tickets(self):
        """Return the tickets of the customer that the user may see: all, and the open ones."""
        counts = dict(
            self.env['helpdesk.ticket']._read_group(
                [('commercial_partner_id', '=', self.commercial_partner_id.id)],
                ['fold'],
                ['__count'],
            )
        )
        return {
            'ticket_count': sum(counts.values()),
            'open_ticket_count': counts.get(False, 0),
        }

    def _sum_helpdesk_amounts(self, figures, kind):
        """Return the amounts of the companies, added up in the currency of the current one."""
        company, today = self.env.company, fields.Date.context_today(self)
        return company.currency_id.round(
            sum(
                self.env['res.company']
                .browse(company_id)
                .sudo()
                .currency_id._convert(float(amount), company.currency_id, company, today)
                for company_id, amount, _count in figures.get(kind, ())
            )
        )

    def _read_helpdesk_profile(self):
        """Return who the contact is: one row of the database, whatever it takes to know.

        :rtype: dict
        """
        Country, Tier = self.env['res.country'], self.env['helpdesk.customer.tier']
        Partner_sudo = self.env['res.partner'].sudo()
        self.flush_recordset()
        [profile] = self.env.execute_query_dict(
            SQL(
                """
            SELECT customer.id, customer.name, contact.name AS contact, tier.id AS tier_id,
                   %(tier_name)s AS tier_name, tier.color AS tier_color,
                   seller.name AS salesperson, COALESCE(contact.lang, customer.lang) AS lang,
                   COALESCE(contact.tz, customer.tz) AS tz,
                   COALESCE(contact.phone, customer.phone) AS phone,
                   country.code AS country_code, state.code AS state_code,
                   %(country_name)s AS country
              FROM res_partner contact
              JOIN res_partner customer
                ON customer.id = COALESCE(contact.commercial_partner_id, contact.id)
              LEFT JOIN helpdesk_customer_tier tier ON tier.id = %(tier_id)s
              LEFT JOIN res_users ON res_users.id = COALESCE(customer.user_id, contact.user_id)
              LEFT JOIN res_partner seller ON seller.id = res_users.partner_id
              LEFT JOIN res_country country
                ON country.id = COALESCE(contact.country_id, customer.country_id)
              LEFT JOIN res_country_state state
                ON state.country_id = country.id
               AND state.id = COALESCE(contact.state_id, customer.state_id)
             WHERE contact.id = %(partner_id)s
            """,
                tier_name=Tier._field_to_sql('tier', 'name'),
                country_name=Country._field_to_sql('country', 'name'),
                tier_id=Partner_sudo._field_to_sql('customer', 'helpdesk_tier_id'),
                partner_id=self.id,
            )
        )
        return profile

    def _read_helpdesk_figures(self):
        """Return what the customer bought, owes, sent back and said, in one query.

        :return: dict of kind to list of (company id, amount in the company's currency, count).
        """
        self._flush_helpdesk_figures()
        figures = {}
        for kind, *figure in self.env.execute_query(
            SQL(
                """
            WITH family AS MATERIALIZED (
                %(family)s
            ), sale AS (%(sales)s)
            SELECT 'sale', company_id, SUM(amount), SUM(order_count)
              FROM sale
             WHERE company_id = ANY(%(company_ids)s)
             GROUP BY company_id
             UNION ALL
            SELECT 'quotation', company_id, 0, COUNT(*)
              FROM sale_order
             WHERE partner_id IN (SELECT id FROM family) AND state IN ('draft', 'sent')
               AND company_id = ANY(%(company_ids)s)
             GROUP BY company_id
             UNION ALL
            SELECT 'overdue', company_id, SUM(amount_residual_signed), COUNT(*)
              FROM account_move
             WHERE partner_id IN (SELECT id FROM family) AND move_type = 'out_invoice'
               AND state = 'posted' AND payment_state IN ('not_paid', 'partial')
               AND invoice_date_due < %(today)s
               AND company_id = ANY(%(company_ids)s)
             GROUP BY company_id
             UNION ALL
            SELECT CASE WHEN target.usage = 'customer' THEN 'delivered' ELSE 'returned' END,
                   NULL, 0, COUNT(DISTINCT picking.sale_id)
              FROM sale_order
              JOIN stock_picking picking ON picking.sale_id = sale_order.id
              JOIN stock_location source ON source.id = picking.location_id
              JOIN stock_location target ON target.id = picking.location_dest_id
             WHERE sale_order.partner_id IN (SELECT id FROM family) AND picking.state = 'done'
               AND (source.usage = 'customer') != (target.usage = 'customer')
               AND picking.company_id = ANY(%(company_ids)s)
             GROUP BY 1
             UNION ALL
            SELECT 'rating', NULL, AVG(rating.rating), COUNT(*)
              FROM helpdesk_ticket ticket
              JOIN rating_rating rating
                ON rating.res_model = 'helpdesk.ticket' AND rating.res_id = ticket.id
               AND rating.consumed AND rating.rating >= 1
             WHERE ticket.commercial_partner_id = %(partner_id)s
               AND ticket.company_id = ANY(%(company_ids)s)
            """,
                family=self._get_helpdesk_family_query(),
                partner_id=self.commercial_partner_id.id,
                company_ids=self.env.companies.ids,
                today=fields.Date.context_today(self),
                sales=self.env['helpdesk.customer.tier']._get_sales_query(
                    SQL('partner.id IN (SELECT id FROM family)')
                ),
            )
        ):
            figures.setdefault(kind, []).append(figure)
        return figures

    def _flush_helpdesk_figures(self):
        """Write what `_read_helpdesk_figures` reads."""
        self.env['helpdesk.customer.tier']._flush_for_tiers()
        for model, names in {
            'account.move': ('amount_residual_signed', 'invoice_date_due', 'payment_state'),
            'helpdesk.ticket': ('commercial_partner_id', 'company_id'),
            'rating.rating': ('consumed', 'rating', 'res_id', 'res_model'),
            'stock.picking': ('company_id', 'location_dest_id', 'location_id', 'sale_id', 'state'),
        }.items():
            self.env[model].flush_model(names)
