from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionReason(OrderActionCommon):
    """A reason is chosen for what is given back, and what it demands is there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls.order)

    def test_required(self):
        with self.assertRaisesRegex(UserError, 'Choose a reason'):
            self._refund({self.cups: 1}, reason_id=False)
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 0.0)

    def test_archived(self):
        """Whoever calls from outside can't use a reason that was given up."""
        self.reason.active = False
        with self.assertRaisesRegex(UserError, 'not used any more'):
            self._refund(amount=1.0)
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 0.0)
        self.reason.write({'active': True, 'needs_approval': True})
        action = self._refund(amount=1.0)
        self.reason.active = False
        action.with_user(self.approver).action_approve()
        self.assertEqual(action.state, 'done', 'It was asked for before')

    def test_photo(self):
        """A picture on the ticket will do, another file won't."""
        self.reason.needs_photo = True
        attachment = self.env['ir.attachment'].create(
            {
                'name': 'cup.txt',
                'raw': b'It is broken',
                'res_model': 'helpdesk.ticket',
                'res_id': self.ticket.id,
            }
        )
        with self.assertRaisesRegex(UserError, 'demands a photo'):
            self._refund({self.cups: 1})
        attachment.mimetype = 'image/png'
        self.assertEqual(self._refund({self.cups: 1}).state, 'done')

    def test_return(self):
        """Goods that the customer has come back first; what never left needs no way back."""
        self.reason.needs_return = True
        self.assertEqual(self._refund({self.plates: 1}).state, 'done')
        self._deliver(self.order)
        with self.assertRaisesRegex(UserError, 'goods come back'):
            self._refund({self.cups: 1})

    def test_return_by_halves(self):
        """One piece that comes back doesn't let the others stay and be paid for."""
        self._deliver(self.order)
        self.reason.needs_return = True
        lines = [
            Command.create({'order_line_id': self.plates.id, 'quantity': 1}),
            Command.create({'order_line_id': self.cups.id, 'amount': 120.0}),
        ]
        with self.assertRaisesRegex(UserError, 'say how many come back'):
            self._refund(line_ids=lines, restock=True)
        with self.assertRaisesRegex(UserError, 'goods come back'):
            self._refund(action_type='goodwill', amount=1.0, restock=True)
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 0.0)
        self.assertNotEqual(self._refund({self.cups: 3}, restock=True).state, 'draft')

    def test_approval(self):
        """However small it is."""
        self.reason.needs_approval = True
        action = self._refund(amount=0.01)
        self.assertEqual(action.state, 'to_approve')
        action.with_user(self.approver).action_approve()
        self.assertEqual(action.state, 'done')

    def test_rights(self):
        """Agents choose reasons, leaders make them."""
        self.assertTrue(self.reason.with_user(self.agent).has_access('read'))
        self.assertFalse(self.reason.with_user(self.agent).has_access('write'))
        self.assertTrue(self.reason.with_user(self.leader).has_access('write'))
