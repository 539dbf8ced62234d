from odoo import api, models
from odoo.modules.db import FunctionStatus

# what Odoo searches when somebody types a part of a customer's name (`_rec_names_search`)
SEARCHED_COLUMNS = ('complete_name', 'email', 'ref', 'vat', 'company_registry')


def _get_search_index(registry):
    """Return the definition of the index that finds a part of a name, as core's trigram indexes.

    :param registry: whose database has the extension ``pg_trgm``, or not: then there is no index
    """
    if not registry.has_trigram:
        return ''
    is_unaccented = registry.has_unaccent == FunctionStatus.INDEXABLE
    columns = [f'"{name}"' for name in SEARCHED_COLUMNS]
    terms = [registry.unaccent(name) if is_unaccented else name for name in columns]
    return f'USING gin ({", ".join(f"{term} gin_trgm_ops" for term in terms)})'


class ResPartner(models.Model):
    _name = 'res.partner'
    _inherit = ['res.partner', 'helpdesk.ticket.mixin']
    _helpdesk_ticket_field = 'partner_id'

    # Every mail that comes in looks its sender up three times; core scans the table each time.
    _helpdesk_email_idx = models.Index('(email_normalized) WHERE email_normalized IS NOT NULL')
    # Whoever looks for a customer, or for a customer's tickets: core scans all contacts.
    _helpdesk_search_idx = models.Index(_get_search_index)
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
