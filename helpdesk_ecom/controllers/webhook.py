import logging

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..tools.channel.event import NotParsed

_logger = logging.getLogger(__name__)

# Meta's limit is 3 MB, the largest that is known.
MAX_BODY = 4 * 1024 * 1024


class HelpdeskWebhook(http.Controller):
    """Where providers tell what customers wrote. Stores and acknowledges; a job does the rest."""

    @http.route(
        '/helpdesk/webhook/<string:provider>/<string:token>',
        type='http',
        auth='none',  # the signature is what counts, see `_verify_webhook`; no user to look up
        methods=['GET', 'POST'],
        csrf=False,  # programs have no session
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def receive(self, provider, token, **_arguments):
        """Store the events of a request whose signature is right.

        404 for an address that nobody listens to, 403 for a signature that is wrong, 413 for what
        is too large. All else is acknowledged: what can't be read is parked for an administrator.
        """
        env_sudo = request.env(user=SUPERUSER_ID)
        Channel_sudo = env_sudo['helpdesk.channel']
        channel_sudo = Channel_sudo.browse(Channel_sudo._get_id_by_webhook(provider, token) or ())
        if not channel_sudo:
            return _answer('unknown address', 404)
        query = request.httprequest.args.to_dict()
        if request.httprequest.method == 'GET':
            answer = channel_sudo._answer_handshake(query)
            return _answer('refused', 403) if answer is None else _answer(answer, 200)
        body = request.httprequest.get_data()
        if not channel_sudo._verify_webhook(request.httprequest.headers, body, query):
            _logger.warning('A webhook of channel %s had a wrong signature.', channel_sudo.id)
            return _answer('wrong signature', 403)
        Envelope_sudo = env_sudo['helpdesk.channel.envelope']
        try:
            events = channel_sudo._parse_webhook(body)
        except NotParsed as error:
            Envelope_sudo._store_unreadable(channel_sudo, body, error)
        except Exception as error:  # noqa: BLE001 a mistake of ours must not lose a message
            _logger.exception('A webhook of channel %s could not be read.', channel_sudo.id)
            Envelope_sudo._store_unreadable(channel_sudo, body, error)
        else:
            Envelope_sudo._store_events(channel_sudo, events)
        return _answer('ok', 200)


def _answer(text, status):
    """Return a plain answer that no browser takes for a page."""
    return request.make_response(
        text,
        headers=[
            ('Content-Type', 'text/plain; charset=utf-8'),
            ('X-Content-Type-Options', 'nosniff'),
        ],
        status=status,
    )
