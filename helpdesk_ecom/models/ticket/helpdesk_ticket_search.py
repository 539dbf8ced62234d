from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize


class HelpdeskTicket(models.Model):
    """What somebody types to find a ticket."""

    _inherit = 'helpdesk.ticket'

    partner_email_search = fields.Char(
        string='Customer Email, searched',
        store=False,
        search='_search_partner_email_search',
        help='Technical: finds a whole address at once, however many customers share its domain.',
    )

    def _search_partner_email_search(self, operator, value):
        # An index of parts of words reads all that any part is in: the whole desk for the
        # domain of a large mail provider.
        if operator == 'ilike' and (address := email_normalize(value)):
            domain = Domain('email_normalized', '=', address)
            if self.with_context(active_test=False).sudo().search_count(domain, limit=1):
                return domain
        return Domain('partner_email', operator, value)
