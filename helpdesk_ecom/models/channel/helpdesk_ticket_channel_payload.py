import re

from odoo import models
from odoo.exceptions import UserError

from ...tools.channel.error import NEVER
from ...tools.channel.text import html_to_text, remove_quoted

_SHOWN_FILE = re.compile(r'/web/image/(\d+)')


class HelpdeskTicket(models.Model):
    """What is sent for an answer: its words and files, in pieces that the channel takes."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _store_channel_answer(self, message):
        """Write down what is to be sent for a message, in the same transaction.

        What can't be sent is written down with the reason: who wrote it sees that it failed.
        """
        self.ensure_one()
        message_sudo = message.sudo()
        identity_sudo = self.channel_identity_id.sudo()
        Envelope_sudo = self.env['helpdesk.channel.envelope'].sudo()
        payloads, refusal = self._prepare_channel_answer(message_sudo)
        if not payloads:
            return
        vals_list = []
        for payload in payloads:
            vals = {
                'direction': 'out',
                'channel_id': identity_sudo.channel_id.id,
                'kind': 'message',
                'key': Envelope_sudo._new_key(),
                'state': 'outgoing',
                'payload': payload,
                'conversation': identity_sudo.external_id,
                'identity_id': identity_sudo.id,
                'ticket_id': self.id,
                'message_id': message_sudo.id,
            }
            if reason := refusal or self._describe_payload_refusal(message_sudo, payload):
                vals.update(state='failed', error_class=NEVER, error=reason)
            vals_list.append(vals)
        envelopes_sudo = Envelope_sudo.create(vals_list)
        self.env['mail.notification'].sudo().create(
            {
                'author_id': message_sudo.author_id.id,
                'mail_message_id': message_sudo.id,
                'res_partner_id': identity_sudo.partner_id.id,
                'notification_type': 'helpdesk',
                'notification_status': 'ready',
                'is_read': True,
            }
        )
        if 'failed' in envelopes_sudo.mapped('state'):
            envelopes_sudo._show_delivery()
        Envelope_sudo._trigger_outbox()

    def _prepare_channel_answer(self, message_sudo):
        """Return the payloads of a message, and why none of them can be sent now, if so.

        What somebody writes in the form is refused before; here it is what nobody would see
        refused: automatic messages, mails, and what was to leave later.
        """
        refusal = None
        if self.channel_identity_id.sudo().channel_id._is_off():
            # not kept for the day when it is turned on: it would be out of date
            refusal = self.env._('The channel is off.')
        elif message_sudo.message_type == 'email' and self.channel_thread:
            refusal = self.env._(
                'Here everybody would read it: nothing is published from a mail program.'
            )
        try:
            return self._prepare_channel_payloads(message_sudo), refusal
        except UserError as error:
            if message_sudo.message_type == 'comment':
                raise
            payload = {
                **self._prepare_channel_context(message_sudo),
                'text': self._get_channel_text(message_sudo),
            }
            return [payload], refusal or str(error)

    def _describe_payload_refusal(self, message_sudo, payload):
        """Return why the channel doesn't take the file of a payload, or None."""
        attachment_sudo = message_sudo.attachment_ids.filtered(
            lambda attachment: attachment.id == payload.get('attachment_id')
        )
        return (
            attachment_sudo
            and self.channel_identity_id.sudo().channel_id._describe_file_refusal(
                attachment_sudo.name, attachment_sudo.mimetype or '', attachment_sudo.file_size
            )
        ) or None

    def _get_channel_text(self, message_sudo):
        """Return the words of a message as plain text; of a mail only what is new in it."""
        base_url = self.get_base_url()
        text = ''
        if message_sudo.message_type == 'email':
            text = html_to_text(message_sudo.body, base_url, own_words=True)
        return text or html_to_text(message_sudo.body, base_url)

    def _get_channel_files(self, message_sudo):
        """Return the files of a message that are sent; not the pictures of what a mail quotes."""
        files_sudo = message_sudo.attachment_ids.sorted('id')
        if not files_sudo or message_sudo.message_type != 'email':
            return files_sudo
        own = {int(number) for number in _SHOWN_FILE.findall(remove_quoted(message_sudo.body))}
        shown = {int(number) for number in _SHOWN_FILE.findall(message_sudo.body or '')}
        return files_sudo.filtered(lambda attachment: attachment.id not in shown - own)

    def _prepare_channel_payloads(self, message_sudo):
        """Return what is to be sent for a message, in pieces that the channel takes.

        :return: list of dicts, as `_prepare_outgoing` of the envelope reads them.
        """
        limits = self.channel_identity_id.sudo().channel_id._get_limits()
        common = self._prepare_channel_context(message_sudo)
        template = self.env.context.get('helpdesk_template')
        if template:
            return [{**common, 'template': template}]
        text = self._get_channel_text(message_sudo)
        files = self._get_channel_files(message_sudo)
        payloads = []
        if files and text and len(text) <= limits.caption and len(files) == 1:
            return [{**common, 'text': text, 'attachment_id': files.id}]
        payloads += [{**common, 'text': piece} for piece in limits.split(text)]
        payloads += [{**common, 'attachment_id': attachment.id} for attachment in files]
        return payloads

    def _prepare_channel_context(self, message_sudo):
        """Return what every piece of an answer takes along. Addons add what they need."""
        values = {}
        if self.channel_thread:
            values = {'is_private': False, 'details': {'thread': self.channel_thread}}
        parent = message_sudo.parent_id
        if parent and self._is_from_customer_side(parent.author_id):
            quoted = (
                self.env['helpdesk.channel.envelope']
                .sudo()
                .search(
                    [
                        ('message_id', '=', parent.id),
                        ('direction', '=', 'in'),
                        ('kind', '=', 'message'),
                    ],
                    limit=1,
                )
            )
            if quoted:
                values['reply_to'] = quoted.external_id
        return values
