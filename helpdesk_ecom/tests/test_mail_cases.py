"""Every mail that others ever choked on comes out as a ticket, an answer or a parked mail."""

import os
import unittest
from pathlib import Path

from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from .common_mail import FIXTURES, HelpdeskMailCommon

# Real mails of other projects; they lie beside a checkout of the project, if at all.
CASES = Path(os.environ.get('SHARED_CASES') or Path(__file__).parents[3] / 'shared' / 'cases')
COLLECTED = sorted(
    [
        *CASES.glob('email/**/*.eml'),
        *CASES.glob('amazon/email_constructed/*.eml'),
    ]
)


@tagged('post_install', '-at_install')
class TestMailCases(HelpdeskMailCommon):
    def _check(self, path):
        """Send the mail in by a mailbox that makes tickets, and assert that it is accounted for."""
        raw = path.read_bytes()
        with self.subTest(mail=path.name), self.env.cr.savepoint() as savepoint:
            with self.mock_mail_gateway():
                ticket, parked = self._receive(raw, model='helpdesk.ticket')
            self.assertEqual(len(ticket) + len(parked), 1)
            self.assertNotEqual(parked.reason, 'error', parked.details)
            if ticket:
                self._check_content(raw, ticket.message_ids)
            savepoint.rollback()
            self.env.invalidate_all()

    def _check_content(self, raw, message):
        """Assert that a ticket's message has the mail's text or files, or else its source."""
        self.assertEqual(len(message), 1)
        if not html2plaintext(message.body).strip() and not message.attachment_ids:
            self.assertFalse(raw.partition(b'\n\n')[2].strip(), 'the text got lost')

    @unittest.skipUnless(COLLECTED, 'the collection of real mails is not here')
    @mute_logger('odoo.addons.mail.models.mail_thread', 'odoo.tools.mail')
    def test_collected(self):
        for path in COLLECTED:
            self._check(path)

    @mute_logger('odoo.addons.mail.models.mail_thread', 'odoo.tools.mail')
    def test_fixtures(self):
        paths = sorted(FIXTURES.glob('*.eml'))
        self.assertGreater(len(paths), 15)
        for path in paths:
            self._check(path)

    def _fixture(self, name):
        with self.mock_mail_gateway():
            return self._receive((FIXTURES / f'{name}.eml').read_bytes())

    @mute_logger('odoo.addons.mail.models.mail_thread')
    def test_unknown_charset(self):
        ticket, _parked = self._fixture('unknown_charset')
        self.assertIn('The handle is missing', ticket.message_ids.body)
        self.assertEqual(ticket.message_ids.attachment_ids.name, 'original_email.eml')

    def test_text_in_broken_multipart(self):
        """A multipart whose boundary never comes has a text all the same."""
        ticket, _parked = self._fixture('no_boundary')
        self.assertIn('The glaze is cracked', ticket.message_ids.body)
        self.assertIn('original_email.eml', ticket.message_ids.attachment_ids.mapped('name'))

    def test_healthy_mail_is_not_kept_twice(self):
        ticket, _parked = self._fixture('inline_picture')
        self.assertEqual(ticket.message_ids.attachment_ids.mapped('name'), ['broken.png'])
        self.assertIn('/web/image/', ticket.message_ids.body)

    def test_nul_bytes(self):
        ticket, _parked = self._fixture('nul_bytes')
        self.assertIn('in two pieces', ticket.message_ids.body)

    def test_classes(self):
        """Each fixture named after a reason is parked for it."""
        for reason in (
            'auto_reply',
            'auto_generated',
            'bounce',
            'delay',
            'receipt',
            'list',
            'loop',
        ):
            with self.subTest(reason):
                ticket, parked = self._fixture(reason)
                self.assertFalse(ticket)
                self.assertEqual(parked.reason, reason)
