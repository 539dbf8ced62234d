from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user, tagged

from ..tools.channel.event import Media
from .channel_common import HelpdeskChannelCommon

PAGE = (
    b'<!DOCTYPE html><html><body><form action="https://evil.example/"><input/></form></body></html>'
)
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
XHTML = (
    b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>'
    b'<body/></html>'
)
XML = b'<?xml version="1.0"?><a xmlns:h="http://www.w3.org/1999/xhtml"><h:script>1</h:script></a>'
PNG = (
    b'\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f'
    b'\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00'
    b'\x00\x00\x00IEND\xaeB`\x82'
)


@tagged('post_install', '-at_install')
class TestChannelMedia(HelpdeskChannelCommon, HttpCase):
    """Files that customers send are shown as what they are, if that does no harm."""

    def _fetch(self, content, name, mimetype):
        """Let a customer send a file, and return its attachment."""
        media = Media(kind='document', url='https://files.example/x', mimetype=mimetype, name=name)
        envelope = self._receive(self._event('See', media=(media,)))
        with patch.object(
            type(self.env['helpdesk.channel']),
            '_fetch_media',
            lambda channel, media: (name, mimetype, content),
        ):
            self._run_job('ir_cron_fetch_media')
        return envelope.message_id.attachment_ids

    def test_active_contents(self):
        """Nothing that a browser runs comes from the shop's own address."""
        user = new_test_user(
            self.env, 'reader', groups='helpdesk_ecom.group_helpdesk_user', password='reader-pass'
        )
        self.authenticate(user.login, 'reader-pass')
        for content, name, mimetype in (
            (PAGE, 'page.html', 'text/html'),
            (PAGE, 'page.html', 'image/png'),
            (PAGE, 'page', 'application/octet-stream'),
            (SVG, 'cup.svg', 'image/svg+xml'),
            (SVG, 'cup.png', 'image/png'),
            (XHTML, 'page.xhtml', 'application/xhtml+xml'),
            (XML, 'data.xml', 'text/xml'),
            (XML, 'feed.rss', 'application/rss+xml'),
            (b'alert(1)', 'run.js', 'text/javascript'),
            (b'alert(1)', 'run.js', 'Application/JavaScript; charset=utf-8'),
        ):
            with self.subTest(name, mimetype=mimetype):
                attachment = self._fetch(content, name, mimetype)
                self.assertEqual(attachment.mimetype, 'text/plain')
                self.assertEqual(attachment.raw, content)
                for path, kind in (
                    ('content', 'text/plain'),
                    ('image', 'application/octet-stream'),  # no picture: a download
                ):
                    answer = self.url_open(f'/web/{path}/{attachment.id}')
                    self.assertEqual(answer.status_code, 200)
                    self.assertEqual(answer.headers['Content-Type'].partition(';')[0], kind)
                    self.assertEqual(answer.headers['X-Content-Type-Options'], 'nosniff')

    def test_harmless_contents(self):
        attachment = self._fetch(PNG, 'cup.png', 'image/png')
        self.assertEqual(attachment.mimetype, 'image/png')
        attachment = self._fetch(b'%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'bill', 'application/pdf')
        self.assertEqual((attachment.mimetype, attachment.name), ('application/pdf', 'bill.pdf'))
