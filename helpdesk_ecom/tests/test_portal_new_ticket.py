"""The form of a new ticket, and what one may try with it."""

from http import HTTPStatus
from unittest.mock import patch

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers import uploads
from .portal_common import HelpdeskPortalHttpCommon


@tagged('post_install', '-at_install')
class TestPortalNewTicket(HelpdeskPortalHttpCommon):
    URL = '/my/tickets/new'

    def _fill(self, **form):
        return {'subject': 'Plate missing', 'text': 'Only one came.\nWhy?', **form}

    def _send(self, files=None, **form):
        return self._post_form(self.URL, files=files, **self._fill(**form))

    def _find(self, name='Plate missing'):
        return self.env['helpdesk.ticket'].search([('name', '=', name)])

    def _assert_created(self, response):
        self.assertEqual(response.status_code, HTTPStatus.SEE_OTHER, response.text[:2000])
        ticket = self._find()
        self.assertEqual(len(ticket), 1)
        self.assertIn(f'/my/ticket/{ticket.id}?', response.headers['Location'])
        return ticket

    def _assert_rejected(self, response, *texts):
        self.assertEqual(response.status_code, HTTPStatus.OK)
        self.assertFalse(self._find())
        for text in texts:
            self.assertIn(text, response.text)

    def _assert_order_chosen(self, page):
        [value] = html.fromstring(page).xpath('//select[@name="order_id"]/option[@selected]/@value')
        self.assertEqual(int(value), self.order.id)

    def test_needs_a_login_or_the_link_of_an_order(self):
        order = f'?order_id={self.order.id}'
        for query in ('', order, f'{order}&access_token=x'):
            response = self.url_open(self.URL + query, allow_redirects=False)
            self.assertIn('/web/login?redirect', response.headers['Location'])
        self.assertFalse(self._find())

    def test_a_rule_sends_it_to_a_private_team(self):
        """The customer reads that it arrived, and no more of it."""
        self.env['helpdesk.routing.rule'].create({'name': 'All', 'team_id': self.private_team.id})
        for login in (True, False):
            with self.subTest(login=login):
                self._find().unlink()
                if login:
                    self._login()
                    response = self._send()
                else:
                    self.authenticate(None, None)
                    link = {
                        'order_id': self.order.id,
                        'access_token': self.order._portal_ensure_token(),
                    }
                    response = self._send(**link)
                ticket = self._find()
                self.assertEqual(ticket.team_id, self.private_team)
                self.assertEqual(
                    response.headers['Location'].rpartition('/my/')[2], 'tickets/thanks'
                )
                page = self.url_open('/my/tickets/thanks')
                self.assertIn(f'#{ticket.ticket_ref}', page.text)
        self.authenticate(None, None)
        page = self.url_open('/my/tickets/thanks', allow_redirects=False)
        self.assertTrue(page.headers['Location'].endswith('/my/tickets'))

    def test_open_a_ticket(self):
        self._login()
        ticket = self._assert_created(self._send())
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.team_id.privacy_visibility, 'portal')
        self.assertEqual(ticket.create_uid, self.portal_user)
        message = ticket.message_ids.filtered(lambda message: message.message_type == 'comment')
        self.assertEqual(message.author_id, self.customer)
        self.assertIn('Only one came.', message.body)
        self.assertIn('Thank you', self._get(f'/my/ticket/{ticket.id}?created=1'))

    def test_with_order_product_and_files(self):
        self._login()
        line = self.order.order_line[1]
        ticket = self._assert_created(
            self._send(
                order_id=self.order.id,
                order_line_id=line.id,
                files=[
                    ('files', ('cup.txt', b'a cup', 'text/plain')),
                    ('files', ('evil.html', b'<script>alert(1)</script>', 'text/html')),
                ],
            )
        )
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertEqual(ticket.order_match, 'verified')
        self.assertEqual(ticket.product_id, line.product_id)
        attachments = ticket.message_ids.attachment_ids
        self.assertEqual(set(attachments.mapped('name')), {'cup.txt', 'evil.html'})
        self.assertNotIn('text/html', attachments.mapped('mimetype'))
        self.assertEqual(set(attachments.mapped('res_id')), set(ticket.ids))
        self.assertFalse(any(attachments.mapped('public')))

    def test_order_is_found_in_the_text(self):
        self._login()
        ticket = self._assert_created(self._send(text=f'Order {self.order.name} is not complete'))
        self.assertEqual(ticket.sale_order_id, self.order)

    def test_foreign_order_in_the_text_is_not_shown(self):
        self._login()
        ticket = self._assert_created(self._send(text=f'I mean order {self.foreign_order.name}'))
        self.assertNotEqual(ticket.order_match, 'verified')
        page = self._get(f'/my/ticket/{ticket.id}')
        self.assertNotIn(f'/my/orders/{self.foreign_order.id}', page)
        self.assertNotIn('>Order<', page)

    def test_tampered_forms_are_refused(self):
        self._login()
        draft = self._create_order(confirm=False)
        for name, form, error in (
            ('order of another', {'order_id': self.foreign_order.id}, 'Choose one of your orders'),
            ('quotation', {'order_id': draft.id}, 'Choose one of your orders'),
            ('no order', {'order_id': 999999999}, 'Choose one of your orders'),
            ('no id', {'order_id': '9' * 30}, 'Choose one of your orders'),
            (
                'line of another',
                {'order_line_id': self.foreign_order.order_line[0].id},
                'not part of the order',
            ),
            (
                'line of another order',
                {
                    'order_id': self._create_order().id,
                    'order_line_id': self.order.order_line[0].id,
                },
                'not part of the order',
            ),
        ):
            with self.subTest(name):
                self._assert_rejected(self._send(**form), error)
        page = self._get(f'{self.URL}?order_id={self.foreign_order.id}')
        self.assertNotIn(self.foreign_order.name, page)

    def test_hidden_team_cannot_be_chosen(self):
        self._login()
        ticket = self._assert_created(self._send(team_id=self.private_team.id))
        self.assertNotEqual(ticket.team_id, self.private_team)
        self.assertNotIn(self.private_team.name, self._get(self.URL))

    def test_unknown_fields_are_ignored(self):
        self._login()
        ticket = self._assert_created(
            self._send(
                partner_id=self.stranger.partner_id.id,
                user_id=self.agent.id,
                priority='3',
                stage_id=self.stage_solved.id,
            )
        )
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual((ticket.priority, ticket.fold), ('0', False))
        self.assertFalse(ticket.user_id)

    def test_errors_keep_the_input(self):
        self._login()
        response = self._send(text='')
        self._assert_rejected(response, 'Tell us what happened.', 'value="Plate missing"')
        response = self._send(subject='  ', order_id=self.order.id)
        self._assert_rejected(response, 'Say in a few words', 'Only one came.')
        self._assert_order_chosen(response.text)
        self._assert_rejected(self._send(subject='x' * 201), 'at most 200 letters')
        self._assert_rejected(self._send(text='x' * 20_001), 'letters')

    def test_limits_of_files(self):
        self._login()
        file = ('files', ('big.bin', b'12345678', 'application/octet-stream'))
        with patch.object(uploads, 'MAX_FILE_SIZE', 7):
            self._assert_rejected(self._send(files=[file]), 'too large', 'choose your files again')
        self._assert_rejected(self._send(files=[file] * 11), 'at most 10 files')
        with patch.object(uploads, 'MAX_FILE_SIZE', 8):
            self._assert_created(self._send(files=[file]))

    def test_limit_per_hour(self):
        self.env['ir.config_parameter'].sudo().set_param(
            'helpdesk_ecom.portal_tickets_per_hour',
            '2',
        )
        self._login()
        for number in range(2):
            self._send(subject=f'No. {number}')
        self._assert_rejected(self._send(), 'many tickets within the last hour', 'Only one came.')
        self._login(self.stranger)  # somebody else is not concerned
        self._assert_created(self._send())

    def test_markup_is_text(self):
        self._login()
        ticket = self._assert_created(self._send(text='<img src=x onerror=alert(1)><b>hi</b>'))
        body = ticket.message_ids.filtered(lambda m: m.message_type == 'comment').body
        self.assertIn('&lt;img src=x onerror=alert(1)&gt;', body)
        self._find().unlink()
        page = self._send(subject='', text='</textarea><script>alert(1)</script>').text
        self.assertNotIn('<script>alert(1)', page)

    @mute_logger('odoo.http')
    def test_csrf(self):
        self._login()
        response = self._post_form(self.URL, csrf=False, **self._fill())
        self.assertEqual(response.status_code, HTTPStatus.BAD_REQUEST)
        self.assertFalse(self._find())

    def test_from_the_page_of_an_order(self):
        self._login()
        url = f'/my/tickets/new?order_id={self.order.id}'
        self.assertIn(url, self._get(f'/my/orders/{self.order.id}'))
        self._assert_order_chosen(self._get(url))

    def test_visitor_with_the_link_of_an_order(self):
        """Guests of the shop have no login, but the mail of their order."""
        token = self.order._portal_ensure_token()
        page = self._get(f'/my/orders/{self.order.id}?access_token={token}')
        self.assertIn(f'/my/tickets/new?order_id={self.order.id}&amp;access_token={token}', page)
        self.authenticate(None, None)
        ticket = self._assert_created(self._send(order_id=self.order.id, access_token=token))
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertEqual(
            ticket.message_ids.filtered(
                lambda message: message.message_type == 'comment'
            ).author_id,
            self.customer,
        )
        self.assertIn('Plate missing', self._get(ticket.get_portal_url()))

    def test_visitor_with_the_link_of_another_order(self):
        self.authenticate(None, None)
        response = self._send(
            order_id=self.order.id,
            access_token=self.foreign_order._portal_ensure_token(),
        )
        self.assertIn('/web/login', response.headers['Location'])
        self.assertFalse(self._find())

    def test_without_a_public_team(self):
        self.env['helpdesk.team'].search([]).privacy_visibility = 'internal'
        self._login()
        response = self.url_open(self.URL, allow_redirects=False)
        self.assertTrue(response.headers['Location'].endswith('/my/tickets'))
        self.assertNotIn('/my/tickets/new', self._get('/my/tickets'))
        self.assertNotIn('/my/tickets/new', self._get(f'/my/orders/{self.order.id}'))
