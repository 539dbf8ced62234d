from odoo import models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """An answer that its author corrects before it has left: what leaves is what stands there."""

    _inherit = 'helpdesk.ticket'

    # === MAIL.THREAD === #

    def _message_update_content(self, message, /, *, body, **kwargs):
        """Override of `mail`: let the new words go out, if the old ones have not left yet.

        :raise UserError: if only some of the words could be changed.
        """
        before = self._get_channel_text(message.sudo()) if body is not None else ''
        result = super()._message_update_content(message, body=body, **kwargs)
        if body is not None:
            text = self._get_channel_text(message.sudo())
            if text != before:
                self._correct_channel_answer(message, text)
        return result

    # === BUSINESS METHODS === #

    def _correct_channel_answer(self, message, text):
        """Put the new words of a message into what waits to be sent, or to be sent again.

        :param mail.message message: that was changed.
        :param str text: what it says now, as plain text.
        :raise UserError: if that can't be done.
        """
        answers_sudo = message.sudo().helpdesk_envelope_ids.filtered(
            lambda envelope: envelope.direction == 'out'
        )
        waiting_sudo = answers_sudo._filter_not_left().try_lock_for_update()
        if not waiting_sudo:
            return
        worded_sudo = answers_sudo.filtered(
            lambda envelope: (
                (envelope.payload or {}).get('text') or (envelope.payload or {}).get('template')
            )
        )
        open_sudo = worded_sudo & waiting_sudo
        if worded_sudo and not open_sudo:
            return  # the words have left, only files wait
        if not text:
            bare_sudo = open_sudo.filtered(lambda envelope: not envelope._get_file_id())
            bare_sudo._withdraw()
            for envelope_sudo in open_sudo - bare_sudo:
                envelope_sudo.payload = {**envelope_sudo.payload, 'text': ''}
            return
        if len(worded_sudo) != 1 or not open_sudo._takes_text(text):
            raise UserError(
                self.env._(
                    'This answer was to be sent in several pieces, or as a template: its words '
                    "can't be changed any more. Empty it, and write another one."
                )
            )
        open_sudo.payload = {**open_sudo.payload, 'text': text}


class HelpdeskChannelEnvelope(models.Model):
    """What is known of the words of a message that has not left yet."""

    _inherit = 'helpdesk.channel.envelope'

    # === BUSINESS METHODS === #

    def _filter_not_left(self):
        """Return what waits to be sent, and what failed and could be sent again."""
        return self.filtered(lambda envelope: envelope.state in ('outgoing', 'failed'))

    def _get_file_id(self):
        """Return the id of the attachment that goes along, None for none."""
        return (self.payload or {}).get('attachment_id')

    def _takes_text(self, text):
        """Tell whether a text fits where the text of this one stands."""
        self.ensure_one()
        limits = self.channel_id._get_limits()
        if self.payload.get('template'):
            return False
        if self._get_file_id():
            return len(text) <= limits.caption
        return len(limits.split(text)) == 1
