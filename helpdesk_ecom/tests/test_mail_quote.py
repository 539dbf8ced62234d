import base64
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tools.mail_quote import own_words
from odoo.addons.helpdesk_ecom.tools.mail_quote_html import MARK, mark_quoted_html
from odoo.addons.mail.tests.common import MailCase

from .common import HelpdeskCommon

ATTRIBUTIONS = [
    'On Tue, 3 Mar 2026 at 10:11, Customer Care <care@shop.example> wrote:',
    'On Tue, 3 Mar 2026 at 10:11, Customer Care\n<care@shop.example> wrote:',
    'Am Di., 3. März 2026 um 10:11 Uhr schrieb Customer Care <care@shop.example>:',
    'Am 03.03.26 um 10:11 schrieb Customer Care:',
    'Le mar. 3 mars 2026 à 10:11, Customer Care <care@shop.example> a écrit :',
    'El mar, 3 mar 2026 a las 10:11, Customer Care (<care@shop.example>) escribió:',
    'Em ter., 3 de mar. de 2026 às 10:11, Customer Care <care@shop.example> escreveu:',
    'Il giorno mar 3 mar 2026 alle ore 10:11 Customer Care <care@shop.example> ha scritto:',
    'Op di 3 mrt 2026 om 10:11 schreef Customer Care <care@shop.example>:',
    'Den tis 3 mars 2026 kl 10:11 skrev Customer Care <care@shop.example>:',
    'W dniu 3.03.2026 o 10:11 Customer Care pisze <care@shop.example>:',
    'вт, 3 мар. 2026 г. в 10:11, Customer Care <care@shop.example>:',
    '在 2026年3月3日 10:11，Customer Care <care@shop.example> 写道：',
    '2026年3月3日(火) 10:11 Customer Care <care@shop.example>のメール：',
    '2026-03-03 10:11 GMT+08:00 Customer Care <care@shop.example>:',
    '---- On Tue, 03 Mar 2026 10:11:00 +0800 Customer Care <care@shop.example> wrote ----',
]
SEPARATORS = [
    '-----Original Message-----',
    '-----Ursprüngliche Nachricht-----',
    "-----Message d'origine-----",
    '-----Mensaje original-----',
    '-----Mensagem original-----',
    '------------------ 原始邮件 ------------------',
    '________________________________\nFrom: Care <care@shop.example>\nSent: Tuesday\n'
    'To: Emma\nSubject: Cup',
    'Von: Care <care@shop.example>\nGesendet: Dienstag, 3. März 2026 10:11\nAn: Emma\nBetreff: Cup',
    'De : Care <care@shop.example>\nEnvoyé : mardi 3 mars 2026\nÀ : Emma\nObjet : Cup',
    '发件人：Care <care@shop.example>\n发送时间：2026年3月3日\n收件人：Emma\n主题：Cup',
]


@tagged('post_install', '-at_install')
class TestMailQuoteText(BaseCase):
    def test_attributions(self):
        for attribution in ATTRIBUTIONS:
            for history in ('> We sent it.\n> Regards', 'We sent it.\nRegards'):
                with self.subTest(attribution=attribution, history=history):
                    text = f'It is broken.\n\nEmma\n\n{attribution}\n\n{history}\n'
                    if '@' not in attribution and '10:11' not in attribution and '>' not in history:
                        continue
                    self.assertEqual(own_words(text), 'It is broken.\n\nEmma')

    def test_separators(self):
        for separator in SEPARATORS:
            with self.subTest(separator=separator):
                text = f'It is broken.\n\n{separator}\n\nWe sent it.\n'
                self.assertEqual(own_words(text), 'It is broken.')

    def test_the_signature_of_a_phone_belongs_to_the_end(self):
        for signature in ('Sent from my iPhone', 'Von meinem iPhone gesendet', '发自我的iPhone'):
            with self.subTest(signature=signature):
                text = f'Thanks\n\n{signature}\n\n{ATTRIBUTIONS[0]}\n> Hello'
                self.assertEqual(own_words(text), 'Thanks')

    def test_answers_below_or_between_stay(self):
        for text in (
            f'{ATTRIBUTIONS[0]}\n> Which colour?\n\nBlue, please.',
            f'Hi,\n\n{ATTRIBUTIONS[0]}\n> Which colour?\nBlue\n> How many?\nTwo',
            '> Which colour?\nBlue',
        ):
            with self.subTest(text=text):
                self.assertEqual(own_words(text), text)

    def test_what_only_looks_like_history(self):
        for text in (
            'I ordered on 2026-03-03 and the driver wrote:\nnobody at home',
            'From: Shenzhen\nTo: New York\nit took 40 days',
            'Please send it to: 5 Main Street\nThe date: 3 March',
            'My order:\n-----\n3 cups\n-----\nThank you',
            'Was kostet das? 10:30 Uhr passt.',
        ):
            with self.subTest(text=text):
                self.assertEqual(own_words(text), text)

    def test_a_bare_forward_is_shown_whole(self):
        text = f'{SEPARATORS[0]}\nFrom: a@b.example\nSent: x\nTo: y\nSubject: z\n\nHello'
        self.assertEqual(own_words(text), text)

    def test_what_is_forwarded_is_news(self):
        for forward in ('---------- Forwarded message ---------', 'Begin forwarded message:'):
            with self.subTest(forward=forward):
                text = f'See below\n\n{forward}\nFrom: a@b.example\nDate: x\nSubject: z\n\nHello'
                self.assertEqual(own_words(text), text)

    @settings(max_examples=100, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                [
                    '',
                    'Hello',
                    '> quoted',
                    '-- ',
                    ATTRIBUTIONS[0],
                    SEPARATORS[0],
                    'From: a@b.example',
                    'Sent: x',
                    'Subject: y',
                    '________',
                    'Sent from my iPhone',
                ]
            ),
            max_size=12,
        )
    )
    def test_own_words_are_the_beginning(self, lines):
        text = '\n'.join(lines)
        self.assertTrue(text.strip().startswith(own_words(text)))
        self.assertEqual(bool(own_words(text)), bool(text.strip()))


