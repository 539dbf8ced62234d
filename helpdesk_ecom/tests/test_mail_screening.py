from email import message_from_bytes, message_from_string
from email.policy import SMTP

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import mail_screening
from ..tools.incoming_mail import IncomingMail, extract_files, extract_text, find_references


def _message(body='Hello', **headers):
    lines = [f'{name.replace("_", "-")}: {value}' for name, value in headers.items()]
    return message_from_string('\n'.join([*lines, '', body]), policy=SMTP)


def _report(kind, action='failed'):
    return message_from_string(
        'From: postmaster@mx.example\n'
        f'Content-Type: multipart/report; report-type={kind}; boundary=b\n\n'
        '--b\nContent-Type: text/plain\n\nSorry\n'
        f'--b\nContent-Type: message/{kind}\n\nReporting-MTA: dns; mx.example\n\n'
        f'Final-Recipient: rfc822; a@b.example\nAction: {action}\nStatus: 5.1.1\n\n--b--\n',
        policy=SMTP,
    )


@tagged('post_install', '-at_install')
class TestMailScreening(BaseCase):
    def assertReason(self, reason, message, **kwargs):
        self.assertEqual(mail_screening.screen(message, **kwargs), reason)

    def test_people(self):
        """What a person wrote is never parked, whoever carries it."""
        for headers in (
            {'From': 'Emma <emma@customer.example>'},
            {'From': 'noreply@marketplace.example', 'Subject': 'Question about an order'},
            {'From': 'emma@customer.example', 'Auto_Submitted': 'no'},
            {'From': 'emma@customer.example', 'Auto_Submitted': 'no (really)'},
            {'From': 'emma@customer.example', 'Subject': 'Automatic reply does not work'},
            {'From': 'emma@customer.example', 'List_Unsubscribe': '<mailto:x@y.example>'},
            {'From': 'emma@customer.example', 'Precedence': 'normal'},
            {'From': 'emma@customer.example', 'Return_Path': '<emma@customer.example>'},
            {},
        ):
            with self.subTest(headers):
                self.assertReason(None, _message(**headers))

    def test_form_with_reply_to(self):
        """A form is a machine, but it speaks for the person in its Reply-To."""
        headers = {'From': 'wordpress@shop.example', 'Reply_To': 'Emma <emma@customer.example>'}
        for sign in (
            {'Auto_Submitted': 'auto-generated'},
            {'X_Auto_Response_Suppress': 'All'},
            {'Return_Path': '<>'},
            {'Precedence': 'bulk'},
        ):
            with self.subTest(sign):
                self.assertReason(None, _message(**headers, **sign))
        self.assertReason('auto_reply', _message(**headers, Auto_Submitted='auto-replied'))
        self.assertReason(
            'list',
            _message(**headers, Precedence='bulk', List_Unsubscribe='<mailto:x@y.example>'),
        )
        self.assertReason(
            'auto_generated',
            _message(
                From='a@b.example', Reply_To='noreply@b.example', Auto_Submitted='auto-generated'
            ),
        )

    def test_auto_replies(self):
        for headers in (
            {'Auto_Submitted': 'auto-replied'},
            {'Auto_Submitted': 'Auto-Replied; owner-email="a@b.example"'},
            {'Auto_Submitted': 'auto-replied (vacation)'},
            {'X_Autoreply': 'yes'},
            {'X_Autorespond': 'I am away'},
            {'Precedence': 'auto_reply'},
            {'Subject': 'Out of Office: cup', 'X_Auto_Response_Suppress': 'All'},
            {'Subject': 'Abwesenheitsnotiz', 'Return_Path': '<>'},
            {'Subject': '自动回复: 杯子', 'Auto_Submitted': 'auto-generated'},
        ):
            with self.subTest(headers):
                self.assertReason('auto_reply', _message(From='emma@customer.example', **headers))

    def test_machines(self):
        for headers in (
            {'Auto_Submitted': 'auto-generated'},
            {'X_Auto_Response_Suppress': 'DR, OOF, AutoReply'},
            {'Return_Path': '<>'},
        ):
            with self.subTest(headers):
                self.assertReason('auto_generated', _message(From='cron@host.example', **headers))

    def test_reports(self):
        self.assertReason('bounce', _report('delivery-status'))
        self.assertReason('delay', _report('delivery-status', 'delayed'))
        self.assertReason('receipt', _report('delivery-status', 'delivered'))
        self.assertReason('receipt', _report('disposition-notification'))
        self.assertReason('auto_generated', _report('feedback-report'))
        self.assertReason('bounce', _message(From='MAILER-DAEMON@mx.example'))
        self.assertReason(
            'bounce',
            _message(Return_Path='<>', From='x@mx.example', Subject='Undeliverable: cup'),
        )

    def test_lists(self):
        self.assertReason('list', _message(From='a@b.example', List_Id='<news.b.example>'))
        for precedence in ('bulk', 'list', 'Junk'):
            self.assertReason('list', _message(From='a@b.example', Precedence=precedence))

    def test_own_loop(self):
        own = {'care@shop.example'}
        self.assertReason('loop', _message(From='Care <Care@Shop.example>'), own_addresses=own)
        self.assertReason(
            None,
            _message(From='care@shop.example', Reply_To='emma@customer.example'),
            own_addresses=own,
        )

    def test_own_mark(self):
        """What Odoo sent for a ticket is ours if the domain is; others have an Odoo, too."""
        message = _message(From='agent@shop.example', X_Odoo_Objects='helpdesk.ticket-7')
        self.assertReason('loop', message, own_domains={'shop.example'})
        self.assertReason(None, message, own_domains={'other.example'})

    def test_references_of_a_subject(self):
        for subject, references in (
            ('Re: [#TK00231] Cup', ['TK00231']),
            ('about #TK00231, and # TK7.', ['TK00231', 'TK7']),
            ('#CN/2026/0007', ['CN/2026/0007']),
            ('I am #happy', []),
            ('TK00231', []),
            (None, []),
        ):
            with self.subTest(subject):
                self.assertEqual(find_references(subject), references)

    @settings(max_examples=25, deadline=None)
    @given(st.binary(max_size=600))
    def test_bytes_never_raise(self, raw):
        """Any bytes at all can be parsed, screened, read and kept."""
        self._read(raw)

    @settings(max_examples=25, deadline=None)
    @given(
        st.dictionaries(
            st.sampled_from(
                [
                    'From',
                    'To',
                    'Cc',
                    'Subject',
                    'Reply-To',
                    'Return-Path',
                    'Auto-Submitted',
                    'Content-Type',
                    'Content-Transfer-Encoding',
                    'Content-Disposition',
                    'Precedence',
                ]
            ),
            st.text(st.characters(exclude_characters='\r\n'), max_size=80),
        ),
        st.text(max_size=200),
    )
    def test_headers_never_raise(self, headers, body):
        lines = [f'{name}: {value}' for name, value in headers.items()]
        self._read('\n'.join([*lines, '', body]).encode('utf-8', 'surrogatepass'))

    def _read(self, raw):
        message = message_from_bytes(raw, policy=SMTP)
        self.assertIn(mail_screening.screen(message), (None, *mail_screening.REASONS))
        for text in extract_text(message):
            text.encode()
            self.assertNotIn('\0', text)
        extract_files(message)
        values = IncomingMail(raw).guess_values()
        self.assertTrue(values['message_id'])
        ''.join(values.values()).encode()
