"""The portal's pages as a browser gets them: with a login, a mail's link, or neither."""

import re
from http import HTTPStatus

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import HelpdeskPortalHttpCommon


@tagged('post_install', '-at_install')
class TestPortalList(HelpdeskPortalHttpCommon):
    def test_home_counts_the_open_tickets(self):
        self._login()
        self.assertIn('/my/tickets', self._get('/my'))
        counters = self.make_jsonrpc_request('/my/counters', {'counters': ['open_ticket_count']})
        self.assertEqual(counters['open_ticket_count'], 1)
        self.ticket.stage_id = self.stage_solved
        counters = self.make_jsonrpc_request('/my/counters', {'counters': ['open_ticket_count']})
        self.assertEqual(counters['open_ticket_count'], 0)

    def test_list_needs_a_login(self):
        response = self.url_open('/my/tickets', allow_redirects=False)
        self.assertIn('/web/login', response.headers['Location'])

    def test_list_shows_own_tickets_only(self):
        self._login()
        page = self._get('/my/tickets')
        self.assertIn('Cup arrived broken', page)
        self.assertIn(self.ticket.ticket_ref, page)
        for ticket in (self.foreign_ticket, self.private_ticket):
            self.assertNotIn(ticket.name, page)
            self.assertNotIn(ticket.ticket_ref, page)

    def test_filters_search_and_groups(self):
        closed = self._create_ticket(name='Wrong colour')
        closed.stage_id = self.stage_solved
        self._login()
        for query, shown, hidden in (
            ('filterby=open', 'Cup arrived', 'Wrong colour'),
            ('filterby=closed', 'Wrong colour', 'Cup arrived'),
            ('search=colour&search_in=name', 'Wrong colour', 'Cup arrived'),
            ('search=colour', 'Wrong colour', 'Cup arrived'),
            (f'search={self.ticket.ticket_ref}&search_in=reference', 'Cup arrived', 'Wrong colour'),
            ('filterby=x&sortby=drop&groupby=x&search_in=y', 'Cup arrived', 'My plates'),
        ):
            with self.subTest(query=query):
                page = self._get(f'/my/tickets?{query}')
                self.assertIn(shown, page)
                self.assertNotIn(hidden, page)
        for sortby in ('date', 'update', 'reference', 'name'):
            page = self._get(f'/my/tickets?groupby=stage&sortby={sortby}')
            self.assertLess(page.index('Cup arrived'), page.index('Wrong colour'))
        self.assertIn('Nothing found', self._get('/my/tickets?search=elephant'))

    def test_pager(self):
        self._create_tickets(90)
        self._login()
        self.assertIn('/my/tickets/page/2', self._get('/my/tickets'))
        self.assertIn('Cup arrived', self._get('/my/tickets/page/2'))

    def test_empty_list_invites(self):
        self.foreign_ticket.active = False
        self._login(self.stranger)
        page = self._get('/my/tickets')
        self.assertIn('You have no tickets', page)
        self.assertIn('/my/tickets/new', page)

    def _create_tickets(self, count):
        return self.env['helpdesk.ticket'].create(
            [
                {'name': f'No. {number}', 'team_id': self.team.id, 'partner_id': self.customer.id}
                for number in range(count)
            ]
        )


