from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestTicketSearch(HelpdeskCommon):
    """An agent finds a ticket by a customer's address, or by a part of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls._create_ticket(partner_email='Anna Lim <Anna.Lim@Example.com>')
        cls.joanna = cls._create_ticket(partner_email='joanna.lim@example.com')

    def _search(self, text, operator='ilike'):
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        domain = [
            ('partner_email_search', operator, text),
            ('id', 'in', (self.anna + self.joanna).ids),
        ]
        return Ticket.search(domain, order='id')

    def test_whole_address(self):
        for text in ('anna.lim@example.com', ' ANNA.LIM@example.com '):
            with self.subTest(text=text):
                self.assertEqual(self._search(text), self.anna)

    def test_part(self):
        self.assertEqual(self._search('anna.lim'), self.anna + self.joanna)
        self.assertEqual(self._search('joanna.lim@exam'), self.joanna)
        self.assertEqual(self._search('@example.com'), self.anna + self.joanna)
        self.assertFalse(self._search('nobody'))

    def test_what_a_colleague_may_not_see(self):
        """Neither shows nor hides anything: Joanna's ticket is of a team by invitation."""
        closed = self.env['helpdesk.team'].create(
            {
                'name': 'Complaints',
                'privacy_visibility': 'invited_internal',
                'member_ids': [Command.set(self.agent_2.ids)],
            }
        )
        self.joanna.sudo().write({'team_id': closed.id, 'user_id': self.agent_2.id})
        self.joanna.sudo().message_unsubscribe(self.agent.partner_id.ids)
        self.assertFalse(self._search('joanna.lim@example.com'))
        self.anna.partner_email = 'x.joanna.lim@example.com'
        self.assertEqual(self._search('joanna.lim@example.com'), self.anna)

    def test_portal(self):
        """Whether the desk knows an address does not show to a customer."""
        customer = new_test_user(self.env, 'customer', groups='base.group_portal')
        Ticket = self.env['helpdesk.ticket'].with_user(customer)
        for address in ('anna.lim@example.com', 'nobody@example.com'):
            with self.subTest(address=address):
                self.assertFalse(Ticket.search([('partner_email_search', 'ilike', address)]))

    def test_other_operators(self):
        self.assertEqual(self._search('joanna.lim@example.com', '='), self.joanna)
        self.assertEqual(self._search('joanna', 'not ilike'), self.anna)

    def test_index(self):
        """Not by an index of parts, which reads all customers of a large mail provider."""
        query = (
            self.env['helpdesk.ticket']
            .sudo()
            ._search([('partner_email_search', 'ilike', 'anna.lim@example.com')])
        )
        index = 'helpdesk_ticket__email_normalized_index'
        self.assertIn(index, self._get_plan(query, index))
