import time

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.helpdesk_ecom.tools.channel.error import ChannelError

from ..tools import messenger_send
from .helpdesk_channel_messenger import PROVIDERS

COMMENT_DETAILS = ('comment_id', 'post_id', 'mention', 'commented')


class HelpdeskTicket(models.Model):
    """Comments below posts: answered below them for everybody, or in a private message.

    Meta takes one private message for each comment. The customer's answer to it is private, and
    comes to the same ticket.
    """

    _inherit = 'helpdesk.ticket'

    comment_answer = fields.Selection(
        selection='_get_comment_answers',
        string='Answer',
        compute='_compute_comment_answer',
        store=True,
        readonly=False,
        copy=False,
        help='Everybody can read what is written below a comment. A private message can be sent '
        'once for each comment, within 7 days; after that the customer has to write first.',
    )

    @api.model
    def _get_comment_answers(self):
        """Return the ways of answering, as they are called in the settings of the channel."""
        return (
            self.env['helpdesk.channel']
            ._fields['meta_comment_answer']
            ._description_selection(self.env)
        )

    # === COMPUTE METHODS === #

    @api.depends('channel_thread', 'channel_identity_id')
    def _compute_comment_answer(self):
        for ticket in self:
            channel_sudo = ticket.channel_identity_id.sudo().channel_id
            is_comment = ticket.channel_thread and channel_sudo.provider in PROVIDERS
            if not is_comment:
                ticket.comment_answer = False
            elif not ticket.comment_answer:
                ticket.comment_answer = channel_sudo.meta_comment_answer

    # === BUSINESS METHODS - IN === #

    @api.model
    def _receive_channel_message(self, identity, event, proposals=()):
        """Override: what is written in private is not answered in public, unless an agent wants."""
        ticket, message = super()._receive_channel_message(identity, event, proposals)
        if event.is_private and ticket.comment_answer == 'public':
            ticket.comment_answer = 'private'
        return ticket, message

    @api.model
    def _find_channel_ticket(self, identity, event):
        """Override: who was answered privately goes on privately, in the comment's ticket."""
        ticket = super()._find_channel_ticket(identity, event)
        if ticket or not event.is_private or identity.channel_id.provider not in PROVIDERS:
            return ticket
        ticket = self._find_private_reply(identity).ticket_id._get_merge_target()
        return ticket if ticket._takes_channel_message(identity.channel_id) else self.browse()

    @api.model
    def _find_private_reply(self, identity):
        """Return the last private answer to a comment of an identity, an envelope."""
        return (
            self.env['helpdesk.channel.envelope']
            .search(
                [
                    ('direction', '=', 'out'),
                    ('identity_id', '=', identity.id),
                    ('ticket_id.channel_thread', '!=', False),
                    ('state', 'in', ('sent', 'delivered', 'read', 'unknown')),
                    ('kind', '=', 'message'),
                ],
                order='id desc',
                limit=1,
            )
            .filtered(lambda envelope: _is_private_reply(envelope.payload or {}))
        )

    @api.model
    def _get_channel_detail_lines(self, event):
        """Override: what Messenger and Instagram bring along."""
        lines = super()._get_channel_detail_lines(event)
        details = event.details
        if details.get('unsupported') is True:
            lines.append(
                self.env._('[The customer sent something that can be seen only in the app.]')
            )
        if isinstance(details.get('story'), dict):
            lines.append(self.env._('[An answer to your story]'))
        for shared in _dicts(details.get('shared')):
            if shared.get('type') == 'story_mention':
                lines.append(self.env._('[Mentioned you in a story]'))
            elif event.media:
                lines.append(self.env._('[Shared post] %s', _text(shared.get('title'))))
        for attachment in _dicts(details.get('attachments')):
            lines.append(self.env._('[Attachment of type "%s"]', _text(attachment.get('type'))))
        if details.get('mention') is True:
            lines.append(self.env._('[Somebody mentioned you]'))
        elif not event.is_private:
            lines.append(self._get_comment_line(_text(details.get('post_url'))))
        if isinstance(details.get('referral'), dict):
            values = (details['referral'].get(key) for key in ('title', 'ref', 'product'))
            came_by = ', '.join(filter(None, map(_text, values)))
            if came_by:
                lines.append(self.env._('[Came by: %s]', came_by))
        if details.get('standby') is True:
            lines.append(self.env._('[Another program is in charge of this conversation]'))
        return lines

    @api.model
    def _get_comment_line(self, url):
        """Return what shows that everybody can read this, with the way to it if it is known."""
        text = self.env._('[Public comment]')
        if not url.startswith('https://'):
            return text
        return Markup('<a href="%s" target="_blank" rel="noreferrer noopener">%s</a>') % (url, text)

    # === BUSINESS METHODS - OUT === #

    def _goes_out_by_channel(self, post_values):
        """Override: nothing automatic is written below a post, where everybody reads it."""
        # elevated: customers post, too, and may not read it
        if post_values.get('message_type') == 'auto_comment' and self.sudo().comment_answer:
            return False
        return super()._goes_out_by_channel(post_values)

    def _ensure_channel_can_send(self, post_values):
        """Override: refuse what a comment can't be answered with."""
        super()._ensure_channel_can_send(post_values)
        if not self.comment_answer or post_values.get('message_type') != 'comment':
            return
        has_files = bool(post_values.get('attachment_ids') or post_values.get('attachments'))
        if self.comment_answer == 'public':
            if has_files:
                raise UserError(self.env._('A public answer below a comment takes no files.'))
            return
        if not self.channel_identity_id.sudo()._is_window_open():
            self._ensure_private_reply(has_files)

    def _ensure_private_reply(self, has_files):
        """Refuse a private answer that Meta would refuse.

        :raise UserError: with the reason and a way out.
        """
        comment = self._get_comment_details()
        if has_files:
            raise UserError(
                self.env._(
                    'The first private answer to a comment is one message: a text. Files can '
                    'follow when the customer has answered.'
                )
            )
        if not comment or comment.get('mention'):
            raise UserError(self.env._('This can only be answered publicly.'))
        try:
            messenger_send.check_private_reply(comment.get('commented', 0), time.time())
        except ChannelError:
            raise UserError(
                self.env._(
                    'The comment is older than seven days: it can only be answered publicly.'
                )
            ) from None
        if self._is_answered_privately(comment):
            raise UserError(
                self.env._(
                    'The comment was answered privately before. Meta takes the next private '
                    'message only after the customer has answered. Until then, answer publicly.'
                )
            )

    def _prepare_channel_context(self, message_sudo):
        """Override: which comment is answered, and whether everybody may read it."""
        values = super()._prepare_channel_context(message_sudo)
        if not self.comment_answer:
            return values
        details = {**values.get('details', {}), **self._get_comment_details()}
        if self.comment_answer == 'public':
            return {**values, 'is_private': False, 'details': details}
        if self.channel_identity_id.sudo()._is_window_open():
            return {**values, 'is_private': True, 'details': {}}
        return {**values, 'is_private': True, 'details': details}

    def _prepare_channel_payloads(self, message_sudo):
        """Override: a private answer to a comment is not cut in pieces, only the first would go."""
        payloads = super()._prepare_channel_payloads(message_sudo)
        if len(payloads) > 1 and _is_private_reply(payloads[0]):
            limit = self.channel_identity_id.sudo().channel_id._get_limits().text
            raise UserError(
                self.env._(
                    'The first private answer to a comment is one message of at most %s '
                    'characters.',
                    limit,
                )
            )
        return payloads

    # === HELPERS === #

    def _get_comment_details(self):
        """Return what tells Meta which comment is answered: the last one of the customer.

        :rtype: dict
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """
                SELECT payload -> 'details'
                  FROM helpdesk_channel_envelope
                 WHERE ticket_id = %s AND direction = 'in' AND kind = 'message'
                   AND payload -> 'details' ->> 'thread' = %s
              ORDER BY moment DESC NULLS LAST, id DESC
                 LIMIT 1
                """,
                self.id,
                self.channel_thread,
            )
        )
        row = self.env.cr.fetchone()
        details = (row and row[0]) or {}
        return {key: details[key] for key in COMMENT_DETAILS if details.get(key)}

    def _is_answered_privately(self, comment):
        """Tell whether a comment has had its private answer, or is about to have it."""
        comment_id = comment.get('comment_id') or comment.get('post_id')
        envelopes = (
            self.env['helpdesk.channel.envelope']
            .sudo()
            .search(
                [
                    ('ticket_id', '=', self.id),
                    ('direction', '=', 'out'),
                    ('state', 'not in', ('failed', 'canceled')),
                ]
            )
        )
        return any(
            _is_private_reply(payload)
            and comment_id
            in (payload['details'].get('comment_id'), payload['details'].get('post_id'))
            for payload in envelopes.mapped('payload')
            if payload
        )


def _is_private_reply(payload):
    """Tell whether what was sent was a private answer to a comment."""
    details = payload.get('details') or {}
    return payload.get('is_private', True) and bool(
        details.get('comment_id') or details.get('post_id')
    )


def _dicts(value):
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value):
    return value if isinstance(value, str) else ''
