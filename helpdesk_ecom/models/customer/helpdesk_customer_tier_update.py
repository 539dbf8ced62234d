from odoo import api, models
from odoo.tools import SQL


class HelpdeskCustomerTier(models.Model):
    """Who is in which tier: counted in the database, of all customers at once.

    The tiers of a customer are kept as a company-dependent field: a JSON object of company id to
    tier id, which one statement writes where it changes.
    """

    _inherit = 'helpdesk.customer.tier'

    # === CRON METHODS === #

    @api.model
    def _cron_update_tiers(self):
        """Put every customer into the tier that he belongs to, once a day."""
        self._update_partner_tiers()

    # === BUSINESS METHODS === #

    @api.model
    def _update_partner_tiers(self, partners=None):
        """Put customers into the tiers that they belong to, and tell their open tickets.

        Tiers that were given by hand stay.

        :param partners: the `res.partner` to look at; all if not given.
        :return: the number of customers whose tier changed.
        :rtype: int
        """
        commercial = None if partners is None else partners.sudo().commercial_partner_id
        self._flush_for_tiers()
        rows = self.env.execute_query(self._get_update_query(commercial))
        if rows:
            self.env['res.partner'].invalidate_model(['helpdesk_tier_id'])
            self.invalidate_model(['partner_count'])
        self.env['helpdesk.ticket']._update_customer_tiers(commercial)
        return len(rows)

    @api.model
    def _flush_for_tiers(self):
        """Write what the queries on tiers read."""
        self.flush_model()
        for model, names in {
            'res.partner': (
                'category_id',
                'commercial_partner_id',
                'company_id',
                'helpdesk_merged_into_id',
                'helpdesk_tier_id',
                'helpdesk_tier_manual',
            ),
            'sale.order': (
                'amount_untaxed',
                'company_id',
                'currency_rate',
                'date_order',
                'partner_id',
                'state',
            ),
            'sale.order.line': ('invoice_lines', 'order_id'),
            'account.move': (
                'amount_untaxed_signed',
                'company_id',
                'invoice_date',
                'move_type',
                'partner_id',
                'state',
            ),
            'account.move.line': ('move_id',),
        }.items():
            self.env[model].flush_model(names)

    @api.model
    def _get_update_query(self, partners):
        """Return the statement that writes the tiers which changed, and returns their customers.

        :param partners: commercial partners to look at, or None for all.
        """
        return SQL(
            """
            WITH %(totals)s, candidate AS (%(by_sales)s UNION ALL %(by_tags)s), best AS (
                SELECT DISTINCT ON (partner_id, company_id) partner_id, company_id, tier_id
                  FROM candidate
                 ORDER BY partner_id, company_id, sequence, tier_id
            ), earned AS (
                SELECT partner_id, jsonb_object_agg(company_id::text, tier_id) AS tiers
                  FROM best
                 GROUP BY partner_id
            ), change AS (
                SELECT partner.id, tier.wanted
                  FROM res_partner partner
                  LEFT JOIN earned ON earned.partner_id = partner.id
                  CROSS JOIN LATERAL (
                        SELECT array_agg(key) FILTER (WHERE value = 'true') AS keys
                          FROM jsonb_each(partner.helpdesk_tier_manual)
                       ) manual
                  CROSS JOIN LATERAL (
                        SELECT NULLIF(
                            COALESCE(earned.tiers, '{}') - COALESCE(manual.keys, '{}') ||
                            COALESCE(jsonb_object_agg(key, value), '{}'),
                            '{}'
                        ) AS wanted
                          FROM jsonb_each(jsonb_strip_nulls(partner.helpdesk_tier_id))
                         WHERE key = ANY(manual.keys)
                       ) tier
                 WHERE (earned.partner_id IS NOT NULL OR partner.helpdesk_tier_id IS NOT NULL)
                   AND %(only_partners)s
                   AND tier.wanted IS DISTINCT FROM
                       NULLIF(jsonb_strip_nulls(partner.helpdesk_tier_id), '{}')
            )
            UPDATE res_partner
               SET helpdesk_tier_id = change.wanted, write_date = now() AT TIME ZONE 'UTC'
              FROM change
             WHERE res_partner.id = change.id
            RETURNING res_partner.id
            """,
            totals=self._get_sales_totals(partners),
            by_sales=self._get_candidates_by_sales(),
            by_tags=self._get_candidates_by_tags(),
            only_partners=(
                SQL('TRUE') if partners is None else SQL('partner.id = ANY(%s)', partners.ids)
            ),
        )

    @api.model
    def _get_sales_totals(self, partners):
        """Return the common table expressions up to ``total``: what was sold, in company currency.

        A row for each customer, company and period that a tier asks for.
        """
        return SQL(
            """
            period AS (
                SELECT DISTINCT COALESCE(months, 0) AS months,
                       now() AT TIME ZONE 'UTC' - months * INTERVAL '1 month' AS start
                  FROM helpdesk_customer_tier
                 WHERE active AND (min_revenue > 0 OR min_order_count > 0)
            ), sale AS (%(sales)s), total AS (
                SELECT sale.partner_id, sale.company_id, period.months,
                       ROUND(SUM(sale.amount)::numeric, currency.decimal_places) AS revenue,
                       SUM(sale.order_count) AS order_count
                  FROM sale
                  JOIN period ON period.months = 0 OR sale.date >= period.start
                  JOIN res_company company ON company.id = sale.company_id
                  JOIN res_currency currency ON currency.id = company.currency_id
                 GROUP BY sale.partner_id, sale.company_id, period.months, currency.decimal_places
            )
            """,
            sales=self._get_sales_query(
                SQL('TRUE')
                if partners is None
                else SQL(
                    """
                    partner.id IN (
                        SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%(ids)s)
                         UNION
                        SELECT merged.id
                          FROM res_partner merged
                          JOIN res_partner target ON target.id = merged.helpdesk_merged_into_id
                         WHERE target.commercial_partner_id = ANY(%(ids)s)
                    )
                    """,
                    ids=partners.ids,
                )
            ),
        )

    @api.model
    def _get_sales_query(self, condition):
        """Return the query of what customers bought: orders, and credit notes as less than nothing.

        What was credited for an order that is cancelled isn't subtracted: neither does the order
        count. The same holds for a part that an order action cancelled: the order is smaller by it.

        What a contact bought that was merged into another one is the other one's.

        :param SQL condition: on ``partner``, who bought.
        :return: query of ``partner_id`` (commercial), ``company_id``, ``date`` (UTC), ``amount``
            (without taxes, in the currency of the company) and ``order_count``.
        :rtype: SQL
        """
        return SQL(
            """
            SELECT COALESCE(person.commercial_partner_id, partner.commercial_partner_id)
                   AS partner_id, sale_order.company_id,
                   sale_order.date_order AS date,
                   sale_order.amount_untaxed
                   / COALESCE(NULLIF(sale_order.currency_rate, 0), 1) AS amount,
                   1 AS order_count
              FROM sale_order
              JOIN res_partner partner ON partner.id = sale_order.partner_id
              LEFT JOIN res_partner person ON person.id = partner.helpdesk_merged_into_id
             WHERE sale_order.state = 'sale' AND %(condition)s
             UNION ALL
            SELECT COALESCE(person.commercial_partner_id, partner.commercial_partner_id),
                   move.company_id, move.invoice_date,
                   move.amount_untaxed_signed, 0
              FROM account_move move
              JOIN res_partner partner ON partner.id = move.partner_id
              LEFT JOIN res_partner person ON person.id = partner.helpdesk_merged_into_id
             WHERE move.move_type = 'out_refund' AND move.state = 'posted' AND %(condition)s
               AND NOT EXISTS (
                    SELECT 1
                      FROM account_move_line line
                      JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
                      JOIN sale_order_line ON sale_order_line.id = rel.order_line_id
                      JOIN sale_order ON sale_order.id = sale_order_line.order_id
                     WHERE line.move_id = move.id AND sale_order.state != 'sale'
               )
               AND NOT EXISTS (
                    SELECT 1
                      FROM account_move_helpdesk_order_action_step_rel rel
                      JOIN helpdesk_order_action_step step
                        ON step.id = rel.helpdesk_order_action_step_id
                      JOIN helpdesk_order_action action ON action.id = step.action_id
                     WHERE rel.account_move_id = move.id AND action.action_type = 'cancel'
               )
            """,
            condition=condition,
        )

    @api.model
    def _get_candidates_by_sales(self):
        """Return the query of the tiers that customers reach by what they bought."""
        return SQL(
            """
            SELECT total.partner_id, total.company_id, tier.id AS tier_id, tier.sequence
              FROM total
              JOIN helpdesk_customer_tier tier
                ON tier.active
               AND (tier.min_revenue > 0 OR tier.min_order_count > 0)
               AND COALESCE(tier.months, 0) = total.months
               AND (tier.company_id IS NULL OR tier.company_id = total.company_id)
               AND total.revenue >= COALESCE(tier.min_revenue, 0)
               AND total.order_count >= COALESCE(tier.min_order_count, 0)
             WHERE NOT EXISTS (
                    SELECT 1 FROM helpdesk_customer_tier_res_partner_category_rel tag
                     WHERE tag.helpdesk_customer_tier_id = tier.id
                   )
                OR EXISTS (
                    SELECT 1
                      FROM helpdesk_customer_tier_res_partner_category_rel tag
                      JOIN res_partner_res_partner_category_rel own
                        ON own.category_id = tag.res_partner_category_id
                     WHERE tag.helpdesk_customer_tier_id = tier.id
                       AND own.partner_id = total.partner_id
                   )
            """
        )

    @api.model
    def _get_candidates_by_tags(self):
        """Return the query of the tiers that customers reach by a tag alone."""
        return SQL(
            """
            SELECT partner.id, company.id, tier.id, tier.sequence
              FROM helpdesk_customer_tier tier
              JOIN helpdesk_customer_tier_res_partner_category_rel tag
                ON tag.helpdesk_customer_tier_id = tier.id
              JOIN res_partner_res_partner_category_rel own
                ON own.category_id = tag.res_partner_category_id
              JOIN res_partner partner
                ON partner.id = own.partner_id AND partner.id = partner.commercial_partner_id
              JOIN res_company company
                ON company.active
               AND (tier.company_id IS NULL OR tier.company_id = company.id)
               AND (partner.company_id IS NULL OR partner.company_id = company.id)
             WHERE tier.active
               AND COALESCE(tier.min_revenue, 0) = 0 AND COALESCE(tier.min_order_count, 0) = 0
            """
        )
