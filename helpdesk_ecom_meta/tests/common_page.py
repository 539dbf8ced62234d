import json
from dataclasses import replace
from urllib.parse import urlsplit

from odoo.tests.common import HOST, _super_send

from odoo.addons.helpdesk_ecom.tests.channel_common import HelpdeskChannelCommon
from odoo.addons.helpdesk_ecom_meta.tools import graph

from .fake_page import SECRET, TOKEN, FakePage
from .messenger_common import INSTAGRAM, PAGE, fixture


class HelpdeskPageCommon(HelpdeskChannelCommon):
    """A page and an Instagram account, both on, with a Graph API on loopback at their other end."""

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Override: time-outs are what they are; all but this machine is shut."""
        if urlsplit(request.url).hostname == HOST:
            return _super_send(session, request, **kwargs)
        return super()._request_handler(session, request, **{**kwargs, 'timeout': 10})

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        common = {
            'company_id': cls.team.company_id.id,
            'team_id': cls.team.id,
            'user_id': cls.leader.id,
            'access_token': TOKEN,
            'signing_secret': SECRET,
            'verify_token': 'tell me',
            'state': 'on',
        }
        cls.page, cls.instagram = cls.env['helpdesk.channel'].create(
            [
                {**common, 'name': 'Page', 'provider': 'messenger', 'account_id': PAGE},
                {**common, 'name': 'Insta', 'provider': 'instagram', 'account_id': INSTAGRAM},
            ]
        )

    def setUp(self):
        super().setUp()
        self.graph = FakePage()
        self.addCleanup(self.graph.stop)
        (self.page | self.instagram).api_url = self.graph.url
        self.channel = self.page

    def _receive_body(self, body, channel=None):
        """Bring in what a webhook tells, process it, and return its envelopes."""
        self.channel = channel or self.page
        return self._receive(*self.channel._parse_webhook(body))

    def _receive_fixture(self, name, channel=None, **changes):
        """Bring in a fixture, as if it happened now, with other values of its event."""
        self.channel = channel or self.page
        now = self.env.cr.now().timestamp()
        events = [
            replace(event, moment=now, **changes)
            for event in self.channel._parse_webhook(fixture(self._platform(), name))
        ]
        return self._receive(*events)

    def _platform(self):
        return self.channel.provider

    def _comment(self, name='comment', channel=None, age=60):
        """Bring in a comment of so many seconds ago, and return its ticket."""
        self.channel = channel or self.page
        (event,) = self.channel._parse_webhook(fixture(self._platform(), name))
        moment = self.env.cr.now().timestamp() - age
        details = {**event.details, 'commented': moment}
        return self._receive(replace(event, moment=moment, details=details)).ticket_id

    def _send_answer(self, ticket, body='<p>It is on its way.</p>', **kwargs):
        """Let an agent answer, and return what was to be sent for it, after the job ran."""
        message = self._answer(ticket, body, **kwargs)
        self._run_outbox()
        return self.Envelope.search(
            [('message_id', '=', message.id), ('direction', '=', 'out')], order='id'
        )

    @staticmethod
    def _sign(body, secret=SECRET):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return {
            'Content-Type': 'application/json',
            graph.SIGNATURE_HEADER: graph.sign(secret, body),
        }