@tagged('post_install', '-at_install')
class TestMailQuoteHtml(BaseCase):
    def _split(self, body):
        """Return the texts of the HTML outside and inside of the marked elements."""
        root = html.fragment_fromstring(mark_quoted_html(body), create_parent='div')
        marked = root.xpath(f'.//*[@{MARK}][not(ancestor::*[@{MARK}])]')
        history = ' '.join(element.text_content() for element in marked)
        for element in marked:
            element.drop_tree()
        return ''.join(root.text_content().split()), ''.join(history.split()), len(marked)

    def assertFolded(self, body, own, history):
        """Assert what of the HTML is folded into one piece, blanks aside."""
        own, history = ''.join(own.split()), ''.join(history.split())
        self.assertEqual(self._split(body), (own, history, 1))

    def test_mail_programs(self):
        attribution = 'On Tue, 3 Mar 2026 at 10:11, Care &lt;care@shop.example&gt; wrote:'
        announced = 'On Tue, 3 Mar 2026 at 10:11, Care <care@shop.example> wrote:'
        for name, body in {
            'gmail': f'<div dir="ltr">Broken!</div><br><div class="gmail_quote"><div>{attribution}'
            '<br></div><blockquote>Sent.</blockquote></div>',
            'apple': f'<div>Broken!<br><div><br><blockquote><div>{attribution}</div></blockquote>'
            '</div><br><div><blockquote>Sent.</blockquote></div></div>',
            'thunderbird': f'<p>Broken!</p><div class="moz-cite-prefix">{attribution}<br></div>'
            '<blockquote type="cite">Sent.</blockquote>',
            'proton': f'<div>Broken!</div><div class="protonmail_quote">{attribution}<br>'
            '<blockquote>Sent.</blockquote></div>',
            'no markup': f'<div>Broken!<br><br>{attribution}<br>Sent.</div>',
            'text': f'<pre>Broken!\n\n{attribution}\nSent.</pre>',
        }.items():
            with self.subTest(program=name):
                self.assertFolded(body, 'Broken!', f'{announced} Sent.')

    def test_outlook(self):
        self.assertFolded(
            '<div><p>Broken!</p><p>Emma</p><div style="border-top:solid #E1E1E1 1.0pt"><p>'
            '<b>From:</b> Care &lt;care@shop.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> Emma'
            '<br><b>Subject:</b> Cup</p></div><p>Hello,</p><p>Sent.</p></div>',
            'Broken!Emma',
            'From: Care <care@shop.example>Sent: TuesdayTo: EmmaSubject: CupHello,Sent.',
        )

    def test_rows_of_a_table_stay_rows(self):
        marked = mark_quoted_html(
            '<table><tr><td>Broken!</td></tr><tr><td>On Tue, 3 Mar 2026 at 10:11, '
            'Care &lt;a@b.example&gt; wrote:</td></tr><tr><td>Sent.</td></tr></table>'
        )
        self.assertIn(f'<tr {MARK}="1"><td>Sent.</td></tr>', marked)

    def test_nothing_to_fold(self):
        for body in (
            '<p>Broken!</p>',
            '',
            '   ',
            '<!-- nothing -->',
            '<p>a</p>\x00',
            '<blockquote>Which colour?</blockquote><p>Blue</p>',
            '<blockquote>Only history</blockquote>',
        ):
            with self.subTest(body=body):
                self.assertEqual(mark_quoted_html(body), body)

    def test_whole_documents(self):
        self.assertFolded(
            '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><p>Broken!</p>'
            '<blockquote>Sent.</blockquote></body></html>',
            'Broken!',
            'Sent.',
        )

    def test_bare_text_stays_bare(self):
        marked = mark_quoted_html('Broken!<blockquote>Sent.</blockquote>')
        self.assertTrue(marked.startswith('Broken!<div'))

    def test_type_is_kept(self):
        body = '<p>Broken!</p><blockquote>Sent.</blockquote>'
        self.assertIs(type(mark_quoted_html(body)), str)
        self.assertIs(type(mark_quoted_html(Markup(body))), Markup)

    _tree = st.recursive(
        st.sampled_from(
            [
                'Hello',
                '<br>',
                '<img src="x">',
                'On Mon, 1 Jan 2026, A &lt;a@b.example&gt; wrote:',
                '<hr>',
                '-----Original Message-----',
                '<span>words</span>',
            ]
        ),
        lambda inner: st.builds(
            lambda tag, parts: f'<{tag}>{"".join(parts)}</{tag}>',
            st.sampled_from(['div', 'p', 'blockquote', 'pre', 'b']),
            st.lists(inner, max_size=4),
        ),
        max_leaves=20,
    )

    @settings(max_examples=100, deadline=None)
    @given(st.lists(_tree, max_size=6).map(''.join))
    def test_no_word_and_no_picture_is_lost(self, body):
        before = html.fragment_fromstring(body, create_parent='div')
        after = html.fragment_fromstring(mark_quoted_html(body), create_parent='div')
        self.assertEqual(
            re.sub(r'\s', '', before.text_content()), re.sub(r'\s', '', after.text_content())
        )
        self.assertEqual(len(before.xpath('.//img')), len(after.xpath('.//img')))


