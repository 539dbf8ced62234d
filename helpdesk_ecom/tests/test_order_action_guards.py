from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .order_action_common import OrderActionCommon

RUN_LOGGER = 'odoo.addons.helpdesk_ecom.models.order_action.action.helpdesk_order_action_run'
METHODS = (
    'action_submit',
    'action_approve',
    'action_refuse',
    'action_resume',
    'action_cancel',
    'action_confirm_done',
    'action_confirm_not_done',
)


@tagged('post_install', '-at_install')
class TestOrderActionGuards(OrderActionCommon):
    """Who may do what with an action, also by remote calls, and what stays as it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(cls.order)

    def test_no_rights(self):
        """Without the helpdesk group nothing works; sales and accounting rights do not help."""
        seller = new_test_user(
            self.env,
            'seller',
            groups='sales_team.group_sale_manager,account.group_account_invoice',
        )
        action = self._new_refund({self.cups: 1})
        for user in (self.outsider, seller):
            for method in METHODS:
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    getattr(action.with_user(user), method)()
        with self.assertRaises(AccessError):
            self._new_refund({self.cups: 1}, user=seller)

    def test_agent_needs_no_other_rights(self):
        """The agent can't write orders, invoices or payments himself; the action can."""
        self.assertFalse(self.order.with_user(self.agent).has_access('write'))
        self.assertFalse(self.invoice.with_user(self.agent).has_access('write'))
        self.assertEqual(self._refund({self.cups: 1}).state, 'done')

    def test_ticket_of_others(self):
        """Who can't see the ticket can't act for it."""
        self.team.privacy_visibility = 'invited_internal'
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        action = self._new_refund({self.cups: 1})
        with self.assertRaises(AccessError):
            action.with_user(stranger).action_submit()
        lines = action.line_ids.with_user(stranger)
        with self.assertRaises(AccessError):
            lines.quantity = 2
        with self.assertRaises(AccessError):
            lines.create({'action_id': action.id, 'order_line_id': self.plates.id, 'quantity': 1})
        with self.assertRaises(AccessError):
            lines.unlink()

    def test_line_is_not_moved(self):
        """A line of a draft doesn't become one of an action that was submitted."""
        done, draft = self._refund({self.cups: 1}), self._new_refund({self.plates: 1})
        with self.assertRaises(UserError):
            draft.line_ids.action_id = done

    def test_progress_is_not_written_by_hand(self):
        """State, steps, requester and sums are the action's own."""
        action = self._new_refund({self.cups: 1})
        for vals in (
            {'state': 'done'},
            {'requester_id': self.leader.id},
            {'decider_id': self.leader.id},
            {'payout_amount': 1.0},
            {'policy_id': self.env['helpdesk.approval.policy'].create({'name': 'Any'}).id},
            {'step_ids': [Command.create({'code': 'notify', 'sequence': 1, 'key': 'x'})]},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                action.with_user(self.admin).write(vals)
            with self.subTest(vals), self.assertRaises(AccessError):
                self._new_refund({self.cups: 1}, user=self.admin, **vals)

    def test_audit_trail(self):
        """What was submitted can't be changed or deleted, by nobody."""
        action = self._refund({self.cups: 1})
        for user in (self.agent, self.leader, self.admin):
            with self.subTest(user.login):
                mine = action.with_user(user)
                with self.assertRaises(UserError):
                    mine.amount = 1.0
                with self.assertRaises(UserError):
                    mine.reason = 'Another'
                with self.assertRaises(UserError):
                    mine.line_ids.quantity = 2
                with self.assertRaises(UserError):
                    mine.line_ids.unlink()
                with self.assertRaises(UserError):
                    mine.unlink()
                with self.assertRaises(AccessError):
                    mine.step_ids.write({'state': 'pending'})
                with self.assertRaises(AccessError):
                    mine.step_ids.unlink()
        self._new_refund({self.cups: 1}).unlink()

    def test_submit_twice(self):
        action = self._refund({self.cups: 1})
        with self.assertRaisesRegex(UserError, 'Done'):
            action.action_submit()
        self.assertEqual(self.order._get_helpdesk_ledger()['refunded'], 40.0)

    @mute_logger('odoo.sql_db')
    def test_same_key(self):
        """A caller that repeats its request by mistake gets an error."""
        self._new_refund({self.cups: 1}, idempotency_key='shop-4711')
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._new_refund({self.cups: 1}, idempotency_key='shop-4711').flush_recordset()

    def test_order_of_somebody_else(self):
        other = self.env['res.partner'].create({'name': 'Somebody'})
        order = self._create_order(partner=other)
        self._invoice(order)
        with self.assertRaisesRegex(UserError, 'somebody else'):
            self._refund(amount=10.0, sale_order_id=order.id)
        self.ticket.sale_order_id = order
        self.assertFalse(self.ticket.can_refund)
        with self.assertRaisesRegex(UserError, 'somebody else'):
            self.ticket.action_open_refund()
        with self.assertRaisesRegex(UserError, 'somebody else'):
            self._refund(amount=10.0)
        self.ticket.action_confirm_order()
        self.assertEqual(self._refund(amount=10.0).state, 'done')

    def test_team_without_refunds(self):
        self.team.use_credit_notes = False
        with self.assertRaisesRegex(UserError, 'does not refund'):
            self._refund({self.cups: 1})

    def test_wrong_lines(self):
        other = self._create_order()
        for vals, message in (
            ({'lines': {other.order_line[0]: 1}}, 'lines of order'),
            ({'lines': {self.cups: -1}}, 'positive'),
            ({'amount': -5.0}, 'how much'),
            ({'amount': 0.0}, 'how much'),
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, message):
                self._refund(**vals)

    def test_amount_and_quantity_disagree(self):
        with self.assertRaisesRegex(UserError, 'cost'):
            self._refund(
                line_ids=[
                    Command.create({'order_line_id': self.cups.id, 'quantity': 1, 'amount': 60.0}),
                ]
            )

    def test_amount_off_a_line(self):
        action = self._refund(
            line_ids=[
                Command.create({'order_line_id': self.cups.id, 'amount': 12.5}),
            ]
        )
        self.assertEqual((action.state, action.amount), ('done', 12.5))
        note = action.step_ids.sudo().move_ids
        self.assertIn('Cup blue', note.invoice_line_ids.name)
        self.assertEqual(self.cups.qty_invoiced, 3.0)

    def test_limit(self):
        """More than the order cost goes only by a leader, with a reason."""
        with self.assertRaisesRegex(UserError, '140.00 of .*140.00 are left'):
            self._refund(amount=150.0)
        with self.assertRaisesRegex(UserError, 'Only a team leader'):
            self._refund(amount=150.0, exceed_limit=True, reason='Very angry')
        with self.assertRaisesRegex(UserError, 'reason'):
            self._refund(amount=150.0, exceed_limit=True, user=self.leader)
        action = self._refund(
            amount=150.0,
            exceed_limit=True,
            reason='Very angry',
            user=self.leader,
        )
        self.assertEqual(action.state, 'waiting', '10.00 are to be sent by bank')
        self.assertEqual(action.payout_amount, 10.0)

    def test_cancel(self):
        """As long as no money moved an action can be taken back, with its credit note."""
        self._pay_by_bank(self.invoice)
        action = self._refund({self.cups: 1})
        self.assertEqual(action.state, 'waiting')
        note = action.step_ids.sudo().move_ids
        action.action_cancel()
        self.assertEqual((action.state, note.state), ('cancelled', 'cancel'))
        self.assertEqual(self.order._get_helpdesk_ledger()['open'], 140.0)
        self.assertEqual(self.cups.qty_invoiced, 3.0)
        self.assertFalse(note.activity_ids)

    def test_job_goes_on(self):
        """One action of which nobody can tell whether it may go on stops no other."""
        self._pay_by_bank(self.invoice)
        broken, paid = self._refund({self.cups: 1}), self._refund({self.plates: 1})
        self._pay_by_bank(paid.step_ids.sudo().move_ids)
        is_ready = type(broken)._is_ready_bank_refund

        def is_ready_or_broken(action, step_sudo):
            if action == broken:
                raise ValueError('broken')
            return is_ready(action, step_sudo)

        self.patch(type(broken), '_is_ready_bank_refund', is_ready_or_broken)
        with self.assertLogs(RUN_LOGGER, 'ERROR'):
            self._run_job()
        self.assertEqual((broken.state, paid.state), ('waiting', 'done'))

    def test_cancel_done(self):
        with self.assertRaisesRegex(UserError, 'Done'):
            self._refund({self.cups: 1}).action_cancel()

    def test_other_company(self):
        """An action of another company is not seen."""
        company = self.env['res.company'].create({'name': 'Elsewhere'})
        user = new_test_user(
            self.env,
            'elsewhere',
            groups='helpdesk_ecom.group_helpdesk_admin',
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        action = self._refund({self.cups: 1})
        self.assertNotIn(action, self.env['helpdesk.order.action'].with_user(user).search([]))
        with self.assertRaises(AccessError):
            action.with_user(user).read(['amount'])
        with self.assertRaises(AccessError):
            action.step_ids.with_user(user).read(['code'])
