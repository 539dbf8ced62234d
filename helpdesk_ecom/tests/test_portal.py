"""The portal's pages as a browser gets them: with a login, a mail's link, or neither."""

import json
from http import HTTPStatus
from unittest.mock import patch

from odoo import http
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..controllers import uploads
from .portal_common import HelpdeskPortalCommon


class HelpdeskPortalHttpCommon(HelpdeskPortalCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.token = cls.ticket._portal_ensure_token()
        cls.foreign_token = cls.foreign_ticket._portal_ensure_token()
        cls.team.allow_portal_ticket_closing = True

    def _login(self, user=None):
        user = user or self.portal_user
        self.authenticate(user.login, user.login)

    def _get(self, url):
        """Return the text of a page that has to be there."""
        response = self.url_open(url)
        self.assertEqual(response.status_code, HTTPStatus.OK, url)
        return response.text

    def _assert_refused(self, url):
        """A page of a ticket that isn't theirs leads to the own list, or to the login."""
        response = self.url_open(url, allow_redirects=False)
        self.assertIn(response.status_code, (HTTPStatus.SEE_OTHER, HTTPStatus.FOUND), url)
        self.assertTrue(response.headers['Location'].endswith('/my/tickets'), url)

    def _post_form(self, url, csrf=True, files=None, **data):
        if csrf:
            data['csrf_token'] = http.Request.csrf_token(self)
        return self.url_open(
            url,
            data=data,
            files=files,
            method='POST',
            allow_redirects=False,
        )


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
        self.ticket.write({'merged_into_id': survivor.id, 'active': False})
        with self.subTest('link of an old mail'):
            page = self._get(self.ticket.get_portal_url())
            self.assertIn('All about cups', page)
        self._login()
        self.assertIn('All about cups', self._get(f'/my/ticket/{self.ticket.id}'))

    def test_merged_into_a_strangers_ticket(self):
        self.ticket.write({'merged_into_id': self.foreign_ticket.id, 'active': False})
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


@tagged('post_install', '-at_install')
class TestPortalConversation(HelpdeskPortalHttpCommon):
    def _post_message(self, ticket, body='Any news?', **params):
        return self.make_jsonrpc_request(
            '/mail/message/post',
            {
                'thread_model': 'helpdesk.ticket',
                'thread_id': ticket.id,
                'post_data': {
                    'body': body,
                    'message_type': 'comment',
                    'subtype_xmlid': 'mail.mt_comment',
                },
                **params,
            },
        )

    def _fetch(self, ticket, **params):
        data = self.make_jsonrpc_request(
            '/mail/chatter_fetch',
            {
                'thread_model': 'helpdesk.ticket',
                'thread_id': ticket.id,
                **params,
            },
        )
        return [message['body'][1] for message in data['data']['mail.message']]

    def _bodies(self, ticket):
        ticket.invalidate_recordset()
        return ' '.join(ticket.message_ids.mapped('body'))

    def test_write_logged_in_and_with_the_link(self):
        self._post_message(self.ticket, 'With the link', token=self.token)
        self.assertEqual(self.ticket.message_ids[0].author_id, self.customer)
        self._login(self.colleague)
        self._post_message(self.ticket, 'Logged in')
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.message_ids[0].author_id, self.colleague.partner_id)

    def test_writing_to_a_closed_ticket_opens_it(self):
        self.ticket.write({'stage_id': self.stage_solved.id, 'closed_by_partner': True})
        for author, subtype in ((self.agent.partner_id, 'comment'), (self.customer, 'note')):
            self.ticket.message_post(
                body='Bye',
                author_id=author.id,
                message_type='comment',
                subtype_xmlid=f'mail.mt_{subtype}',
            )
            self.assertTrue(self.ticket.fold)
        self._post_message(self.ticket, 'It broke again', token=self.token)
        self.ticket.invalidate_recordset()
        self.assertFalse(self.ticket.fold)
        self.assertFalse(self.ticket.closed_by_partner)
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_conversation_shows_no_notes(self):
        for subtype, body in (('mail.mt_comment', 'We are sorry'), ('mail.mt_note', 'He lies')):
            self.ticket.message_post(body=body, message_type='comment', subtype_xmlid=subtype)
        shown = ' '.join(self._fetch(self.ticket, token=self.token))
        self.assertIn('We are sorry', shown)
        self.assertNotIn('He lies', shown)
        self._login()
        shown = ' '.join(self._fetch(self.ticket))
        self.assertIn('We are sorry', shown)
        self.assertNotIn('He lies', shown)

    @mute_logger('odoo.http', 'odoo.addons.base.models.ir_rule')
    def test_foreign_conversations_are_shut(self):
        self._login()
        private_token = self.private_ticket._portal_ensure_token()
        for ticket, params in (
            (self.foreign_ticket, {}),
            (self.foreign_ticket, {'token': self.token}),
            (self.foreign_ticket, {'token': 'x'}),
            (self.private_ticket, {}),
            (self.private_ticket, {'token': private_token}),
            (
                self.private_ticket,
                {
                    'hash': self.private_ticket._sign_token(self.customer.id),
                    'pid': self.customer.id,
                },
            ),
            (
                self.foreign_ticket,
                {
                    'hash': self.ticket._sign_token(self.customer.id),
                    'pid': self.customer.id,
                },
            ),
        ):
            with self.subTest(ticket=ticket.name, params=list(params)):
                with self.assertRaises(JsonRpcException):
                    self._post_message(ticket, 'Broken in', **params)
                self.assertNotIn('Broken in', self._bodies(ticket))
        self.foreign_ticket.message_post(
            body='For Stan',
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )
        self.assertEqual(self._fetch(self.foreign_ticket), [])
        for token in (self.token, 'x'):
            with self.assertRaises(JsonRpcException):
                self._fetch(self.foreign_ticket, token=token)

    @mute_logger('odoo.http')
    def test_visitors_cannot_write_without_the_link(self):
        for params in ({}, {'token': self.foreign_token}, {'token': 'x'}):
            with self.subTest(params=params), self.assertRaises(JsonRpcException):
                self._post_message(self.ticket, 'Broken in', **params)
        self.assertNotIn('Broken in', self._bodies(self.ticket))

    def test_message_markup_is_harmless(self):
        self._login()
        self._post_message(self.ticket, '<p>hi</p><script>alert(1)</script><img src=x onerror=a()>')
        body = self.ticket.message_ids[0].body
        self.assertIn('hi', body)
        self.assertNotIn('script', body)
        self.assertNotIn('onerror', body)

    def test_store_of_the_conversation_tells_no_more(self):
        """The client's store can be asked for what the team sees beside the conversation."""
        self.ticket.write({'email_cc': 'boss@secret.example'})
        self.ticket.message_subscribe(self.agent_2.partner_id.ids)
        self.agent_2.name = 'Secret Agent'
        self.ticket.activity_schedule('mail.mail_activity_data_todo', summary='secret plan')
        attachment = self.env['ir.attachment'].create(
            {
                'name': 'secret.txt',
                'raw': b'x',
                'res_model': 'helpdesk.ticket',
                'res_id': self.ticket.id,
            }
        )
        self.ticket.message_post(
            body='secret note',
            attachment_ids=attachment.ids,
            subtype_xmlid='mail.mt_note',
        )
        requests = [
            'activities',
            'attachments',
            'followers',
            'scheduledMessages',
            'suggestedRecipients',
            'contact_fields',
            'display_name',
            'messages',
        ]

        def ask(**access_params):
            return json.dumps(
                self.make_jsonrpc_request(
                    '/mail/data',
                    {
                        'fetch_params': [
                            [
                                'mail.thread',
                                {
                                    'thread_model': 'helpdesk.ticket',
                                    'thread_id': self.ticket.id,
                                    'request_list': requests,
                                    'access_params': access_params,
                                },
                            ]
                        ]
                    },
                )
            ).lower()

        self.assertNotIn('secret', ask(token=self.token))
        self.assertNotIn(
            'secret',
            ask(
                hash=self.ticket._sign_token(self.customer.id),
                pid=self.customer.id,
            ),
        )
        self.assertNotIn('cup arrived', ask(token=self.foreign_token))
        self._login()
        self.assertNotIn('secret', ask())
        self.assertNotIn('secret', ask(token=self.token))
        self.authenticate('agent', 'agentxxx')
        self.assertIn('secret', ask())

    def _upload(self, ticket, content=b'a cup', **params):
        return self.url_open(
            '/mail/attachment/upload',
            data={
                'thread_model': 'helpdesk.ticket',
                'thread_id': ticket.id,
                'is_pending': 'true',
                'csrf_token': http.Request.csrf_token(self),
                **params,
            },
            files={'ufile': ('cup.txt', content, 'text/plain')},
        )

    @mute_logger('odoo.http')
    def test_upload_files(self):
        self._login()
        self.assertIn('data', self._upload(self.ticket).json())
        self.assertEqual(self._upload(self.foreign_ticket).status_code, HTTPStatus.NOT_FOUND)
        self.assertEqual(self._upload(self.private_ticket).status_code, HTTPStatus.NOT_FOUND)
        with patch.object(uploads, 'MAX_FILE_SIZE', 4):
            self.assertIn('too large', self._upload(self.ticket).json()['error'])

    def test_files_need_their_link(self):
        """Who guesses the number of a file gets nothing: neither a note's nor a stranger's."""
        files = self.env['ir.attachment'].create(
            [
                {
                    'name': 'secret.txt',
                    'raw': b'secret',
                    'res_model': 'helpdesk.ticket',
                    'res_id': ticket.id,
                }
                for ticket in (self.ticket, self.foreign_ticket)
            ]
        )
        self.ticket.message_post(
            body='Rack',
            attachment_ids=files[0].ids,
            subtype_xmlid='mail.mt_note',
        )
        self._login()
        for attachment in files:
            for url in (f'/web/content/{attachment.id}', f'/web/image/{attachment.id}'):
                response = self.url_open(f'{url}?access_token={self.token}')
                self.assertNotIn(b'secret', response.content)
