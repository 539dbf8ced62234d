from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .order_action_common import OrderActionCommon


@tagged('post_install', '-at_install')
class TestApprovalPolicy(OrderActionCommon):
    """Policies say by data what waits for whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls.order)
        cls.approver_2 = cls._new_user('approver_2', 'group_helpdesk_approver')

    def _new_policy(self, **vals):
        return (
            self.env['helpdesk.approval.policy']
            .with_user(self.admin)
            .create({'name': 'Policy', **vals})
        )

    def test_amount(self):
        """What nobody approved adds up on the order."""
        policy = self._new_policy(min_amount=50.0)
        self.assertEqual(self._refund(amount=30.0).state, 'done')
        action = self._refund(amount=30.0)
        self.assertEqual((action.state, action.policy_id), ('to_approve', policy))

    def test_share(self):
        self._new_policy(min_share=0.5)
        self.assertEqual(self._refund(amount=70.0).state, 'done')
        self.assertEqual(self._refund(amount=0.01).state, 'to_approve')

    def test_reason(self):
        late = self.env.ref('helpdesk_ecom.reason_late')
        self._new_policy(reason_ids=[Command.set(late.ids)])
        self.assertEqual(self._refund(amount=1.0).state, 'done')
        self.assertEqual(self._refund(amount=1.0, reason_id=late.id).state, 'to_approve')

    def test_tier(self):
        gold = self.env['helpdesk.customer.tier'].create({'name': 'Gold of the test'})
        self._new_policy(tier_ids=[Command.set(gold.ids)])
        self.assertEqual(self._refund(amount=1.0).state, 'done')
        self.customer.write({'helpdesk_tier_id': gold.id, 'helpdesk_tier_manual': True})
        self.assertEqual(self._refund(amount=1.0).state, 'to_approve')

    def test_tier_is_the_buyers(self):
        """An agent dodges no policy by another customer or tier of his ticket."""
        watched = self.env['helpdesk.customer.tier'].create({'name': 'Watched'})
        self._new_policy(tier_ids=[Command.set(watched.ids)])
        self.customer.helpdesk_tier_id = watched
        ticket = self.ticket.with_user(self.agent)
        ticket.partner_id = self.env['res.partner'].create({'name': 'Somebody else'})
        ticket.action_confirm_order()
        self.assertFalse(ticket.customer_tier_id)
        self.assertEqual(self._refund(amount=1.0).state, 'to_approve')

    def test_kind(self):
        self._new_policy(action_type='address_change')
        self.assertEqual(self._refund(amount=1.0).state, 'done')

    def test_requester(self):
        self._new_policy(requester_group_id=self.env.ref('helpdesk_ecom.group_helpdesk_manager').id)
        self.assertEqual(self._refund(amount=1.0).state, 'done')
        self.assertEqual(self._refund(amount=1.0, user=self.leader).state, 'to_approve')

    def test_company(self):
        """Policies of other companies don't matter."""
        other = self.env['res.company'].create({'name': 'Other'})
        self.env['helpdesk.approval.policy'].create({'name': 'Other', 'company_id': other.id})
        self.assertEqual(self._refund(amount=1.0).state, 'done')

    def test_approvers(self):
        """Only those whom the policy names decide, and are asked."""
        self._new_policy(approver_ids=[Command.set(self.approver_2.ids)])
        action = self._refund(amount=1.0)
        self.assertEqual(action.activity_ids.user_id, self.approver_2)
        self.assertFalse(action.with_user(self.approver).can_decide)
        with self.assertRaisesRegex(AccessError, 'names others'):
            action.with_user(self.approver).action_approve()
        action.with_user(self.approver_2).action_approve()
        self.assertEqual(action.state, 'done')

    def test_four_eyes(self):
        """Who is the only one named can't ask for himself."""
        self._new_policy(approver_ids=[Command.set(self.approver_2.ids)])
        with self.assertRaisesRegex(UserError, 'nobody else may approve'):
            self._refund(amount=1.0, user=self.approver_2)

    def test_first_counts(self):
        self._new_policy(sequence=2)
        first = self._new_policy(sequence=1, approver_ids=[Command.set(self.approver_2.ids)])
        self.assertEqual(self._refund(amount=1.0).policy_id, first)

    def test_only_approvers_are_named(self):
        with self.assertRaisesRegex(ValidationError, 'Leader'):
            self._new_policy(approver_ids=[Command.set(self.leader.ids)])

    def test_rights(self):
        """Who is bound by the policies doesn't write them."""
        policy = self._new_policy()
        for user in (self.agent, self.approver, self.leader):
            with self.subTest(user.login), self.assertRaises(AccessError):
                policy.with_user(user).active = False

    def test_many(self):
        """One that can't be done any more doesn't hold up the others."""
        self._new_policy()
        actions = self._refund(amount=60.0) | self._refund(amount=20.0)
        impossible = self._refund({self.cups: 1})
        impossible.sudo().reason_id = False
        result = (actions | impossible).with_user(self.approver).action_approve()
        self._commit()
        self.assertEqual(set(actions.mapped('state')), {'done'})
        self.assertEqual(impossible.state, 'to_approve')
        self.assertIn('Choose a reason', result['params']['message'])


