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
        exportable=False,
        help='Technical: finds a whole address at once, however many customers share its domain.',
    )

    def _search_partner_email_search(self, operator, value):
        """Compare a whole address, and look for parts where no ticket of the user's has it.

        An index of parts of words reads all that any part is in: the whole desk for the domain of
        a large mail provider.  One of several addresses of a ticket is found by a part of it.
        """
        is_readable = self._has_field_access(self._fields['email_normalized'], 'read')
        if operator == 'ilike' and is_readable and (address := email_normalize(value)):
            domain = Domain('email_normalized', '=', address)
            # as the user: whether others have tickets of this address must not show
            if self.with_context(active_test=False).search_count(domain, limit=1):
                return domain
        return Domain('partner_email', operator, value)
