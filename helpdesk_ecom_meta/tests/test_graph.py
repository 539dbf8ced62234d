import contextlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tools.channel import reading
from odoo.addons.helpdesk_ecom.tools.channel.event import NotParsed
from odoo.addons.helpdesk_ecom_meta.tools import graph

BODY = b'{"entry":[]}'
# of openssl dgst -sha256 -hmac s3cret
SIGNATURE = 'sha256=55e94cedb4167d0e4e8c20f779a70292819e38da2afea51bf02dc6ecc52542ba'


@tagged('post_install', '-at_install')
class TestGraph(BaseCase):
    def test_signature(self):
        self.assertEqual(graph.sign('s3cret', BODY), SIGNATURE)
        self.assertTrue(graph.is_signed('s3cret', {'X-Hub-Signature-256': SIGNATURE}, BODY))

    def test_forged_signature(self):
        for header in ('', SIGNATURE[7:], SIGNATURE.upper(), SIGNATURE + '0', 'sha256=é', '\ud800'):
            with self.subTest(header=header):
                self.assertFalse(graph.is_signed('s3cret', {'X-Hub-Signature-256': header}, BODY))
        self.assertFalse(graph.is_signed('s3cret', {}, BODY))
        self.assertFalse(graph.is_signed('other', {'X-Hub-Signature-256': SIGNATURE}, BODY))
        self.assertFalse(graph.is_signed('s3cret', {'X-Hub-Signature-256': SIGNATURE}, BODY + b' '))

    def test_no_secret_no_signature(self):
        for secret in ('', False, None):
            signature = graph.sign('', BODY)
            self.assertFalse(graph.is_signed(secret, {'X-Hub-Signature-256': signature}, BODY))

    def test_handshake(self):
        query = {'hub.mode': 'subscribe', 'hub.challenge': '1158', 'hub.verify_token': 'tok'}
        self.assertEqual(graph.answer_handshake('tok', query), '1158')
        self.assertIsNone(graph.answer_handshake('other', query))
        self.assertIsNone(graph.answer_handshake('', {**query, 'hub.verify_token': ''}))
        self.assertIsNone(graph.answer_handshake(False, query))
        self.assertIsNone(graph.answer_handshake('tok', {**query, 'hub.mode': 'unsubscribe'}))
        self.assertIsNone(graph.answer_handshake('tok', {**query, 'hub.challenge': 'x' * 300}))
        self.assertIsNone(graph.answer_handshake('tok', {}))

    def test_not_json(self):
        for body in (b'', b'\xff\xfe', b'[]', b'3', b'{"a":', b'[' * 100000, b'9' * 5000):
            with self.subTest(body=body[:10]), self.assertRaises(NotParsed):
                reading.load(body)
        deep = b'{"a":' * 100 + b'1' + b'}' * 100
        with self.assertRaises(NotParsed):
            reading.load(deep)

    def test_what_can_not_be_stored(self):
        body = rb'{"a\u0000":["x\u0000y","\ud83d","\ud83d\ude2e",NaN,1e999,-Infinity]}'
        self.assertEqual(reading.load(body), {'a': ['xy', '\ufffd', '😮', None, None, None]})

    def test_moment(self):
        self.assertEqual(reading.as_moment('1697043223'), 1697043223)
        self.assertEqual(reading.as_moment(1697043223000), 1697043223)
        for value in ('', 'x', None, [], {}, True, -1, 'inf', 'nan', 1e300, 10**400):
            with self.subTest(value=value):
                self.assertEqual(reading.as_moment(value), 0)

    def test_id_fits_an_index(self):
        self.assertEqual(reading.as_id('wamid.x'), 'wamid.x')
        self.assertEqual(reading.as_id(17), '17')
        self.assertEqual(reading.as_id(10**5000), '')
        self.assertLess(len(reading.as_id('x' * 100000)), 256)
        self.assertNotEqual(reading.as_id('x' * 1000), reading.as_id('x' * 1001))

    def test_changes(self):
        payload = {'entry': [1, {'changes': [None, {'field': 'messages', 'value': 3}]}, {}]}
        found = [graph.changes(entry) for entry in graph.entries(payload)]
        self.assertEqual(found, [[('messages', {})], []])
        with self.assertRaises(NotParsed):
            graph.entries({'entry': {'changes': []}})

    def test_error(self):
        body = {
            'error': {
                'message': '(#131047) Re-engagement message',
                'code': 131047,
                'error_subcode': 2494055,
                'error_data': {'details': 'More than 24 hours'},
            }
        }
        self.assertEqual(
            graph.read_error(json.dumps(body).encode()),
            {
                'code': 131047,
                'subcode': 2494055,
                'transient': False,
                'message': '(#131047) Re-engagement message',
                'details': 'More than 24 hours',
            },
        )
        self.assertIsNone(graph.read_error(b'<html>Bad gateway</html>')['code'])

    @given(st.binary() | st.text().map(str.encode))
    @settings(max_examples=500)
    def test_any_body(self, body):
        graph.read_error(body)
        with contextlib.suppress(NotParsed):
            graph.entries(reading.load(body))
