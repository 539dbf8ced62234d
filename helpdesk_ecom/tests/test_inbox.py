from markupsafe import Markup

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models.inbox.helpdesk_ticket_inbox import ORDER
from .inbox_common import InboxCommon


@tagged('post_install', '-at_install')
class TestInbox(InboxCommon):
    """What is in the list, in which order, and what it costs."""

    def test_access(self):
        """Agents see the tickets of their teams; customers and others nothing."""
        _inbox, entries = self._get_inbox()
        self.assertIn(self.ticket.id, entries)
        self.assertNotIn(self.private_ticket.id, entries)
        self.assertIn(self.private_ticket.id, self._get_inbox(self.agent_2)[1])
        portal_user = new_test_user(self.env, 'emma', groups='base.group_portal')
        portal_ticket = self._create_ticket(partner_id=portal_user.partner_id.id)
        for user in portal_user | self.outsider:
            Ticket = self.env['helpdesk.ticket'].with_user(user)
            with self.assertRaises(AccessError):
                Ticket.get_inbox()
            for ticket in Ticket.browse((portal_ticket | self.ticket).ids):
                with self.assertRaises(AccessError):
                    ticket.action_visit()
                with self.assertRaises(AccessError):
                    ticket.action_announce('looking')
        with self.assertRaises(AccessError):
            self.private_ticket.with_user(self.agent).action_visit()

    def test_private_words_are_hidden(self):
        """Being assigned makes a ticket visible; being in an open team does, too; nothing else."""
        self._hear(self.private_ticket, 'My secret')
        inbox, _entries = self._get_inbox()
        self.assertNotIn('My secret', str(inbox))
        self.private_ticket.user_id = self.agent
        self.assertIn('My secret', str(self._get_inbox()[0]))

    def test_what_is_aside(self):
        """Closed and snoozed tickets are not in the inbox, nor those of other teams."""
        other_team = self.env['helpdesk.team'].create({'name': 'Wholesale'})
        others = self._create_ticket(team_id=other_team.id, user_id=False)
        closed, snoozed = self._create_ticket(), self._create_ticket()
        closed.action_solve()
        snoozed.action_snooze()
        _inbox, entries = self._get_inbox()
        for ticket in others | closed | snoozed:
            self.assertNotIn(ticket.id, entries)
        self._hear(snoozed, 'Any news?')
        self.assertIn(snoozed.id, self._get_inbox()[1])

    def test_order_and_words(self):
        """Who waits longest comes first; notes are no words of the conversation."""
        second = self._create_ticket(name='Second')
        self.ticket.sudo().oldest_unanswered_customer_message_date = '2026-01-02 00:00:00'
        second.sudo().oldest_unanswered_customer_message_date = '2026-01-01 00:00:00'
        self._hear(self.ticket, Markup('<p>Where is <b>my cup</b>?</p>\n<p>Please!</p>'))
        inbox, entries = self._get_inbox()
        self.assertEqual([entry['id'] for entry in inbox['tickets']], [second.id, self.ticket.id])
        self.assertEqual(entries[self.ticket.id]['last_words'], 'Where is my cup? Please!')
        self.assertEqual(entries[self.ticket.id]['last_author'], 'Emma Clark')
        self.assertTrue(entries[self.ticket.id]['is_last_by_customer'])
        self._answer(second, 'On its way')
        second.message_post(body='Lost it, I fear', message_type='comment')
        inbox, entries = self._get_inbox()
        self.assertEqual([entry['id'] for entry in inbox['tickets']], [self.ticket.id, second.id])
        self.assertEqual(entries[second.id]['last_words'], 'On its way')
        self.assertFalse(entries[second.id]['is_last_by_customer'])
        self.assertFalse(entries[second.id]['waiting_since'])

    def test_unread(self):
        """Unread is what the customer wrote after the agent opened the ticket, for each agent."""

        def is_unread(user):
            return self._get_inbox(user)[1][self.ticket.id]['is_unread']

        self.assertFalse(is_unread(self.agent), 'who enters a ticket has read it')
        self.assertTrue(is_unread(self.agent_2))
        message = self._hear(self.ticket, 'Hello?')
        self.assertTrue(is_unread(self.agent))
        self.assertEqual(self.ticket.with_user(self.agent).action_visit(), message.id)
        self.assertFalse(is_unread(self.agent))
        self.assertTrue(is_unread(self.agent_2))
        self._hear(self.ticket, 'Anybody?')
        self.assertTrue(is_unread(self.agent))
        self._answer(self.ticket, 'Here', self.agent_2)
        self.assertFalse(is_unread(self.agent), 'a colleague took care of it')

    def test_tabs_and_search(self):
        """Tabs count all that is theirs; the search looks at subject, customer and number."""
        free = self._create_ticket(name='Plate missing', user_id=False)
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        inbox = Ticket.get_inbox('unassigned')
        self.assertEqual([entry['id'] for entry in inbox['tickets']], free.ids)
        self.assertEqual(inbox['counts'], {'mine': 1, 'unassigned': 1, 'all': 2})
        for text in ('late miss', free.ticket_ref, ' plate '):
            inbox = Ticket.get_inbox('all', text)
            self.assertEqual([entry['id'] for entry in inbox['tickets']], free.ids, text)
            self.assertEqual(inbox['counts']['all'], 2)
        self.assertEqual(len(Ticket.get_inbox('all', 'emma')['tickets']), 2)

    def test_pages(self):
        tickets = self.ticket
        for _index in range(4):
            tickets |= self._create_ticket()
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        seen = []
        for offset, has_more in ((0, True), (2, True), (4, False)):
            page = Ticket.get_inbox('all', '', offset, 2)
            self.assertEqual(page['has_more'], has_more)
            seen += [entry['id'] for entry in page['tickets']]
        self.assertCountEqual(seen, tickets.ids)

    def test_queries(self):
        """The list costs as many queries for fifty tickets as for five."""
        customers = self.env['res.partner'].create([{'name': f'No. {i}'} for i in range(50)])

        def add(partners):
            for index, partner in enumerate(partners):
                user = (self.agent, self.agent_2, self.leader)[index % 3]
                ticket = self._create_ticket(partner_id=partner.id, user_id=user.id)
                self._hear(ticket, 'Hello', partner)

        def read():
            self.env.flush_all()
            self.env.invalidate_all()
            inbox, _entries = self._get_inbox(limit=60)
            return len(inbox['tickets'])

        add(customers[:4])
        read()  # what is cached for good
        with self.assertQueryCount(12):
            self.assertEqual(read(), 5)
        add(customers[4:49])
        with self.assertQueryCount(12):
            self.assertEqual(read(), 50)

    def test_index(self):
        """The list reads its index; a million tickets that are closed don't matter."""
        Ticket = self.env['helpdesk.ticket']
        # of few rows PostgreSQL would rather sort all
        self.env.cr.execute('SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off')
        plan = self._get_plan(
            Ticket._search(
                [('fold', '=', False), ('is_snoozed', '=', False)],
                order=ORDER,
                limit=40,
            ),
            'helpdesk_ticket_inbox_idx',
        )
        self.assertIn('helpdesk_ticket_inbox_idx', plan)
        self.assertNotIn('Sort', plan)
