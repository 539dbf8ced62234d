from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .order_action_common import OrderActionCommon

KINDS = ('refund', 'return', 'replacement', 'exchange', 'cancel', 'goodwill')


@tagged('post_install', '-at_install')
class TestOrderActionSecrets(OrderActionCommon):
    """A form may name any record; who may not read it learns nothing of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.env['res.company'].create({'name': 'Other'})
        cls.env.user.company_ids |= other
        secret = cls.env['product.product'].create(
            {'name': 'Secret', 'list_price': 777.0, 'taxes_id': [Command.clear()]}
        )
        cls.foreign_line = (
            cls.env['sale.order']
            .with_company(other)
            .create(
                {
                    'partner_id': cls.customer.id,
                    'company_id': other.id,
                    'order_line': [
                        Command.create({'product_id': secret.id, 'product_uom_qty': 2}),
                    ],
                }
            )
            .order_line
        )

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        self.env.invalidate_all()

    def _assert_nothing_told(self, model, values, name):
        """A form in which somebody chooses a record is told nothing: by an error, or no value."""
        self.env.invalidate_all()
        with self.subTest(model, name=name), suppress(AccessError, ValueError):
            self.assertFalse(self.env[model].with_user(self.agent).new(values)[name])

    def test_lines_of_another_company(self):
        values = {'order_line_id': self.foreign_line.id, 'quantity': 1}
        for kind in KINDS:
            model = f'helpdesk.order.{kind}.line'
            names = {'name', 'product_id', 'amount', 'worth', 'free_quantity', 'difference'}
            names |= {'ordered_quantity', 'price', 'product_uom_qty'}
            for name in names & set(self.env[model]._fields):
                if self.env[model]._fields[name].compute:
                    self._assert_nothing_told(model, values, name)
        for name in ('amount', 'product_id'):
            self._assert_nothing_told('helpdesk.order.action.line', values, name)

    def test_action_on_a_line_of_another_company(self):
        line = Command.create({'order_line_id': self.foreign_line.id, 'quantity': 1})
        for kind in KINDS:
            with self.subTest(kind), self.assertRaises(AccessError):
                self._new_refund(action_type=kind, line_ids=[line])
            self.env.invalidate_all()
        draft = self._new_refund({self.cups: 1})
        with self.assertRaises(AccessError):
            draft.line_ids.order_line_id = self.foreign_line
        with self.assertRaises(AccessError):
            self.env['helpdesk.order.refund'].with_user(self.agent).create(
                {'ticket_id': self.ticket.id, 'line_ids': [line]}
            )

    def test_ticket_of_a_private_team(self):
        team = self.env['helpdesk.team'].create(
            {
                'name': 'Private',
                'privacy_visibility': 'invited_internal',
                'member_ids': [Command.set(self.leader.ids)],
            }
        )
        ticket = (
            self.env['helpdesk.ticket']
            .with_user(self.leader)
            .create(
                {
                    'name': 'Secret',
                    'team_id': team.id,
                    'partner_id': self.customer.id,
                    'sale_order_id': self.order.id,
                }
            )
        )
        self.env.flush_all()
        for name in ('sale_order_id', 'partner_id'):
            self._assert_nothing_told('helpdesk.order.action', {'ticket_id': ticket.id}, name)
        draft = self._new_refund({self.cups: 1})
        with self.assertRaises(AccessError):
            draft.ticket_id = ticket

    def test_approver_sees_the_customer(self):
        """Who has to decide sees whose order it is, also of a ticket of a private team."""
        self._invoice(self.order)
        self.company.helpdesk_refund_approval_amount = 10.0
        action = self._refund({self.cups: 1})
        self.team.privacy_visibility = 'invited_internal'
        self.env.flush_all()
        self.env.invalidate_all()
        Action = self.env['helpdesk.order.action'].with_user(self.approver)
        found = Action.search([('partner_id', '=', self.customer.id)])
        self.assertIn(action, found)
        self.assertEqual(action.with_user(self.approver).partner_id, self.customer)

    def test_notes_belong_to_nobody(self):
        """What was done is told by the system, not in the name of who asked for it."""
        self._invoice(self.order)
        self.company.helpdesk_refund_approval_amount = 10.0
        action = self._refund({self.cups: 1}, reason='<a href="https://evil.example">x</a>')
        self.assertNotIn('<a', action.activity_ids[0].note)
        action.with_user(self.approver).action_refuse()
        note = action.ticket_id.message_ids[0]
        self.assertIn('Refused by Approver', note.body)
        self.assertEqual(note.author_id, self.env.ref('base.partner_root'))
        self.assertIn('by Agent', note.body)
