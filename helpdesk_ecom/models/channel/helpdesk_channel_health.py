from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ...tools.channel.error import NEVER, RETRY, STOP, WAIT, ChannelError

TOKEN_WARNING_DAYS = 7
QUIET = timedelta(minutes=5)
REMINDER = 'helpdesk_ecom.mail_activity_type_channel'


class HelpdeskChannel(models.Model):
    """Whether a channel works: what came and went last, what is stuck, what broke."""

    _inherit = 'helpdesk.channel'

    last_inbound_date = fields.Datetime(readonly=True, copy=False)
    last_outbound_date = fields.Datetime(readonly=True, copy=False)
    inbound_date = fields.Datetime(string='Last Message In', compute='_compute_message_dates')
    outbound_date = fields.Datetime(string='Last Message Out', compute='_compute_message_dates')
    last_error = fields.Char(readonly=True, copy=False)
    last_error_date = fields.Datetime(readonly=True, copy=False)
    send_after = fields.Datetime(
        string='Sends Again From',
        readonly=True,
        copy=False,
        help='The provider asked us to be slower.',
    )
    silent_hours = fields.Float(
        string='Warn After',
        default=0,
        help='Tell who is responsible if nothing has come in for so many hours; 0 for never.',
    )
    health = fields.Selection(
        [
            ('off', 'Off'),
            ('ok', 'Works'),
            ('warning', 'Needs attention'),
            ('error', 'Broken'),
        ],
        compute='_compute_health',
    )
    health_reason = fields.Char(string='Why', compute='_compute_health')
    has_transport = fields.Boolean(compute='_compute_has_transport')
    new_count = fields.Integer(string='To Process', compute='_compute_counts')
    parked_count = fields.Integer(string='Parked', compute='_compute_counts')
    outgoing_count = fields.Integer(string='To Send', compute='_compute_counts')
    unknown_count = fields.Integer(string='Maybe Sent', compute='_compute_counts')
    open_ticket_count = fields.Integer(string='Open Tickets', compute='_compute_counts')

    # === COMPUTE METHODS === #

    @api.depends('provider')
    def _compute_has_transport(self):
        for channel in self:
            channel.has_transport = channel._has_transport()

    @api.depends('last_inbound_date', 'last_outbound_date')
    def _compute_message_dates(self):
        for channel in self:
            channel.inbound_date = channel.last_inbound_date
            channel.outbound_date = channel.last_outbound_date

    def _compute_counts(self):
        counts = dict.fromkeys(self.ids, 0)
        states = {'new': 'new_count', 'parked': 'parked_count', 'unknown': 'unknown_count'}
        numbers = {
            name: dict(counts) for name in (*states.values(), 'outgoing_count', 'open_ticket_count')
        }
        Envelope_sudo = self.env['helpdesk.channel.envelope'].sudo()
        for channel, state, count in Envelope_sudo._read_group(
            [
                ('channel_id', 'in', self.ids),
                ('state', 'in', ('new', 'parked', 'unknown', 'outgoing', 'sending')),
            ],
            ['channel_id', 'state'],
            ['__count'],
        ):
            numbers[states.get(state, 'outgoing_count')][channel.id] += count
        for channel, count in self.env['helpdesk.ticket']._read_group(
            [('channel_id', 'in', self.ids), ('fold', '=', False)], ['channel_id'], ['__count']
        ):
            numbers['open_ticket_count'][channel.id] = count
        for channel in self:
            for name, by_channel in numbers.items():
                channel[name] = by_channel.get(channel.id, 0)

    @api.depends('state', 'last_error', 'last_inbound_date', 'silent_hours')
    def _compute_health(self):
        now = fields.Datetime.now()
        for channel in self:
            channel_sudo = channel.sudo()
            health, reason = 'ok', False
            expiry = channel_sudo.token_expiry_date
            if channel._has_transport() and channel.state == 'draft':
                health = 'off'
            elif channel.state == 'stopped' or (expiry and expiry <= now):
                health = 'error'
                reason = channel.last_error or self.env._('The access token has expired.')
            elif channel.last_error:
                health, reason = 'warning', channel.last_error
            elif channel.parked_count or channel.unknown_count:
                health = 'warning'
                reason = self.env._('Some messages wait for a decision.')
            elif channel._is_silent(now):
                health, reason = 'warning', self.env._('Nothing has come in for long.')
            elif expiry and expiry <= now + timedelta(days=TOKEN_WARNING_DAYS):
                health, reason = 'warning', self.env._('The access token is about to expire.')
            channel.health, channel.health_reason = health, reason

    # === ACTION METHODS === #

    def action_test(self):
        """Ask the provider whether all is well, and tell the user.

        :raise UserError: with the provider's reason if it isn't.
        """
        self.ensure_one()
        self.check_access('write')
        channel_sudo = self.sudo()
        channel_sudo._ensure_complete()
        try:
            answer = channel_sudo._check_account()
        except ChannelError as error:
            raise UserError(str(error)) from None
        was_asked = bool(answer)
        if was_asked:
            channel_sudo._note_recovery()
        else:
            answer = self.env._(
                "The channel has all that it needs, but this provider can't be asked whether it "
                'works. The next message will show it.'
            )
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success' if was_asked else 'warning',
                'message': answer,
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def action_open_envelopes(self):
        """Show what came in and went out by the channel."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'helpdesk_ecom.helpdesk_channel_envelope_action'
        )
        return {
            **action,
            'domain': [('channel_id', '=', self.id)],
            'context': {'search_default_undecided': bool(self.parked_count + self.unknown_count)},
        }

    def action_open_tickets(self):
        """Show the open tickets of the channel."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._('Tickets'),
            'res_model': 'helpdesk.ticket',
            'view_mode': 'list,kanban,form',
            'domain': [('channel_id', '=', self.id), ('fold', '=', False)],
        }

    # === CRON METHODS === #

    @api.model
    def _cron_check_channels(self):
        """Ask the providers whether all is well, and tell who is responsible what is not."""
        cron = self.env['ir.cron']
        for channel_id in self.search([]).filtered(lambda channel: channel._is_watched()).ids:
            self.browse(channel_id)._check_health()
            cron._commit_progress(1)

    def _check_health(self):
        """Ask the provider about one channel, and leave a reminder if something is wrong."""
        self.ensure_one()
        try:
            was_asked = bool(self._check_account())
        except ChannelError as error:
            if error.error_class in (STOP, NEVER):
                self._stop(str(error), error.code)
            elif error.error_class not in (RETRY, WAIT):
                self._note_error(str(error))
        else:
            if was_asked:
                self._note_recovery()
        self.invalidate_recordset(['health', 'health_reason'])
        if self.health in ('warning', 'error'):
            self._remind_responsible(self.health_reason)
        else:
            self._forget_reminder()

    # === BUSINESS METHODS === #

    def _is_watched(self):
        """Tell whether somebody is told when the channel breaks."""
        return self.state != 'draft' and self._has_transport()

    def _is_silent(self, now):
        """Tell whether nothing came in for longer than usual."""
        return bool(
            self.silent_hours
            and (self.state == 'on' or not self._has_transport())
            and (self.inbound_date or self.create_date or now)
            <= now - timedelta(hours=self.silent_hours)
        )

    def _get_ids_by_account(self, events):
        """Return which channels the accounts of a webhook's events belong to.

        One webhook may bring events of several accounts of one provider's app: those whose
        channels have the same secret, as nobody else could have signed them.

        :param list[ChannelEvent] events: what came.
        :return: account -> id of the channel.
        """
        self.ensure_one()
        known = {'': self.id, self.account_id or '': self.id}
        others = {event.account for event in events} - {*known}
        if others and self.signing_secret:
            channels = self.search(
                [
                    ('provider', '=', self.provider),
                    ('account_id', 'in', list(others)),
                    ('state', 'in', ('on', 'stopped')),
                ]
            )
            for channel in channels:
                if channel.signing_secret == self.signing_secret:
                    known[channel.account_id] = channel.id
        return known

    def _note_inbound(self):
        """Note that something came in; once in a while is enough."""
        now = self.env.cr.now()
        if not self.last_inbound_date or self.last_inbound_date < now - QUIET:
            self.last_inbound_date = now

    def _note_outbound(self):
        """Note that something went out; once in a while is enough."""
        now = self.env.cr.now()
        if not self.last_outbound_date or self.last_outbound_date < now - QUIET:
            self.last_outbound_date = now

    def _note_error(self, message):
        """Note what the provider complained of."""
        self.write({'last_error': message[:500], 'last_error_date': fields.Datetime.now()})

    def _stop(self, message, code=''):
        """Send nothing more until an administrator has mended the channel, and tell them."""
        self._note_error(f'{message} ({code})' if code else message)
        if self.state == 'on':
            self.state = 'stopped'
        self._remind_responsible(message)

    def _note_recovery(self):
        """Go on, as the provider says that all is well."""
        if self.state == 'stopped':
            self.action_turn_on()
        if self.last_error:
            self.last_error = False
        self._forget_reminder()

    def _note_account_event(self, event):
        """Keep what the provider tells of the account itself.

        :param ChannelEvent event: of kind ``account``.
        """
        if event.severity == 'info':
            return
        if event.severity == 'error':
            self._stop(event.text or event.error, event.error_code)
        else:
            self._note_error(event.text or event.error)
            self._remind_responsible(event.text or event.error)

    def _remind_responsible(self, reason):
        """Leave one open reminder for who is responsible, not one a day; it says what is wrong now.

        :param str reason: what is wrong.
        """
        self.ensure_one()
        if reminder := self.activity_search([REMINDER])[:1]:
            if html2plaintext(reminder.note or '') != reason:
                reminder.note = reason
            return
        self.activity_schedule(
            REMINDER,
            summary=self.env._('Channel "%s" needs you', self.name),
            note=reason,
            user_id=self._get_responsible().id,
        )

    def _forget_reminder(self):
        """Take back the reminder of what works again: it would hide the next fault."""
        self.activity_unlink([REMINDER])

    def _get_responsible(self):
        """Return who hears that the channel is broken.

        Those that came with the addon belong to OdooBot until somebody takes them over.
        """
        if self.user_id.active:
            return self.user_id
        admins_sudo = self.env.ref('helpdesk_ecom.group_helpdesk_admin').sudo().all_user_ids
        return admins_sudo.filtered('active').sorted('id')[:1] or self.env.user
