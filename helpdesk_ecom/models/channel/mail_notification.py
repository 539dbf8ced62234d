from odoo import fields, models


class MailNotification(models.Model):
    """What became of an answer that went out by a channel, as the messages of Odoo show it."""

    _inherit = 'mail.notification'

    notification_type = fields.Selection(
        selection_add=[('helpdesk', 'Helpdesk Channel')],
        ondelete={'helpdesk': 'cascade'},
    )
    failure_type = fields.Selection(
        selection_add=[('helpdesk_channel', 'Not delivered by the channel')],
    )
