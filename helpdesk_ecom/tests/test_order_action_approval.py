from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestOrderActionApproval(OrderActionCommon):
    """Above the company's limit somebody else has to agree."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.helpdesk_refund_approval_amount = 50.0
        cls.invoice = cls._invoice(cls.order)

    def test_below_the_limit(self):
        self.assertEqual(self._refund({self.cups: 1}).state, 'done')

    def test_many_small_ones(self):
        """What nobody approved adds up: the limit can't be passed in slices."""
        self.assertEqual(self._refund(amount=30.0).state, 'done')
        second = self._refund(amount=30.0, user=self.agent_2)
        self.assertEqual(second.state, 'to_approve')
        second.with_user(self.approver).action_approve()
        self.assertEqual(self._refund(amount=20.0).state, 'done', 'what was approved is settled')

    def test_approve(self):
        """The approver gets an activity; nothing happens before he agrees."""
        action = self._refund({self.cups: 2})
        self.assertEqual(action.state, 'to_approve')
        self.assertFalse(action.step_ids)
        self.assertEqual(self.invoice.amount_residual, 140.0)
        self.assertIn(self.approver, action.activity_ids.user_id)
        self.assertFalse(action.with_user(self.agent).can_decide)
        self.assertTrue(action.with_user(self.approver).can_decide)
        action.with_user(self.approver).action_approve()
        self.assertEqual((action.state, action.decider_id), ('done', self.approver))
        self.assertEqual(action.requester_id, self.agent)
        self.assertFalse(action.activity_ids)
        self.assertEqual(self.invoice.amount_residual, 60.0)

    def test_refuse(self):
        action = self._refund({self.cups: 2})
        action.with_user(self.approver).action_refuse()
        self.assertEqual(action.state, 'refused')
        self.assertFalse(action.activity_ids)
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 0.0)
        with self.assertRaises(UserError):
            action.with_user(self.approver).action_approve()

    def test_four_eyes(self):
        """An approver does not approve what he asked for himself."""
        action = self._refund({self.cups: 2}, user=self.approver)
        self.assertEqual(action.state, 'to_approve')
        self.assertNotIn(self.approver, action.activity_ids.user_id)
        with self.assertRaisesRegex(AccessError, 'Nobody decides'):
            action.with_user(self.approver).action_approve()
        with self.assertRaisesRegex(AccessError, 'Nobody decides'):
            action.with_user(self.approver).action_refuse()
        action.with_user(self.admin).action_approve()
        self.assertEqual(action.state, 'done')

    def test_only_approvers(self):
        action = self._refund({self.cups: 2})
        for user in (self.agent_2, self.leader):
            with self.subTest(user.login), self.assertRaises(AccessError):
                action.with_user(user).action_approve()

    def test_waiting_counts(self):
        """What waits for approval is reserved: nobody can promise it a second time."""
        self._refund({self.cups: 3})
        with self.assertRaisesRegex(UserError, r'0.0 are left.\n.*by Agent'):
            self._refund({self.cups: 1}, user=self.agent_2)

    def test_checked_again(self):
        """What became impossible meanwhile is not approved."""
        action = self._refund({self.cups: 3})
        note = self.invoice._reverse_moves([{'invoice_date': self.invoice.invoice_date}])
        note.action_post()
        with self.assertRaises(UserError):
            action.with_user(self.approver).action_approve()
        self.assertEqual(action.state, 'to_approve')

    def test_approve_many(self):
        """The list approves what is selected, all at once."""
        actions = self._refund(amount=60.0) | self._refund(amount=70.0)
        actions.with_user(self.approver).action_approve()
        self.assertEqual(set(actions.mapped('state')), {'done'})

    def test_nobody_to_ask(self):
        self.env.ref('helpdesk_ecom.group_helpdesk_approver').sudo().all_user_ids.active = False
        with self.assertRaisesRegex(UserError, 'nobody else may approve'):
            self._refund({self.cups: 2})
