from datetime import datetime

import pytz

from odoo.tests import BaseCase, tagged

from ..tools.customer_zone import MAIN_ZONES, STATE_ZONES, guess_zone, local_time


@tagged('post_install', '-at_install')
class TestCustomerZone(BaseCase):
    def test_countries(self):
        for country, state, expected in (
            ('FR', None, 'Europe/Paris'),
            ('jp', None, 'Asia/Tokyo'),
            ('DE', 'BE', 'Europe/Berlin'),
            ('CN', None, 'Asia/Shanghai'),
            ('US', 'NY', 'America/New_York'),
            ('US', 'CA', 'America/Los_Angeles'),
            ('CA', 'BC', 'America/Vancouver'),
            ('AU', 'WA', 'Australia/Perth'),
            ('BR', 'SP', 'America/Sao_Paulo'),
            ('ES', 'V', 'Europe/Madrid'),
            ('ES', 'TF', 'Atlantic/Canary'),
            ('PT', '20', 'Atlantic/Azores'),
            ('US', None, None),
            ('US', 'AA', None),
            ('RU', 'MOW', None),
            ('XX', None, None),
            (None, None, None),
            (False, False, None),
        ):
            with self.subTest(country=country, state=state):
                self.assertEqual(guess_zone(country, state), expected)

    def test_every_zone_exists(self):
        """A zone with a typing error would show no time at all."""
        zones = {
            *MAIN_ZONES.values(),
            *(zone for states in STATE_ZONES.values() for zone in states),
        }
        self.assertLessEqual(zones, pytz.all_timezones_set)

    def test_no_state_is_named_twice(self):
        for country, zones in STATE_ZONES.items():
            states = ' '.join(zones.values()).split()
            self.assertEqual(len(states), len(set(states)), country)

    def test_local_time(self):
        winter, summer = datetime(2026, 1, 31, 23, 30), datetime(2026, 7, 1, 12, 0)
        self.assertEqual(local_time(winter, 'America/New_York'), '2026-01-31 18:30')
        self.assertEqual(local_time(summer, 'America/New_York'), '2026-07-01 08:00')
        self.assertEqual(local_time(winter, 'Asia/Tokyo'), '2026-02-01 08:30')
        self.assertEqual(local_time(winter, 'Asia/Kolkata'), '2026-02-01 05:00')
        self.assertIsNone(local_time(winter, 'Mars/Olympus'))
        self.assertIsNone(local_time(winter, False))
