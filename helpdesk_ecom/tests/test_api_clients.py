"""What API clients of the Helpdesk do, over each of the ways into Odoo, as a simple agent."""

import json
from base64 import b64encode
from datetime import datetime, timedelta
from http import HTTPStatus
from xmlrpc.client import Fault

from odoo.tests import HttpCase, get_db_name, tagged
from odoo.tools import mute_logger

from .common import HelpdeskOrderCommon

TICKET_FIELDS = """
    name ticket_ref description active color team_id stage_id user_id domain_user_ids priority
    kanban_state tag_ids ticket_type_id properties partner_id commercial_partner_id partner_name
    partner_email partner_phone partner_company_name email_cc partner_ticket_ids
    partner_ticket_count partner_open_ticket_count company_id date_last_stage_update assign_date
    assign_hours close_date close_hours open_hours fold closed_by_partner duration_tracking
    is_rotting rotting_days first_response_hours avg_response_hours total_response_hours
    answered_customer_message_count oldest_unanswered_customer_message_date
    rating_ids rating_count rating_avg rating_last_value campaign_id medium_id source_id access_url
    access_token sale_order_id sale_order_state product_id lot_id picking_ids pickings_count
    invoice_ids use_credit_notes use_coupons use_giftcards use_product_returns
    use_product_replacements use_product_repairs
"""
TEAM_FIELDS = """
    name description active sequence color company_id member_ids auto_assignment assign_method
    privacy_visibility stage_ids ticket_ids ticket_properties resource_calendar_id use_rating
    allow_portal_ticket_closing auto_close_ticket auto_close_day from_stage_ids to_stage_id
    use_alias alias_id alias_name alias_email use_website_helpdesk_form
    use_website_helpdesk_livechat use_credit_notes use_coupons use_product_returns
    use_product_repairs open_ticket_count unassigned_tickets urgent_ticket ticket_closed
"""
STAGE_FIELDS = """
    name active description sequence fold team_ids template_id legend_blocked legend_done
    legend_normal color rotting_threshold_days ticket_count
"""