@tagged('post_install', '-at_install')
class TestOrderActionAudit(OrderActionCommon):
    """Who did what when is written down, and stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.helpdesk_refund_approval_amount = 50.0
        cls._invoice(cls.order)
        cls.action = cls._new_refund({cls.cups: 2})
        cls.action.action_submit()
        cls.action.with_user(cls.approver).action_approve()

    def test_trail(self):
        events = self.action.event_ids
        self.assertEqual(
            [(event.user_id, event.target_state) for event in events],
            [
                (self.agent, 'to_approve'),
                (self.approver, 'approved'),
                (self.approver, 'running'),
                (self.approver, 'done'),
            ],
        )
        self.assertEqual(set(events.mapped('amount')), {80.0})

    def test_nobody_edits(self):
        """Neither agents nor administrators nor code that runs as superuser."""
        event = self.action.event_ids[0]
        for user in (self.agent, self.leader, self.approver, self.admin):
            with self.subTest(user.login), self.assertRaises(UserError):
                event.with_user(user).message = 'It was somebody else'
            with self.subTest(user.login), self.assertRaises(UserError):
                event.with_user(user).unlink()
        with self.assertRaisesRegex(UserError, 'kept as it is'):
            event.sudo().user_id = self.leader
        with self.assertRaisesRegex(UserError, 'kept as it is'):
            event.sudo().unlink()
        with self.assertRaises(AccessError):
            event.with_user(self.admin).create(
                {
                    'action_id': self.action.id,
                    'user_id': self.leader.id,
                    'target_state': 'refused',
                    'currency_id': self.action.currency_id.id,
                }
            )


@tagged('post_install', '-at_install')
class TestProductReport(OrderActionCommon):
    """The report counts what was delivered and what was complained of."""

    def test_report(self):
        self._deliver(self.order)
        self._invoice(self.order)
        self._refund({self.cups: 1})
        self._refund({self.cups: 1, self.plates: 2})
        self.env.flush_all()
        rows = (
            self.env['helpdesk.product.report']
            .with_user(self.leader)
            ._read_group(
                [('product_id', 'in', (self.cup | self.plate).ids)],
                ['product_id'],
                ['delivered_quantity:sum', 'complained_quantity:sum', 'amount:sum'],
            )
        )
        self.assertEqual(
            {product: figures for product, *figures in rows},
            {self.cup: [3.0, 2.0, 80.0], self.plate: [2.0, 2.0, 20.0]},
        )

    def test_agents_see_no_report(self):
        with self.assertRaises(AccessError):
            self.env['helpdesk.product.report'].with_user(self.agent).search([])
