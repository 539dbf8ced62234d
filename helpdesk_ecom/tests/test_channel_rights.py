from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.channel.event import Person
from .channel_common import HelpdeskChannelCommon

OTTO = Person(external_id='otto-1', name='Otto Braun', phone='+12125550177')


@tagged('post_install', '-at_install')
class TestChannelRights(HelpdeskChannelCommon):
    """Who sees what passes through channels, and who may change it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._new_user('stranger', 'group_helpdesk_user')
        cls.private_team = cls.env['helpdesk.team'].create(
            {
                'name': 'Complaints of Colleagues',
                'privacy_visibility': 'invited_internal',
                'member_ids': [Command.set(cls.agent.ids)],
            }
        )

    def _sees(self, user, records):
        """Tell whether the user finds the records in a list and may open them, which must agree."""
        records = records.with_user(user)
        found = records.search([('id', 'in', records.ids)]) == records
        self.env.invalidate_all()
        self.assertEqual(found, records.has_access('read'))
        return found

    def _check(self, seen, hidden, records):
        for user in seen:
            self.assertTrue(self._sees(user, records), f'{user.login} sees {records}')
        for user in hidden:
            self.assertFalse(self._sees(user, records), f'{user.login} sees {records}')

    def _create_company(self):
        """Return another company with a team and a channel."""
        company = self.env['res.company'].create({'name': 'Second shop'})
        team = self.env['helpdesk.team'].create(
            {'name': 'Second', 'company_id': company.id, 'resource_calendar_id': False}
        )
        channel = self.channel.copy(
            {'name': 'App of the second shop', 'team_id': team.id, 'company_id': company.id}
        )
        channel.write({'state': 'on', 'signing_secret': 'x'})
        self.assertEqual(channel.company_id, company)
        return company, team, channel

    # === WHO SEES === #

    def test_channel_of_a_private_team(self):
        self.channel.team_id = self.private_team
        envelope = self._receive(self._event('Can we talk in private?'))
        waiting = self.Envelope.create(
            {'direction': 'in', 'channel_id': self.channel.id, 'state': 'parked', 'kind': 'message'}
        )
        seen, hidden = (self.agent, self.leader, self.admin), (self.stranger, self.approver)
        for records in (envelope, waiting, envelope.identity_id):
            self._check(seen, hidden, records)
        envelope.ticket_id.message_subscribe(self.stranger.partner_id.ids)
        for records in (envelope, envelope.identity_id):
            self._check((self.stranger,), (self.approver,), records)
        self._check((), (self.stranger,), waiting)

    def test_assigned_ticket_of_a_private_team(self):
        self.channel.team_id = self.private_team
        envelope = self._receive(self._event('Can we talk in private?'))
        envelope.ticket_id.with_user(self.leader).user_id = self.stranger
        for records in (envelope, envelope.identity_id):
            self._check((self.stranger,), (self.approver,), records)

    def test_ticket_that_went_to_a_private_team(self):
        """Its messages are hidden; that somebody writes by the open channel is not."""
        envelope = self._receive(self._event('Can we talk in private?'))
        envelope.ticket_id.with_user(self.leader).team_id = self.private_team
        self._check((self.agent, self.leader), (self.stranger,), envelope)
        self._check((self.agent, self.stranger), (), envelope.identity_id)

    def test_ticket_that_left_a_private_team(self):
        self.channel.team_id = self.private_team
        envelope = self._receive(self._event('Can we talk in private?'))
        envelope.ticket_id.with_user(self.leader).team_id = self.team
        for records in (envelope, envelope.identity_id):
            self._check((self.agent, self.stranger), (), records)

    def test_open_channels(self):
        for team in (self.team, self.env['helpdesk.team']):
            self.channel.team_id = team
            envelope = self._receive(self._event('Hello'))
            waiting = self.Envelope.create(
                {
                    'direction': 'in',
                    'channel_id': self.channel.id,
                    'state': 'parked',
                    'kind': 'message',
                }
            )
            for records in (envelope, waiting, envelope.identity_id):
                self._check((self.agent, self.stranger, self.leader), (), records)

    def test_channel_of_all_companies(self):
        """What came by it is seen by those who see the tickets."""
        company, team, _channel = self._create_company()
        self.channel.write({'team_id': False, 'company_id': False})
        envelope = self._receive(self._event('Hello'))
        envelope.ticket_id.sudo().team_id = team
        self.assertEqual(envelope.ticket_id.company_id, company)
        self._check((), (self.agent, self.leader, self.admin), envelope)

    def test_cost(self):
        """The rights cost no query for each record, and don't look through all tickets."""
        envelopes = self._receive(
            *[
                self._event(f'{number}', person=Person(external_id=f'p-{number}'))
                for number in '123'
            ]
        )
        for records in (envelopes, envelopes.identity_id):
            counts = []
            for some in (records[:1], records[:1], records):
                self.env.flush_all()
                self.env.invalidate_all()
                some = some.with_user(self.stranger)
                before = self.env.cr.sql_log_count
                some.read(['channel_id'])
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(counts[1], counts[2])

    # === WHAT IS SHOWN === #

    def test_secrets_of_the_program(self):
        """Agents learn what kind of error it was; words and tracebacks are for administrators."""
        envelope = self._receive(self._event('Hello'))
        envelope.write({'error': 'Traceback: secret', 'error_class': 'never'})
        for user in (self.agent, self.leader):
            as_user = envelope.with_user(user)
            self.assertEqual(as_user.read(['error_class'])[0]['error_class'], 'never')
            for name in ('error', 'payload', 'payload_text'):
                with self.assertRaises(AccessError):
                    as_user.read([name])
            with self.assertRaises(AccessError):
                as_user.search([('error', 'ilike', 'secret')])
            as_user.get_view(view_type='form')
            as_user.get_view(view_type='list')
        self.assertEqual(envelope.with_user(self.admin).error, 'Traceback: secret')

    def test_reason_on_the_message(self):
        """What became of an answer is told to who may read the answer."""
        ticket = self._receive(self._event('Hello')).ticket_id
        message = self._answer(ticket)
        message.sudo().helpdesk_envelope_ids.write({'state': 'failed', 'error': 'Not reachable'})
        self.assertEqual(message.with_user(self.agent)._get_delivery()['error'], 'Not reachable')

    # === WHO CHANGES === #

    def test_nobody_redirects_answers(self):
        """A leader blocks; who somebody is on a channel is the provider's to say."""
        identity = self._receive(self._event('Hello')).identity_id
        other = self.channel.copy({'name': 'Second App'})
        values = {
            'external_id': 'mallory',
            'alternate_id': 'mallory',
            'channel_id': other.id,
            'window_until': '2099-01-01 00:00:00',
            'last_inbound_date': '2099-01-01 00:00:00',
            'name': 'Mallory',
            'username': 'mallory',
            'phone': '+1',
            'lang': 'de',
            'partner_id': self.leader.partner_id.id,
        }
        for user in (self.leader, self.admin):
            for name, value in values.items():
                with self.subTest(name, user=user.login), self.assertRaises(AccessError):
                    identity.with_user(user).write({name: value})
            identity.with_user(user).is_blocked = True
            self.assertTrue(identity.is_blocked)
            identity.with_user(user).is_blocked = False
        with self.assertRaises(AccessError):
            identity.with_user(self.agent).is_blocked = True

    def test_deciding_on_messages_of_others(self):
        """One's own message among them gives no right to the others."""
        ticket = self._receive(self._event('Hello')).ticket_id
        own = self._answer(ticket).sudo().helpdesk_envelope_ids
        _company, _team, channel = self._create_company()
        vals = {'direction': 'out', 'state': 'outgoing', 'kind': 'message'}
        foreign, lost = self.Envelope.create(
            [{**vals, 'channel_id': channel.id}, {**vals, 'channel_id': self.channel.id}]
        )
        for other in (foreign, lost):
            with self.assertRaises(AccessError):
                (own | other).with_user(self.agent).action_cancel()
            self.assertEqual((own | other).mapped('state'), ['outgoing'] * 2)
        with self.assertRaises(AccessError):
            (own | foreign).with_user(self.admin).action_cancel()
        (own | lost).with_user(self.admin).action_cancel()
        self.assertEqual((own | lost).mapped('state'), ['canceled'] * 2)

    def test_putting_away_from_the_list(self):
        vals = {'channel_id': self.channel.id, 'kind': 'message'}
        parked, failed, unknown = self.Envelope.create(
            [
                {**vals, 'direction': 'in', 'state': 'parked'},
                {**vals, 'direction': 'out', 'state': 'failed'},
                {**vals, 'direction': 'out', 'state': 'unknown'},
            ]
        )
        with self.assertRaises(AccessError):
            failed.with_user(self.leader).action_ignore()
        with self.assertRaises(UserError):
            unknown.with_user(self.admin).action_ignore()
        with self.assertRaises(UserError):
            (failed | unknown).with_user(self.admin).action_process_again()
        (parked | failed | unknown).with_user(self.admin).action_ignore()
        self.assertEqual(
            (parked | failed | unknown).mapped('state'), ['ignored', 'canceled', 'unknown']
        )

    def test_deciding_on_a_message_of_a_private_team(self):
        ticket = self._receive(self._event('Hello')).ticket_id
        ticket.with_user(self.leader).team_id = self.private_team
        envelope = self._answer(ticket).sudo().helpdesk_envelope_ids
        with self.assertRaises(AccessError):
            envelope.with_user(self.stranger).action_cancel()
        envelope.with_user(self.agent).action_cancel()
        self.assertEqual(envelope.state, 'canceled')

    # === COMPANIES === #

    def test_ticket_that_moves_to_another_company(self):
        """It can't: whoever answers there would answer in the name of this company."""
        ticket = self._receive(self._event('Hello')).ticket_id
        company, team, _channel = self._create_company()
        self.leader.company_ids |= company
        as_leader = ticket.with_user(self.leader).with_context(
            allowed_company_ids=(self.company | company).ids
        )
        with self.assertRaises(ValidationError):
            as_leader.write({'channel_id': False, 'team_id': team.id})

    def test_ticket_of_another_company(self):
        """What the customer writes goes on in their channel's company."""
        envelope = self._receive(self._event('Hello'))
        company, team, _channel = self._create_company()
        self.env.flush_all()
        # as it may have become before it was refused
        self.env.cr.execute(
            'UPDATE helpdesk_ticket SET company_id = %s, team_id = %s WHERE id = %s',
            (company.id, team.id, envelope.ticket_id.id),
        )
        self.env.invalidate_all()
        for event in (
            self._event('Well?'),
            self._event('Well?', reply_to=envelope.external_id),
        ):
            ticket = self._receive(event).ticket_id
            self.assertNotEqual(ticket, envelope.ticket_id)
            self.assertEqual(ticket.company_id, self.company)

    # === WHAT IS GONE === #

    def test_deleted_ticket(self):
        """The jobs go on without it."""
        media = {'kind': 'media', 'state': 'new', 'payload': {'kind': 'image', 'url': 'https://x/'}}
        envelope = self._receive(self._event('Hello'))
        ticket = envelope.ticket_id
        message = self._answer(ticket)
        sent = message.sudo().helpdesk_envelope_ids
        self._run_outbox()
        waiting = self._answer(ticket).sudo().helpdesk_envelope_ids
        file = self.Envelope.create(
            {
                **media,
                'direction': 'in',
                'channel_id': self.channel.id,
                'external_id': 'file',
                'ticket_id': ticket.id,
                'message_id': envelope.message_id.id,
            }
        )
        ticket.with_user(self.leader).unlink()
        self.env.invalidate_all()
        self.assertFalse((envelope | sent | waiting | file).ticket_id)
        self._run_job('ir_cron_fetch_media')
        self.assertEqual(file.state, 'ignored', 'nobody wants it any more')
        self._run_outbox()
        self.assertIn(waiting.state, ('sent', 'canceled'))
        events = self._receive(
            self._event(kind='status', target=sent.external_id, status='read'),
            self._event(kind='edit', target=envelope.external_id, text='Hello!'),
            self._event(kind='reaction', target=envelope.external_id, text='👍'),
            self._event(kind='delete', target=envelope.external_id),
            self._event('Hello?', reply_to=envelope.external_id),
        )
        self.assertEqual(sent.state, 'read')
        self.assertNotIn('parked', events.mapped('state'))
        for event in events:
            self.assertNotIn('Traceback', event.error or '')
        self.assertTrue(events[-1].ticket_id)
        self.assertEqual(events[-1].state, 'done')

    def test_deleted_contact(self):
        """Who writes by a channel can't be deleted; archived, they are still heard."""
        envelope = self._receive(self._event('Hello', person=OTTO))
        partner = envelope.identity_id.partner_id
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError):
            partner.unlink()
        self.assertTrue(partner.exists())
        partner.action_archive()
        again = self._receive(self._event('Hello?', person=OTTO))
        self.assertEqual((again.state, again.ticket_id), ('done', envelope.ticket_id))
        self._answer(again.ticket_id)
        self._run_outbox()
        self.assertEqual(self.program.messages[-1]['to'], OTTO.external_id)

    def test_identity_without_a_contact(self):
        """Whoever took it away: it gets one again, and answers go out meanwhile."""
        envelope = self._receive(self._event('Hello', person=OTTO))
        envelope.identity_id.partner_id = False
        self._answer(envelope.ticket_id)
        self._run_outbox()
        self.assertEqual(self.program.messages[-1]['to'], OTTO.external_id)
        again = self._receive(self._event('Hello?', person=OTTO))
        self.assertEqual(again.state, 'done', again.error)
        self.assertTrue(again.identity_id.partner_id)
