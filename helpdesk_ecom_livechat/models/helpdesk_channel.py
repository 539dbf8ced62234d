from odoo import fields, models


class HelpdeskChannel(models.Model):
    """The live chat as a channel: Odoo carries its messages."""

    _inherit = 'helpdesk.channel'

    provider = fields.Selection(
        selection_add=[('livechat', 'Live Chat')],
        ondelete={'livechat': 'set default'},
    )
