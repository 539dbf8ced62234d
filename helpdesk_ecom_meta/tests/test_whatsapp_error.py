import json

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tools.channel.error import ERROR_CLASSES
from odoo.addons.helpdesk_ecom_meta.tools.whatsapp_error import error_class_of, to_channel_error

TOKEN = 'EAAJB' + 'x' * 60


def body(code, **values):
    return json.dumps({'error': {'message': f'(#{code}) Oh', 'code': code, **values}}).encode()


@tagged('post_install', '-at_install')
class TestWhatsappError(BaseCase):
    def test_table(self):
        for error_class, codes in {
            'stop': (0, 190, 3, 10, 200, 230, 299, 131005, 131031, 368, 130497, 131042, 133010),
            'wait': (4, 80007, 130429, 131048, 133016, 131064),
            'retry': (1, 2, 131000, 131016, 131057, 131053, 131056),
            'never': (33, 100, 131008, 131009, 135000, 131021, 131030, 131026, 131049, 130472),
            'window': (131047,),
        }.items():
            for code in codes:
                with self.subTest(code=code):
                    # the code decides, whatever HTTP says
                    for status in (400, 401, 429, 500):
                        error = to_channel_error(status, body(code))
                        self.assertEqual((error.error_class, error.code), (error_class, str(code)))
        for code in (132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 132069):
            self.assertEqual(error_class_of(code), 'never')
        for code in (131051, 131052, 131062):
            self.assertEqual(error_class_of(code), 'never')
        self.assertIsNone(error_class_of(999999))

    def test_unknown_code(self):
        for status, error_class in ((400, 'never'), (401, 'stop'), (429, 'wait'), (500, 'retry')):
            with self.subTest(status=status):
                self.assertEqual(to_channel_error(status, body(987)).error_class, error_class)
        self.assertEqual(to_channel_error(400, body(987, is_transient=True)).error_class, 'retry')

    def test_words(self):
        error = to_channel_error(
            400, body(131047, error_data={'details': 'More than 24 hours have passed'})
        )
        self.assertEqual(str(error), '(#131047) Oh More than 24 hours have passed')

    def test_not_meta(self):
        """A proxy's page doesn't say whether Meta got the message."""
        for status, sends, error_class in (
            (502, True, 'unknown'),
            (504, True, 'unknown'),
            (500, True, 'unknown'),
            (503, True, 'retry'),
            (502, False, 'retry'),
            (408, True, 'unknown'),
            (429, True, 'wait'),
            (404, True, 'stop'),
            (403, False, 'stop'),
            (302, True, 'unknown'),
        ):
            with self.subTest(status=status, sends=sends):
                error = to_channel_error(status, b'<html>', sends=sends)
                self.assertEqual(error.error_class, error_class)

    def test_wait(self):
        self.assertEqual(to_channel_error(429, body(130429), retry_after=17).retry_after, 17)
        self.assertEqual(to_channel_error(429, body(131048), retry_after=17).retry_after, 3600)
        self.assertEqual(to_channel_error(429, b'', retry_after=17).retry_after, 17)

    def test_wrong_number_of_ours(self):
        wrong = body(100, error_subcode=33)
        self.assertEqual(to_channel_error(400, wrong, sends=True).error_class, 'stop')
        self.assertEqual(to_channel_error(400, wrong).error_class, 'never')

    def test_no_secrets(self):
        error = to_channel_error(401, body(190, error_data={'details': f'Malformed {TOKEN}'}))
        self.assertNotIn(TOKEN, str(error))
        error = to_channel_error(
            401, body(190, error_data={'details': 's3cret'}), secrets=['s3cret']
        )
        self.assertNotIn('s3cret', str(error))

    @given(
        st.integers(100, 599),
        st.binary()
        | st.fixed_dictionaries(
            {
                'error': st.dictionaries(
                    st.sampled_from(['code', 'message', 'error_data']), st.text()
                )
            }
        ).map(lambda value: json.dumps(value).encode())
        | st.integers().map(body)
        | st.floats().map(body),
        st.booleans(),
    )
    @settings(max_examples=500)
    def test_any_answer(self, status, answer, sends):
        error = to_channel_error(status, answer, sends=sends)
        self.assertIn(error.error_class, ERROR_CLASSES)
        self.assertTrue(str(error))
