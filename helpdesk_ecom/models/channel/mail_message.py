from markupsafe import Markup

from odoo import fields, models
from odoo.tools import html2plaintext

from odoo.addons.mail.tools.discuss import Store


class MailMessage(models.Model):
    """What channels do to messages of tickets after they were posted."""

    _inherit = 'mail.message'

    helpdesk_envelope_ids = fields.One2many(
        'helpdesk.channel.envelope',
        'message_id',
        string='On the Channel',
        groups='helpdesk_ecom.group_helpdesk_user',
    )

    # === CRUD METHODS === #

    def unlink(self):
        """Override of `mail`: what is deleted, also with its ticket, is not sent any more."""
        self._withdraw_from_channel()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _withdraw_from_channel(self):
        """Don't send what waits to be sent for messages that their authors took back."""
        messages_sudo = self.sudo().filtered(lambda message: message.model == 'helpdesk.ticket')
        if messages_sudo:
            messages_sudo.helpdesk_envelope_ids._withdraw()

    def _set_channel_body(self, body):
        """Show what a message of a channel says now; what it said before stays in a note.

        :param Markup body: the new words.
        """
        self.ensure_one()
        ticket = self.env['helpdesk.ticket'].browse(self.res_id)
        before = html2plaintext(self.body or '')
        self.body = body
        note = ticket._message_log(
            body=Markup('<p>%s</p><blockquote>%s</blockquote>')
            % (self.env._('A message was changed. Before, it said:'), before)
        )
        note.parent_id = self
        self._send_content_update()

    def _erase_channel_content(self):
        """Take away what its author took back: the words, also former ones, and the files."""
        self.ensure_one()
        self.attachment_ids.unlink()
        notes = self.child_ids.filtered(lambda note: note.message_type == 'notification')
        notes.body = Markup('<p>%s</p>') % self.env._('A message was changed.')
        self.body = Markup('<p><em>%s</em></p>') % self.env._('This message was deleted.')
        self._send_content_update()

    def _set_channel_reaction(self, partner, emoji):
        """Let a customer's smiley be their only one on the message; none takes it away.

        :param res.partner partner: the customer.
        :param str emoji: the smiley, or ''.
        """
        self.ensure_one()
        own = self.reaction_ids.filtered(lambda reaction: reaction.partner_id == partner)
        same = own.filtered(lambda reaction: reaction.content == emoji)
        (own - same).unlink()
        if emoji and not same:
            self.env['mail.message.reaction'].create(
                {'message_id': self.id, 'partner_id': partner.id, 'content': emoji}
            )
        self._send_update([Store.Attr('reactions', lambda m: Store.Many(m.sudo().reaction_ids))])

    # === STORE === #

    def _to_store_defaults(self, target):
        """Override of `mail`: tell agents what became of answers on their channel."""
        field_names = super()._to_store_defaults(target)
        if target.is_internal(self.env) and any(
            message.model == 'helpdesk.ticket' for message in self
        ):
            field_names.append(
                Store.Attr(
                    'helpdesk_delivery',
                    value=lambda message: message._get_delivery(),
                    predicate=lambda message: message.model == 'helpdesk.ticket',
                )
            )
        return field_names

    def _get_delivery(self):
        """Return what became of an answer on its channel, False for what goes by none.

        :return: dict of ``state`` (of the envelope that is furthest from being read), ``error``,
            ``error_class`` and ``envelope_ids`` (those in that state), for the web client.
        """
        self.ensure_one()
        sent_sudo = self.sudo().helpdesk_envelope_ids.filtered(
            lambda envelope: envelope.direction == 'out'
        )
        if not sent_sudo:
            return False
        worst_sudo = sent_sudo._get_worst()
        return {
            'state': worst_sudo.state,
            'channel': worst_sudo.channel_id.name,
            'error': worst_sudo.error or '',
            'error_class': worst_sudo.error_class or '',
            'envelope_ids': sent_sudo.filtered(
                lambda envelope: envelope.state == worst_sudo.state
            ).ids,
        }

    # === BUSINESS METHODS - LIVE UPDATES === #

    def _send_content_update(self):
        """Show the new words and files to whoever looks at the ticket."""
        self._send_update(['body', Store.Many('attachment_ids')])

    def _send_attachment_update(self):
        """Show the files that came in later to whoever looks at the ticket."""
        self._send_update([Store.Many('attachment_ids')])

    def _send_delivery_update(self):
        """Show what became of answers to whoever looks at their tickets."""
        self._send_update([Store.Attr('helpdesk_delivery', lambda m: m._get_delivery())])

    def _send_update(self, field_names):
        """Send fields of messages to their authors, and to who is responsible for the tickets."""
        tickets_sudo = self.env['helpdesk.ticket'].sudo().browse(self.mapped('res_id'))
        for message, ticket_sudo in zip(self, tickets_sudo, strict=True):
            users_sudo = ticket_sudo.user_id | message.sudo().author_id.user_ids
            for user_sudo in users_sudo.filtered(lambda user: user.active and not user.share):
                Store(bus_channel=user_sudo).add(message.sudo(), list(field_names)).bus_send()
