from odoo.tests import HttpCase, tagged

ADDON = '@helpdesk_ecom'


def hoot_id(name):
    """Return the id by which the JavaScript test runner knows a suite: a 32 bit string hash."""
    code = 0
    for char in name:
        code = ((code << 5) - code + ord(char)) & 0xFFFFFFFF
    return f'{code:08x}'


class JavaScriptCommon(HttpCase):
    """Runs the JavaScript unit tests in `static/tests/**/*.test.js`."""

    def _run_suite(self, preset):
        self.browser_js(
            f'/web/tests?headless&loglevel=2&preset={preset}&timeout=15000&id={hoot_id(ADDON)}',
            '',
            '',
            login='admin',
            timeout=300,
            success_signal='[HOOT] Test suite succeeded',
            error_checker=lambda message: '[HOOT]' not in message,
        )


@tagged('post_install', '-at_install', 'browser')
class TestJavaScriptDesktop(JavaScriptCommon):
    def test_suite(self):
        self._run_suite('desktop')


@tagged('post_install', '-at_install', 'browser')
class TestJavaScriptPhone(JavaScriptCommon):
    browser_size = '375x667'
    touch_enabled = True

    def test_suite(self):
        self._run_suite('mobile')
