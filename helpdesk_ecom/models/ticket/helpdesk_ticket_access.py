from odoo import api, models

# What a customer may read of the tickets of their company, by whatever way. The list says what is
# open and not what is closed: a field that somebody adds stays inside until it is named here.
PORTAL_READABLE_FIELDS = frozenset(
    {
        'id',
        'display_name',
        'name',
        'ticket_ref',
        'priority',  # by which tickets are sorted unless one says otherwise
        'description',
        'active',
        'company_id',
        'team_id',
        'stage_id',
        'user_id',  # who signs the answers, too
        'fold',
        'closed_by_partner',
        'partner_id',
        'commercial_partner_id',
        'partner_name',
        'partner_email',
        'partner_phone',
        'create_date',
        'close_date',
        'date_last_stage_update',
        'access_url',
        'access_warning',
    }
)


class HelpdeskTicket(models.Model):
    """Who may read and write which field of a ticket.

    A field with ``system_written=True`` is bookkeeping that somebody could gain by: where the
    customer's answers go, what the clocks hang on, who waits in which queue. It follows what
    happens, and actions say what may be done with it; no user writes it, by a form, an import or
    a program.
    """

    _inherit = 'helpdesk.ticket'

    def _valid_field_parameter(self, field, name):
        """Override of `base`: ``system_written`` is declared beside the field that it protects."""
        return name == 'system_written' or super()._valid_field_parameter(field, name)

    def _has_field_access(self, field, operation):
        """Override of `base`: bookkeeping is not written, and what is internal stays inside.

        Odoo asks for each cell of a list, so the cheap questions come first: `super` alone, which
        looks through all classes of a ticket, takes ten times what the rest does.  It is left out
        where `base` would say yes; an override of `base` itself is not asked there.
        """
        if self.env.su:
            return True
        if operation == 'read':
            if field.name not in self._get_portal_readable_fields() and self._is_asked_outside():
                return False
        elif getattr(field, 'system_written', False) or self._is_asked_outside():
            return False
        return not field.groups or super()._has_field_access(field, operation)

    def _is_asked_outside(self):
        """Tell whether the user does not work here, or is none."""
        return not self.env.uid or self.env.user.share

    @api.model
    def _get_portal_readable_fields(self):
        """Return the names of the fields that customers may read; bridges add theirs.

        :rtype: frozenset[str]
        """
        return PORTAL_READABLE_FIELDS
