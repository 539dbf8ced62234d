import time

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.written_contact import MAX_FOUND, find_written_contact


class TestWrittenContact(BaseCase):
    """Addresses and numbers in what people type."""

    def test_emails(self):
        for text, emails in {
            'I am Emma.Clark+shop@Customer.example!': ('Emma.Clark+shop@Customer.example',),
            'a@x.example, b@y.co.example and a@x.example': ('a@x.example', 'b@y.co.example'),
            'emma@localhost, @emma, emma@': (),
            '<a@x.example>': ('a@x.example',),
            None: (),
        }.items():
            with self.subTest(text):
                self.assertEqual(find_written_contact(text).emails, emails)

    def test_phones(self):
        for text, phones in {
            'call +1 (212) 555-0123 please': ('+1 (212) 555-0123',),
            '(212) 555-0123': ('(212) 555-0123',),
            '0301234567 or 0301234568.': ('0301234567', '0301234568'),
            'on 2026-11-29, 29.11.2026': (),
            'order S00042, 140.00, 12 cups': (),
            'INV/2026/00012345': (),
            'a2125550123@x.example': (),
        }.items():
            with self.subTest(text):
                self.assertEqual(find_written_contact(text).phones, phones)

    @given(st.text(alphabet='a1@.+-( )\u00a0é', max_size=300) | st.text(max_size=300))
    def test_anything(self, text):
        found = find_written_contact(text)
        for values in found:
            self.assertLessEqual(len(values), MAX_FOUND)
            for value in values:
                self.assertIn(value, text)

    def test_time_grows_with_the_length(self):
        for piece in ('a', '1', 'a@', '1 ', 'a.', 'a@a.', '((1'):
            started = time.monotonic()
            find_written_contact(piece * 200_000)
            self.assertLess(time.monotonic() - started, 0.5, piece)
