"""Run by ./dev lint: those of Odoo's lint tests that look at manifests, files or the registry."""

from odoo.addons.test_lint.tests.test_dunderinit import TestDunderinit  # noqa: F401
from odoo.addons.test_lint.tests.test_i18n import TestI18n  # noqa: F401
from odoo.addons.test_lint.tests.test_index import TestIndex  # noqa: F401
from odoo.addons.test_lint.tests.test_jstranslate import TestJsTranslations  # noqa: F401
from odoo.addons.test_lint.tests.test_manifests import ManifestLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_naming import TestNaming  # noqa: F401
from odoo.addons.test_lint.tests.test_onchange_domains import TestOnchangeDomains  # noqa: F401
from odoo.addons.test_lint.tests.test_orm_import import *  # noqa: F403
from odoo.addons.test_lint.tests.test_override_signatures import *  # noqa: F403
from odoo.addons.test_lint.tests.test_pofile import PotLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_routes import RoutesLinter as OdooRoutesLinter


class RoutesLinter(OdooRoutesLinter):
    def test_routes_definition(self):
        # it only warns: here that is a failure
        with self.assertNoLogs('odoo.addons.test_lint.tests.test_routes', 'WARNING'):
            super().test_routes_definition()
