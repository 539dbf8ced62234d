from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.order_reference import find_references

# A delivered order is proposed as long as most shops take complaints about it.
SUGGESTION_DAYS = 60


class HelpdeskTicket(models.Model):
    """Which order it is about: found by its number, checked against the customer, or proposed."""

    _inherit = 'helpdesk.ticket'

    order_match = fields.Selection(
        [
            ('verified', "The customer's own order"),
            ('manual', 'Confirmed by an agent'),
            ('unverified', "Somebody else's order"),
        ],
        string='Order Check',
        compute='_compute_order_match',
        store=True,
        precompute=True,
        copy=False,
        tracking=True,
        help='An order that belongs to somebody else than the customer of the ticket is neither '
        'shown to the customer nor changed, until an agent confirms it.',
    )
    suggested_order_id = fields.Many2one(
        'sale.order',
        compute='_compute_suggested_order_id',
        help='The latest open order of the customer, while the ticket has none.',
    )

    # === COMPUTE METHODS === #

    @api.depends(
        'commercial_partner_id',
        'sale_order_id.partner_id.commercial_partner_id',
        'sale_order_id.partner_id.helpdesk_merged_into_id.commercial_partner_id',
    )
    def _compute_order_match(self):
        for ticket in self:
            owner = ticket.sale_order_id.partner_id
            owner = (owner.helpdesk_merged_into_id or owner).commercial_partner_id
            if not owner:
                ticket.order_match = False
            elif owner == ticket.commercial_partner_id:
                ticket.order_match = 'verified'
            else:
                ticket.order_match = 'unverified'

    @api.depends('commercial_partner_id', 'company_id', 'sale_order_id')
    def _compute_suggested_order_id(self):
        without_order = self.filtered(
            lambda ticket: ticket.commercial_partner_id and not ticket.sale_order_id
        )
        latest = without_order._get_latest_open_orders()
        for ticket in self:
            ticket.suggested_order_id = (
                latest.get((ticket.company_id.id, ticket.commercial_partner_id.id))
                if ticket in without_order
                else False
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Link the orders whose numbers stand in the subject or the description."""
        self._assign_orders(vals_list)
        return super().create(vals_list)

    # === ACTION METHODS === #

    def action_confirm_order(self):
        """Confirm that the order belongs to the customer, though the addresses differ.

        :raise AccessError: if the user may not change the tickets or not read their orders.
        """
        self.check_access('write')
        self.sale_order_id.check_access('read')
        self.filtered(lambda ticket: ticket.order_match == 'unverified').order_match = 'manual'

    def action_reject_order(self):
        """Take an order that isn't the customer's off the tickets.

        :raise AccessError: if the user may not change the tickets.
        """
        self.check_access('write')
        self.filtered(lambda ticket: ticket.order_match == 'unverified').sale_order_id = False

    def action_accept_suggested_order(self):
        """Take the proposed order as the one that each ticket is about.

        :raise AccessError: if the user may not change the tickets.
        """
        self.check_access('write')
        for ticket in self.filtered('suggested_order_id'):
            ticket.sale_order_id = ticket.suggested_order_id

    # === BUSINESS METHODS - VERIFICATION === #

    def _ensure_order_verified(self):
        """Refuse to go on with a ticket that has no order, or somebody else's.

        :raise UserError: which says what to do.
        """
        for ticket in self:
            if not ticket.sale_order_id:
                raise UserError(
                    self.env._(
                        'Ticket "%(ticket)s" has no order yet: choose one first.',
                        ticket=ticket.display_name,
                    )
                )
            if ticket.order_match == 'unverified':
                raise UserError(
                    self.env._(
                        'Order %(order)s belongs to somebody else than the customer of ticket '
                        '"%(ticket)s". Confirm on the ticket that it is theirs, or choose another '
                        'order.',
                        order=ticket.sale_order_id.name,
                        ticket=ticket.display_name,
                    )
                )

    def _get_customer_visible_order(self):
        """Return the order if the customer may see it: somebody else's is never shown."""
        self.ensure_one()
        if self.order_match in ('verified', 'manual'):
            return self.sale_order_id
        return self.env['sale.order']

    # === BUSINESS METHODS - MATCHING === #

    def _match_orders(self, texts, quoted=()):
        """Link the order whose number stands in a text to the tickets that have none yet.

        The customer's own order wins. One of somebody else is taken only if its number is
        unmistakable, and is then marked as unverified. Costs one query, none if nothing in the
        texts looks like a number of a document.

        :param texts: iterable of str, plain or HTML; the most telling first (the subject).
        :param quoted: like ``texts``: what was quoted from earlier messages.
        :return: the tickets that got an order.
        :rtype: helpdesk.ticket
        """
        tickets = self.filtered(lambda ticket: not ticket.sale_order_id)
        references = find_references(texts, quoted=quoted) if tickets else []
        orders = self._find_orders(
            [
                (references, ticket.commercial_partner_id.id, ticket.company_id.id)
                for ticket in tickets
            ]
        )
        for ticket, order in zip(tickets, orders, strict=True):
            if order:
                ticket.sale_order_id = order
        return tickets.filtered('sale_order_id')

    @api.model
    def _assign_orders(self, vals_list):
        """Write the matching order into each of the values that has none.

        :param list[dict] vals_list: values for `create`, changed in place.
        """
        if self.env.context.get('default_sale_order_id'):
            return
        searched = [
            (vals, references)
            for vals in vals_list
            if not vals.get('sale_order_id')
            and (references := find_references([vals.get('name'), vals.get('description')]))
        ]
        orders = self._find_orders(
            [
                (
                    references,
                    self._get_commercial_partner_of_vals(vals).id,
                    self._get_company_of_vals(vals).id,
                )
                for vals, references in searched
            ]
        )
        for (vals, _references), order in zip(searched, orders, strict=True):
            if order:
                vals['sale_order_id'] = order.id

    @api.model
    def _assign_order_of_message(self, vals, text):
        """Write the order that a first message speaks of into its ticket's values.

        As `_assign_orders`, for a text that stands in the conversation, not in the description.

        :param dict vals: values for `create`, changed in place.
        :param str text: what the customer wrote, plain or HTML.
        """
        searched = dict(vals, description=text)
        self._assign_orders([searched])
        if searched.get('sale_order_id'):
            vals['sale_order_id'] = searched['sale_order_id']

    @api.model
    def _get_commercial_partner_of_vals(self, vals):
        """Return the customer's company that a ticket with these values will have."""
        partner_id = vals.get('partner_id') or self.env.context.get('default_partner_id')
        return self.env['res.partner'].sudo().browse(partner_id or ()).commercial_partner_id

    @api.model
    def _find_orders(self, requests):
        """Return the order that each request means, all of them in one query.

        :param requests: list of ``(references, commercial partner id or False, company id)``.
        :return: list of `sale.order`, empty where nothing was found. They were looked up without
            regard to access rights: the caller must not show them unchecked.
        """
        names = {
            name
            for references, *_owner in requests
            for reference in references
            for name in reference.variants
        }
        rows = defaultdict(list)
        if names:
            companies = sorted({company_id for *_request, company_id in requests})
            for name, *row in self.env.execute_query(
                self._get_order_reference_query(sorted(names), companies)
            ):
                rows[name].append(row)
        return [
            self.env['sale.order'].browse(self._choose_order(rows, *request))
            for request in requests
        ]

    @api.model
    def _choose_order(self, rows, references, partner_id, company_id):
        """Return the id of the order that the references mean, or an empty tuple.

        :param rows: dict of name to list of ``(order id, owner id, company id)``, best first.
        """
        foreign = ()
        for reference in references:
            found = [
                (order_id, owner_id)
                for name in reference.variants
                for order_id, owner_id, order_company_id in rows.get(name, ())
                if order_company_id == company_id
            ]
            own = [order_id for order_id, owner_id in found if owner_id == partner_id]
            if own:
                return own[0]
            if not foreign and reference.strong and len({order_id for order_id, _o in found}) == 1:
                foreign = found[0][0]
        return foreign

    @api.model
    def _get_order_reference_query(self, names, company_ids):
        """Return the query of the orders that are known under the names, confirmed latest first."""
        self.env['sale.order'].flush_model(['company_id', 'partner_id', 'state'])
        self.env['res.partner'].flush_model(['commercial_partner_id', 'helpdesk_merged_into_id'])
        return SQL(
            """
            SELECT found.name, sale_order.id, owner.commercial_partner_id, sale_order.company_id
              FROM (%(sources)s) AS found (order_id, name)
              JOIN sale_order ON sale_order.id = found.order_id
              JOIN res_partner buyer ON buyer.id = sale_order.partner_id
              JOIN res_partner owner
                ON owner.id = COALESCE(buyer.helpdesk_merged_into_id, buyer.id)
             WHERE sale_order.company_id = ANY(%(company_ids)s)
             ORDER BY sale_order.state = 'cancel', sale_order.id DESC
             LIMIT 1000
            """,
            sources=SQL(' UNION ').join(self._get_order_reference_sources(names)),
            company_ids=company_ids,
        )

    @api.model
    def _get_order_reference_sources(self, names):
        """Return the queries that know orders by the names of themselves or of their documents.

        An addon that knows orders by one more number overrides this.

        :param list[str] names: every spelling to look for.
        :return: list of `SQL`, each selecting pairs of an order's id and the name it was found by.
        """
        self.env['sale.order'].flush_model(['name', 'client_order_ref'])
        self.env['sale.order.line'].flush_model(['order_id', 'invoice_lines'])
        self.env['account.move'].flush_model(['name', 'state', 'move_type'])
        self.env['account.move.line'].flush_model(['move_id'])
        self.env['stock.picking'].flush_model(['name', 'sale_id'])
        return [
            SQL('SELECT id, name FROM sale_order WHERE name = ANY(%s)', names),
            SQL(
                'SELECT id, client_order_ref FROM sale_order WHERE client_order_ref = ANY(%s)',
                names,
            ),
            SQL(
                """
                SELECT sale_line.order_id, move.name
                  FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                  JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
                  JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                 WHERE move.name = ANY(%s) AND move.name != '/' AND move.state = 'posted'
                   AND move.move_type IN ('out_invoice', 'out_refund')
                """,
                names,
            ),
            SQL(
                """
                SELECT sale_id, name FROM stock_picking
                 WHERE name = ANY(%s) AND sale_id IS NOT NULL
                """,
                names,
            ),
        ]

    def _get_latest_open_orders(self):
        """Return the latest order of each customer that is not delivered, or was lately.

        :return: dict of ``(company id, commercial partner id)`` to order id.
        """
        if not self.commercial_partner_id:
            return {}
        self.env['sale.order'].flush_model(
            [
                'company_id',
                'date_order',
                'delivery_status',
                'partner_id',
                'state',
            ]
        )
        self.env['res.partner'].flush_model(['commercial_partner_id'])
        rows = self.env.execute_query(
            SQL(
                """
            SELECT DISTINCT ON (sale_order.company_id, owner.commercial_partner_id)
                   sale_order.company_id, owner.commercial_partner_id, sale_order.id
              FROM sale_order
              JOIN res_partner owner ON owner.id = sale_order.partner_id
             WHERE owner.commercial_partner_id = ANY(%(partner_ids)s)
               AND sale_order.company_id = ANY(%(company_ids)s)
               AND sale_order.state = 'sale'
               AND (sale_order.delivery_status IS DISTINCT FROM 'full'
                    OR sale_order.date_order >= %(since)s)
             ORDER BY sale_order.company_id, owner.commercial_partner_id,
                      sale_order.date_order DESC, sale_order.id DESC
            """,
                partner_ids=self.commercial_partner_id.ids,
                company_ids=self.company_id.ids,
                since=fields.Datetime.now() - timedelta(days=SUGGESTION_DAYS),
            )
        )
        return {(company_id, partner_id): order_id for company_id, partner_id, order_id in rows}
