import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.channel.error import (
    NEVER,
    RETRY,
    STOP,
    UNKNOWN,
    WAIT,
    ChannelError,
    backoff,
)
from ...tools.channel.outgoing import File, Outgoing, Template

_logger = logging.getLogger(__name__)

BATCH = 50


class HelpdeskChannel(models.Model):
    """A channel that is turned off sends nothing of what was waiting."""

    _inherit = 'helpdesk.channel'

    # === BUSINESS METHODS === #

    def _give_up_outgoing(self):
        """Send nothing of what waits: when the channel is turned on again, it is out of date."""
        if not self:
            return
        waiting = self.env['helpdesk.channel.envelope'].search(
            [
                ('channel_id', 'in', self.ids),
                ('direction', '=', 'out'),
                ('state', '=', 'outgoing'),
            ]
        )
        waiting = waiting.try_lock_for_update()  # what is just being taken is under way
        waiting.write(
            {
                'state': 'failed',
                'error_class': NEVER,
                'error': self.env._('The channel is off.'),
                'error_code': False,
                'next_try': False,
            }
        )
        waiting._show_delivery()


class HelpdeskChannelEnvelope(models.Model):
    """The outbox: what is to be sent is written down with the answer itself, then sent by a job.

    Before a message leaves, it is committed as being sent. Whoever finds such a one later knows
    that somebody was killed meanwhile, and that it may have left: it is not sent again, unless the
    provider recognises our key. Messages of one conversation leave in their order.
    """

    _inherit = 'helpdesk.channel.envelope'

    # === CRON METHODS === #

    @api.model
    def _trigger_outbox(self):
        """Have the outbox sent soon."""
        cron = self.env.ref('helpdesk_ecom.ir_cron_process_outbox', raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_process_outbox(self):
        """Send what is to be sent; a batch for each call."""
        self._recover_interrupted()
        cron = self.env['ir.cron']
        envelope_ids = self._find_sendable()
        more = len(envelope_ids) == BATCH
        for number, envelope_id in enumerate(envelope_ids, 1):
            sent = self.browse(envelope_id)._send()
            # the next of the same conversation is waiting behind this one
            more = more or sent
            left = len(envelope_ids) - number + more
            if not cron._commit_progress(1, remaining=left):
                return
        if not envelope_ids:
            cron._commit_progress(0, remaining=0)
        self._trigger_next_try()

    @api.model
    def _recover_interrupted(self):
        """Take up what somebody was sending when they were killed. Nobody else sends now."""
        interrupted = self.search([('state', '=', 'sending'), ('direction', '=', 'out')])
        for envelope in interrupted:
            if envelope.channel_id._is_idempotent():
                envelope.state = 'outgoing'
            else:
                envelope._fail(ChannelError(UNKNOWN, self.env._('Interrupted while being sent.')))
        if interrupted:
            interrupted._show_delivery()
            self.env['ir.cron']._commit_progress()

    @api.model
    def _find_sendable(self):
        """Return the ids of what may be sent now: the first of each conversation."""
        self.env.cr.execute(
            SQL(
                """
                SELECT head.id
                  FROM (
                       SELECT DISTINCT ON (channel_id, conversation)
                              id, channel_id, next_try
                         FROM helpdesk_channel_envelope
                        WHERE state IN ('outgoing', 'sending')
                     ORDER BY channel_id, conversation, id
                       ) head
                  JOIN helpdesk_channel channel ON channel.id = head.channel_id
                 WHERE %(sending)s
                   AND (head.next_try IS NULL OR head.next_try <= %(now)s)
              ORDER BY head.id
                 LIMIT %(limit)s
                """,
                now=fields.Datetime.now(),
                sending=self._get_sending_condition(),
                limit=BATCH,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _trigger_next_try(self):
        """Wake up when the earliest of those that wait may be tried again."""
        self.env.cr.execute(
            """
            SELECT min(greatest(envelope.next_try, channel.send_after))
              FROM helpdesk_channel_envelope envelope
              JOIN helpdesk_channel channel ON channel.id = envelope.channel_id
             WHERE envelope.state = 'outgoing' AND channel.state = 'on' AND channel.active
               AND (envelope.next_try IS NOT NULL OR channel.send_after IS NOT NULL)
            """
        )
        moment = self.env.cr.fetchone()[0]
        if moment and moment > fields.Datetime.now():
            self.env.ref('helpdesk_ecom.ir_cron_process_outbox').sudo()._trigger(moment)

    # === BUSINESS METHODS - SEND === #

    def _send(self):
        """Send one message and note what became of it. Commits before and after.

        :return: whether it left, or was given up: whether the next one may follow.
        """
        self.ensure_one()
        if not self._in_transaction(self._take):
            return False
        # the provider's watermarks are no earlier than this, but may be earlier than its answer
        started = fields.Datetime.now()
        sent = None
        try:
            outgoing = self._prepare_outgoing()
            if not outgoing.template and not self._is_allowed_now(outgoing):
                raise ChannelError('window', self.env._('The reply window is closed.'))
            channel = self.channel_id.with_context(helpdesk_end_transaction=True)
            sent = channel._send_message(outgoing)
        except ChannelError as error:
            note = partial(self._fail, error)
        except Exception as error:  # noqa: BLE001 whatever it was, it may have been sent
            _logger.exception('Envelope %s could not be sent.', self.id)
            note = partial(self._fail, ChannelError(UNKNOWN, type(error).__name__))
        else:
            note = partial(self._note_sent, sent, started)
        # what was read so far is as old as the call took: whatever came in meanwhile would collide
        self._in_transaction(note)
        self._after_sending(self._show_delivery)
        if sent:
            self._after_sending(partial(self.identity_id._learn_sent, sent))
            self._after_sending(self.channel_id._note_outbound)
        return self.state != 'outgoing'

    def _take(self):
        """Mark what is to be sent as being sent, if it still may be sent now.

        The channel may have been stopped, or asked to wait, by the message before this one.

        :return: whether it was so.
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE helpdesk_channel_envelope
                   SET state = 'sending', attempts = coalesce(attempts, 0) + 1
                 WHERE id IN (
                       SELECT envelope.id
                         FROM helpdesk_channel_envelope envelope
                         JOIN helpdesk_channel channel ON channel.id = envelope.channel_id
                        WHERE envelope.id = %s AND envelope.state = 'outgoing' AND %s
                          FOR UPDATE OF envelope SKIP LOCKED
                       )
                """,
                self.id,
                self._get_sending_condition(),
            )
        )
        self.invalidate_recordset()
        return bool(self.env.cr.rowcount)

    @api.model
    def _get_sending_condition(self):
        """Return when a channel sends, as a condition on the table ``channel``."""
        return SQL(
            "channel.active AND channel.state = 'on' "
            'AND (channel.send_after IS NULL OR channel.send_after <= %s)',
            fields.Datetime.now(),
        )

    def _after_sending(self, note):
        """Do what belongs to a message that has left. Whatever happens, it stays noted as sent."""
        try:
            self._in_transaction(note)
        except Exception:  # it is for show, or for the next time
            self.env.cr.rollback()
            _logger.exception('Envelope %s: what follows from sending it failed.', self.id)

    def _note_sent(self, sent, started):
        """Note that the provider took a message. What it told of it meanwhile is kept.

        :param Sent sent: its answer.
        :param datetime started: when it was asked.
        """
        vals = {
            'external_id': sent.message_id or self.external_id,
            'moment': started,
            'error': False,
            'error_class': False,
            'error_code': False,
            'next_try': False,
        }
        if self.state == 'sending':
            vals['state'] = 'sent'
        elif self.state == 'failed':
            vals = {'external_id': vals['external_id'], 'moment': started}
        if sent.message_id and self.search_count(
            [
                ('channel_id', '=', self.channel_id.id),
                ('direction', '=', 'out'),
                ('external_id', '=', sent.message_id),
                ('id', '!=', self.id),
            ],
            limit=1,
        ):
            # two messages by one name: its statuses are those of the first
            _logger.warning('Envelope %s: the provider gave an id twice.', self.id)
            vals.pop('external_id')
        self.write(vals)

    def _is_allowed_now(self, outgoing):
        """Tell whether the provider takes something that is no template."""
        return (
            not outgoing.is_private or not self.identity_id or (self.identity_id._is_window_open())
        )

    def _fail(self, error):
        """Note that a message was not sent, and what follows of it.

        :param ChannelError error: why.
        """
        self.ensure_one()
        if self.state != 'sending':
            return  # meanwhile the provider told what became of it
        vals = {
            'error_class': error.error_class,
            'error': str(error)[:1000],
            'error_code': error.code or False,
            'next_try': False,
        }
        channel = self.channel_id
        if error.error_class == UNKNOWN:
            again = channel._is_idempotent() and backoff(self.attempts)
            vals['state'] = 'outgoing' if again else 'unknown'
            vals['next_try'] = again and fields.Datetime.now() + timedelta(seconds=again)
        elif error.error_class in (RETRY, WAIT):
            wait = backoff(self.attempts, error.retry_after)
            if wait is None:
                vals['state'] = 'failed'
            else:
                vals['state'] = 'outgoing'
                vals['next_try'] = fields.Datetime.now() + timedelta(seconds=wait)
                if error.error_class == WAIT:
                    channel.send_after = vals['next_try']
        elif error.error_class == STOP:
            vals['state'] = 'outgoing'
            vals['attempts'] = self.attempts - 1
            channel._stop(str(error), error.code)
        else:
            vals['state'] = 'failed'
        self.write(vals)

    def _prepare_outgoing(self):
        """Return what to hand to the provider.

        :rtype: Outgoing
        :raise ChannelError: if what was to be sent is gone.
        """
        self.ensure_one()
        payload = self.payload or {}
        identity = self.identity_id
        file = None
        if attachment_id := payload.get('attachment_id'):
            attachment = self.env['ir.attachment'].browse(attachment_id).exists()
            if not attachment:
                raise ChannelError(NEVER, self.env._('The file is gone.'))
            file = File(
                name=attachment.name,
                mimetype=attachment.mimetype or 'application/octet-stream',
                content=attachment.raw or b'',
            )
        template = payload.get('template')
        return Outgoing(
            key=self.key,
            external_id=identity.external_id or self.conversation or '',
            alternate_id=identity.alternate_id or '',
            text=payload.get('text') or '',
            file=file,
            template=template
            and Template(
                name=template['name'],
                lang=template['lang'],
                values=tuple(template.get('values') or ()),
                names=tuple(template.get('names') or ()),
            ),
            reply_to=payload.get('reply_to') or '',
            is_private=payload.get('is_private', True),
            details=payload.get('details') or {},
        )
