"""Broken mails, a hundred in the suite: ``MUTATIONS=10000`` tries so many."""

import email
import email.policy
import os
import sys
from collections import Counter

from hypothesis import example, given, settings

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..tools.incoming_mail import (
    IncomingMail,
    extract_files,
    extract_text,
    has_defects,
    heal_headers,
    is_storable,
)
from ..tools.mail_quote import own_words
from ..tools.mail_quote_html import mark_quoted_html
from ..tools.mail_screening import REASONS, relayed_sender, screen, sender
from .common_mail import HelpdeskMailCommon
from .json_mutation import how_many
from .mail_mutation import KNOWN, broken_mails

PARKED = (*REASONS, 'error')
# found by chance: Odoo can't read the year again that it wrote of it
CUT_IN_ITS_YEAR = (
    b'From: Emma Clark <emma.clark@customer.example>\nTo: care@shop.example\n'
    b'Subject: Cup arrived broken\nMessage-Id: <cut@customer.example>\n'
    b'Date: Mon, 02 Nov 202'
)


@tagged('post_install', '-at_install')
class TestMailToolsMutation(BaseCase):
    """What reads mails without the database."""

    @settings(max_examples=how_many(200))
    @given(broken_mails())
    def test_nothing_upsets_them(self, raw):
        message = email.message_from_bytes(raw, policy=email.policy.SMTP)
        for _healed in range(2):
            self.assertIn(screen(message), {*REASONS, None})
            self.assertTrue(is_storable(sender(message) + relayed_sender(message)))
            plain, html = extract_text(message)
            self.assertTrue(is_storable(plain + html))
            self.assertLessEqual(len(own_words(plain)), len(plain))
            mark_quoted_html(html)
            for name, content in extract_files(message):
                self.assertTrue(is_storable(name))
                self.assertIsInstance(content, bytes)
            has_defects(message)
            heal_headers(message)
        guessed = IncomingMail(raw).guess_values()
        self.assertTrue(guessed['message_id'])
        self.assertTrue(is_storable(''.join(guessed.values())))


@tagged('post_install', '-at_install')
class TestMailMutation(HelpdeskMailCommon):
    """What comes in by the desk's mailbox is a ticket, an answer, or parked; and that only once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ticket = cls.env['helpdesk.ticket'].create(
            {'name': 'Cup', 'team_id': cls.team.id, 'partner_id': cls.customer.id}
        )
        answer = ticket.message_post(
            body='On its way.', message_type='comment', subtype_xmlid='mail.mt_comment'
        )
        answer.message_id = KNOWN
        cls.seen = Counter()

    @classmethod
    def tearDownClass(cls):
        if 'MUTATIONS' in os.environ:
            sys.stderr.write(f'What the mails became: {dict(cls.seen)}\n')
        super().tearDownClass()

    def _count(self):
        """Return how much there is of everything that a mail can become."""
        mails = [('model', '=', 'helpdesk.ticket'), ('message_type', '=', 'email')]
        return Counter(
            ticket=self.env['helpdesk.ticket'].with_context(active_test=False).search_count([]),
            message=self.env['mail.message'].search_count(mails),
            **{
                reason: count
                for reason, count in self.env['helpdesk.mail.parked']._read_group(
                    [], ['reason'], ['__count']
                )
            },
        )

    def _receive_broken(self, raw):
        """Send a mail in, and return of what there is more now."""
        before = self._count()
        self.env['mail.thread'].message_process('helpdesk.ticket', raw)
        self.env.flush_all()
        return self._count() - before

    @settings(max_examples=how_many(100))
    @given(broken_mails())
    @example(CUT_IN_ITS_YEAR)
    @mute_logger(
        'odoo.addons.mail.models.mail_thread',
        'odoo.addons.helpdesk_ecom.models.mail.mail_thread',
        'odoo.tools.mail',
        'odoo.sql_db',
    )
    def test_nothing_gets_lost(self, raw):
        with self.env.cr.savepoint() as savepoint, self.mock_mail_gateway():
            became = self._receive_broken(raw)
            self.assertIn(
                sorted(became.items()),
                [
                    [('message', 1)],
                    [('message', 1), ('ticket', 1)],
                    *([(reason, 1)] for reason in PARKED),
                ],
            )
            self.seen['+'.join(sorted(became))] += 1
            self._receive_broken(raw)  # mail servers do that
            savepoint.rollback()
            self.env.invalidate_all()
