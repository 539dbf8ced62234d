from datetime import datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tools.local_moment import describe_moment

MOMENT = datetime(2026, 11, 30, 16)


@tagged('post_install', '-at_install')
class TestLocalMoment(BaseCase):
    def test_in_many_languages(self):
        for locale, expected in (
            ('es', ('lunes, 30 de noviembre de 2026', '11:00', 'Nueva York')),
            ('fr', ('lundi 30 novembre 2026', '11:00', 'New York')),
            ('de', ('Montag, 30. November 2026', '11:00', 'New York')),
            ('pt_BR', ('segunda-feira, 30 de novembro de 2026', '11:00', 'Nova York')),
            ('zh_CN', ('2026年11月30日星期一', '11:00', '纽约')),
        ):
            with self.subTest(locale=locale):
                self.assertEqual(describe_moment(MOMENT, 'America/New_York', locale), expected)

    def test_the_day_is_that_of_the_place(self):
        moment = describe_moment(MOMENT, 'Asia/Shanghai', 'de')
        self.assertEqual(moment, ('Dienstag, 1. Dezember 2026', '00:00', 'Shanghai'))

    def test_summer_time(self):
        self.assertEqual(
            describe_moment(datetime(2026, 7, 1, 16), 'America/New_York', 'de').time, '12:00'
        )

    def test_no_zone_is_utc(self):
        for zone in (False, None, '', 'Mars/Base'):
            with self.subTest(zone=zone):
                self.assertEqual(describe_moment(MOMENT, zone, 'de')[1:], ('16:00', 'UTC'))
