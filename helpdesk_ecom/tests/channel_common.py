"""A channel of one's own, and a program at its other end."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ..tools.channel.event import ChannelEvent, Person
from .common import HelpdeskCommon

EMMA = Person(external_id='emma-1', name='Emma Clark', phone='+12125550123')


class FakeProgram:
    """A real HTTP server on loopback that takes messages, and can be told how to misbehave.

    ``answers`` holds what to answer next: a status, or a function of the request's handler; when it
    is empty, all goes well. ``messages`` is what arrived, in its order.
    """

    def __init__(self):
        self.messages = []
        self.headers = []
        self.answers = []
        program = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                program.messages.append(json.loads(body))
                program.headers.append(dict(self.headers))
                answer = program.answers.pop(0) if program.answers else 200
                if callable(answer):
                    answer(self)
                    return
                self.send_response(answer)
                if answer == 429:
                    self.send_header('Retry-After', '120')
                content = json.dumps({'id': f'out-{len(program.messages)}'}).encode()
                self.send_header('Content-Length', str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server.server_address[1]}/messages'

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @staticmethod
    def hang_up(handler):
        """Take the message, and end the connection without an answer."""
        handler.close_connection = True
        handler.connection.close()


class HelpdeskChannelCommon(HelpdeskCommon):
    """A channel of a program of one's own, turned on, and a customer who writes by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['helpdesk.channel'].search([]).filtered('has_transport').state = 'draft'
        cls.channel = cls.env['helpdesk.channel'].create(
            {
                'name': 'Shop App',
                'provider': 'webhook',
                'team_id': cls.team.id,
                'user_id': cls.leader.id,
                'signing_secret': 'a secret of the test',
                'state': 'on',
            }
        )
        cls.Envelope = cls.env['helpdesk.channel.envelope']
        cls.count = 0

    def setUp(self):
        super().setUp()
        self.program = FakeProgram()
        self.addCleanup(self.program.stop)
        self.channel.api_url = self.program.url

    @classmethod
    def _event(cls, text='', person=EMMA, **vals):
        """Return a message of the customer."""
        cls.count += 1
        vals.setdefault('external_id', f'in-{cls.count}')
        return ChannelEvent(
            **{'kind': 'message', 'person': person, 'text': text, **vals},
        )

    def _receive(self, *events):
        """Bring events in as a webhook does, process them, and return their envelopes."""
        before = self.Envelope.search([], limit=1, order='id desc').id or 0
        self.Envelope._store_events(self.channel, list(events))
        self._run_inbox()
        return self.Envelope.search([('id', '>', before), ('kind', '!=', 'media')], order='id')

    def _report(self, status, target='out-1', **vals):
        """Let the provider tell what became of a message of ours."""
        vals.setdefault('external_id', f'{target}:{status}')
        return self._receive(
            self._event(kind='status', status=status, target=target, person=None, **vals)
        )

    def _run_job(self, name):
        """Run a job as the server does."""
        with self.enter_registry_test_mode():
            self.env.ref(f'helpdesk_ecom.{name}').method_direct_trigger()
        self.env.invalidate_all()

    def _run_inbox(self):
        self._run_job('ir_cron_process_inbox')

    def _run_outbox(self):
        self._run_job('ir_cron_process_outbox')

    def _answer(self, ticket, body='<p>It is on its way.</p>', user=None, **kwargs):
        """Let an agent answer the customer as in the form."""
        return ticket.with_user(user or self.agent).message_post(
            body=body,
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
            body_is_html=True,
            **kwargs,
        )
