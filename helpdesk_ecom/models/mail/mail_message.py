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
        ticket_ids = {
            message.id: vals['res_id']
            for message, vals in zip(messages, vals_list, strict=True)
            if vals.get('model') == 'helpdesk.ticket' and vals.get('res_id')
        }
        # what is forwarded to somebody else answers nothing
        if ticket_ids and not self.env.context.get('helpdesk_forward'):
            of_tickets = messages.browse(ticket_ids)
            # core has just taken it out of the cache, together with the messages of the tickets
            self._fields['res_id']._insert_cache(of_tickets, ticket_ids.values())
            self.env['helpdesk.ticket']._update_response_clocks(of_tickets)
        return messages
