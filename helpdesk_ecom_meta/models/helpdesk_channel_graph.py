from odoo import models

from odoo.addons.helpdesk_ecom.tools.channel import reading
from odoo.addons.helpdesk_ecom.tools.channel.error import RETRY, ChannelError
from odoo.addons.helpdesk_ecom.tools.channel.event import NotParsed

from ..const import GRAPH_URL
from ..tools import graph, messenger_error, messenger_send, whatsapp_error

# The channels of Meta, and what reads the errors of each
ERROR_READERS = {
    'whatsapp': whatsapp_error.to_channel_error,
    'messenger': messenger_error.classify,
    'instagram': messenger_error.classify,
}


class HelpdeskChannel(models.Model):
    """What all of Meta's channels have in common: the signature, the handshake, the Graph API."""

    _inherit = 'helpdesk.channel'

    # === WHAT COMES IN === #

    def _verify_webhook(self, headers, body, query):
        if self.provider not in ERROR_READERS:
            return super()._verify_webhook(headers, body, query)
        return graph.is_signed(self.signing_secret, headers, body)

    def _answer_handshake(self, query):
        if self.provider not in ERROR_READERS:
            return super()._answer_handshake(query)
        return graph.answer_handshake(self.verify_token, query)

    # === THE ACCOUNT === #

    def _has_transport(self):
        return self.provider in ERROR_READERS or super()._has_transport()

    def _get_default_api_url(self):
        if self.provider not in ERROR_READERS:
            return super()._get_default_api_url()
        return GRAPH_URL

    def _get_required_fields(self):
        if self.provider not in ERROR_READERS:
            return super()._get_required_fields()
        return ['account_id', 'access_token', 'signing_secret', 'verify_token']

    # === HTTP === #

    def _call_graph(self, method, path, **kwargs):
        """Call the Graph API, over the network, and return its JSON object.

        The parameters are those of `_request_graph`.

        :rtype: dict
        :raise ChannelError: if it refuses, or says nothing that can be read.
        """
        try:
            return reading.load(self._request_graph(method, path, **kwargs))
        except NotParsed:
            raise ChannelError(
                RETRY, self.env._('Meta gave an answer that says nothing.')
            ) from None

    def _request_graph(self, method, path, sends=False, **kwargs):
        """Call the Graph API, over the network, and return the bytes of its answer.

        :param str path: below the base address.
        :param bool sends: whether a message may have been sent although it failed; all else can be
            repeated.
        :param kwargs: as `requests.request` takes them.
        :raise ChannelError: if it refuses.
        """
        params = {**kwargs.pop('params', {}), **self._prove_secret(self._get_graph_token())}
        response = self._http(
            method,
            f'{self._get_api_url()}/{path}',
            sends=sends,
            params=params,
            headers=self._get_graph_headers(),
            **kwargs,
        )
        if response.status_code == 200:
            return response.content
        raise ERROR_READERS[self.provider](
            response.status_code,
            response.content,
            reading.as_wait(response.headers.get('Retry-After')),
            sends,
            secrets=(self._get_graph_token(), self.signing_secret, params.get('appsecret_proof')),
        )

    def _get_graph_token(self):
        """Return the access token as it stands in a header."""
        return (self.access_token or '').strip()

    def _get_graph_headers(self):
        """Return what shows Meta that it is us."""
        return {'Authorization': f'Bearer {self._get_graph_token()}'}

    def _prove_secret(self, token):
        """Return what shows Meta that we know the app's secret, too.

        A secret that was mistyped is found out by it, rather than by silence.
        """
        if (
            self.provider == 'whatsapp'
            or not self.signing_secret
            or messenger_send.is_instagram_login(self._get_api_url())
        ):
            return {}
        proof = graph.sign(self.signing_secret, token.encode()).removeprefix('sha256=')
        return {'appsecret_proof': proof}
