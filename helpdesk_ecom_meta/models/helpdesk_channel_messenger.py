import json
import time

from odoo import fields, models

from odoo.addons.helpdesk_ecom.tools.channel import reading
from odoo.addons.helpdesk_ecom.tools.channel.error import (
    NEVER,
    RETRY,
    WINDOW,
    ChannelError,
)

from ..const import MEDIA_HOSTS
from ..tools import messenger_parse, messenger_send

PROVIDER = 'messenger'
PROVIDERS = (PROVIDER, 'instagram')
# the files are at any host below these
HOSTS = tuple(f'.{host}' for host in MEDIA_HOSTS)


class HelpdeskChannel(models.Model):
    """Facebook's Messenger, and what Instagram has in common with it: messages and comments."""

    _inherit = 'helpdesk.channel'

    provider = fields.Selection(
        selection_add=[(PROVIDER, 'Facebook Messenger')], ondelete={PROVIDER: 'set other'}
    )
    meta_human_agent = fields.Boolean(
        string='Human Agents May Answer for 7 Days',
        help='Meta lets us answer for 24 hours after a message. Apps that were granted the '
        'permission "Human Agent" may answer for 7 days; without it Meta refuses these answers.',
    )
    meta_comment_answer = fields.Selection(
        [('public', 'Publicly, below the comment'), ('private', 'In a private message')],
        string='Answer Comments',
        default='public',
        required=True,
        help='How answers to comments are sent if the agent does not choose otherwise in the '
        'ticket. Meta takes one private message for each comment, within 7 days; after that it '
        'is up to the customer to write.',
    )

    # === WHAT COMES IN === #

    def _parse_webhook(self, body):
        if self.provider not in PROVIDERS:
            return super()._parse_webhook(body)
        return messenger_parse.parse(body, own_app_id=self.meta_app_id or '')

    def _fetch_media(self, media):
        if self.provider not in PROVIDERS:
            return super()._fetch_media(media)
        _name, mimetype, content = self._download(media.url, allowed_hosts=HOSTS)
        # most addresses end in numbers
        return media.name or media.kind, mimetype, content

    def _has_profiles(self):
        return self.provider in PROVIDERS or super()._has_profiles()

    def _fetch_profile(self, identity):
        if self.provider != PROVIDER:
            return super()._fetch_profile(identity)
        if not identity.external_id.isalnum():
            return {}  # somebody whom Meta did not name
        answer = self._call_graph(
            'GET', identity.external_id, params={'fields': 'first_name,last_name'}
        )
        names = reading.as_text(answer.get('first_name')), reading.as_text(answer.get('last_name'))
        name = ' '.join(filter(None, names))
        return {'name': name} if name else {}

    # === WHAT GOES OUT === #

    def _get_limits(self):
        if self.provider not in PROVIDERS:
            return super()._get_limits()
        return messenger_send.LIMITS[self.provider]

    def _get_window_hours(self):
        if self.provider not in PROVIDERS:
            return super()._get_window_hours()
        if self.meta_human_agent:
            return messenger_send.HUMAN_AGENT_HOURS
        return messenger_send.STANDARD_HOURS

    def _send_message(self, outgoing):
        if self.provider not in PROVIDERS:
            return super()._send_message(outgoing)
        way = messenger_send.way_of(outgoing)
        if way == messenger_send.PRIVATE_REPLY:
            messenger_send.check_private_reply(outgoing.details.get('commented', 0), time.time())
        attachment = None
        if outgoing.file and way != messenger_send.PUBLIC:
            attachment = self._upload(outgoing.file)
        is_tagged = way == messenger_send.DIRECT and self._needs_tag(outgoing)
        try:
            return self._post_message(outgoing, attachment, is_tagged)
        except ChannelError as error:
            # Meta knows better than we when the customer wrote last. It sent nothing.
            again = way == messenger_send.DIRECT and self.meta_human_agent and not is_tagged
            if error.error_class != WINDOW or not again:
                raise
        return self._post_message(outgoing, attachment, is_tagged=True)

    # === THE ACCOUNT === #

    def _check_account(self):
        if self.provider != PROVIDER:
            return super()._check_account()
        page = self._call_graph('GET', 'me', params={'fields': 'id,name'})
        self._ensure_same_account(reading.as_id(page.get('id')), reading.as_text(page.get('name')))
        note = self._check_subscription()
        answer = self.env._('Connected to the page "%s".', reading.as_text(page.get('name')))
        return f'{answer} {note}'.strip()

    def _get_subscribed_fields(self):
        if self.provider != PROVIDER:
            return super()._get_subscribed_fields()
        return [
            'messages',
            'message_echoes',
            'message_deliveries',
            'message_reads',
            'message_reactions',
            'message_edits',
            'messaging_postbacks',
            'messaging_referrals',
            'messaging_policy_enforcement',
            'standby',
            'feed',
        ]

    # === HELPERS - ACCOUNT === #

    def _ensure_same_account(self, account_id, name):
        """Refuse a token of another account than the one that was entered.

        :raise ChannelError: with both.
        """
        if account_id != self.account_id:
            raise ChannelError(
                NEVER,
                self.env._(
                    'The access token belongs to "%(name)s" (%(found)s), but the account is '
                    '%(expected)s. Please check both.',
                    name=name,
                    found=account_id or '?',
                    expected=self.account_id,
                ),
            )

    # === HELPERS - SEND === #

    def _post_message(self, outgoing, attachment, is_tagged):
        """Send a message whose file is uploaded already, and return what Meta says."""
        request = messenger_send.build(
            outgoing, self.provider, self.account_id, attachment, is_tagged
        )
        content = self._request_graph('POST', request.path, sends=True, json=request.json)
        return messenger_send.read_sent(content, outgoing)

    def _needs_tag(self, outgoing):
        """Tell whether the usual window is over, so that only a human agent may answer."""
        identity = self.env['helpdesk.channel.identity'].search(
            [('channel_id', '=', self.id), ('external_id', '=', outgoing.external_id)], limit=1
        )
        return messenger_send.needs_tag(
            identity.window_until, self._get_window_hours(), fields.Datetime.now()
        )

    def _upload(self, file):
        """Upload a file, over the network; it is no message yet, so that it may be repeated.

        :param File file: what to send.
        :return: kind and ``attachment_id``.
        :rtype: dict
        """
        kind = self._get_limits().kind_of(file.mimetype)
        if not kind:
            raise ChannelError(
                NEVER, self.env._('"%s" is of a type that can\'t be sent.', file.name)
            )
        form = messenger_send.upload_form(kind, self.provider)
        answer = self._call_graph(
            'POST',
            'me/message_attachments',
            data={**form, 'message': json.dumps(form['message'])},
            files={'filedata': (file.name, file.content, file.mimetype)},
        )
        attachment_id = reading.as_id(answer.get('attachment_id'))
        if not attachment_id:
            raise ChannelError(RETRY, self.env._('Meta took the file but gave it no number.'))
        return {'kind': kind, 'attachment_id': attachment_id}
