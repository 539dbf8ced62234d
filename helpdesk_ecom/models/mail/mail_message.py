from odoo import api, models

from ...tools.mail_quote_html import mark_quoted_html


class MailMessage(models.Model):
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
        of_tickets = messages.filtered(
            lambda message: message.model == 'helpdesk.ticket' and message.res_id
        )
        if of_tickets:
            self.env['helpdesk.ticket']._update_response_clocks(of_tickets)
        return messages
