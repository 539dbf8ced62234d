import base64
import hmac
import json
import time
from dataclasses import asdict
from hashlib import sha256

from odoo import models

from ...tools.channel.error import NEVER, RETRY, STOP, UNKNOWN, WAIT, ChannelError
from ...tools.channel.generic import parse
from ...tools.channel.outgoing import Limits, Sent
from ...tools.channel.reading import as_wait

PROVIDER = 'webhook'
CLOCK_SKEW = 300  # seconds
MB = 1024 * 1024


class HelpdeskChannel(models.Model):
    """Bring your own channel: signed JSON in, signed JSON out. Described in docs/channels.md.

    Also the smallest example of a provider.
    """

    _inherit = 'helpdesk.channel'

    def _get_required_fields(self):
        if self.provider != PROVIDER:
            return super()._get_required_fields()
        return ['signing_secret']

    def _verify_webhook(self, headers, body, query):
        if self.provider != PROVIDER:
            return super()._verify_webhook(headers, body, query)
        stamp = headers.get('X-Helpdesk-Timestamp') or ''
        if not self.signing_secret or not stamp.isascii() or not stamp.isdecimal():
            return False
        if len(stamp) > 12 or abs(time.time() - int(stamp)) > CLOCK_SKEW:
            return False
        expected = self._sign(stamp, body)
        given = headers.get('X-Helpdesk-Signature') or ''
        return hmac.compare_digest(expected.encode(), given.encode('utf-8', 'replace'))

    def _parse_webhook(self, body):
        if self.provider != PROVIDER:
            return super()._parse_webhook(body)
        return parse(body)

    def _get_limits(self):
        if self.provider != PROVIDER:
            return super()._get_limits()
        sizes = dict.fromkeys(('image', 'audio', 'video', 'document'), 20 * MB)
        return Limits(text=20_000, caption=20_000, sizes=sizes)

    def _is_idempotent(self):
        if self.provider != PROVIDER:
            return super()._is_idempotent()
        return True  # the description demands it

    def _send_message(self, outgoing):
        if self.provider != PROVIDER:
            return super()._send_message(outgoing)
        url = self._ensure_address()
        body = json.dumps(self._prepare_body(outgoing)).encode()
        stamp = str(int(time.time()))
        response = self._http(
            'POST',
            url,
            sends=True,
            data=body,
            headers={
                'Content-Type': 'application/json',
                'Idempotency-Key': outgoing.key,
                'X-Helpdesk-Timestamp': stamp,
                'X-Helpdesk-Signature': self._sign(stamp, body),
            },
        )
        return self._read_answer(response)

    def _check_account(self):
        if self.provider != PROVIDER:
            return super()._check_account()
        self._ensure_address()
        return ''  # a program describes no question that sends nothing

    # === HELPERS === #

    def _ensure_address(self):
        """Return where messages are sent to.

        :raise ChannelError: if nobody has entered it.
        """
        url = self._get_api_url()
        if not url:
            raise ChannelError(STOP, self.env._('The channel has no address to send to.'))
        return url

    def _sign(self, stamp, body):
        """Return the signature of a body at a time."""
        digest = hmac.new(self.signing_secret.encode(), stamp.encode() + b'.' + body, sha256)
        return f'sha256={digest.hexdigest()}'

    def _prepare_body(self, outgoing):
        """Return what is sent, as plain values."""
        body = {
            'key': outgoing.key,
            'to': outgoing.external_id,
            'text': outgoing.text,
            'reply_to': outgoing.reply_to,
            'details': outgoing.details,
        }
        if outgoing.template:
            body['template'] = asdict(outgoing.template)
        if outgoing.file:
            body['file'] = {
                'name': outgoing.file.name,
                'mimetype': outgoing.file.mimetype,
                'content': base64.b64encode(outgoing.file.content).decode(),
            }
        return {name: value for name, value in body.items() if value}

    def _read_answer(self, response):
        """Return what the program answered: ``{"id": "..."}`` and a status of 200, 201 or 202."""
        status = response.status_code
        if status in (200, 201, 202):
            try:
                message_id = str(response.json()['id'])
            except (ValueError, KeyError, TypeError):
                raise ChannelError(
                    UNKNOWN, self.env._('The program took the message but gave it no id.')
                ) from None
            return Sent(message_id=message_id)
        if status in (401, 403):
            raise ChannelError(STOP, self.env._('The program refuses us.'), code=status)
        if status == 429:
            raise ChannelError(
                WAIT,
                self.env._('The program asks us to be slower.'),
                code=status,
                retry_after=as_wait(response.headers.get('Retry-After')),
            )
        if status >= 500 or status == 408:
            raise ChannelError(RETRY, self.env._('The program is out of order.'), code=status)
        raise ChannelError(NEVER, self.env._('The program refuses the message.'), code=status)
