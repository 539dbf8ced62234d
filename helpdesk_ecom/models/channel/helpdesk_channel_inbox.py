import logging
import traceback
from datetime import timedelta
from functools import partial

from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger

from ...tools.channel.event import IGNORED, KINDS, ChannelEvent
from ...tools.channel.reading import storable
from .helpdesk_channel_envelope import COLLISIONS
from .helpdesk_channel_events import NotYet

_logger = logging.getLogger(__name__)

BATCH = 300  # looked at at once
CHUNK = 10  # committed at once


class HelpdeskChannelEnvelope(models.Model):
    """The inbox: first stored and acknowledged, then processed by a job.

    The job runs on one worker at a time (the row of its `ir.cron` is locked), and takes what came
    in the order in which it happened. An envelope and its effect are committed together. What each
    kind of event does stands in ``helpdesk_channel_events.py``.
    """

    _inherit = 'helpdesk.channel.envelope'

    # === STORE === #

    @api.model
    def _store_events(self, channel, events):
        """Store events of a channel's webhook; what came before is left alone. One statement.

        :param helpdesk.channel channel: whose address was called.
        :param list[ChannelEvent] events: what happened.
        :return: how many are new.
        """
        channel_ids = channel._get_ids_by_account(events)
        rows = [
            self._prepare_row(channel_ids.get(event.account, channel.id), event) for event in events
        ]
        unknown = {a for a in {event.account for event in events if event.account}} - {*channel_ids}
        for row, event in zip(rows, events, strict=True):
            if event.account in unknown:
                row.update(state='ignored', error='Nobody here has this account.')
        return self._insert(rows)

    @api.model
    def _prepare_row(self, channel_id, event):
        """Return the values by which an event is stored."""
        ignored = event.kind not in KINDS or event.kind == IGNORED
        return {
            'channel_id': channel_id,
            'external_id': event.external_id,
            'kind': event.kind,
            'state': 'ignored' if ignored else 'new',
            'error': event.text if ignored else None,
            'payload': event.to_json(),
            'conversation': event.conversation or (event.person and event.person.external_id),
            'moment': event.date,
        }

    @api.model
    def _insert(self, rows):
        """Insert rows, all in one statement, without those that are known.

        :return: how many were new.
        """
        if not rows:
            return 0
        now, uid = SQL("now() AT TIME ZONE 'UTC'"), self.env.uid
        values = [
            SQL(
                '(%s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s, %s, %s, %s)',
                'in',
                row['channel_id'],
                storable(row['external_id'])[:500],
                row['kind'],
                row['state'],
                storable(row['error']),
                Json(storable(row['payload'])),
                storable(row['conversation']),
                row['moment'],
                now,
                now,
                uid,
                uid,
            )
            for row in rows
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_channel_envelope
                    (direction, channel_id, external_id, kind, state, error, payload,
                     conversation, moment, attempts, create_date, write_date, create_uid, write_uid)
                VALUES %s
                ON CONFLICT (channel_id, direction, external_id) WHERE external_id IS NOT NULL
                DO NOTHING
                RETURNING state
                """,
                SQL(', ').join(values),
            ),
            # the same event a moment ago, by another worker: the request is repeated
            log_exceptions=False,
        )
        states = [state for (state,) in self.env.cr.fetchall()]
        if 'new' in states:
            self._trigger_inbox()
        return len(states)

    @api.model
    def _trigger_inbox(self):
        """Have the inbox processed soon: by one trigger a second, however many messages come."""
        self.env['ir.cron']._trigger_once('helpdesk_ecom.ir_cron_process_inbox')

    # === PROCESS === #

    @api.model
    def _cron_process_inbox(self):
        """Process what came in, in the order in which it happened; a batch for each call."""
        envelopes = self.browse(self._select_due_ids())
        now = fields.Datetime.now()
        ordered = envelopes.sorted(lambda envelope: (envelope.moment or now, envelope.id)).ids
        cron = self.env['ir.cron']
        more = len(ordered) == BATCH
        held = frozenset()
        for start in range(0, len(ordered), CHUNK):
            chunk = ordered[start : start + CHUNK]
            held = self._process_chunk(chunk, held)
            remaining = len(ordered) - start - len(chunk) + more
            if not cron._commit_progress(len(chunk), remaining=remaining):
                return

    @api.model
    def _select_due_ids(self):
        """Return the ids of what is to be processed now, in the order in which it came.

        What was said after a message that has to wait waits, too, or it would stand before it.
        """
        self.flush_model()
        return [
            envelope_id
            for (envelope_id,) in self.env.execute_query(
                SQL(
                    """
                    SELECT id
                      FROM helpdesk_channel_envelope envelope
                     WHERE state = 'new' AND kind != 'media'
                       AND (next_try IS NULL OR next_try <= %(now)s)
                       AND NOT EXISTS (
                            SELECT 1
                              FROM helpdesk_channel_envelope earlier
                             WHERE earlier.state = 'new' AND earlier.kind = 'message'
                               AND earlier.next_try > %(now)s
                               AND earlier.channel_id = envelope.channel_id
                               AND earlier.conversation = envelope.conversation
                               AND earlier.id < envelope.id
                       )
                     ORDER BY id
                     LIMIT %(limit)s
                    """,
                    now=fields.Datetime.now(),
                    limit=BATCH,
                )
            )
        ]

    @api.model
    def _process_chunk(self, envelope_ids, held):
        """Process some envelopes in one transaction, or each in its own if somebody interferes.

        :param list[int] envelope_ids: in their order.
        :param set held: the conversations in which a message waits.
        :return: set of the conversations in which one waits now.
        """
        try:
            return self._process_in_transaction(envelope_ids, held)
        except COLLISIONS:
            self.env.cr.rollback()
        for envelope_id in envelope_ids:
            held = self._process_alone(envelope_id, held)
        return held

    @api.model
    def _process_alone(self, envelope_id, held):
        """Process one envelope, again if somebody interferes; what never works waits."""
        try:
            return self._in_transaction(partial(self._process_in_transaction, [envelope_id], held))
        except COLLISIONS as error:
            reason = storable(str(error))[:500]
        _logger.warning('Envelope %s collides again and again: later.', envelope_id)
        envelope = self.browse(envelope_id)
        envelope._postpone(reason, 'parked')
        self.env['ir.cron']._commit_progress()
        return held | envelope._get_held_conversation()

    @api.model
    def _process_in_transaction(self, envelope_ids, held=frozenset()):
        """Process envelopes that are still new, one after the other; see `_process_chunk`."""
        envelopes = self.browse(envelope_ids).try_lock_for_update()
        by_id = {envelope.id: envelope for envelope in envelopes if envelope.state == 'new'}
        for envelope in filter(None, map(by_id.get, envelope_ids)):
            if (envelope.channel_id.id, envelope.conversation) in held:
                continue
            company = envelope.channel_id.company_id
            (envelope.with_company(company) if company else envelope)._process()
            held = held | envelope._get_held_conversation()
        self.env.flush_all()
        return held

    def _get_held_conversation(self):
        """Return in a set the conversation that can't go on, as this message of it waits."""
        if self.state == 'new' and self.kind == 'message':
            return {(self.channel_id.id, self.conversation)}
        return set()

    def _process(self):
        """Process one envelope. What fails does so alone, and is kept with the reason."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint(), mute_logger('odoo.sql_db'):
                event = self._read_event()
                method = getattr(self, f'_process_{event.kind}')
                vals = method(event) or {}
        except COLLISIONS:
            raise
        except NotYet as error:
            self._postpone(str(error), 'ignored')
        except Exception as error:  # noqa: BLE001 whatever it was, the message must not be lost
            _logger.warning('Envelope %s could not be processed.', self.id, exc_info=error)
            self._postpone(storable(''.join(traceback.format_exception(error)))[-4000:], 'parked')
        else:
            self.write({'state': 'done', 'error': False, 'next_try': False, **vals})

    def _read_event(self):
        """Return what happened, as it was stored."""
        return ChannelEvent.from_json(self.payload or {})

    def _postpone(self, reason, final):
        """Try again after half a minute, then after two; then keep it in a final state."""
        self.ensure_one()
        attempts = self.attempts + 1
        vals = {'attempts': attempts, 'error': reason}
        if attempts >= 3:
            vals['state'] = final
        else:
            vals['next_try'] = fields.Datetime.now() + timedelta(seconds=30 * 4 ** (attempts - 1))
        self.write(vals)
