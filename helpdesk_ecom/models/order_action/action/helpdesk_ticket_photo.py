from odoo import models
from odoo.fields import Domain


class HelpdeskTicket(models.Model):
    """The pictures that came with a ticket."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _has_photo(self):
        """Return whether a picture is attached to the ticket, or to a message on it."""
        self.ensure_one()
        on_ticket = Domain('res_model', '=', self._name) & Domain('res_id', '=', self.id)
        return bool(
            self.env['ir.attachment']
            .sudo()
            .search_count(on_ticket & Domain('mimetype', '=like', 'image/%'), limit=1)
        )
