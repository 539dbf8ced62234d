from contextlib import contextmanager

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.helpdesk_ecom.models.order_action.const import FINAL_STATES, SOURCE_STATES
from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon
from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

RUNNER = 'odoo.addons.helpdesk_ecom.models.order_action.action.helpdesk_order_action_run'
ANSWERS = ('done', 'done', 'refused', 'pending', 'lost', 'left', 'killed', 'killed_left')
CALLS = ('action_submit', 'action_approve', 'action_refuse', 'action_resume', 'action_cancel')
PEOPLE = ('agent', 'agent_2', 'approver', 'leader')

# Where a crash may happen: before each of these steps.
STEPS = (
    'cancel_order',
    'credit_note',
    'new_delivery',
    'notify',
    'payout',
    'receipt',
    'reconcile',
    'refund',
    'return_transfer',
    'shipment',
)

# What is asked for: a kind of action, of how many cups or over which amount, and how.
asks = st.one_of(
    st.tuples(st.just('refund'), st.sampled_from([1, 2, 3, 10.0, 77.7, 140.0]), st.just({})),
    st.tuples(st.just('goodwill'), st.sampled_from([5.0, 5.0, 60.0, 140.0]), st.just({})),
    st.tuples(
        st.just('cancel'),
        st.none(),
        st.sampled_from([{'cancel_mode': mode} for mode in ('open', 'open', 'open', 'order')]),
    ),
    st.tuples(
        st.just('return'),
        st.integers(1, 3),
        st.sampled_from([{'refund_policy': policy} for policy in ('receipt', 'request', 'none')]),
    ),
    st.tuples(st.just('replacement'), st.integers(1, 3), st.just({})),
    st.tuples(
        st.just('exchange'),
        st.integers(1, 3),
        st.sampled_from([{'ship_on': 'request'}, {'ship_on': 'receipt'}]),
    ),
)

# One episode: the bank's answer and the place of a crash, what is asked for, what people do then.
calls = st.one_of(
    st.tuples(st.sampled_from(CALLS), st.integers(0, 3), st.sampled_from(PEOPLE)),
    st.tuples(st.just('action_approve'), st.integers(0, 3), st.just('approver')),
    st.tuples(st.just('action_resume'), st.integers(0, 3), st.just('agent')),
    st.tuples(
        st.sampled_from(['decide', 'answer_done', 'job', 'webhook', 'goods', 'one_piece']),
        st.integers(0, 3),
    ),
)
episodes = st.tuples(
    st.sampled_from(ANSWERS),
    st.sampled_from([None, None, None, *STEPS]),
    asks,
    st.lists(calls, max_size=5),
)


class Killed(BaseException):
    """The process dies: nobody catches this, and nothing is committed."""


