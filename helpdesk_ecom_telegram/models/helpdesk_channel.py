import hmac
import re
import secrets

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.helpdesk_ecom.tools.channel.error import NEVER, STOP, UNKNOWN, ChannelError
from odoo.addons.helpdesk_ecom.tools.channel.outgoing import Limits, Sent
from odoo.addons.helpdesk_ecom.tools.channel.reading import as_id, as_text

from ..tools.telegram_answer import is_safe_path, read_answer, read_message_id
from ..tools.telegram_parse import parse

PROVIDER = 'telegram'
SECRET_HEADER = 'X-Telegram-Bot-Api-Secret-Token'
UPDATES = ['message', 'edited_message', 'message_reaction', 'callback_query']
MB = 1024 * 1024
MAX_FETCH = 20 * MB  # what Telegram lets bots fetch
TOKEN = re.compile(r'^\d{3,20}:[A-Za-z0-9_-]{20,100}$')
METHODS = {'image': ('sendPhoto', 'photo'), 'video': ('sendVideo', 'video')}


class HelpdeskChannel(models.Model):
    """A Telegram bot. Its token is part of each address, so that no address is ever shown."""

    _inherit = 'helpdesk.channel'

    provider = fields.Selection(
        selection_add=[(PROVIDER, 'Telegram')],
        ondelete={PROVIDER: 'set default'},
    )

    # === ACTION METHODS === #

    def action_connect_telegram(self):
        """Tell Telegram where to send what customers write, and turn the channel on.

        :raise UserError: if the token is wrong, or Telegram refuses the address.
        """
        self.ensure_one()
        self.check_access('write')
        self._ensure_complete()
        channel_sudo = self.sudo()
        channel_sudo.signing_secret = channel_sudo.signing_secret or secrets.token_urlsafe(32)
        try:
            bot = channel_sudo._call_telegram('getMe')
            channel_sudo._call_telegram(
                'setWebhook',
                json={
                    'url': channel_sudo.webhook_url,
                    'secret_token': channel_sudo.signing_secret,
                    'allowed_updates': UPDATES,
                },
            )
        except ChannelError as error:
            raise UserError(self.env._('Telegram says: %s', error)) from None
        channel_sudo.account_id = as_id(bot.get('id'))
        self.action_turn_on()

    # === PROVIDER: IN === #

    def _verify_webhook(self, headers, body, query):
        if self.provider != PROVIDER:
            return super()._verify_webhook(headers, body, query)
        given = headers.get(SECRET_HEADER) or ''
        return bool(self.signing_secret) and hmac.compare_digest(
            self.signing_secret.encode(), given.encode(errors='replace')
        )

    def _parse_webhook(self, body):
        if self.provider != PROVIDER:
            return super()._parse_webhook(body)
        return parse(body)

    def _fetch_media(self, media):
        if self.provider != PROVIDER:
            return super()._fetch_media(media)
        if media.size > MAX_FETCH:
            raise ChannelError(NEVER, self.env._('The file is larger than %s MB.', MAX_FETCH // MB))
        path = as_text(
            self._call_telegram('getFile', json={'file_id': media.media_id}).get('file_path')
        )
        if not is_safe_path(path):
            raise ChannelError(NEVER, self.env._('Telegram gave no path to the file.'))
        url = f'{self._get_api_url()}/file/bot{self._get_token()}/{path}'
        return self._download(url, allowed_hosts=('api.telegram.org',), max_bytes=MAX_FETCH)

    # === PROVIDER: OUT === #

    def _send_message(self, outgoing):
        if self.provider != PROVIDER:
            return super()._send_message(outgoing)
        values = {'chat_id': outgoing.external_id}
        reply_to = outgoing.reply_to.rpartition(':')[2]
        if reply_to.isdecimal():
            values['reply_parameters'] = {
                'message_id': int(reply_to),
                'allow_sending_without_reply': True,
            }
        if outgoing.file:
            kind = self._get_limits().kind_of(outgoing.file.mimetype)
            method, name = METHODS.get(kind, ('sendDocument', 'document'))
            files = {name: (outgoing.file.name, outgoing.file.content, outgoing.file.mimetype)}
            values.pop('reply_parameters', None)
            if outgoing.text:
                values['caption'] = outgoing.text
            result = self._call_telegram(method, sends=True, data=values, files=files)
        else:
            values['text'] = outgoing.text
            result = self._call_telegram('sendMessage', sends=True, json=values)
        message_id = read_message_id(result)
        if not message_id:
            raise ChannelError(UNKNOWN, self.env._('Telegram gave the message no number.'))
        return Sent(message_id=message_id)

    def _get_limits(self):
        if self.provider != PROVIDER:
            return super()._get_limits()
        sizes = {'image': 10 * MB, 'video': 50 * MB, 'document': 50 * MB}
        types = {'image': {'image/jpeg', 'image/png'}, 'video': {'video/mp4'}}
        return Limits(text=4096, caption=1024, sizes=sizes, mimetypes=types)

    # === PROVIDER: ACCOUNT === #

    def _has_transport(self):
        return self.provider == PROVIDER or super()._has_transport()

    def _get_default_api_url(self):
        if self.provider != PROVIDER:
            return super()._get_default_api_url()
        return 'https://api.telegram.org'

    def _get_required_fields(self):
        if self.provider != PROVIDER:
            return super()._get_required_fields()
        return ['access_token']

    def _check_account(self):
        if self.provider != PROVIDER:
            return super()._check_account()
        bot = self._call_telegram('getMe')
        hook = self._call_telegram('getWebhookInfo')
        if as_text(hook.get('url')) != self.webhook_url:
            raise ChannelError(
                STOP, self.env._('Telegram sends messages elsewhere. Press "Connect Telegram".')
            )
        return self.env._('Connected as @%s.', as_text(bot.get('username')))

    # === HELPERS === #

    def _get_token(self):
        """Return the bot's token, which is safe to stand in an address.

        :raise ChannelError: if it is none.
        """
        token = (self.access_token or '').strip()
        if not TOKEN.match(token):
            raise ChannelError(STOP, self.env._('This is not the token of a Telegram bot.'))
        return token

    def _call_telegram(self, method, sends=False, **kwargs):
        """Call a method of Telegram's API, over the network, and return its result.

        :param bool sends: whether it sends something to a customer; all else can be repeated.
        :param kwargs: as `requests.request` takes them.
        :raise ChannelError: if Telegram refuses, or does not answer.
        """
        url = f'{self._get_api_url()}/bot{self._get_token()}/{method}'
        response = self._http('POST', url, sends=sends, **kwargs)
        return read_answer(response.status_code, response.content, sends)
