from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestTicketMerge(HelpdeskCommon):
    def test_target_of_a_chain(self):
        first, second, third, alone = (self._create_ticket(name=name) for name in 'abcd')
        first.sudo().merged_into_id = second
        second.sudo().merged_into_id = third
        self.assertEqual(first._get_merge_target(), third)
        self.assertEqual(third._get_merge_target(), third)
        self.assertEqual((first | second | alone)._get_merge_target(), third | alone)
        self.assertFalse(first._get_merge_target().env.su)

    def test_no_circle(self):
        first, second = (self._create_ticket(name=name) for name in 'ab')
        first.sudo().merged_into_id = second
        with self.assertRaises(ValidationError):
            second.sudo().merged_into_id = first