@tagged('post_install', '-at_install')
class TestOrderActionProperties(OrderActionCommon):
    """Whatever people, the provider and crashes do, in whatever order: the money is right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.helpdesk_refund_approval_amount = 100.0
        cls.payment = cls._pay_online(cls.order)
        cls.invoice = cls._invoice(cls.order)
        # two of three cups have left
        delivery = cls.order.picking_ids
        for move, quantity in zip(delivery.move_ids, (2, 2), strict=True):
            move.write({'quantity': quantity, 'picked': True})
        delivery._action_done()

    def setUp(self):
        super().setUp()
        self.patch(PaymentTransaction, '_send_refund_request', lambda tx: self._send(tx))
        Action = type(self.env['helpdesk.order.action'])
        execute = Action._execute

        def execute_or_break(action, step_sudo):
            if self.broken == step_sudo.code:
                self.broken = None
                raise UserError(action.env._('broken'))
            return execute(action, step_sudo)

        self.patch(Action, '_execute', execute_or_break)

    def _send(self, tx):
        """Answer as the bank that was chosen; write down what really left."""
        match self.answer:
            case 'done':
                self.left[tx.reference] = -tx.amount
                tx._set_done()
            case 'pending':
                tx._set_pending()
            case 'refused':
                raise ValidationError(tx.env._('refused'))
            case 'lost':
                raise TimeoutError
            case 'left':
                self.left[tx.reference] = -tx.amount
                raise TimeoutError
            case 'killed':
                raise Killed
            case 'killed_left':
                self.left[tx.reference] = -tx.amount
                raise Killed

    @contextmanager
    def _undone(self):
        """Take back all that is done inside: each example starts with the same order."""
        self.env.cr.flush()
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            self.env.cr.precommit.clear()
            self.env.cr.postcommit.clear()
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    @mute_logger(RUNNER, 'odoo.addons.payment.models.payment_transaction', 'odoo.sql_db')
    @settings(
        deadline=None,
        max_examples=8,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(story=st.lists(episodes, min_size=1, max_size=4))
    def test_any_sequence(self, story):
        self.left = {}
        self.actions = self.env['helpdesk.order.action']
        with self._undone():
            for answer, broken, ask, followers in story:
                self.answer, self.broken = answer, broken
                self._try('ask', *ask)
                for operation, *arguments in followers:
                    self._try(operation, *arguments)
            self.answer, self.broken = 'done', None
            self._try('job', 0)
            self._try('job', 0)
            for action in self.actions:
                self.assertNotIn(action.state, ('approved', 'running'), 'Left behind')

    def _try(self, operation, *arguments):
        """Do one thing as a request does it, and check the money after it."""
        before = {action: action.state for action in self.actions}
        try:
            with self.env.cr.savepoint():
                self._do(operation, *arguments)
            self._commit()
        except (UserError, AccessError, Killed):
            self.env.cr.postcommit.clear()
        self.env.invalidate_all()
        self._check(before)

    def _do(self, operation, *arguments):
        """Do one thing."""
        match operation, arguments:
            case 'ask', [kind, what, vals]:
                amount = {'amount': what} if isinstance(what, float) else {}
                lines = {self.cups: what} if isinstance(what, int) else None
                action = self._new_refund(lines, action_type=kind, **amount, **vals)
                action.action_submit()
                self.actions |= action
            case (('goods' | 'one_piece'), [index]):
                self._move_goods(index, 1 if operation == 'one_piece' else None)
            case 'job', [_index]:
                self._run_job()
            case 'answer_done', [_index]:
                self.answer = 'done'
            case 'webhook', [_index]:
                for tx in self.payment.child_transaction_ids.filtered(
                    lambda tx: tx.state == 'pending'
                ):
                    self.left[tx.reference] = -tx.amount
                    tx._set_done()
            case 'decide', [index] if self.actions:
                action = self.actions[index % len(self.actions)].with_user(self.leader)
                tx = action.sudo().step_ids.filtered(lambda s: s.state == 'to_check').transaction_id
                if tx.reference in self.left:
                    action.action_confirm_done()
                else:
                    action.action_confirm_not_done()
            case call, [index, who] if self.actions:
                action = self.actions[index % len(self.actions)]
                getattr(action.with_user(getattr(self, who)), call)()

    def _move_goods(self, index, most):
        """Let the warehouse do one of the open transfers of the order, whole or a piece of it."""
        pickings = self.order.picking_ids.filtered(lambda p: p.state not in ('done', 'cancel'))
        if not pickings:
            return
        picking = pickings.sorted('id')[index % len(pickings)]
        for move in picking.move_ids:
            quantity = move.product_uom_qty
            move.write({'quantity': min(quantity, most or quantity), 'picked': True})
        picking._action_done()

    def _check_goods(self):
        """Check that no more comes back than has left."""
        moves = self.order.order_line.move_ids.filtered(lambda move: move.state == 'done')
        for product, product_moves in moves.grouped('product_id').items():
            sent = product_moves.filtered(lambda m: m.location_dest_id.usage == 'customer')
            back = product_moves.filtered(lambda m: m.location_id.usage == 'customer')
            self.assertLessEqual(
                sum(back.mapped('quantity')), sum(sent.mapped('quantity')), product.name
            )

    def _check(self, before):
        """Check the money, and that nothing went a way that does not exist."""
        round_ = self.order.currency_id.round
        self.assertLessEqual(round_(sum(self.left.values())), 140.0, 'More than was paid')
        notes = self.order._get_helpdesk_notes().filtered(lambda note: note.state == 'posted')
        self.assertLessEqual(round_(sum(notes.mapped('amount_total'))), 140.0)
        self.assertLessEqual(self.order._get_helpdesk_ledger()['refunded'], 140.0)
        self._check_goods()
        for action in self.actions:
            if before.get(action) in FINAL_STATES:
                self.assertEqual(action.state, before[action], 'A final state is final')
            refunds = action.sudo().step_ids.transaction_id
            done = refunds.filtered(lambda tx: tx.state == 'done')
            self.assertLessEqual(
                {tx.reference for tx in done},
                set(self.left),
                'Booked, but it never left',
            )
            if action.state == 'done':
                self.assertEqual(
                    round_(sum(self.left[tx.reference] for tx in done)),
                    action.payout_amount,
                )
            if action.state in ('refused', 'cancelled'):
                self.assertFalse(done)
        reachable = {*SOURCE_STATES, 'draft'}
        self.assertLessEqual(set(self.actions.mapped('state')), reachable)
