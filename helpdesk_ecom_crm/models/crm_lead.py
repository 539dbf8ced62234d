from odoo import api, fields, models
from odoo.fields import Domain


class CrmLead(models.Model):
    """A lead shows the tickets of its customer, and warns of those that are open."""

    _name = 'crm.lead'
    _inherit = ['crm.lead', 'helpdesk.ticket.mixin']

    ticket_ids = fields.One2many(
        'helpdesk.ticket',
        'opportunity_id',
        string='Linked Tickets',
        groups='helpdesk_ecom.group_helpdesk_user',
        copy=False,
    )
    helpdesk_complaint_count = fields.Integer(
        string='Open Complaints',
        compute='_compute_helpdesk_complaint_count',
        help='How many tickets of the customer are open. Salespeople see the number before they '
        'call, whether they may read the tickets or not; those of private teams are left out.',
    )

    # === COMPUTE METHODS === #

    @api.depends('partner_id')
    @api.depends_context('allowed_company_ids')
    def _compute_helpdesk_complaint_count(self):
        """Count with the rights of nobody: who may read the lead may know this number."""
        counts = self.sudo()._count_helpdesk_tickets_by_lead(
            Domain('fold', '=', False)
            & Domain('company_id', 'in', self.env.companies.ids)
            & Domain('team_id.privacy_visibility', '!=', 'invited_internal')
        )
        for lead in self:
            lead.helpdesk_complaint_count = counts[lead][False]

    @api.depends('partner_id')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_helpdesk_ticket_counts(self):
        """Override of `helpdesk_ecom`: a ticket belongs to it by link or by customer."""
        counts = self._count_helpdesk_tickets_by_lead(Domain.TRUE)
        for lead in self:
            lead.helpdesk_open_ticket_count = counts[lead][False]
            lead.helpdesk_ticket_count = sum(counts[lead].values())

    # === BUSINESS METHODS === #

    def _count_helpdesk_tickets_by_lead(self, domain):
        """Return how many tickets the leads have, in one query.

        :param Domain domain: what is counted of them.
        :return: dict of lead to dict of closed (bool) to number.
        """
        counts = {lead: {False: 0, True: 0} for lead in self}
        if not (self._origin or self.partner_id):
            return counts
        rows = self.env['helpdesk.ticket']._read_group(
            self._get_helpdesk_ticket_domain() & domain,
            ['opportunity_id', 'commercial_partner_id', 'fold'],
            ['__count'],
        )
        for lead in self:
            customer = lead.partner_id.commercial_partner_id._origin
            for opportunity, partner, fold, count in rows:
                linked = opportunity and opportunity.id == lead._origin.id
                if linked or (customer and partner.id == customer.id):
                    counts[lead][bool(fold)] += count
        return counts

    def _get_helpdesk_ticket_domain(self):
        customers = self.partner_id.commercial_partner_id
        return Domain('opportunity_id', 'in', self._origin.ids) | Domain(
            'commercial_partner_id', 'in', customers._origin.ids
        )

    def _prepare_helpdesk_ticket_vals(self):
        vals = {
            **super()._prepare_helpdesk_ticket_vals(),
            'opportunity_id': self.id,
            'partner_id': self.partner_id.id,
        }
        if not self.partner_id:
            vals.update(
                partner_name=self.contact_name or self.partner_name,
                partner_email=self.email_from,
                partner_phone=self.phone,
            )
        return vals

    # === CRM.LEAD === #

    def _merge_dependences(self, opportunities):
        """Override of `crm`: the tickets of merged leads go on with the one that is kept."""
        super()._merge_dependences(opportunities)
        tickets_sudo = opportunities.sudo().with_context(active_test=False).ticket_ids
        tickets_sudo.with_context(helpdesk_skip_link_notes=True).opportunity_id = self
