"""The conversation of a ticket in the portal: who reads it, who writes into it."""

import json
from http import HTTPStatus
from unittest.mock import patch

from odoo import http
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..controllers import uploads
from .portal_common import HelpdeskPortalHttpCommon


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
