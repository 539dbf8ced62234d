from datetime import datetime

import pytz

from odoo.tests import BaseCase, tagged

from ..tools.customer_zone import (
    MAIN_ZONES,
    STATE_ZONES,
    find_zone,
    guess_zone,
    is_zone_of,
    local_time,
)


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

    def test_find(self):
        for zone, country, state, phone, expected in (
            # what is on file counts
            ('America/Chicago', 'US', 'NY', '+12125550123', 'America/Chicago'),
            ('Asia/Tokyo', None, None, None, 'Asia/Tokyo'),
            ('US/Eastern', 'US', 'CA', None, 'US/Eastern'),
            # ...unless a colleague in Shenzhen entered the contact
            ('Asia/Shanghai', 'US', 'NY', None, 'America/New_York'),
            ('Asia/Shanghai', 'US', None, '+12125550123', 'America/New_York'),
            ('Asia/Shanghai', 'US', None, None, None),
            ('Asia/Shanghai', None, None, '+12125550123', 'America/New_York'),
            ('Asia/Shanghai', None, None, 'no number', 'Asia/Shanghai'),
            ('Mars/Olympus', 'JP', None, None, 'Asia/Tokyo'),
            # the address before the phone
            (None, 'US', 'CA', '+12125550123', 'America/Los_Angeles'),
            (None, 'DE', None, '+12125550123', 'Europe/Berlin'),
            # a number of a state, in any format, a mobile number, one of everywhere, one abroad
            (False, 'US', None, '(212) 555-0123', 'America/New_York'),
            (None, None, None, '+34 928 123 456', 'Atlantic/Canary'),
            (None, None, None, '+49 1511 2345678', 'Europe/Berlin'),
            (None, None, None, '+1 800 555 0123', None),
            (None, 'US', None, '+86 138 0013 8000', None),
            (None, None, None, '212 555 0123', None),
            (None, None, None, '+1 1', None),
            (None, None, None, None, None),
        ):
            with self.subTest(zone=zone, country=country, state=state, phone=phone):
                self.assertEqual(find_zone(zone, country, state, phone), expected)

    def test_zone_of_a_country(self):
        for zone, country, expected in (
            ('America/Denver', 'US', True),
            ('US/Mountain', 'us', True),
            ('Asia/Calcutta', 'IN', True),
            ('Asia/Chongqing', 'CN', True),
            ('America/Toronto', 'US', False),
            ('Asia/Irkutsk', 'CN', False),
            ('Asia/Shanghai', 'XX', True),
        ):
            with self.subTest(zone=zone, country=country):
                self.assertEqual(is_zone_of(zone, country), expected)
