from textwrap import shorten

from markupsafe import Markup

from odoo import Command, models
from odoo.exceptions import UserError
from odoo.tools import clean_context, html2plaintext


class HelpdeskTicket(models.Model):
    """A message that is about something else gets a ticket of its own."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _split_message(self, message, vals=None, move=False):
        """Create a ticket from one message of this one.

        :param mail.message message: a message of this ticket that the user may read.
        :param dict vals: values of the new ticket, over those proposed.
        :param bool move: take the message away from here, instead of copying it. Answers to a
            message go where the message is.
        :return: the new ticket.
        :raise AccessError: if the user may not write this ticket, or not read the message.
        :raise UserError: if the message is not one of the ticket's conversation.
        """
        self.ensure_one()
        self.check_access('write')
        message.check_access('read')
        self._ensure_message_can_be_split(message)
        ticket = self.create({**self._prepare_split_vals(message), **(vals or {})})
        message_sudo, ticket_sudo = message.sudo(), ticket.sudo()
        if move:
            message_sudo.write({'res_id': ticket.id, 'parent_id': False})
            message_sudo.attachment_ids.filtered(
                lambda attachment: attachment.res_model == self._name
            ).write({'res_id': ticket.id})
        else:
            Message_sudo = self.env['mail.message'].sudo()
            Message_sudo.with_context(clean_context(self.env.context)).create(
                ticket_sudo._prepare_message_copy_vals(message_sudo)
            )
        if message_sudo.author_id and message_sudo.author_id == ticket.partner_id:
            ticket_sudo.message_subscribe(message_sudo.author_id.ids)
        self._log_split(ticket)
        return ticket

    def _ensure_message_can_be_split(self, message):
        """Raise unless the message is something that somebody wrote on this ticket."""
        if (
            message.model != self._name
            or message.res_id != self.id
            or message.message_type == 'user_notification'
            or message.sudo().tracking_value_ids
        ):
            raise UserError(
                self.env._('Only a message of the conversation can become a ticket of its own.')
            )

    def _prepare_split_vals(self, message):
        """Return the values of the ticket that a message of this one becomes."""
        subject = message.subject or ''
        if not subject or self.name in subject:  # the subject of the old ticket, or an answer to it
            subject = shorten(html2plaintext(message.body or ''), 80, placeholder='…')
        return {
            'name': subject or self.name,
            'team_id': self.team_id.id,
            'partner_id': self.partner_id.id,
            'partner_name': self.partner_name,
            'partner_email': self.partner_email,
            'partner_phone': self.partner_phone,
            'sale_order_id': self.sale_order_id.id,
            'user_id': self.user_id.id,
        }

    def _prepare_message_copy_vals(self, message):
        """Return the values of a copy of the message on this ticket, with files of its own.

        The copy has a Message-Id of its own: what the customer answers to the original arrives
        where the original is.
        """
        attachments = self.env['ir.attachment']
        body = message.body
        for attachment in message.attachment_ids:
            copy = attachment.copy({'res_model': self._name, 'res_id': self.id})
            attachments += copy
            # Pictures inside the text are files of the message, too.
            for end in ('"', '?', '/'):
                body = body.replace(
                    Markup('/web/image/%s%s') % (attachment.id, Markup(end)),
                    Markup('/web/image/%s%s') % (copy.id, Markup(end)),
                )
        return {
            'model': self._name,
            'res_id': self.id,
            'attachment_ids': [Command.set(attachments.ids)],
            'author_id': message.author_id.id,
            'body': body,
            'date': message.date,
            'email_from': message.email_from,
            'message_type': message.message_type,
            'subject': message.subject,
            'subtype_id': message.subtype_id.id,
        }

    def _log_split(self, ticket):
        """Leave a note on both sides."""
        self._message_log(
            body=Markup('<p>%s</p>')
            % self.env._(
                'A message of this ticket became %(ticket)s.', ticket=ticket._get_html_link()
            )
        )
        ticket._message_log(
            body=Markup('<p>%s</p>')
            % self.env._('Split from %(ticket)s.', ticket=self._get_html_link())
        )
