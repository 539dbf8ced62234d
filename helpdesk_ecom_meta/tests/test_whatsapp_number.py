from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom_meta.tools.whatsapp_number import phone_of, sort_ids


@tagged('post_install', '-at_install')
class TestWhatsappNumber(BaseCase):
    def test_phone(self):
        for wa_id, phone in (
            ('16505551234', '+16505551234'),
            ('5215512345678', '+525512345678'),  # Mexico, with the 1 of old
            ('525512345678', '+525512345678'),
            ('5491123456789', '+5491123456789'),  # Argentina: the 9 belongs to it
            ('551187654321', '+5511987654321'),  # Brazil, an account from before the ninth digit
            ('5511987654321', '+5511987654321'),
            ('551133334444', '+551133334444'),  # a land line never had it
            ('52155123', '+52155123'),
            ('US.13491208655302741918', ''),
            ('', ''),
            ('0123456789', ''),
            ('٣٣٣٣٣٣٣٣', ''),
        ):
            with self.subTest(wa_id=wa_id):
                self.assertEqual(phone_of(wa_id), phone)

    def test_sort_ids(self):
        for ids, expected in (
            (('16505551234', 'US.1349'), ('16505551234', 'US.1349')),
            (('US.1349', '16505551234'), ('16505551234', 'US.1349')),
            (('', 'US.1349'), ('', 'US.1349')),
            (('US.ENT.1181', ''), ('', 'US.ENT.1181')),
            (('', ''), ('', '')),
            (('<phone>', ''), ('<phone>', '')),
            (('<phone>', '16505551234'), ('16505551234', '')),
        ):
            with self.subTest(ids=ids):
                self.assertEqual(sort_ids(*ids), expected)

    @given(st.text())
    def test_any_text(self, text):
        self.assertRegex(phone_of(text), r'^(\+[1-9][0-9]+)?$')
