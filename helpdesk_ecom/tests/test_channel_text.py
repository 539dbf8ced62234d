from odoo.tests import BaseCase, tagged

from ..tools.channel.text import html_to_text


@tagged('post_install', '-at_install')
class TestChannelText(BaseCase):
    """What is written in the form reads on a messenger as it was meant."""

    def assertText(self, body, expected):
        self.assertEqual(html_to_text(body, 'https://shop.example'), expected)

    def test_links(self):
        for link, expected in (
            (
                '<a href="https://a.example/x?a=1&amp;b=2">here</a>',
                'here (https://a.example/x?a=1&b=2)',
            ),
            ('<a href="https://a.example/x">https://a.example/x</a>', 'https://a.example/x'),
            ('<a href="https://www.a.example/">www.a.example</a>', 'https://www.a.example/'),
            (
                '<a href="https://a.example/x"><b>the</b> page</a>',
                '*the* page (https://a.example/x)',
            ),
            ('<a href="https://a.example/x"><img src="x.png"/></a>', 'https://a.example/x'),
            ('<a href="mailto:care@a.example?subject=Hi">write</a>', 'write (care@a.example)'),
            ('<a href="mailto:care@a.example">care@a.example</a>', 'care@a.example'),
            ('<a href="tel:+12125550123">+1 212-555-0123</a>', '+1 212-555-0123'),
            ('<a href="tel:+12125550123">call us</a>', 'call us (+12125550123)'),
            (
                '<a href="/my/tickets/1">your ticket</a>',
                'your ticket (https://shop.example/my/tickets/1)',
            ),
            ('<a href="#top">up</a>', 'up'),
            ('<a href="javascript:alert(1)">click</a>', 'click'),
            ('<a>nowhere</a>', 'nowhere'),
            ('<a href="/odoo/res.partner/3" data-oe-model="res.partner">@Agent</a>', '@Agent'),
            ('<a href="https://[broken">odd</a>', 'odd (https://[broken)'),
        ):
            with self.subTest(link=link):
                self.assertText(f'<p>See {link}.</p>', f'See {expected}.')

    def test_lines(self):
        for body, expected in (
            ('', ''),
            (False, ''),
            ('one<br>two', 'one\ntwo'),
            ('<p>one</p><p>two</p>', 'one\ntwo'),
            ('<p>one</p><p><br></p><p>two</p>', 'one\n\ntwo'),
            ('<div>one</div><div>two\n  three</div>', 'one\ntwo three'),
            ('<p>a</p><ul><li>b</li><li><p>c</p></li></ul><p>d</p>', 'a\n- b\n- c\nd'),
            ('<ol><li>b</li><li>c<ul><li>e</li></ul></li></ol>', '1. b\n2. c\n  - e'),
            ('<ol start="4"><li>b</li></ol>', '4. b'),
            ('<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'),
            ('<pre>a\n  b</pre>', 'a\n  b'),
            ('<p>1 &lt; 2 &amp; 3</p><!-- no --><style>p {}</style>', '1 < 2 & 3'),
            ('<p><strong>Now</strong> or <em>never</em><b> </b></p>', '*Now* or /never/'),
            ('plain', 'plain'),
        ):
            with self.subTest(body=body):
                self.assertText(body, expected)

    def test_own_words(self):
        quoted = (
            '<p>Yes</p><div data-o-mail-quote="1">Is it?<p data-o-mail-quote="1">It is.</p></div>'
            '<span data-o-mail-quote="1">x</span>'
        )
        self.assertEqual(html_to_text(quoted, own_words=True), 'Yes')
        self.assertEqual(html_to_text(quoted), 'Yes\nIs it?\nIt is.\nx')
