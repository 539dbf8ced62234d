from dataclasses import replace

from odoo import fields, models

from odoo.addons.helpdesk_ecom.tools.channel import reading
from odoo.addons.helpdesk_ecom.tools.channel.error import NEVER, ChannelError

from ..tools import messenger_send
from ..tools.comment_parse import read_mention_id

PROVIDER = 'instagram'


class HelpdeskChannel(models.Model):
    """Where Instagram differs from Messenger, of which it has the rest."""

    _inherit = 'helpdesk.channel'

    provider = fields.Selection(
        selection_add=[(PROVIDER, 'Instagram')], ondelete={PROVIDER: 'set other'}
    )

    def _fetch_media(self, media):
        mention = self.provider == PROVIDER and read_mention_id(media.media_id)
        if not mention:
            return super()._fetch_media(media)
        return self._fetch_mention(*mention)

    def _fetch_profile(self, identity):
        if self.provider != PROVIDER:
            return super()._fetch_profile(identity)
        if not identity.external_id.isalnum():
            return {}  # somebody whom Meta did not name
        answer = self._call_graph('GET', identity.external_id, params={'fields': 'name,username'})
        found = {name: reading.as_text(answer.get(name)) for name in ('name', 'username')}
        return {name: value for name, value in found.items() if value}

    def _get_limits(self):
        limits = super()._get_limits()
        # files have to be uploaded, which is Facebook's
        return replace(limits, sizes={}) if self._is_instagram_login() else limits

    def _describe_file_refusal(self, name, mimetype, size):
        if self._is_instagram_login():
            return self.env._('Instagram takes files only from accounts with a Facebook page.')
        return super()._describe_file_refusal(name, mimetype, size)

    def _check_account(self):
        if self.provider != PROVIDER:
            return super()._check_account()
        if self._is_instagram_login():
            account = self._call_graph('GET', 'me', params={'fields': 'user_id,username'})
            account_id = reading.as_id(account.get('user_id')) or reading.as_id(account.get('id'))
        else:
            page = self._call_graph(
                'GET', 'me', params={'fields': 'name,instagram_business_account{id,username}'}
            )
            account = reading.as_dict(page.get('instagram_business_account'))
            account_id = reading.as_id(account.get('id'))
            if not account_id:
                raise ChannelError(
                    NEVER,
                    self.env._(
                        'The page "%s" has no Instagram account. Connect them in the settings of '
                        'the page.',
                        reading.as_text(page.get('name')),
                    ),
                )
        username = reading.as_text(account.get('username'))
        self._ensure_same_account(account_id, username)
        note = self._check_subscription()
        answer = self.env._('Connected to Instagram account "%s".', username)
        return f'{answer} {note}'.strip()

    def _get_subscribed_fields(self):
        if self.provider != PROVIDER:
            return super()._get_subscribed_fields()
        if not self._is_instagram_login():
            # what happens at Instagram is chosen in the app; the page has to be subscribed at all
            return ['feed']
        return [
            'messages',
            'messaging_postbacks',
            'messaging_seen',
            'message_reactions',
            'messaging_referral',
            'comments',
            'live_comments',
        ]

    # === HELPERS === #

    def _is_instagram_login(self):
        """Tell whether this is an account at Instagram that has no page at Facebook."""
        return self.provider == PROVIDER and messenger_send.is_instagram_login(self._get_api_url())

    def _fetch_mention(self, media_id, comment_id):
        """Return what somebody wrote where they named the account, as a file.

        :return: name, MIME type, bytes.
        """
        field = 'mentioned_comment.comment_id' if comment_id else 'mentioned_media.media_id'
        target_id, words = comment_id or media_id, 'text' if comment_id else 'caption'
        if not target_id.isalnum():
            raise ChannelError(NEVER, self.env._('The mention is not known.'))
        answer = self._call_graph(
            'GET',
            self.account_id,
            params={'fields': f'{field}({target_id}){{username,{words}}}'},
        )
        mention = reading.as_dict(answer.get(field.partition('.')[0]))
        text = reading.as_text(mention.get(words))
        if not text:
            raise ChannelError(NEVER, self.env._('Instagram does not tell what was written.'))
        username = reading.as_text(mention.get('username'))
        lines = [f'@{username}', text] if username else [text]
        return 'mention.txt', 'text/plain', '\n'.join(lines).encode()
