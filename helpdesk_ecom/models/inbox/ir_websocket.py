import re

from odoo import models

from .helpdesk_ticket_presence import PRESENCE

CHANNEL = re.compile(r'helpdesk\.ticket_([0-9]{1,9})')
# Nobody looks at more tickets at once.
MAX_TICKETS = 50


class IrWebsocket(models.AbstractModel):
    """Agents hear who else is at the tickets that they look at."""

    _inherit = 'ir.websocket'

    def _build_bus_channel_list(self, channels):
        """Override of `bus`: the channels of tickets that the current user may read."""
        asked = [
            int(match[1])
            for channel in channels
            if isinstance(channel, str) and (match := CHANNEL.fullmatch(channel))
        ]
        if not asked:
            return super()._build_bus_channel_list(channels)
        channels = [
            channel
            for channel in channels
            if not (isinstance(channel, str) and CHANNEL.fullmatch(channel))
        ]
        if self.env.user.has_group('helpdesk_ecom.group_helpdesk_user'):
            tickets = self.env['helpdesk.ticket'].sudo(False).with_context(active_test=False)
            readable = tickets.search([('id', 'in', asked[:MAX_TICKETS])])
            channels.extend((ticket, PRESENCE) for ticket in readable)
        return super()._build_bus_channel_list(channels)
