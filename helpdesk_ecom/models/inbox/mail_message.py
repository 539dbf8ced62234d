from odoo import models

from odoo.addons.mail.tools.discuss import Store

from .helpdesk_ticket_presence import PRESENCE


class MailMessage(models.Model):
    """Who looks at a ticket sees at once what becomes of its messages, whoever wrote them."""

    _inherit = 'mail.message'

    # === BUSINESS METHODS - LIVE UPDATES === #

    def _send_update(self, field_names):
        """Extend: also to those who look at the tickets, which only who may read them can do."""
        result = super()._send_update(field_names)
        tickets_sudo = self.env['helpdesk.ticket'].sudo().browse(self.mapped('res_id'))
        for message, ticket_sudo in zip(self, tickets_sudo, strict=True):
            store = Store(bus_channel=ticket_sudo, bus_subchannel=PRESENCE)
            data = store.add(message.sudo(), list(field_names)).get_result()
            self.env['bus.bus']._sendone((ticket_sudo, PRESENCE), 'mail.record/insert', data)
        return result
