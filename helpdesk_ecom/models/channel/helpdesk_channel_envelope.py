import uuid

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.channel.event import STATUS_RANKS
from ...tools.retriable import MAX_TRIES, RETRIABLE

# What goes well the next time, also where two found that something was not there.
COLLISIONS = (*RETRIABLE, UniqueViolation)


class HelpdeskChannelEnvelope(models.Model):
    """What came from a provider, or goes to one, from the moment that we know of it.

    Written before anything is done about it, unique by the provider's id, and finished in the same
    transaction as its effect. So a kill at any moment loses nothing and does nothing twice.
    """

    _name = 'helpdesk.channel.envelope'
    _description = 'Channel Message in Transport'
    _order = 'id desc'
    _rec_name = 'external_id'

    direction = fields.Selection(
        [('in', 'Incoming'), ('out', 'Outgoing')],
        required=True,
        readonly=True,
    )
    channel_id = fields.Many2one(
        'helpdesk.channel',
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    company_id = fields.Many2one(related='channel_id.company_id')
    kind = fields.Char(required=True, readonly=True, default='message')
    external_id = fields.Char(
        string='Id at the Provider',
        readonly=True,
        help='What the provider calls the message or the event.',
    )
    key = fields.Char(
        readonly=True,
        copy=False,
        help='Our own id of what we send, by which the provider may recognise it.',
    )
    state = fields.Selection(
        [
            ('new', 'To Process'),
            ('done', 'Processed'),
            ('ignored', 'Not for Us'),
            ('parked', 'Could Not Be Processed'),
            ('outgoing', 'To Send'),
            ('sending', 'Being Sent'),
            ('unknown', 'Maybe Sent'),
            ('sent', 'Sent'),
            ('delivered', 'Delivered'),
            ('read', 'Read'),
            ('failed', 'Not Sent'),
            ('canceled', 'Cancelled'),
        ],
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    error_class = fields.Selection(
        [
            ('retry', 'Tried again later'),
            ('wait', 'Too many at once'),
            ('stop', 'The channel is broken'),
            ('never', "Can't be delivered"),
            ('window', 'The reply window is closed'),
            ('unknown', 'The provider did not answer'),
        ],
        readonly=True,
    )
    error_code = fields.Char(readonly=True)
    error = fields.Text(
        readonly=True,
        groups='helpdesk_ecom.group_helpdesk_admin',
        help='What went wrong, as the program says it. Agents read on the message why an answer '
        'was not delivered.',
    )
    payload = fields.Json(
        readonly=True,
        groups='helpdesk_ecom.group_helpdesk_admin',
        help='The event as it came, or what is to be sent. Emptied after a while.',
    )
    payload_text = fields.Text(
        string='Contents',
        compute='_compute_payload_text',
        groups='helpdesk_ecom.group_helpdesk_admin',
    )
    conversation = fields.Char(readonly=True)
    moment = fields.Datetime(string='Happened On', readonly=True)
    identity_id = fields.Many2one(
        'helpdesk.channel.identity',
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
    )
    ticket_id = fields.Many2one(
        'helpdesk.ticket',
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
    )
    message_id = fields.Many2one(
        'mail.message',
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
    )

    _external_uniq = models.UniqueIndex(
        '(channel_id, direction, external_id) WHERE external_id IS NOT NULL'
    )
    _key_uniq = models.UniqueIndex('(key) WHERE key IS NOT NULL')
    _new_idx = models.Index("(id) WHERE state = 'new'")
    _outgoing_idx = models.Index(
        "(channel_id, conversation, id) WHERE state IN ('outgoing', 'sending')"
    )
    _unknown_idx = models.Index("(channel_id, id) WHERE state = 'unknown'")
    _parked_idx = models.Index("(channel_id, id) WHERE state = 'parked'")

    # === COMPUTE METHODS === #

    @api.depends('payload')
    def _compute_payload_text(self):
        for envelope in self:
            envelope.payload_text = self._fields['payload'].convert_to_export(
                envelope.payload or {}, envelope
            )

    # === ACTION METHODS === #

    def action_ignore(self):
        """Put away what could not be processed, which is deleted after a while, or not be sent.

        :raise UserError: if there is nothing of it.
        """
        self.check_access('write')
        parked_sudo = self.sudo().filtered(lambda envelope: envelope.state == 'parked')
        failed_sudo = self.sudo().filtered(lambda envelope: envelope.state == 'failed')
        if not parked_sudo and not failed_sudo:
            raise UserError(
                self.env._(
                    'Only what could not be processed or sent can be put away. Open what was maybe '
                    'sent to decide whether it arrived.'
                )
            )
        parked_sudo.state = 'ignored'
        if failed_sudo:
            failed_sudo.with_env(self.env).action_cancel()
        return True

    def action_send_again(self):
        """Send once more what failed, or what nobody knows of: who clicks says it did not arrive.

        :raise UserError: if it is on its way, or has arrived, or if the channel is off.
        """
        self._ensure_may_decide(('failed', 'unknown'))
        for channel_sudo in self.sudo().channel_id.filtered(lambda channel: channel._is_off()):
            raise UserError(
                self.env._(
                    '"%s" is off: nothing would be sent. Please ask your administrator to turn the '
                    'channel on.',
                    channel_sudo.name,
                )
            )
        for envelope_sudo in self.sudo():
            # who knows the key of what failed would do nothing; what may have arrived keeps it
            may_have_arrived = envelope_sudo.state == 'unknown'
            if not may_have_arrived or not envelope_sudo.channel_id._is_idempotent():
                envelope_sudo.key = self._new_key()
        self.sudo().write(
            {
                'state': 'outgoing',
                'attempts': 0,
                'next_try': False,
                'error': False,
                'error_class': False,
                'error_code': False,
                # what is sent anew is another message for the provider
                'external_id': False,
            }
        )
        self.sudo()._show_delivery()
        self._trigger_outbox()
        return True

    def action_mark_sent(self):
        """Take for sent what nobody knows of: the user has seen that it arrived.

        :raise UserError: if it is known what became of it.
        """
        self._ensure_may_decide(('unknown',))
        self.sudo().write({'state': 'sent', 'error': False, 'error_class': False})
        self.sudo()._show_delivery()
        return True

    def action_cancel(self):
        """Don't send what was not sent yet.

        :raise UserError: if it may have been sent.
        """
        self._ensure_may_decide(('outgoing', 'failed'))
        self.sudo().state = 'canceled'
        self.sudo()._show_delivery()
        return True

    # === BUSINESS METHODS === #

    def _withdraw(self):
        """Don't send what has not left, now or again, because it was taken back.

        What has left, or may have, is not touched.
        """
        waiting = self._filter_not_left()
        waiting = waiting.try_lock_for_update()  # what is just being taken is under way
        if waiting:
            waiting.write(
                {
                    'state': 'canceled',
                    'error': self.env._('It was taken back before it was sent.'),
                }
            )
            waiting._show_delivery()

    def _in_transaction(self, note):
        """Do something in a transaction of its own, again if somebody interferes, and commit.

        Who changed the same rows is waited for by the database itself.

        :param note: a function without arguments that writes.
        :return: what it returns.
        """
        for tries_left in reversed(range(MAX_TRIES)):
            self.env.cr.rollback()
            try:
                result = note()
                self.env['ir.cron']._commit_progress()
            except COLLISIONS:
                self.env.cr.rollback()
                if not tries_left:
                    raise
            else:
                return result
        return None

    @api.model
    def _new_key(self):
        """Return a key that nobody else has."""
        return str(uuid.uuid4())

    def _ensure_may_decide(self, states):
        """Let who may answer the tickets decide on their messages, and only on those in a state.

        :raise AccessError: if the user may not change a ticket, or an envelope without one.
        :raise UserError: if an envelope has moved on.
        """
        self.check_access('read')
        self.sudo().ticket_id.with_env(self.env).check_access('write')
        if of_no_ticket_sudo := self.sudo().filtered(lambda envelope: not envelope.ticket_id):
            of_no_ticket_sudo.with_env(self.env).check_access('write')
        locked_sudo = self.sudo().try_lock_for_update()
        if locked_sudo != self or any(
            envelope.state not in states or envelope.direction != 'out' for envelope in locked_sudo
        ):
            raise UserError(self.env._('The message has moved on. Please look at its state again.'))

    def _raise_state(self, state):
        """Set what became of a message that we sent; it never goes back.

        :param str state: a key of ``STATUS_RANKS``.
        :return: the envelopes that changed.
        """
        rank = STATUS_RANKS[state]
        raised = self.filtered(
            lambda envelope: (
                envelope.state not in ('failed', 'canceled')
                and rank > STATUS_RANKS.get(envelope.state, 0)
            )
        )
        # who read it has got it: a failure that is told later is another device's
        if state == 'failed':
            raised = raised.filtered(lambda envelope: envelope.state not in ('delivered', 'read'))
        vals = {'state': state, 'next_try': False}
        if state != 'failed':
            # it was not in vain after all
            vals.update(error=False, error_class=False, error_code=False)
        raised.write(vals)
        return raised
