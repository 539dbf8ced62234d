from datetime import datetime, timedelta, timezone

from odoo.tests import BaseCase, tagged

from ..tools.working_time import WorkingTime

MONDAY = datetime(2026, 1, 5, tzinfo=timezone.utc)


def at(day, hour):
    return MONDAY + timedelta(days=day, hours=hour)


@tagged('post_install', '-at_install')
class TestWorkingTime(BaseCase):
    def setUp(self):
        super().setUp()
        self.week = WorkingTime(
            [
                (at(0, 9), at(0, 12), None),
                (at(0, 13), at(0, 17), None),
                (at(1, 9), at(1, 17), None),
            ]
        )

    def test_across_lunch_and_night(self):
        self.assertEqual(self.week.hours(at(0, 11), at(1, 10)), 1 + 4 + 1)

    def test_outside(self):
        self.assertEqual(self.week.hours(at(0, 17), at(1, 9)), 0)
        self.assertEqual(self.week.hours(at(-3, 0), at(-1, 0)), 0)
        self.assertEqual(self.week.hours(at(-3, 0), at(9, 0)), 15)

    def test_backwards_is_zero(self):
        self.assertEqual(self.week.hours(at(1, 10), at(0, 11)), 0)

    def test_empty(self):
        self.assertEqual(WorkingTime([]).hours(at(0, 0), at(1, 0)), 0)
