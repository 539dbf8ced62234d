"""What is said to Meta, and what its answers mean."""

import json
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tools.channel.error import (
    ERROR_CLASSES,
    NEVER,
    RETRY,
    STOP,
    UNKNOWN,
    WAIT,
    WINDOW,
    ChannelError,
)
from odoo.addons.helpdesk_ecom.tools.channel.outgoing import File, Outgoing
from odoo.addons.helpdesk_ecom_meta.tools.messenger_error import classify
from odoo.addons.helpdesk_ecom_meta.tools.messenger_parse import parse
from odoo.addons.helpdesk_ecom_meta.tools.messenger_send import (
    LIMITS,
    build,
    check_private_reply,
    needs_tag,
    read_sent,
    upload_form,
)

from .messenger_common import INSTAGRAM, PAGE, PSID, fixture

NOW = datetime(2026, 9, 28, 9, 0)


def outgoing(**values):
    return Outgoing(**{'key': 'k1', 'external_id': PSID, 'text': 'It is on its way', **values})


def error_body(code, subcode=None, message='Sorry'):
    error = {'message': message, 'type': 'OAuthException', 'code': code, 'fbtrace_id': 'A'}
    if subcode:
        error['error_subcode'] = subcode
    return json.dumps({'error': error}).encode()


@tagged('post_install', '-at_install')
class TestMessengerSend(BaseCase):
    def test_text(self):
        request = build(outgoing(), 'messenger', PAGE)
        self.assertEqual(request.path, f'{PAGE}/messages')
        self.assertEqual(
            request.json,
            {
                'recipient': {'id': PSID},
                'messaging_type': 'RESPONSE',
                'message': {'text': 'It is on its way', 'metadata': 'helpdesk:k1'},
            },
        )
        self.assertEqual(build(outgoing(), 'instagram', INSTAGRAM).path, 'me/messages')

    def test_key_comes_back(self):
        """The echo of what was built is known for ours."""
        sent = build(outgoing(), 'messenger', PAGE).json['message']
        body = json.loads(fixture('messenger', 'echo_of_page_inbox'))
        body['entry'][0]['messaging'][0]['message'].update(sent)
        (event,) = parse(json.dumps(body).encode())
        self.assertEqual((event.kind, event.own_key), ('status', 'k1'))

    def test_human_agent(self):
        body = build(outgoing(), 'messenger', PAGE, is_tagged=True).json
        self.assertEqual((body['messaging_type'], body['tag']), ('MESSAGE_TAG', 'HUMAN_AGENT'))

    def test_when_a_human_agent_is_needed(self):
        """The window of seven days began with the customer's message; the first day is free."""
        wrote = NOW - timedelta(hours=23, minutes=59)
        self.assertFalse(needs_tag(wrote + timedelta(days=7), 168, NOW))
        wrote = NOW - timedelta(hours=24)
        self.assertTrue(needs_tag(wrote + timedelta(days=7), 168, NOW))
        # without the permission there is nothing but the first day
        self.assertFalse(needs_tag(wrote + timedelta(days=1), 24, NOW))
        self.assertFalse(needs_tag(None, 168, NOW))

    def test_file(self):
        attachment = {'kind': 'document', 'attachment_id': '99'}
        body = build(outgoing(text=''), 'messenger', PAGE, attachment=attachment).json
        self.assertEqual(
            body['message']['attachment'], {'type': 'file', 'payload': {'attachment_id': '99'}}
        )
        self.assertNotIn('text', body['message'])
        self.assertEqual(
            upload_form('image', 'messenger')['message']['attachment']['type'], 'image'
        )
        self.assertEqual(upload_form('document', 'instagram')['platform'], 'instagram')

    def test_private_reply(self):
        details = {'comment_id': '11_22', 'post_id': '11'}
        body = build(outgoing(details=details), 'messenger', PAGE).json
        self.assertEqual(body['recipient'], {'comment_id': '11_22'})
        self.assertNotIn('messaging_type', body)
        body = build(outgoing(details={'post_id': '11'}), 'messenger', PAGE).json
        self.assertEqual(body['recipient'], {'post_id': '11'})
        with self.assertRaises(ChannelError):
            build(outgoing(details={'post_id': '11'}), 'instagram', INSTAGRAM)

    def test_private_reply_in_time(self):
        check_private_reply(1000, 1000 + 7 * 86400)
        check_private_reply(0, 1e10)
        with self.assertRaises(ChannelError) as caught:
            check_private_reply(1000, 1001 + 7 * 86400)
        self.assertEqual(caught.exception.error_class, WINDOW)

    def test_public_answer(self):
        answer = outgoing(is_private=False, details={'thread': '11', 'comment_id': '11_22'})
        request = build(answer, 'messenger', PAGE)
        self.assertEqual(request.path, '11_22/comments')
        self.assertEqual(request.json, {'message': 'It is on its way'})
        self.assertEqual(build(answer, 'instagram', INSTAGRAM).path, '11_22/replies')
        post = outgoing(is_private=False, details={'thread': '11'})
        self.assertEqual(build(post, 'messenger', PAGE).path, '11/comments')

    def test_answer_to_a_mention(self):
        details = {'mention': True, 'post_id': '1795', 'comment_id': '17899'}
        request = build(outgoing(is_private=False, details=details), 'instagram', INSTAGRAM)
        self.assertEqual(request.path, f'{INSTAGRAM}/mentions')
        self.assertEqual(request.json['comment_id'], '17899')

    def test_public_answer_that_can_not_be(self):
        file = File(name='a.png', mimetype='image/png', content=b'x')
        for values in (
            {'details': {'comment_id': '1'}, 'file': file},
            {'details': {}},
            {'details': {'comment_id': '../me'}},  # never a path that somebody else has written
        ):
            with self.subTest(values), self.assertRaises(ChannelError) as caught:
                build(outgoing(is_private=False, **values), 'messenger', PAGE)
            self.assertEqual(caught.exception.error_class, NEVER)

    def test_sent(self):
        sent = read_sent(b'{"recipient_id":"7001","message_id":"m_1"}', outgoing())
        self.assertEqual((sent.message_id, sent.external_id), ('m_1', ''))
        # the author of a comment is called otherwise in messages
        sent = read_sent(b'{"recipient_id":"8001","message_id":"m_1"}', outgoing())
        self.assertEqual((sent.external_id, sent.alternate_id), ('8001', PSID))
        self.assertEqual(read_sent(b'{"id":"11_23"}', outgoing()).message_id, '11_23')

    def test_sent_but_not_said(self):
        for body in (b'', b'{}', b'<html>', b'[]', b'{"message_id":null}'):
            with self.subTest(body), self.assertRaises(ChannelError) as caught:
                read_sent(body, outgoing())
            self.assertEqual(caught.exception.error_class, UNKNOWN)

    def test_limits(self):
        self.assertEqual((LIMITS['messenger'].text, LIMITS['instagram'].text), (2000, 1000))
        self.assertEqual(len(LIMITS['instagram'].split('a' * 2500)), 3)
        self.assertEqual(LIMITS['messenger'].kind_of('image/webp'), 'document')
        self.assertIsNone(LIMITS['instagram'].kind_of('image/webp'))
        self.assertEqual(LIMITS['instagram'].kind_of('application/pdf'), 'document')


