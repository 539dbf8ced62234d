import base64
from hashlib import sha256

from odoo import api, models

from ...tools.channel.event import UNREADABLE, ChannelEvent

MAX_SHOWN = 20_000  # characters


class HelpdeskChannelEnvelope(models.Model):
    """What nobody understood: kept whole, byte by byte, until the program has learnt to read it."""

    _inherit = 'helpdesk.channel.envelope'

    # === COMPUTE METHODS === #

    def _compute_payload_text(self):
        """Override: show what nobody understood as text, the beginning of it if it is long."""
        unreadable = self.filtered(lambda envelope: envelope._has_body())
        for envelope in unreadable:
            text = envelope._get_body().decode('utf-8', 'backslashreplace').replace('\0', '\\x00')
            envelope.payload_text = text[:MAX_SHOWN]
        super(HelpdeskChannelEnvelope, self - unreadable)._compute_payload_text()

    # === STORE === #

    @api.model
    def _store_unreadable(self, channel, body, error):
        """Park a body that nobody understood, as it came.

        :param bytes body: whose signature was right.
        :param Exception error: what was raised.
        """
        return self._insert(
            [self._prepare_unreadable_row(channel.id, body, f'{type(error).__name__}: {error}')]
        )

    @api.model
    def _prepare_row(self, channel_id, event):
        """Override: park what a parser found among others, and could not read."""
        if event.kind == UNREADABLE:
            return self._prepare_unreadable_row(channel_id, event.text.encode(), event.error)
        return super()._prepare_row(channel_id, event)

    @api.model
    def _prepare_unreadable_row(self, channel_id, body, reason):
        """Return the values by which something is parked that nobody understood."""
        return {
            'channel_id': channel_id,
            'external_id': f'{UNREADABLE}:{sha256(body).hexdigest()}',
            'kind': UNREADABLE,
            'state': 'parked',
            'error': reason[:500],
            # whatever the bytes are, they can be had back
            'payload': {'body': base64.b64encode(body).decode()},
            'conversation': None,
            'moment': None,
        }

    # === PROCESS === #

    def _read_event(self):
        """Override: what nobody understood is no event yet."""
        if self.kind == UNREADABLE:
            return ChannelEvent(kind=UNREADABLE, external_id=self.external_id)
        return super()._read_event()

    def _process_unreadable(self, _event):
        """Try once more to read a body; its events are stored as if they came only now."""
        if not self._has_body():
            return {'state': 'parked', 'error': self.error}
        channel = self.channel_id
        try:
            events = channel._parse_webhook(self._get_body())
        except Exception:  # noqa: BLE001 as when it came: the reason from then stays
            return {'state': 'parked', 'error': self.error}
        self._store_events(channel, events)
        return {}

    def _has_body(self):
        """Tell whether the envelope has kept a body as it came."""
        return self.kind == UNREADABLE and bool((self.payload or {}).get('body'))

    def _get_body(self):
        """Return the bytes that came."""
        return base64.b64decode(self.payload['body'])
