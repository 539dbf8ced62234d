from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.common import HelpdeskOrderCommon


@tagged('post_install', '-at_install')
class TestTracking(HelpdeskOrderCommon):
    """A parcel's number leads to its order, and the order's panel to the parcel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls.env['product.product'].create({'name': 'Parcel', 'type': 'service'})
        cls.carrier = cls.env['delivery.carrier'].create(
            {
                'name': 'Carrier',
                'product_id': product.id,
                'tracking_url': 'https://track.example/<shipmenttrackingnumber>',
            }
        )
        cls.picking = cls.order.picking_ids
        cls.picking.write(
            {
                'carrier_id': cls.carrier.id,
                'carrier_tracking_ref': '1Z999AA10123456784',
            }
        )

    def _match(self, text, **vals):
        ticket = self._create_ticket(name='Where is it?', **vals)
        ticket._match_orders([text])
        return ticket

    def test_order_by_tracking_number(self):
        for number in ('1Z999AA10123456784', '1z999aa10123456784', '1Z 999 AA1 01 2345 6784'):
            with self.subTest(number=number):
                ticket = self._match(f'<p>My parcel {number} is lost</p>')
                self.assertEqual(ticket.sale_order_id, self.order)
                self.assertEqual(ticket.order_match, 'verified')

    def test_order_by_one_of_several_parcels(self):
        self.picking.carrier_tracking_ref = '771234567890, 771234567891'
        self.assertEqual(self._match('FedEx 7712 3456 7891').sale_order_id, self.order)

    def test_parcel_of_somebody_else(self):
        stranger = self.env['res.partner'].create({'name': 'Paul Roux'})
        ticket = self._match('1Z999AA10123456784', partner_id=stranger.id)
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertEqual(ticket.order_match, 'unverified')

    def test_one_query(self):
        ticket = self._create_ticket(name='Hello')
        self.env.flush_all()
        with self.assertQueryCount(1):
            ticket._match_orders(['1Z999AA10123456700'])

    def test_panel_links_the_parcel(self):
        ticket = self._create_ticket(sale_order_id=self.order.id)
        [delivery] = ticket.with_user(self.agent).get_order_panel_data()['order']['deliveries']
        self.assertEqual(
            delivery['tracking'],
            [
                {
                    'reference': '1Z999AA10123456784',
                    'url': 'https://track.example/1Z999AA10123456784',
                }
            ],
        )

    def test_each_parcel_has_its_own_link(self):
        """By the pattern of a simple carrier, or as a carrier tells them."""
        self.picking.carrier_tracking_ref = 'A1, B2'
        self.assertEqual(
            self.picking._get_helpdesk_tracking(),
            [
                {'reference': 'A1', 'url': 'https://track.example/A1'},
                {'reference': 'B2', 'url': 'https://track.example/B2'},
            ],
        )
        self.carrier.tracking_url = '[["A1", "https://a.example"]]'
        self.picking.invalidate_recordset(['carrier_tracking_url'])
        self.assertEqual(
            self.picking._get_helpdesk_tracking(),
            [
                {'reference': 'A1', 'url': 'https://a.example'},
                {'reference': 'B2', 'url': ''},
            ],
        )
