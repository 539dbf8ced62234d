import time

import requests

from odoo import models

from ...tools.channel.address import AddressRefused, check_public_address, is_same_host
from ...tools.channel.error import NEVER, RETRY, UNKNOWN, ChannelError

TIMEOUT = 20  # seconds, to connect and again to wait for a word
DOWNLOAD_SECONDS = 60
MAX_DOWNLOAD = 25 * 1024 * 1024  # bytes
MAX_REDIRECTS = 3
CHUNK = 64 * 1024
NOT_CONNECTED = ('NewConnectionError', 'NameResolutionError', 'SSLCertVerificationError')


class HelpdeskChannel(models.Model):
    """How channels speak HTTP: with time-outs, limits, and no word of a secret in an error."""

    _inherit = 'helpdesk.channel'

    def _http(self, method, url, sends=False, **kwargs):
        """Send a request to the provider, over the network, and return its answer.

        Answers of any status are returned: what they mean is up to the provider's addon. Redirects
        are not followed.

        :param str method: GET, POST ...
        :param str url: the whole address.
        :param bool sends: whether the customer may have got something when it arrived; a question,
            or a file that is only uploaded, can be repeated.
        :param kwargs: as `requests.request` takes them.
        :rtype: requests.Response
        :raise ChannelError: ``RETRY`` if it can be repeated, ``UNKNOWN`` if it sends and may have
            arrived.
        """
        self.ensure_one()
        timeout = kwargs.pop('timeout', TIMEOUT)
        kwargs.setdefault('allow_redirects', False)
        if self.env.context.get('helpdesk_end_transaction'):
            self.env.cr.rollback()  # nothing was written, and nobody has to wait for the provider
        try:
            return requests.request(method, url, timeout=timeout, **kwargs)
        except requests.exceptions.ConnectTimeout as error:
            raise self._not_reached(error) from None
        except requests.exceptions.ConnectionError as error:
            # refused, unknown and untrusted hosts never get a byte of ours; a broken connection may
            # have, also one that breaks within TLS
            if _is_refused(error):
                raise self._not_reached(error) from None
            raise self._not_answered(error, sends) from None
        except requests.exceptions.Timeout as error:
            raise self._not_answered(error, sends) from None
        except (requests.exceptions.RequestException, ValueError) as error:
            raise ChannelError(
                NEVER, self.env._('The address is not valid (%s).', type(error).__name__)
            ) from None

    def _download(self, url, allowed_hosts=(), max_bytes=MAX_DOWNLOAD, headers=None):
        """Fetch a file that a customer sent, over the network.

        The address comes from outside: it must lead to the provider's hosts, or at least to a
        public address, also after each redirect. Credentials go to the first host only.

        :param str url: where it is.
        :param allowed_hosts: host names, or their ends with a leading dot; empty: any public one.
        :param int max_bytes: how large it may be.
        :param dict headers: to send along, such as the authorization.
        :return: name, MIME type, bytes.
        :raise ChannelError: if it can't be had.
        """
        self.ensure_one()
        first, deadline = url, time.monotonic() + DOWNLOAD_SECONDS
        for _hop in range(MAX_REDIRECTS + 1):
            try:
                check_public_address(url, allowed_hosts, trusted=self._get_api_url())
            except AddressRefused as error:
                raise ChannelError(
                    NEVER, self.env._('The file is at an address that is refused: %s', error)
                ) from None
            response = self._http(
                'GET', url, headers=headers if is_same_host(first, url) else None, stream=True
            )
            with response:
                if response.is_redirect:
                    url = requests.compat.urljoin(url, response.headers['Location'])
                    continue
                return self._read_download(response, max_bytes, deadline)
        raise ChannelError(NEVER, self.env._('The file is behind too many redirects.'))

    def _read_download(self, response, max_bytes, deadline):
        """Return name, MIME type and bytes of an answer, within the limits of size and time."""
        status = response.status_code
        if status != 200:
            again = status in (408, 425, 429) or status >= 500
            raise ChannelError(
                RETRY if again else NEVER,
                self.env._('The file could not be fetched (%s).', status),
                code=status,
            )
        content = bytearray()
        try:
            for chunk in response.iter_content(CHUNK):
                content += chunk
                if len(content) > max_bytes:
                    raise ChannelError(
                        NEVER,
                        self.env._('The file is larger than %s MB.', max_bytes // 1024**2),
                    )
                if time.monotonic() > deadline:
                    raise ChannelError(RETRY, self.env._('The file comes too slowly.'))
        except requests.exceptions.RequestException as error:
            raise self._not_reached(error) from None
        mimetype = response.headers.get('Content-Type', '').partition(';')[0].strip().lower()
        name = response.url.partition('?')[0].rstrip('/').rpartition('/')[2]
        return name, mimetype or 'application/octet-stream', bytes(content)

    def _not_reached(self, error):
        """Return the error for what certainly did not arrive; it names no address."""
        return ChannelError(
            RETRY, self.env._("The provider can't be reached (%s).", type(error).__name__)
        )

    def _not_answered(self, error, sends):
        """Return the error for what may have arrived; it names no address."""
        return ChannelError(
            UNKNOWN if sends else RETRY,
            self.env._('The provider did not answer (%s).', type(error).__name__),
        )


def _is_refused(error):
    """Tell whether a connection was never made."""
    cause = error
    while cause is not None:
        if type(cause).__name__ in NOT_CONNECTED:
            return True
        reason = getattr(cause, 'reason', None) or (cause.args[0] if cause.args else None)
        cause = reason if isinstance(reason, Exception) and reason is not cause else None
    return False
