from odoo import models
from odoo.exceptions import UserError

from ...tools.channel.error import NEVER
from ...tools.channel.outgoing import Limits


class HelpdeskChannel(models.Model):
    """What an addon fills in to connect a provider. One channel, elevated, for each call.

    ``docs/channels.md`` has a template. An addon adds its code to ``provider`` and overrides these
    methods, each beginning with ``if self.provider != 'mine': return super()...``. Those that talk
    to the network say so; all others must not.
    """

    _inherit = 'helpdesk.channel'

    # === WHAT COMES IN === #

    def _verify_webhook(self, headers, body, query):
        """Tell whether the provider sent this. False without a secret; compares in constant time.

        :param headers: of the request, case-insensitive.
        :param bytes body: as it came.
        :param dict query: arguments of the address.
        :rtype: bool
        """
        return False

    def _answer_handshake(self, query):
        """Return what to answer to a GET by which a provider tests the address, None to refuse.

        :param dict query: arguments of the address.
        """
        return None

    def _parse_webhook(self, body):
        """Return what happened. Calls a pure function of the addon's ``tools``.

        :param bytes body: as it came; the signature was checked.
        :rtype: list[ChannelEvent]
        :raise NotParsed: if nothing can be made of it.
        """
        return []

    def _fetch_media(self, media):
        """Fetch a file that a customer sent, over the network.

        :param Media media: from an event.
        :return: name, MIME type, bytes.
        :raise ChannelError: if it can't be had.
        """
        return self._download(media.url)

    def _has_profiles(self):
        """Tell whether the provider names people only when it is asked, see `_fetch_profile`."""
        return False

    def _fetch_profile(self, identity):
        """Ask the provider for a person's name, over the network.

        :param identity: the `helpdesk.channel.identity` (sudo) without a name.
        :return: values to write on it; empty if the provider doesn't tell.
        :rtype: dict
        :raise ChannelError: never a reason to hold the ticket up.
        """
        return {}

    # === WHAT GOES OUT === #

    def _send_message(self, outgoing):
        """Send one message, over the network. Reads only: what it writes is lost.

        :param Outgoing outgoing: what to send.
        :rtype: Sent
        :raise ChannelError: of class ``UNKNOWN`` whenever it may have been sent.
        """
        raise NotImplementedError(f'Provider {self.provider} sends nothing.')

    def _classify_failure(self, event):
        """Return the error class of a failure that the provider told after it took the message.

        ``STOP`` stops the channel; all else is shown on the message.

        :param ChannelEvent event: of kind ``status``.
        """
        return NEVER

    def _is_idempotent(self):
        """Tell whether the provider recognises a key that it got before.

        If so, what was interrupted is sent again; else a person decides.
        """
        return False

    def _get_limits(self):
        """Return how long texts may be, and which files the provider takes.

        :rtype: Limits
        """
        return Limits()

    def _get_window_hours(self):
        """Return how many hours after a customer's message we may write freely; None: always."""
        return None

    # === THE ACCOUNT === #

    def _has_transport(self):
        """Tell whether the channel speaks to a provider: has an address and an outbox."""
        return self.provider == 'webhook'

    def _get_default_api_url(self):
        """Return the usual base address of the provider's API."""
        return ''

    def _get_required_fields(self):
        """Return the names of the fields without which the channel can't be turned on."""
        return []

    def _list_templates(self):
        """Ask the provider for the approved templates, over the network.

        Only asked for where answers are free for some hours, see `_get_window_hours`.

        :return: dicts of ``name``, ``lang``, ``body`` with ``{{variables}}``; optionally ``names``
            of the variables (those in the body if it is missing), ``category``, ``status`` in the
            provider's words, and ``is_usable`` (False: what it needs can't be given).
        :raise ChannelError: if the provider refuses.
        """
        return []

    def _check_account(self):
        """Ask the provider whether all is well with the account, over the network.

        :return: a sentence on the account, such as its name and number: the provider was asked, and
            a channel that was stopped is turned on. '' if nothing could be asked: the channel stays
            as it is.
        :raise ChannelError: if it isn't. ``STOP`` and ``NEVER`` stop the channel, ``RETRY`` and
            ``WAIT`` say nothing about it, anything else is a warning.
        """
        return ''

    # === HELPERS === #

    def _describe_file_refusal(self, name, mimetype, size):
        """Return why the channel doesn't take a file, or None.

        :param str name: of the file.
        :param str mimetype: its type, '' if it is unknown.
        :param int size: in bytes.
        """
        self.ensure_one()
        limits = self._get_limits()
        kind = limits.kind_of(mimetype)
        if not kind:
            return self.env._(
                '"%(channel)s" takes no files like "%(file)s".', channel=self.name, file=name
            )
        if size > limits.sizes[kind]:
            return self.env._(
                '"%(file)s" is too large: "%(channel)s" takes %(size)s MB.',
                file=name,
                channel=self.name,
                size=round(limits.sizes[kind] / 1024**2, 1),
            )
        return None

    def _get_api_url(self):
        """Return the base address of the API without a slash at its end."""
        return (self.api_url or self._get_default_api_url()).rstrip('/')

    def _ensure_complete(self):
        """Refuse a channel that can't work.

        :raise UserError: with the labels of what is missing.
        """
        self.ensure_one()
        missing = [
            self._fields[name]._description_string(self.env)
            for name in self._get_required_fields()
            if not self[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    'Channel "%(channel)s" can\'t be turned on yet. Please fill in: %(fields)s',
                    channel=self.name,
                    fields=', '.join(missing),
                )
            )
