from odoo import api, models


class ResPartner(models.Model):
    _name = 'res.partner'
    _inherit = ['res.partner', 'helpdesk.ticket.mixin']
    _helpdesk_ticket_field = 'partner_id'

    # Every mail that comes in looks its sender up three times; core scans the table each time.
    _helpdesk_email_idx = models.Index('(email_normalized) WHERE email_normalized IS NOT NULL')
    _helpdesk_phone_idx = models.Index('(phone_sanitized) WHERE phone_sanitized IS NOT NULL')

    # === COMPUTE METHODS === #

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_helpdesk_ticket_counts(self):
        """Override: a company counts the tickets of its people, too."""
        companies = self.filtered(lambda partner: partner == partner.commercial_partner_id)
        companies._count_helpdesk_tickets('commercial_partner_id')
        (self - companies)._count_helpdesk_tickets('partner_id')

    # === BUSINESS METHODS === #

    def _get_helpdesk_ticket_domain(self):
        if self == self.commercial_partner_id:
            return [('commercial_partner_id', '=', self.id)]
        return super()._get_helpdesk_ticket_domain()

    def _prepare_helpdesk_ticket_vals(self):
        return {**super()._prepare_helpdesk_ticket_vals(), 'partner_id': self.id}
