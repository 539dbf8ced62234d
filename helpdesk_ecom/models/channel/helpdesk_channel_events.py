from odoo import models
from odoo.tools import plaintext2html

from ...tools.channel.error import STOP
from ...tools.channel.event import ChannelEvent

# What stands in the conversation, said by the customer or by a colleague elsewhere.
MESSAGE_KINDS = ('message', 'echo')


class NotYet(Exception):
    """The event is about something that we don't know yet: later, maybe."""


class HelpdeskChannelEnvelope(models.Model):
    """What each kind of event does: one method for each, which returns values for the envelope."""

    _inherit = 'helpdesk.channel.envelope'

    def _process_message(self, event):
        """Bring a customer's words to their ticket."""
        channel = self.channel_id
        identity, proposals = self.env['helpdesk.channel.identity']._recognise(
            channel, event.person
        )
        if identity.is_blocked:
            return self._prepare_blocked_vals(identity)
        identity._note_inbound(event)
        channel._note_inbound()
        ticket, message = self.env['helpdesk.ticket']._receive_channel_message(
            identity, event, proposals
        )
        if event.media:
            self._store_media(message, event)
        return {'identity_id': identity.id, 'ticket_id': ticket.id, 'message_id': message.id}

    def _prepare_blocked_vals(self, identity):
        """Return the values of an envelope whose sender is blocked."""
        return {
            'state': 'ignored',
            'identity_id': identity.id,
            'error': self.env._('The sender is blocked.'),
        }

    def _process_echo(self, event):
        """Show what was answered in another program; what we sent ourselves is known."""
        if event.own_key and self._find_sent(event):
            return {'state': 'ignored'}
        known = self.search(
            [
                ('channel_id', '=', self.channel_id.id),
                ('direction', '=', 'out'),
                ('external_id', '=', event.external_id),
            ],
            limit=1,
        )
        if known:
            return {'state': 'ignored'}
        identity = self.env['helpdesk.channel.identity']._find(self.channel_id, event.person)
        if lost := identity and self._find_lost(identity, event):
            lost.external_id = event.external_id
            lost._raise_state('sent')
            lost._show_delivery()
            return {'state': 'ignored', 'identity_id': identity.id}
        ticket = identity and self.env['helpdesk.ticket']._find_channel_ticket(identity, event)
        if not ticket:
            return {'state': 'ignored', 'identity_id': identity.id}
        message = ticket._post_channel_echo(event)
        if event.media:
            self._store_media(message, event)
        return {'identity_id': identity.id, 'ticket_id': ticket.id, 'message_id': message.id}

    def _find_lost(self, identity, event):
        """Return what we sent without knowing whether it left, if an echo says the same.

        Not all providers give our key back.

        :raise NotYet: if something is just being sent: its number comes with the answer.
        """
        underway = self.search(
            [
                ('channel_id', '=', self.channel_id.id),
                ('direction', '=', 'out'),
                ('identity_id', '=', identity.id),
                ('state', 'in', ('sending', 'unknown')),
                ('external_id', '=', False),
            ],
            order='id',
        )
        if 'sending' in underway.mapped('state'):
            raise NotYet('It may be what is being sent.')
        words = ' '.join(event.text.split())

        def is_same(envelope):
            payload = envelope.payload or {}
            if words:
                return words == ' '.join((payload.get('text') or '').split())
            return bool(event.media and payload.get('attachment_id'))

        return underway.filtered(is_same)[:1]

    def _process_status(self, event):
        """Show what became of a message that we sent.

        ``details['until']`` (seconds since 1970): all that was sent to the person up to then.
        """
        sent = self._find_sent(event)
        if not sent:
            if event.details.get('until'):
                return {}
            raise NotYet('Nobody here sent this message.')
        unnamed = sent.filtered(lambda envelope: not envelope.external_id)
        # told twice with different keys, the number stays with the first
        if event.own_key and event.target and unnamed and not self._search_sent(event.target):
            unnamed[:1].external_id = event.target
        changed = sent._raise_state(event.status)
        if event.status == 'failed' and changed:
            error_class = self.channel_id._classify_failure(event)
            changed.write(
                {
                    'error': event.error,
                    'error_code': event.error_code,
                    'error_class': error_class,
                }
            )
            if error_class == STOP:
                reason = event.error or self.env._('The provider refuses to deliver messages.')
                self.channel_id._stop(reason, event.error_code)
        changed._show_delivery()
        return {'ticket_id': sent[:1].ticket_id.id, 'message_id': sent[:1].message_id.id}

    def _find_sent(self, event):
        """Return the envelopes of what we sent that an event is about."""
        base = [('channel_id', '=', self.channel_id.id), ('direction', '=', 'out')]
        if event.own_key:
            found = self.search([*base, ('key', '=', event.own_key)])
            if found:
                return found
        if event.target:
            return self._search_sent(event.target)
        until = event.details.get('until')
        identity = until and self.env['helpdesk.channel.identity']._find(
            self.channel_id, event.person
        )
        if not identity:
            return self.browse()
        return self.search(
            [
                *base,
                ('identity_id', '=', identity.id),
                ('state', 'in', ('sent', 'delivered')),
                ('moment', '<=', ChannelEvent(kind='', external_id='', moment=until).date),
            ]
        )

    def _search_sent(self, external_id):
        """Return the envelope of what the provider calls so, and we sent."""
        return self.search(
            [
                ('channel_id', '=', self.channel_id.id),
                ('direction', '=', 'out'),
                ('external_id', '=', external_id),
            ]
        )

    def _find_target(self, event, directions=('in',)):
        """Return the envelope of the message that an event is about.

        :raise NotYet: if nobody here knows the message, or the event doesn't say which it is.
        """
        envelope = event.target and self.search(
            [
                ('channel_id', '=', self.channel_id.id),
                ('direction', 'in', directions),
                ('external_id', '=', event.target),
                ('kind', 'in', MESSAGE_KINDS),
            ],
            limit=1,
        )
        if not envelope:
            raise NotYet('Nobody here knows the message.')
        return envelope

    def _process_reaction(self, event):
        """Show a customer's smiley on a message."""
        target = self._find_target(event, ('in', 'out'))
        if not target.message_id:
            raise NotYet('The message waits to be processed.')
        identity, _proposals = self.env['helpdesk.channel.identity']._recognise(
            self.channel_id, event.person
        )
        if identity.is_blocked:
            return self._prepare_blocked_vals(identity)
        target.message_id._set_channel_reaction(identity.partner_id, event.text)
        return {
            'identity_id': identity.id,
            'ticket_id': target.ticket_id.id,
            'message_id': target.message_id.id,
        }

    def _process_edit(self, event):
        """Show what a message says now; what it said before stays in a note."""
        target = self._find_target(event)
        if target.identity_id.is_blocked:
            return self._prepare_blocked_vals(target.identity_id)
        if target.message_id:
            target.message_id._set_channel_body(plaintext2html(event.text))
        else:
            target.payload = {**(target.payload or {}), 'text': event.text}
        return {'ticket_id': target.ticket_id.id, 'message_id': target.message_id.id}

    def _process_delete(self, event):
        """Take away what the customer took back, as the providers demand.

        Also what became of it: files to fetch, changes of the words, the title of the ticket.
        """
        target = self._find_target(event)
        message, ticket = target.message_id, target.ticket_id
        if not message:
            target.write({'state': 'ignored', 'error': self.env._('Its author took it back.')})
        else:
            followed = self.search(
                [('message_id', '=', message.id), ('kind', 'in', ('edit', 'media'))]
            )
            followed.filtered(lambda envelope: envelope.state == 'new').state = 'ignored'
            followed.payload = False
            ticket._forget_channel_title(target)
            message._erase_channel_content()
        target.payload = False
        return {'ticket_id': ticket.id, 'message_id': message.id}

    def _process_identity(self, event):
        """Know a person by another id from now on: ``target`` is the old one."""
        Identity = self.env['helpdesk.channel.identity']
        person = event.person
        identity = Identity._search_ids(self.channel_id, [event.target])[:1]
        if not identity:
            return {'state': 'ignored'}
        if Identity._find(self.channel_id, person) not in (identity, Identity):
            return {'state': 'ignored', 'identity_id': identity.id}  # a person of their own
        vals = Identity._prepare_vals(self.channel_id, person)
        if identity.alternate_id == event.target and identity.external_id != event.target:
            vals = {'alternate_id': person.external_id}
        identity.write({name: value for name, value in vals.items() if value})
        ticket = self.env['helpdesk.ticket']._find_channel_ticket(identity, event)
        if ticket and event.text:
            ticket._message_log(body=event.text)
        return {'identity_id': identity.id, 'ticket_id': ticket.id}

    def _process_account(self, event):
        """Tell who is responsible what the provider says of the account."""
        self.channel_id._note_account_event(event)
        return {}
