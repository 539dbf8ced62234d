from odoo import api, fields, models
from odoo.tools import SQL


class HelpdeskTicket(models.Model):
    """How good a customer asks: the tier, as it stands while the ticket is open."""

    _inherit = 'helpdesk.ticket'

    customer_tier_id = fields.Many2one(
        'helpdesk.customer.tier',
        compute='_compute_customer_tier_id',
        store=True,
        precompute=True,
        index='btree_not_null',
        groups='helpdesk_ecom.group_helpdesk_user',
        help='A closed ticket keeps the tier that the customer had then.',
        system_written=True,
    )
    customer_tier_color = fields.Integer(
        related='customer_tier_id.color',
        groups='helpdesk_ecom.group_helpdesk_user',
    )

    # === COMPUTE METHODS === #

    @api.depends('commercial_partner_id', 'company_id')
    def _compute_customer_tier_id(self):
        """Take the tier that the customer has with the company of the ticket.

        What changes at the customer is written by `_update_customer_tiers`, in open tickets only.
        """
        for company, tickets in self.grouped('company_id').items():
            for ticket in tickets:
                partner_sudo = ticket.commercial_partner_id.sudo().with_company(company)
                ticket.customer_tier_id = partner_sudo.helpdesk_tier_id

    # === BUSINESS METHODS === #

    @api.model
    def _update_customer_tiers(self, partners=None):
        """Write the customers' present tiers into their open tickets, in one statement.

        :param partners: the commercial partners to look at; all if not given.
        """
        self.env['res.partner'].flush_model(['helpdesk_tier_id'])
        self.flush_model(
            ['active', 'commercial_partner_id', 'company_id', 'customer_tier_id', 'fold']
        )
        rows = self.env.execute_query(
            SQL(
                """
            UPDATE helpdesk_ticket ticket
               SET customer_tier_id = tier.id, write_date = now() AT TIME ZONE 'UTC'
              FROM res_partner partner
              JOIN res_company company ON TRUE
              LEFT JOIN helpdesk_customer_tier tier
                ON tier.id = (partner.helpdesk_tier_id->>(company.id::text))::int
             WHERE partner.id = ticket.commercial_partner_id
               AND company.id = ticket.company_id
               AND ticket.active AND ticket.fold IS NOT TRUE
               AND %(only_partners)s
               AND ticket.customer_tier_id IS DISTINCT FROM tier.id
            RETURNING ticket.id
            """,
                only_partners=(
                    SQL('TRUE') if partners is None else SQL('partner.id = ANY(%s)', partners.ids)
                ),
            )
        )
        if rows:
            self.invalidate_model(['customer_tier_id', 'customer_tier_color', 'write_date'])
            self.browse(sorted(ticket_id for [ticket_id] in rows))._on_customer_tier_changed()

    def _on_customer_tier_changed(self):
        """Hook: called with the open tickets whose customers got another tier."""
