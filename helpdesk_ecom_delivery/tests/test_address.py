from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestAddressOfParcel(OrderActionCommon):
    """The address of a parcel with a label is changed by the warehouse only."""

    def test_labelled_parcel(self):
        """The warehouse is asked; the parcel gets the address when the label is gone."""
        picking = self.order.picking_ids
        picking.write({'carrier_tracking_ref': '1Z999AA10123456784', 'user_id': self.leader.id})
        action = (
            self.env['helpdesk.order.action']
            .with_user(self.agent)
            .create(
                {
                    'ticket_id': self.ticket.id,
                    'action_type': 'address_change',
                    'street': 'Lindenstr. 5',
                    'zip': '10969',
                    'city': 'Berlin',
                    'country_id': self.env.ref('base.de').id,
                }
            )
        )
        self.assertIn('1Z999AA10123456784', action.preview)
        action.action_submit()
        self.assertEqual(action.state, 'waiting')
        self.assertEqual(picking.partner_id, self.customer)
        activity = picking.activity_ids
        self.assertEqual(activity.user_id, self.leader)
        self.assertIn('has a carrier label (1Z999AA10123456784)', activity.note)
        picking.carrier_tracking_ref = False
        self._run_job()
        self.assertEqual(action.state, 'done')
        self.assertEqual(picking.partner_id.city, 'Berlin')
