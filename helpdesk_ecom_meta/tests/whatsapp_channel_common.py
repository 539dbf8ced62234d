"""A WhatsApp number that is connected to a fake of Meta's API on this machine."""

from urllib.parse import urlsplit

from odoo.tests import HttpCase
from odoo.tests.common import HOST, _super_send

from odoo.addons.helpdesk_ecom.tests.common import HelpdeskCommon
from odoo.addons.helpdesk_ecom_meta.tools.whatsapp_parse import parse

from .fake_graph import FakeGraph


class WhatsappChannelCommon(HelpdeskCommon):
    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Override: don't make time-outs longer, as they are what is tested."""
        if urlsplit(request.url).hostname == HOST:
            return _super_send(session, request, **kwargs)
        return super()._request_handler(session, request, **kwargs)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['helpdesk.channel'].search([]).filtered('has_transport').state = 'draft'
        cls.channel = cls.env['helpdesk.channel'].create(
            {
                'name': 'Shop on WhatsApp',
                'provider': 'whatsapp',
                'company_id': cls.team.company_id.id,
                'team_id': cls.team.id,
                'user_id': cls.leader.id,
                'account_id': FakeGraph.phone_id,
                'waba_id': FakeGraph.waba_id,
                'access_token': FakeGraph.token,
                'signing_secret': FakeGraph.secret,
                'verify_token': 'verify me',
                'state': 'on',
            }
        )
        cls.Envelope = cls.env['helpdesk.channel.envelope']

    def setUp(self):
        super().setUp()
        self.fake = FakeGraph()
        self.addCleanup(self.fake.stop)
        self.channel.api_url = self.fake.url

    def _receive(self, *bodies):
        """Bring webhooks in, process them, and return the envelopes of their events."""
        before = self.Envelope.search([], limit=1, order='id desc').id or 0
        for body in bodies:
            self.Envelope._store_events(self.channel, parse(body))
        self._run_job('ir_cron_process_inbox')
        return self.Envelope.search([('id', '>', before), ('kind', '!=', 'media')], order='id')

    def _run_job(self, name):
        """Run a job as the server does."""
        with self.enter_registry_test_mode():
            self.env.ref(f'helpdesk_ecom.{name}').method_direct_trigger()
        self.env.invalidate_all()

    def _customer_writes(self, text='Where is my parcel?', **message):
        """Return the ticket of a message that a customer writes now."""
        message.setdefault('timestamp', str(int(self.env.cr.now().timestamp())))
        envelope = self._receive(self.fake.write(text, **message))
        self.assertEqual(envelope.state, 'done', envelope.error)
        return envelope.ticket_id

    def _answer(self, ticket, body='It is on its way.', **values):
        """Let an agent answer in the ticket, and the outbox be sent; return the envelopes."""
        message = ticket.with_user(self.agent).message_post(
            body=body, message_type='comment', subtype_xmlid='mail.mt_comment', **values
        )
        self._run_job('ir_cron_process_outbox')
        return self.Envelope.search([('message_id', '=', message.id), ('direction', '=', 'out')])


class WhatsappWebhookCommon(WhatsappChannelCommon, HttpCase):
    """...and the address to which Meta posts what happens."""

    def setUp(self):
        super().setUp()
        self.path = f'/helpdesk/webhook/whatsapp/{self.channel.webhook_token}'

    def _post(self, body, headers=None):
        """Post a webhook as Meta does, signed, unless other headers are given."""
        return self.url_open(self.path, data=body, headers=headers or self.fake.headers(body))
