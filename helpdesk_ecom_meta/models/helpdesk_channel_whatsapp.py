import hashlib
from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.helpdesk_ecom.tools.channel import reading
from odoo.addons.helpdesk_ecom.tools.channel.error import (
    NEVER,
    RETRY,
    STOP,
    WINDOW,
    ChannelError,
)

from ..tools import whatsapp_parse, whatsapp_send, whatsapp_template
from ..tools.whatsapp_error import error_class_of

PROVIDER = 'whatsapp'
WINDOW_HOURS = 24
MAX_PAGES = 20  # of templates
PAGE_SIZE = 100
# Where Meta keeps the files of WhatsApp; the access token is sent there, too
HOSTS = ('.fbsbx.com', '.facebook.com', '.whatsapp.net')
USER_AGENT = 'helpdesk_ecom'  # without one Meta refuses to hand out files
# What is said of a download if its link is too old
LINK_EXPIRED = ('401', '403', '404', '410')


class HelpdeskChannel(models.Model):
    """WhatsApp, by Meta's Cloud API: a channel is one phone number."""

    _inherit = 'helpdesk.channel'

    provider = fields.Selection(
        selection_add=[(PROVIDER, 'WhatsApp')], ondelete={PROVIDER: 'set other'}
    )
    waba_id = fields.Char(
        string='WhatsApp Business Account',
        copy=False,
        help='The number of the account that has the phone number and its templates. Without it '
        "templates can't be fetched, and nobody sees whether Meta tells us what customers write.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains('provider', 'account_id', 'waba_id')
    def _check_whatsapp_numbers(self):
        """Refuse what was copied wrongly: messages for an account with another id get lost."""
        for channel in self:
            if channel.provider != PROVIDER:
                continue
            for name in ('account_id', 'waba_id'):
                number = channel[name]
                if number and not (number.isascii() and number.isdecimal()):
                    raise ValidationError(
                        self.env._(
                            "%s: this is a long number of Meta's, only digits. Please copy it "
                            'from "WhatsApp › API Setup" of your app.',
                            self._fields[name]._description_string(self.env),
                        )
                    )

    # === WHAT COMES IN === #

    def _parse_webhook(self, body):
        if self.provider != PROVIDER:
            return super()._parse_webhook(body)
        return whatsapp_parse.parse(body)

    def _fetch_media(self, media):
        if self.provider != PROVIDER:
            return super()._fetch_media(media)
        url, sha256 = media.url, media.sha256
        if media.media_id:
            # a fresh link: they live for five minutes
            answer = self._call_graph(
                'GET',
                quote(media.media_id, safe=''),
                params={'phone_number_id': self.account_id},
            )
            url = reading.as_text(answer.get('url'))
            sha256 = sha256 or reading.as_text(answer.get('sha256'))
            self._check_media_size(reading.as_number(answer.get('file_size')))
        try:
            name, mimetype, content = self._download(
                url,
                allowed_hosts=HOSTS,
                max_bytes=whatsapp_send.LIMITS.sizes['document'],
                headers={**self._get_graph_headers(), 'User-Agent': USER_AGENT},
            )
        except ChannelError as error:
            if error.error_class == NEVER and error.code in LINK_EXPIRED and media.media_id:
                raise ChannelError(RETRY, str(error), error.code) from None
            raise
        if sha256 and hashlib.sha256(content).hexdigest() != sha256.lower():
            raise ChannelError(RETRY, self.env._('The file came with errors.'))
        return media.name or name, mimetype or media.mimetype, content

    # === WHAT GOES OUT === #

    def _send_message(self, outgoing):
        if self.provider != PROVIDER:
            return super()._send_message(outgoing)
        media_id = ''
        if outgoing.file and not outgoing.template:
            whatsapp_send.kind_of_file(outgoing.file, outgoing.text)
            media_id = self._upload_whatsapp_file(outgoing.file)
        body = whatsapp_send.build(outgoing, media_id)
        path = f'{self.account_id}/messages'
        return whatsapp_send.read_sent(self._request_graph('POST', path, sends=True, json=body))

    def _classify_failure(self, event):
        if self.provider != PROVIDER:
            return super()._classify_failure(event)
        error_class = error_class_of(reading.as_number(event.error_code))
        # it is over, whatever might have helped before
        return error_class if error_class in (WINDOW, STOP) else NEVER

    def _get_limits(self):
        if self.provider != PROVIDER:
            return super()._get_limits()
        return whatsapp_send.LIMITS

    def _get_window_hours(self):
        if self.provider != PROVIDER:
            return super()._get_window_hours()
        return WINDOW_HOURS

    # === THE ACCOUNT === #

    def _check_account(self):
        if self.provider != PROVIDER:
            return super()._check_account()
        number = self._call_graph(
            'GET',
            self.account_id,
            params={'fields': 'display_phone_number,verified_name,quality_rating'},
        )
        note = self._check_subscription()
        answer = self.env._(
            'Connected to "%(name)s", %(phone)s. Quality of the number: %(quality)s.',
            name=reading.as_text(number.get('verified_name')),
            phone=reading.as_text(number.get('display_phone_number')),
            quality=reading.as_text(number.get('quality_rating')).lower() or '?',
        )
        return f'{answer} {note}'.strip()

    def _get_subscription_path(self):
        if self.provider != PROVIDER:
            return super()._get_subscription_path()
        return f'{self.waba_id}/subscribed_apps' if self.waba_id else ''

    def _list_templates(self):
        if self.provider != PROVIDER:
            return super()._list_templates()
        if not self.waba_id:
            raise ChannelError(
                NEVER,
                self.env._('Please enter the WhatsApp Business Account: it has the templates.'),
            )
        templates, cursor = [], ''
        for _page in range(MAX_PAGES):
            answer = self._call_graph(
                'GET',
                f'{self.waba_id}/message_templates',
                params={'limit': PAGE_SIZE, **({'after': cursor} if cursor else {})},
            )
            templates += whatsapp_template.read_templates(answer)
            cursor = whatsapp_template.next_page(answer)
            if not cursor:
                break
        return templates

    # === HELPERS === #

    def _check_media_size(self, size):
        """Refuse a file that is too large before it is fetched.

        :raise ChannelError: with the size that is allowed.
        """
        most = whatsapp_send.LIMITS.sizes['document']
        if size > most:
            raise ChannelError(NEVER, self.env._('The file is larger than %s MB.', most // 1024**2))

    def _upload_whatsapp_file(self, file):
        """Upload a file, over the network, and return Meta's id of it.

        :param File file: what to send later.
        """
        content = self._request_graph(
            'POST',
            f'{self.account_id}/media',
            data={'messaging_product': 'whatsapp', 'type': file.mimetype},
            # its name goes along with the message
            files={'file': ('file', file.content, file.mimetype)},
        )
        media_id = whatsapp_send.read_media_id(content)
        if not media_id:
            raise ChannelError(RETRY, self.env._('Meta took the file but gave it no number.'))
        return media_id