@tagged('post_install', '-at_install')
class TestPortalTicket(HelpdeskPortalHttpCommon):
    def test_page_of_the_own_ticket(self):
        self.agent.name = 'Anna Agent'
        self.ticket.write({'description': '<p>It is in pieces</p>', 'sale_order_id': self.order.id})
        self._login()
        page = self._get(f'/my/ticket/{self.ticket.id}')
        for text in (
            'Cup arrived broken',
            'It is in pieces',
            self.ticket.ticket_ref,
            'Anna',
            self.order.name,
            'Close ticket',
            'breadcrumb',
        ):
            self.assertIn(text, page)
        self.assertNotIn('Anna Agent', page)
        self.assertIn(f'<title>#{self.ticket.ticket_ref} Cup arrived broken', page)

    def test_agents_get_back_to_the_ticket(self):
        """The page offers agents the form of this ticket, not of another model."""
        self.authenticate('agent', 'agentxxx')
        page = self._get(f'/my/ticket/{self.ticket.id}')
        [link] = set(re.findall(rf'/odoo/([\w-]+)/{self.ticket.id}"', page))
        action = self.env['ir.actions.act_window'].search([('path', '=', link)])
        self.assertEqual(action.res_model, 'helpdesk.ticket')

    def test_page_shows_the_rating(self):
        self._login()
        url = f'/my/ticket/{self.ticket.id}'
        self.assertNotIn('Your rating', self._get(url))
        self.ticket.rating_apply(5, token=self.ticket._rating_get_access_token(), feedback='Fast')
        page = self._get(url)
        self.assertIn('Your rating', page)
        self.assertIn('Happy', page)

    def test_foreign_order_is_not_shown(self):
        self.ticket.sale_order_id = self.foreign_order
        self._login()
        self.assertNotIn(self.foreign_order.name, self._get(f'/my/ticket/{self.ticket.id}'))

    def test_page_is_refused(self):
        archived = self._create_ticket(active=False)
        tickets = self.foreign_ticket | self.private_ticket | archived
        urls = [f'/my/ticket/{ticket.id}' for ticket in tickets] + ['/my/ticket/999999999']
        for url in urls:
            self._assert_refused(url)
        self._login()
        for url in urls:
            self._assert_refused(url)

    def test_link_of_a_mail_works_without_login(self):
        for url in (self.ticket.get_portal_url(), f'/my/ticket/{self.ticket.id}/{self.token}'):
            page = self._get(url)
            self.assertIn('Cup arrived broken', page)
            self.assertIn('data-allow_composer="1"', page)
        share_url = self.ticket._get_share_url(redirect=True)
        self.assertIn('Cup arrived broken', self._get(share_url))

    def test_wrong_tokens_open_nothing(self):
        for token in (self.foreign_token, 'x', '', self.token[:-1], f'{self.token}0', 'é'):
            with self.subTest(token=token):
                self._assert_refused(f'/my/ticket/{self.ticket.id}?access_token={token}')
        self._assert_refused(f'/my/ticket/{self.ticket.id}/{self.foreign_token}')
        blank = self._create_ticket(name='No token yet')
        for token in ('False', 'None', ''):
            self._assert_refused(f'/my/ticket/{blank.id}?access_token={token}')

    def test_token_opens_no_ticket_that_customers_may_not_see(self):
        for ticket in (self.private_ticket, self._create_ticket(active=False)):
            self._assert_refused(ticket.get_portal_url())

    def test_markup_of_customers_is_harmless(self):
        self.ticket.write(
            {
                'name': '<script>alert(1)</script>',
                'description': '<img src=x onerror="alert(2)"><script>alert(3)</script><p>ok</p>',
            }
        )
        self._login()
        for url in ('/my/tickets', f'/my/ticket/{self.ticket.id}'):
            page = self._get(url)
            self.assertIn('&lt;script&gt;alert(1)', page)
            for attack in ('<script>alert', 'alert(2)'):
                self.assertNotIn(attack, page)

    def test_merged_ticket_leads_to_the_survivor(self):
        survivor = self._create_ticket(name='All about cups')
        self.ticket.sudo().write({'merged_into_id': survivor.id, 'active': False})
        with self.subTest('link of an old mail'):
            page = self._get(self.ticket.get_portal_url())
            self.assertIn('All about cups', page)
        self._login()
        self.assertIn('All about cups', self._get(f'/my/ticket/{self.ticket.id}'))

    def test_merged_into_a_strangers_ticket(self):
        self.ticket.sudo().write({'merged_into_id': self.foreign_ticket.id, 'active': False})
        self._assert_refused(self.ticket.get_portal_url())
        self._login()
        self._assert_refused(f'/my/ticket/{self.ticket.id}')


@tagged('post_install', '-at_install')
class TestPortalClose(HelpdeskPortalHttpCommon):
    def test_get_only_asks(self):
        page = self._get(f'/my/ticket/close/{self.ticket.id}/{self.token}')
        self.assertIn('Keep it open', page)
        self.assertFalse(self.ticket.fold)

    def test_close_with_the_link(self):
        self.authenticate(None, None)
        self._post_form(f'/my/ticket/close/{self.ticket.id}/{self.token}')
        self._assert_closed(self.customer)

    def test_close_logged_in(self):
        self._login(self.colleague)
        self._post_form(f'/my/ticket/close/{self.ticket.id}')
        self._assert_closed(self.colleague.partner_id)

    def _assert_closed(self, author):
        self.ticket.invalidate_recordset()
        self.assertTrue(self.ticket.fold)
        self.assertTrue(self.ticket.closed_by_partner)
        self.assertEqual(
            self.ticket.message_ids.filtered(
                lambda message: 'closed this ticket' in message.body
            ).author_id,
            author,
        )

    @mute_logger('odoo.http')
    def test_close_needs_the_csrf_token(self):
        self._login()
        response = self._post_form(f'/my/ticket/close/{self.ticket.id}', csrf=False)
        self.assertEqual(response.status_code, HTTPStatus.BAD_REQUEST)
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.fold)

    def test_close_is_refused(self):
        self._login(self.stranger)
        self._post_form(f'/my/ticket/close/{self.ticket.id}')
        self._post_form(f'/my/ticket/close/{self.ticket.id}/{self.foreign_token}')
        self.team.allow_portal_ticket_closing = False
        self._login()
        self._post_form(f'/my/ticket/close/{self.ticket.id}')
        self._post_form(f'/my/ticket/close/{self.ticket.id}/{self.token}')
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.fold)
        self.assertNotIn('Close ticket', self._get(f'/my/ticket/{self.ticket.id}'))
