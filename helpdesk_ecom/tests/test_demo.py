from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file


@tagged('post_install', '-at_install')
class TestDemo(TransactionCase):
    """The demo data loads, and an update of the addon leaves it alone."""

    def _load_demo(self, mode):
        for filename in Manifest.for_addon('helpdesk_ecom')['demo']:
            convert_file(
                self.env(su=True),
                'helpdesk_ecom',
                filename,
                idref={},
                mode=mode,
                noupdate=False,
            )

    def test_load_and_update(self):
        self._load_demo('init')
        team = self.env.ref('helpdesk_ecom.demo_team_wholesale')
        team.name = 'Renamed'
        self._load_demo('update')
        self.assertEqual(team.name, 'Renamed')
