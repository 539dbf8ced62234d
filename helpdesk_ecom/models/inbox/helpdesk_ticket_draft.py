from odoo import api, models

from ...exceptions import CustomerWroteMeanwhile

SEEN = 'helpdesk_seen_message_id'


class HelpdeskTicket(models.Model):
    """No answer goes out beside what the customer wrote while it was being written."""

    _inherit = 'helpdesk.ticket'

    # === MAIL.THREAD === #

    @api.model
    def _get_allowed_message_params(self):
        """Override of `mail`: the composer says which message its user saw last."""
        return super()._get_allowed_message_params() | {SEEN}

    def message_post(self, **kwargs):
        """Override of `mail`: hold an answer whose author missed something.

        :param int helpdesk_seen_message_id: the last message that the author saw. Without it (as
            when they want the answer to go all the same) nothing is held.
        :raises CustomerWroteMeanwhile: if the customer wrote after it.
        """
        seen_message_id = kwargs.pop(SEEN, None)
        if isinstance(seen_message_id, int):
            self._ensure_nothing_missed(seen_message_id)
        return super().message_post(**kwargs)

    # === BUSINESS METHODS === #

    def _ensure_nothing_missed(self, seen_message_id):
        """Raise if the customer wrote after a message."""
        news = self._get_news(seen_message_id)
        if news:
            raise CustomerWroteMeanwhile(
                self.env._(
                    '%(author)s wrote meanwhile: "%(text)s"',
                    author=news['author'],
                    text=news['text'],
                ),
                **news,
            )

    def _get_news(self, seen_message_id):
        """Return what the customer wrote after a message.

        :return: dict of ``message_id``, ``author`` and ``text`` of the last one; None if nothing.
        """
        self.ensure_one()
        self.check_access('read')
        newest_id = self._get_last_words()[self.id]['customer_message_id']
        if newest_id <= seen_message_id:
            return None
        message_sudo = self.env['mail.message'].sudo().browse(newest_id)
        return {
            'message_id': newest_id,
            'author': message_sudo.author_id.name or message_sudo.email_from or '',
            'text': message_sudo.preview or '',
        }
