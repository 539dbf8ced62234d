from odoo import models

from ..tools import messenger_send
from .helpdesk_channel_messenger import PROVIDERS


class HelpdeskChannelEnvelope(models.Model):
    """A comment may be answered privately though its author never wrote a message."""

    _inherit = 'helpdesk.channel.envelope'

    def _is_allowed_now(self, outgoing):
        if (
            self.channel_id.provider in PROVIDERS
            and messenger_send.way_of(outgoing) == messenger_send.PRIVATE_REPLY
        ):
            return True
        return super()._is_allowed_now(outgoing)
