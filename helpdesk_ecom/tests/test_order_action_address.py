from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionAddress(OrderActionCommon):
    """Changes of the delivery address, by what the warehouse has done already."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.germany = cls.env.ref('base.de')
        cls.address = {
            'address_name': 'Emma Clark',
            'street': 'Lindenstr. 5',
            'zip': '10969',
            'city': 'Berlin',
            'country_id': cls.germany.id,
            'phone': '030 901820',
        }

    def _change(self, **vals):
        """Return a change of address that the agent submitted."""
        action = (
            self.env['helpdesk.order.action']
            .with_user(self.agent)
            .create(
                {
                    'ticket_id': self.ticket.id,
                    'action_type': 'address_change',
                    **self.address,
                    **vals,
                }
            )
        )
        action.action_submit()
        return action

    def test_not_sent(self):
        """Order, transfer and next invoice get the address; the customer's own stays."""
        picking = self.order.picking_ids
        action = self._change()
        self.assertEqual(action.state, 'done', action.message)
        address = self.order.partner_shipping_id
        self.assertEqual((address.street, address.phone), ('Lindenstr. 5', '+4930901820'))
        self.assertEqual(picking.partner_id, address)
        self.assertEqual(picking.move_ids.partner_id, address)
        self.assertFalse(picking.activity_ids)
        self.assertEqual(self.customer.street, '12 Hudson Street')
        self.assertEqual(self._invoice(self.order).partner_shipping_id, address)
        self.assertIn('Lindenstr. 5', self.ticket.message_ids[0].body)
        self.assertIn('Lindenstr. 5', picking.message_ids[0].body)

    def test_later_orders(self):
        """The address is for this order: the next one goes to the customer's own again."""
        self._change()
        order = self._create_order()
        self.assertEqual(order.partner_shipping_id, self.customer)

    def test_known_address(self):
        """The same address twice is one contact."""
        first = self._change().shipping_partner_id
        self._change(street='Elsewhere 1')
        self.assertEqual(self._change().shipping_partner_id, first)

    def test_partly_sent(self):
        """What has left keeps its address; the rest goes to the new one."""
        picking = self.order.picking_ids
        picking.move_ids[0].write({'quantity': 1, 'picked': True})
        picking.move_ids[1].quantity = 0
        result = picking.button_validate()
        Form(self.env[result['res_model']].with_context(**result['context'])).save().process()
        rest = self.order.picking_ids - picking
        self._change()
        self.assertEqual(picking.partner_id, self.customer)
        self.assertEqual(rest.partner_id.city, 'Berlin')

    def test_all_sent(self):
        """When all has left the change is refused with the reason."""
        self._deliver(self.order)
        self.assertFalse(self.ticket.can_change_address)
        with self.assertRaisesRegex(UserError, 'All goods have left'):
            self._change()

    def test_printed(self):
        """What is printed is held: the warehouse is asked, and the action waits for it."""
        picking = self.order.picking_ids
        picking.printed = True
        picking.user_id = self.leader
        action = self._change()
        self.assertEqual(action.state, 'waiting')
        self.assertEqual(picking.partner_id, self.customer)
        self.assertEqual(picking.activity_ids.user_id, self.leader)
        with self.assertRaisesRegex(UserError, 'Agent changes the address'):
            self._change(street='Elsewhere 1')
        picking.activity_ids.action_feedback()
        self._run_job()
        self.assertEqual(action.state, 'done')
        self.assertEqual(picking.partner_id.city, 'Berlin')

    def test_agent_does_not_answer(self):
        """Who asks the warehouse can't say in its place that it has stopped the parcel."""
        picking = self.order.picking_ids
        picking.printed = True
        picking.user_id = self.leader
        action = self._change()
        with self.assertRaises(AccessError):
            picking.activity_ids.with_user(self.agent).write({'active': False})
        picking.activity_ids.with_user(self.agent).sudo().action_feedback()
        self._run_job()
        self.assertEqual((action.state, picking.partner_id), ('waiting', self.customer))
        action.action_resume()
        picking.activity_ids.with_user(self.leader).action_feedback()
        self._run_job()
        self.assertEqual((action.state, picking.partner_id.city), ('done', 'Berlin'))

    def test_other_order_of_the_customer(self):
        """It is the order of the action that must not have left, not the order of the ticket."""
        other = self._create_order()
        self._deliver(other)
        with self.assertRaisesRegex(UserError, 'All goods have left'):
            self._change(sale_order_id=other.id)

    def test_job_looks_past_those_that_wait(self):
        """Actions that nobody answers for weeks don't keep the job from the later ones."""
        self.order.picking_ids.printed = True
        unanswered = self._change()
        order = self._create_order()
        order.picking_ids.printed = True
        later = self._change(ticket_id=self._create_ticket(sale_order_id=order.id).id)
        self.assertEqual((unanswered | later).mapped('state'), ['waiting', 'waiting'])
        order.picking_ids.printed = False
        with patch(
            'odoo.addons.helpdesk_ecom.models.order_action.action.helpdesk_order_action_run.CRON_BATCH',
            1,
        ):
            self._run_job()
        self.assertEqual((unanswered.state, later.state), ('waiting', 'done'))

    def test_printed_and_sent(self):
        """If the parcel leaves meanwhile, the ticket says that it went to the old address."""
        picking = self.order.picking_ids
        picking.printed = True
        action = self._change()
        self._deliver(self.order)
        self._run_job()
        self.assertEqual(action.state, 'done')
        self.assertEqual(picking.partner_id, self.customer)
        self.assertIn('left to the old address', self.ticket.message_ids[0].body)

    def test_cancel_while_held(self):
        """A change that waits can be taken back."""
        picking = self.order.picking_ids
        picking.printed = True
        action = self._change()
        action.with_user(self.agent).action_cancel()
        self.assertEqual(action.state, 'cancelled')
        self.assertEqual(self.order.partner_shipping_id, self.customer)
        self.assertFalse(picking.activity_ids)

    def test_incomplete(self):
        for missing, label in (('street', 'Street'), ('city', 'City'), ('country_id', 'Country')):
            with self.subTest(missing), self.assertRaisesRegex(UserError, label):
                self._change(**{missing: False})

    def test_wrong(self):
        with self.assertRaisesRegex(UserError, 'is not in Germany'):
            self._change(state_id=self.env.ref('base.state_us_5').id)
        with self.assertRaisesRegex(UserError, 'no phone number'):
            self._change(phone='12')

    def test_several_steps(self):
        """In a warehouse with pick, pack and ship all transfers learn the address."""
        self.order.warehouse_id.delivery_steps = 'pick_pack_ship'
        order = self._create_order()
        self.ticket.sale_order_id = order
        self._change()
        self.assertEqual(set(order.picking_ids.partner_id.mapped('city')) - {'Berlin'}, set())

    def test_dialog(self):
        """The dialog starts with the present address, and says what will happen."""
        action = self.ticket.action_open_address_change()
        form = Form(
            self.env[action['res_model']].with_user(self.agent).with_context(**action['context'])
        )
        self.assertEqual(form.street, '12 Hudson Street')
        self.assertIn(self.order.picking_ids.name, form.preview)
        form.street = '13 Hudson Street'
        form.state_id = self.env.ref('base.state_us_27')
        form.save().action_confirm()
        self.assertEqual(self.order.partner_shipping_id.street, '13 Hudson Street')
        self.assertEqual(self.customer.street, '12 Hudson Street')
