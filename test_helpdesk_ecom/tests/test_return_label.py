from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestReturnLabel(OrderActionCommon):
    """Returns of goods that a carrier brought who takes them back, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.use_product_returns = True
        product = cls.env['product.product'].create({'name': 'Parcel', 'type': 'service'})
        cls.carrier = cls.env['delivery.carrier'].create(
            {'name': 'Courier', 'product_id': product.id, 'delivery_type': 'helpdesk_test'}
        )
        cls.delivery = cls.order.picking_ids
        cls.delivery.write({'carrier_id': cls.carrier.id, 'carrier_tracking_ref': '1Z999'})
        cls._deliver(cls.order)
        cls._invoice(cls.order)

    def _answer(self, answer):
        """Tell the carrier how to answer."""
        self.env['ir.config_parameter'].sudo().set_param('test_helpdesk_ecom.carrier', answer)

    def _get_step(self, action):
        """Return the step of the label, as superuser."""
        return action.sudo().step_ids.filtered(lambda step: step.code == 'return_label')

    def _get_labels(self):
        """Return the labels on the ticket."""
        return self.env['ir.attachment'].search(
            [('res_model', '=', 'helpdesk.ticket'), ('res_id', '=', self.ticket.id)]
        )

    def test_label(self):
        """It is made for the return, and on the ticket for the agent to send."""
        action = self._return({self.cups: 1})
        self.assertEqual(self._get_step(action).state, 'done', action.message)
        self.assertEqual(action.state, 'waiting', 'For the goods')
        label = self._get_labels()
        self.assertEqual(label.name, 'LabelReturn-helpdesk_test-1Z999.pdf')
        self.assertTrue(label.with_user(self.agent).has_access('read'))
        note = self.ticket.message_ids.filtered(lambda message: label in message.attachment_ids)
        self.assertEqual(note.subtype_id, self.env.ref('mail.mt_note'))
        picking = action.sudo()._get_return_transfers()
        self.assertEqual(picking.carrier_id, self.carrier)
        self.assertEqual(len(picking.return_label_ids), 1)
        self._receive(action)
        self.assertEqual(action.state, 'done', action.message)
        self.assertEqual(action.amount, 40.0)

    def test_once(self):
        """What was cut off after the label came finds it, and orders no second one."""
        action_sudo = self._return({self.cups: 1}).sudo()
        step_sudo = self._get_step(action_sudo)
        self._answer('crash')
        self.assertEqual(action_sudo._step_return_label(step_sudo)[0], 'done')
        self.assertEqual(action_sudo._recover(step_sudo)[0], 'done')
        self.assertEqual(len(self._get_labels()), 1)

    def test_refused(self):
        """A carrier that says no stops nothing; the agent is asked for another label."""
        self._answer('refuse')
        action = self._return({self.cups: 1})
        self.assertEqual(action.state, 'waiting', 'For the goods')
        self.assertIn('The parcel is too old.', self._get_step(action).message)
        activity = self.ticket.activity_ids
        self.assertEqual(activity.user_id, self.agent)
        self.assertIn('The parcel is too old.', activity.note)
        self.assertFalse(self._get_labels())

    @mute_logger('odoo.addons.helpdesk_ecom_delivery.models.helpdesk_order_action_label')
    def test_unknown(self):
        """Nobody orders a second label unless somebody has looked whether there is one."""
        for answer in ('timeout', 'crash'):
            with self.subTest(answer=answer):
                self._answer(answer)
                action = self._return({self.cups: 1})
                self.assertEqual(action.state, 'to_check')
                with self.assertRaises(UserError):
                    action.action_resume()
                action.with_user(self.leader).action_confirm_not_done()
                self.assertEqual(action.state, 'failed')
                self._answer('')
                action.action_resume()
                self._commit()
                self.assertEqual(action.state, 'waiting', action.message)
                self.assertEqual(self._get_step(action).state, 'done')
                self._receive(action)

    def test_unknown_and_made(self):
        """The one who looked found it at the carrier's: the return goes on."""
        self._answer('timeout')
        action = self._return({self.cups: 1})
        action.with_user(self.leader).action_confirm_done()
        self._commit()
        self.assertEqual(action.state, 'waiting', action.message)

    def test_carrier_without_returns(self):
        self.carrier.delivery_type = 'fixed'
        action = self._return({self.cups: 1})
        self.assertFalse(self._get_step(action))

    def test_cancelled(self):
        """A return is given up with its label."""
        action = self._return({self.cups: 1})
        action.action_cancel()
        self.assertEqual(action.state, 'cancelled')
