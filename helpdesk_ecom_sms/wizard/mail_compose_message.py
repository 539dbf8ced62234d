from odoo import fields, models


class MailComposeMessage(models.TransientModel):
    """The dialog in which agents write can send an SMS, too."""

    _inherit = 'mail.compose.message'

    helpdesk_reply_by = fields.Selection(
        selection_add=[('sms', 'SMS')], ondelete={'sms': 'set null'}
    )

    # === COMPUTE METHODS === #

    def _compute_helpdesk_reply_by(self):
        """Extend: the way that was chosen before the dialog was opened."""
        super()._compute_helpdesk_reply_by()
        if self.env.context.get('helpdesk_reply_by') == 'sms':
            self.filtered('helpdesk_reply_by').helpdesk_reply_by = 'sms'