PICTURE = (
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg'
    'gg=='
)

MAIL_WITH_PICTURES = f"""From: Emma Clark <emma.clark@customer.example>
To: care@shop.example
Subject: Broken cup
Message-Id: <broken-cup@customer.example>
MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"

--b
Content-Type: text/html; charset=utf-8

<p>Look:</p><img src="cid:one@x"><p>and</p><img src="cid:two@x">
<div>On Tue, 3 Mar 2026 at 10:11, Care &lt;care@shop.example&gt; wrote:</div>
<blockquote>Sent.</blockquote>
--b
Content-Type: image/png
Content-Id: <one@x>
Content-Transfer-Encoding: base64

{PICTURE}
--b
Content-Type: image/png; name="cup.png"
Content-Id: <two@x>
Content-Disposition: inline; filename="cup.png"
Content-Transfer-Encoding: base64

{PICTURE}
--b--
"""

PLAIN_MAIL = """From: Emma Clark <emma.clark@customer.example>
To: care@shop.example
Subject: Broken cup
Message-Id: <plain@customer.example>
Content-Type: text/plain; charset=utf-8

It is broken.
Please help.

On Tue, 3 Mar 2026 at 10:11, Care <care@shop.example> wrote:
> Sent.
"""


@tagged('post_install', '-at_install')
class TestMailQuoteGateway(HelpdeskCommon, MailCase):
    def _receive(self, mail):
        with self.mock_mail_gateway():
            ticket_id = self.env['mail.thread'].message_process('helpdesk.ticket', mail)
        ticket = self.env['helpdesk.ticket'].browse(ticket_id)
        return ticket.message_ids.filtered(lambda message: message.message_type == 'email')

    def _marked(self, message):
        root = html.fragment_fromstring(message.body, create_parent='div')
        return root.xpath(f'.//*[@{MARK}][not(ancestor::*[@{MARK}])]')

    def test_pictures_are_shown_and_history_is_marked(self):
        message = self._receive(MAIL_WITH_PICTURES)
        sources = html.fromstring(message.body).xpath('//img/@src')
        self.assertEqual(len(sources), 2)
        self.assertEqual(len(set(sources)), 2)
        for source in sources:
            self.assertRegex(source, r'^/web/image/\d+\?access_token=')
        for attachment in message.attachment_ids:
            self.assertEqual(attachment.datas, base64.b64encode(base64.b64decode(PICTURE)))
        (history,) = self._marked(message)
        self.assertIn('Care <care@shop.example> wrote:', history.text_content())
        self.assertIn('Sent.', history.text_content())

    def test_lines_of_plain_text_stay_lines(self):
        message = self._receive(PLAIN_MAIL)
        self.assertIn('<pre>It is broken.\nPlease help.</pre>', message.body)
        (history,) = self._marked(message)
        self.assertIn('> Sent.', history.text_content())

    def test_mails_to_other_documents_are_left_alone(self):
        body = '<p>Hello</p><div>On Tue, 3 Mar 2026 at 10:11, A &lt;a@b.example&gt; wrote:</div>x'
        message = self.customer.message_post(body=Markup(body), message_type='email')
        self.assertFalse(self._marked(message))
