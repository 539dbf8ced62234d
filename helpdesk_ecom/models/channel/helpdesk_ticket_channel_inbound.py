from datetime import timedelta
from urllib.parse import urlencode

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import html2plaintext, plaintext2html

TITLE_LENGTH = 80


class HelpdeskTicket(models.Model):
    """What a customer writes on a channel: finds its ticket, opens or reopens one."""

    _inherit = 'helpdesk.ticket'

    channel_identity_id = fields.Many2one(
        'helpdesk.channel.identity',
        string='Writes as',
        index='btree_not_null',
        ondelete='set null',
        readonly=True,
        copy=False,
        help='The customer as the channel knows them. Answers go there.',
        system_written=True,
    )
    channel_thread = fields.Char(
        readonly=True,
        copy=False,
        help='Technical: the post or comment below which the conversation is public.',
        system_written=True,
    )

    _channel_identity_open_idx = models.Index(
        '(channel_identity_id, fold, id) WHERE channel_identity_id IS NOT NULL'
    )

    # === BUSINESS METHODS === #

    @api.model
    def _receive_channel_message(self, identity, event, proposals=()):
        """Bring a customer's words to their ticket.

        :param helpdesk.channel.identity identity: who wrote, elevated.
        :param ChannelEvent event: what was written.
        :param list proposals: of other contacts that it may be, for a new ticket.
        :return: the ticket and the message.
        """
        ticket = self._find_channel_ticket(identity, event)
        if not ticket:
            ticket = self._create_from_channel(identity, event, proposals)
        elif ticket.fold:
            ticket.write(ticket._prepare_reopen_vals())
        message = ticket._post_channel_message(identity, event)
        # what is written to a ticket that is closed for good goes to its follow-up
        ticket = self.browse(message.res_id)
        if ticket.channel_identity_id != identity:
            # after a merge: whoever wrote last is answered, and there
            ticket.write(
                {
                    'channel_identity_id': identity.id,
                    'channel_thread': event.details.get('thread') or False,
                }
            )
        return ticket, message

    @api.model
    def _find_channel_ticket(self, identity, event):
        """Return the ticket where an identity's conversation goes on; empty for a new one.

        A quoted message tells which; otherwise the latest that is open, or was closed a short
        while ago. What is public has a ticket of its own for each post.
        """
        Ticket = self.with_context(active_test=False)
        ticket = self.browse()
        if event.reply_to and event.is_private:
            quoted = self.env['helpdesk.channel.envelope'].search(
                [
                    ('channel_id', '=', identity.channel_id.id),
                    ('external_id', '=', event.reply_to),
                    ('identity_id', '=', identity.id),
                    ('ticket_id', '!=', False),
                ],
                limit=1,
            )
            ticket = quoted.ticket_id._get_merge_target()
        if not ticket._takes_channel_message(identity.channel_id):
            latest = Ticket.search(
                [
                    ('channel_identity_id', '=', identity.id),
                    ('channel_thread', '=', event.details.get('thread') or False),
                ],
                order='fold, id desc',
                limit=1,
            )
            ticket = latest._get_merge_target()
            if event.is_private and (not ticket or ticket.fold):
                ticket = self._find_shared_channel_ticket(identity) or ticket
        return ticket if ticket._takes_channel_message(identity.channel_id) else self.browse()

    def _takes_channel_message(self, channel):
        """Tell whether what the customer writes now belongs to this ticket, if there is one.

        :param helpdesk.channel channel: where they write: agents of another company don't read it.
        """
        if not self.active or channel._get_company_id() not in (False, self.company_id.id):
            return False
        if not self.fold:
            return True
        hours = self.channel_id.new_ticket_hours
        closed = self.close_date or self.write_date
        return closed + timedelta(hours=hours) > self.env.cr.now()

    @api.model
    def _create_from_channel(self, identity, event, proposals):
        """Return a new ticket for a message of a channel."""
        values = self._prepare_channel_ticket_vals(identity, event)
        if proposals:
            values['partner_suggestion_ids'] = proposals
        self._complete_team([values])
        self._assign_order_of_message(values, event.text)
        return self.with_context(
            default_user_id=False, mail_create_nosubscribe=True, mail_create_nolog=True
        ).create(values)

    @api.model
    def _prepare_channel_ticket_vals(self, identity, event):
        """Return the values of a ticket that a message of a channel opens."""
        channel = identity.channel_id
        values = {
            'name': self._get_channel_title(identity, event.text),
            'channel_id': channel.id,
            'channel_identity_id': identity.id,
            'channel_thread': event.details.get('thread') or False,
            'partner_id': identity.partner_id.id,
            'partner_name': identity.partner_id.name,
        }
        if channel.team_id:
            values['team_id'] = channel.team_id.id
        if not identity.partner_id.phone and identity.phone:
            values['partner_phone'] = identity.phone
        return values

    @api.model
    def _get_channel_title(self, identity, text):
        """Return the title of a ticket: the first words, or whose they are if there are none."""
        title = ' '.join(text.split())
        if len(title) > TITLE_LENGTH:
            return f'{title[:TITLE_LENGTH].rpartition(" ")[0] or title[:TITLE_LENGTH]}…'
        return title or self.env._(
            '%(channel)s: %(who)s',
            channel=identity.channel_id.name,
            who=identity.display_name,
        )

    def _forget_channel_title(self, envelope):
        """Take the words of a message out of the title, if that is where it has them from.

        :param helpdesk.channel.envelope envelope: by which the message came.
        """
        texts = [
            (envelope.payload or {}).get('text') or '',
            html2plaintext(envelope.message_id.body or ''),
        ]
        identity = envelope.identity_id
        titles = {self._get_channel_title(identity, text) for text in texts if text.strip()}
        for ticket in self | self._find_merged_channel_tickets(identity):
            if ticket.name in titles:
                # a tracked change would keep them
                title = self._get_channel_title(identity, '')
                ticket.with_context(mail_notrack=True).name = title

    def _post_channel_message(self, identity, event):
        """Return the message by which the customer's words stand in the ticket."""
        return self._post_from_channel(event, identity.partner_id)

    def _post_channel_echo(self, event):
        """Return the message by which an answer that was written elsewhere stands in the ticket.

        It counts as an answer of who has the ticket, or is responsible for the channel.
        """
        user = self.user_id or self.channel_id.user_id
        return self._post_from_channel(event, user.partner_id or self.env.ref('base.partner_root'))

    def _post_from_channel(self, event, author):
        """Return the message by which what an author wrote on the channel stands in the ticket."""
        self.ensure_one()
        now = fields.Datetime.now()
        # as OdooBot: with anybody else at work, core takes them for a sender who needs a copy
        return (
            self.with_user(SUPERUSER_ID)
            .with_context(helpdesk_from_channel=author.id, mail_post_autofollow=False)
            .message_post(
                body=self._get_channel_body(event),
                author_id=author.id,
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
                date=min(event.date or now, now),
            )
        )

    @api.model
    def _get_channel_body(self, event):
        """Return an event as HTML: what was said, and what came along."""
        parts = [plaintext2html(event.text)] if event.text else []
        parts += [
            Markup('<p class="text-muted">%s</p>') % line
            for line in self._get_channel_detail_lines(event)
        ]
        return Markup().join(parts) or Markup('<p></p>')

    @api.model
    def _get_channel_detail_lines(self, event):
        """Return what came along with a message, line by line. Addons add what they know."""
        details = event.details
        lines = []
        place = details.get('place')
        if isinstance(place, dict) and {'latitude', 'longitude'} <= {*place}:
            url = 'https://www.openstreetmap.org/?' + urlencode(
                {'mlat': place['latitude'], 'mlon': place['longitude']}
            )
            lines.append(
                Markup('<a href="%s" target="_blank" rel="noreferrer noopener">%s</a>')
                % (url, place.get('name') or place.get('address') or self.env._('Location'))
            )
        note = details.get('note')
        if isinstance(note, str) and note:
            lines.append(note)
        for item in details.get('lines') or ():
            if isinstance(item, str):
                lines.append(item)
        names = {
            'image': self.env._('Picture'),
            'audio': self.env._('Voice message'),
            'video': self.env._('Video'),
            'document': self.env._('File'),
            'sticker': self.env._('Sticker'),
        }
        if not event.text:
            lines += [f'[{names.get(media.kind, media.kind)}]' for media in event.media]
        return lines
