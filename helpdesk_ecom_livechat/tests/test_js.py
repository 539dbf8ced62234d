from odoo.tests import HttpCase, tagged

from odoo.addons.helpdesk_ecom.tests.test_js import hoot_id


@tagged('post_install', '-at_install', 'browser')
class TestJavaScript(HttpCase):
    def test_suite(self):
        addon = hoot_id('@helpdesk_ecom_livechat')
        self.browser_js(
            f'/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={addon}',
            '',
            '',
            login='admin',
            timeout=300,
            success_signal='[HOOT] Test suite succeeded',
            error_checker=lambda message: '[HOOT]' not in message,
        )
