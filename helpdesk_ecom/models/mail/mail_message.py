from odoo import api, models

from ...tools.mail_quote_html import mark_quoted_html


class MailMessage(models.Model):
    """Mails of customers, as they stand in the conversation of a ticket."""

    _inherit = 'mail.message'

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: mark what mails to tickets quote, and advance the clocks."""
        for vals in vals_list:
            if (
                vals.get('model') == 'helpdesk.ticket'
                and vals.get('message_type') == 'email'
                and vals.get('body')
            ):
                vals['body'] = mark_quoted_html(vals['body'])
        messages = super().create(vals_list)
        # by the values: the model and id of a message that was just made are not in the cache
        of_tickets = messages.browse(
            message.id
            for message, vals in zip(messages, vals_list, strict=True)
            if vals.get('model') == 'helpdesk.ticket' and vals.get('res_id')
        )
        # what is forwarded to somebody else answers nothing
        if of_tickets and not self.env.context.get('helpdesk_forward'):
            self.env['helpdesk.ticket']._update_response_clocks(of_tickets)
        return messages