class ApiClientCases:
    """What has to work in the same way by whatever way a client comes in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.password = 'agent-password'
        cls.agent.password = cls.password

    def call(self, model, method, *args, ids=None, **kwargs):
        """Return the answer of the server; records are meant by ``ids``."""
        raise NotImplementedError

    def create(self, model, /, **vals):
        """Return the id of a new record."""
        raise NotImplementedError

    def read(self, record_id, *names):
        [values] = self.call(
            'helpdesk.ticket',
            'search_read',
            domain=[('id', '=', record_id)],
            fields=list(names),
        )
        return values

    def test_create_search_write(self):
        ticket_id = self.create(
            'helpdesk.ticket',
            name='Cup arrived broken',
            team_id=self.team.id,
            partner_id=self.customer.id,
            sale_order_id=self.order.id,
            priority='2',
        )
        ticket = self.read(
            ticket_id,
            'ticket_ref',
            'stage_id',
            'partner_email',
            'fold',
            'sale_order_id',
        )
        self.assertTrue(ticket['ticket_ref'])
        self.assertEqual(list(ticket['stage_id']), [self.stage_new.id, 'New'])
        self.assertEqual(ticket['partner_email'], self.customer.email)
        self.assertEqual(ticket['sale_order_id'][0], self.order.id)
        self.call(
            'helpdesk.ticket',
            'write',
            ids=[ticket_id],
            vals={'stage_id': self.stage_solved.id, 'kanban_state': 'done'},
        )
        ticket = self.read(ticket_id, 'fold', 'close_date', 'kanban_state')
        self.assertTrue(ticket['fold'] and ticket['close_date'])
        self.assertEqual(ticket['kanban_state'], 'done')

    def test_create_with_little(self):
        """Clients know an address, or a number, or nothing but what it is about."""
        for vals in (
            {'partner_email': 'somebody@new.example'},
            {'partner_phone': '+49 30 1234567'},
            {'partner_name': 'Somebody'},
            {},
        ):
            with self.subTest(vals=vals):
                ticket_id = self.create('helpdesk.ticket', name='Where is it?', **vals)
                ticket = self.read(ticket_id, 'team_id', 'stage_id', 'ticket_ref', *vals)
                self.assertTrue(ticket['team_id'] and ticket['stage_id'] and ticket['ticket_ref'])
                for name, value in vals.items():
                    self.assertEqual(ticket[name], value)

    def test_answer(self):
        ticket_id = self.create('helpdesk.ticket', name='Hello', partner_id=self.customer.id)
        posted = self.call(
            'helpdesk.ticket',
            'message_post',
            ids=[ticket_id],
            body='We look into it',
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )
        ticket = self.env['helpdesk.ticket'].browse(ticket_id)
        message = ticket.message_ids.filtered(lambda message: 'look into it' in message.body)
        self.assertEqual(message.id, posted[0] if isinstance(posted, list) else posted)
        self.assertEqual(message.author_id, self.agent.partner_id)

    def test_message_created_directly(self):
        """Connectors copy conversations: the clocks hang on the message, not on the posting."""
        ticket_id = self.create('helpdesk.ticket', name='Hello', partner_id=self.customer.id)
        message_id = self.create(
            'mail.message',
            model='helpdesk.ticket',
            res_id=ticket_id,
            body='<p>We look into it</p>',
            message_type='comment',
            subtype_id=self.env.ref('mail.mt_comment').id,
        )
        ticket = self.env['helpdesk.ticket'].browse(ticket_id)
        self.assertIn(message_id, ticket.message_ids.ids)
        self.assertEqual(ticket.answered_customer_message_count, 1)
        self.assertFalse(ticket.oldest_unanswered_customer_message_date)

    def test_buttons(self):
        """What the buttons of the form do, a script does, too."""
        ticket_id = self.create('helpdesk.ticket', name='Hello', team_id=self.team.id)
        for method, expected in (
            ('action_assign_to_me', {'user_id': self.agent}),
            ('action_solve', {'stage_id': self.stage_solved}),
            ('action_reopen', {'stage_id': self.stage_new}),
        ):
            self.assertTrue(self.call('helpdesk.ticket', method, ids=[ticket_id]))
            self.assertRecordValues(
                self.env['helpdesk.ticket'].browse(ticket_id),
                [{name: record.id for name, record in expected.items()}],
            )

    def test_attachment(self):
        ticket_id = self.create('helpdesk.ticket', name='Hello')
        self.create(
            'ir.attachment',
            name='cup.txt',
            datas=b64encode(b'in pieces').decode(),
            res_model='helpdesk.ticket',
            res_id=ticket_id,
        )
        attachments = self.call(
            'ir.attachment',
            'search_read',
            domain=[('res_model', '=', 'helpdesk.ticket'), ('res_id', '=', ticket_id)],
            fields=['name', 'datas'],
        )
        self.assertEqual(attachments[0]['name'], 'cup.txt')
        self.assertEqual(attachments[0]['datas'], b64encode(b'in pieces').decode())

    def test_names_of_fields(self):
        for model, names in (
            ('helpdesk.ticket', TICKET_FIELDS),
            ('helpdesk.team', TEAM_FIELDS),
            ('helpdesk.stage', STAGE_FIELDS),
            ('helpdesk.tag', 'name color'),
            ('helpdesk.ticket.type', 'name sequence'),
        ):
            with self.subTest(model=model):
                fields = self.call(model, 'fields_get', attributes=['type'])
                self.assertEqual(set(names.split()) - set(fields), set())
                self.call(model, 'search_read', domain=[], fields=names.split(), limit=2)

    def test_team_with_tickets(self):
        [team] = self.call(
            'helpdesk.team',
            'search_read',
            domain=[('id', '=', self.team.id)],
            fields=['name', 'stage_ids', 'member_ids'],
        )
        self.assertIn(self.agent.id, team['member_ids'])
        self.assertIn(self.stage_solved.id, team['stage_ids'])

    def test_rights_hold(self):
        ticket_id = self.create('helpdesk.ticket', name='Hello')
        self.assert_refused('helpdesk.ticket', 'unlink', ids=[ticket_id])
        self.assert_refused('helpdesk.team', 'write', ids=[self.team.id], vals={'name': 'Mine'})
        self.assert_refused('sale.order', 'write', ids=[self.order.id], vals={'note': 'Mine'})


@tagged('post_install', '-at_install')
class TestXmlRpc(ApiClientCases, HelpdeskOrderCommon, HttpCase):
    def call(self, model, method, *args, ids=None, **kwargs):
        positional = [*([ids] if ids else []), *args]
        return self.xmlrpc_object.execute_kw(
            get_db_name(),
            self.agent.id,
            self.password,
            model,
            method,
            positional,
            kwargs,
        )

    def create(self, model, /, **vals):
        return self.call(model, 'create', vals)

    def assert_refused(self, model, method, **kwargs):
        with (
            mute_logger('odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule'),
            self.assertRaises(Fault),
        ):
            self.call(model, method, **kwargs)

    def test_login(self):
        uid = self.xmlrpc_common.authenticate(get_db_name(), 'agent', self.password, {})
        self.assertEqual(uid, self.agent.id)


@tagged('post_install', '-at_install')
class TestJsonRpc(ApiClientCases, HelpdeskOrderCommon, HttpCase):
    def _send(self, model, method, positional, kwargs):
        return self.url_open(
            '/jsonrpc',
            json={
                'jsonrpc': '2.0',
                'method': 'call',
                'params': {
                    'service': 'object',
                    'method': 'execute_kw',
                    'args': [
                        get_db_name(),
                        self.agent.id,
                        self.password,
                        model,
                        method,
                        positional,
                        kwargs,
                    ],
                },
            },
        ).json()

    def call(self, model, method, *args, ids=None, **kwargs):
        answer = self._send(model, method, [*([ids] if ids else []), *args], kwargs)
        self.assertNotIn('error', answer)
        return answer['result']

    def create(self, model, /, **vals):
        return self.call(model, 'create', vals)

    @mute_logger('odoo.http', 'odoo.addons.base.models.ir_model')
    def assert_refused(self, model, method, *, ids, **kwargs):
        answer = self._send(model, method, [ids], kwargs)
        self.assertEqual(answer['error']['data']['name'], 'odoo.exceptions.AccessError')


@tagged('post_install', '-at_install')
class TestJson2(ApiClientCases, HelpdeskOrderCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        key = (
            cls.env['res.users.apikeys']
            .with_user(cls.agent)
            ._generate(
                scope='rpc',
                name='connector',
                expiration_date=datetime.now() + timedelta(days=0.5),
            )
        )
        cls.headers = {'Authorization': f'Bearer {key}', 'Content-Type': 'application/json'}

    def _send(self, model, method, headers=None, **body):
        return self.url_open(
            f'/json/2/{model}/{method}',
            data=json.dumps(body),
            headers=headers or self.headers,
        )

    def call(self, model, method, *, ids=None, **kwargs):
        if ids:
            kwargs['ids'] = ids
        response = self._send(model, method, **kwargs)
        self.assertEqual(response.status_code, HTTPStatus.OK, response.text)
        return response.json()

    def create(self, model, /, **vals):
        [record_id] = self.call(model, 'create', vals_list=[vals])
        return record_id

    @mute_logger('odoo.http', 'odoo.addons.base.models.ir_model')
    def assert_refused(self, model, method, **kwargs):
        response = self._send(model, method, **kwargs)
        self.assertEqual(response.status_code, HTTPStatus.FORBIDDEN, response.text)

    @mute_logger('odoo.http')
    def test_needs_a_key(self):
        headers = {**self.headers, 'Authorization': 'Bearer wrong'}
        response = self._send('helpdesk.ticket', 'search', headers=headers, domain=[])
        self.assertEqual(response.status_code, HTTPStatus.UNAUTHORIZED)

    @mute_logger('odoo.http')
    def test_private_methods_stay_private(self):
        response = self._send('helpdesk.ticket', '_create_from_portal', ids=[])
        self.assertNotEqual(response.status_code, HTTPStatus.OK)
