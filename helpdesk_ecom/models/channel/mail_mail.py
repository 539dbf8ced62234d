from odoo import models


class MailMail(models.Model):
    """Mails that did not leave, found for the health of the channel "E-Mail"."""

    _inherit = 'mail.mail'

    # What was sent long ago may be kept by the million; what was not is little.
    _helpdesk_unsent_idx = models.Index(
        "(mail_message_id) WHERE state IN ('outgoing', 'exception')"
    )
