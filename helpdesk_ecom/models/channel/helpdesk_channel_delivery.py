from odoo import models

from ...tools.channel.event import STATUS_RANKS

# The state of an envelope -> what Odoo's notifications call it ('pending': sent, 'sent': arrived).
NOTIFICATION_STATUS = {
    'outgoing': 'ready',
    'sending': 'process',
    'unknown': 'exception',
    'sent': 'pending',
    'delivered': 'sent',
    'read': 'sent',
    'failed': 'exception',
    'canceled': 'canceled',
}


class HelpdeskChannelEnvelope(models.Model):
    """Shows on a message what became of what it sent: the ticks, or why it failed."""

    _inherit = 'helpdesk.channel.envelope'

    # === BUSINESS METHODS === #

    def _show_delivery(self):
        """Show on the messages what became of them, also to whoever looks at them now."""
        messages = self.message_id
        if not messages:
            return
        everything = self.search([('message_id', 'in', messages.ids), ('direction', '=', 'out')])
        by_message = everything.grouped('message_id')
        notifications = self.env['mail.notification'].search(
            [('mail_message_id', 'in', messages.ids), ('notification_type', '=', 'helpdesk')]
        )
        for notification in notifications:
            envelopes = by_message.get(notification.mail_message_id)
            if not envelopes:
                continue
            worst = envelopes._get_worst()
            vals = {
                'notification_status': NOTIFICATION_STATUS[worst.state],
                'failure_type': 'helpdesk_channel'
                if worst.state in ('failed', 'unknown')
                else False,
                'failure_reason': worst.error,
            }
            if any(notification[name] != value for name, value in vals.items()):
                notification.write(vals)
        messages._notify_message_notification_update()
        messages._send_delivery_update()

    def _get_worst(self):
        """Return the envelope of a message that is furthest from being read; failures first."""
        ranks = {'failed': -3, 'unknown': -2, 'outgoing': 0, 'sending': 0, 'canceled': 9}

        def rank(envelope):
            return ranks.get(envelope.state, STATUS_RANKS.get(envelope.state, 0)), envelope.id

        return min(self, key=rank) if self else self