@tagged('post_install', '-at_install')
class TestMessengerError(BaseCase):
    def assertClass(self, error_class, status, body, **kwargs):
        error = classify(status, body, **kwargs)
        self.assertEqual(error.error_class, error_class, f'{status} {body}')
        return error

    def test_table(self):
        for code, subcode, error_class in (
            (190, None, STOP),
            (190, 463, STOP),
            (10, None, STOP),
            (10, 2018278, WINDOW),
            (10, 2534022, WINDOW),
            (10, 1893063, STOP),
            (200, None, STOP),
            (299, None, STOP),
            (200, 1545041, NEVER),
            (551, 1545041, NEVER),
            (100, 2018001, NEVER),
            (100, None, NEVER),
            (4, None, WAIT),
            (32, None, WAIT),
            (613, None, WAIT),
            (1, 99, RETRY),
            (2, None, RETRY),
            (1200, None, RETRY),
            (1, 1357046, UNKNOWN),
            (368, None, STOP),
            (10900, None, NEVER),
            (987654, None, NEVER),
        ):
            with self.subTest(code=code, subcode=subcode):
                error = self.assertClass(error_class, 400, error_body(code, subcode))
                self.assertIn(str(code), error.code)

    def test_code_counts_for_more_than_status(self):
        self.assertClass(RETRY, 500, error_body(2))
        self.assertClass(WINDOW, 500, error_body(10, 2018278))

    def test_others_answers(self):
        self.assertClass(UNKNOWN, 502, b'<html>Bad gateway')
        self.assertClass(UNKNOWN, 500, b'')
        self.assertClass(RETRY, 500, b'', sends=False)
        self.assertClass(RETRY, 503, b'')
        self.assertClass(STOP, 403, b'<html>')
        self.assertClass(NEVER, 404, b'')
        self.assertEqual(self.assertClass(WAIT, 429, b'', retry_after=300).retry_after, 300)

    def test_rest(self):
        """What asks us to be slower gives it a rest, whether it says for how long or not."""
        self.assertEqual(classify(400, error_body(613)).retry_after, 60)
        self.assertEqual(classify(400, error_body(613), retry_after=90).retry_after, 90)

    def test_no_secret(self):
        token = 'EAAB' + 'x' * 40
        error = classify(400, error_body(190, None, f'Malformed access token {token}'))
        self.assertEqual(str(error), 'Malformed access token ***')
        error = classify(400, error_body(190, None, 'Bad s3cret!'), secrets=['s3cret'])
        self.assertEqual(str(error), 'Bad ***!')

    @given(
        st.integers(100, 599),
        st.binary(max_size=80)
        | st.builds(
            error_body, st.integers(-5, 10**7), st.none() | st.integers(), st.text(max_size=30)
        ),
    )
    def test_any_answer(self, status, body):
        self.assertIn(classify(status, body).error_class, ERROR_CLASSES)
