import socket
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_mail import HelpdeskMailCommon, read_fixture


@tagged('post_install', '-at_install')
class HelpdeskEmailChannelCommon(HelpdeskMailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env.ref('helpdesk_ecom.channel_email')
        cls.env['fetchmail.server'].search([]).active = False
        cls.env['helpdesk.mail.parked'].search([]).state = 'ignored'
        cls.env['mail.mail'].search([]).unlink()
        cls.env['mail.notification'].search([('notification_status', '=', 'exception')]).unlink()

    def _look(self, user=None, channel=None):
        """Return a channel as a user sees it now."""
        self.env.invalidate_all()
        return (channel or self.channel).with_user(user or self.agent)

    def _assert_health(self, health, words='', user=None):
        channel = self._look(user)
        self.assertEqual(channel.health, health, channel.health_reason)
        self.assertIn(words, channel.health_reason or '')


@tagged('post_install', '-at_install')
class TestMailboxHealth(HelpdeskEmailChannelCommon):
    """What is wrong with the mailboxes is wrong with the channel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with socket.socket() as probe:  # nobody listens there afterwards
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        cls.mailbox = cls.env['fetchmail.server'].create(
            {
                'name': 'Support',
                'server': '127.0.0.1',
                'port': port,
                'server_type': 'imap',
                'user': 'support@shop.example',
                'password': 'swordfish',
                'state': 'done',
                'object_id': cls.env['ir.model']._get_id('helpdesk.ticket'),
            }
        )

    @mute_logger('odoo.addons.mail.models.fetchmail')
    def _fetch(self):
        """Let Odoo's own job fetch mail."""
        with self.enter_registry_test_mode():
            self.env.ref('mail.ir_cron_mail_gateway_action').method_direct_trigger()
        self.env.invalidate_all()

    def test_mailbox_that_is_gone(self):
        self._assert_health('ok')
        self._fetch()
        self.assertTrue(self.mailbox.error_date)
        self._assert_health('warning', '"Support" can\'t be read')
        self.mailbox.error_date -= timedelta(hours=2)
        self._assert_health('error', '"Support" can\'t be read')
        self._assert_health('error', 'Connection refused', self.admin)
        self.assertNotIn('refused', self._look().health_reason, 'agents need not know')
        # Odoo gives up by itself
        self.mailbox.error_date -= timedelta(days=6)
        self._fetch()
        self.assertEqual(self.mailbox.state, 'draft')
        self._assert_health('error', '"Support" was turned off')

        self.mailbox.write({'state': 'done', 'error_date': False, 'error_message': False})
        self._assert_health('ok')

    def test_no_secrets(self):
        self.mailbox.write(
            {
                'error_date': fields.Datetime.now(),
                'error_message': 'LOGIN support@shop.example swordfish: no such user',
            }
        )
        self._assert_health('warning', 'LOGIN support@shop.example ***: no such', self.admin)
        for user in (self.agent, self.leader):
            self.assertNotIn('LOGIN', self._look(user).health_reason)
            with self.assertRaises(AccessError):
                self.mailbox.with_user(user).read(['password'])

    def test_nobody_fetches(self):
        self.mailbox.date = fields.Datetime.now() - timedelta(hours=5)
        self._assert_health('ok')
        self.mailbox.date = fields.Datetime.now() - timedelta(hours=7)
        self._assert_health('error', 'Nobody has looked into mailbox "Support"')

    def test_only_mailboxes_that_lead_to_tickets(self):
        other = self.mailbox.copy({'name': 'Jobs', 'state': 'done'})
        other.object_id = self.env['ir.model']._get_id('res.partner')
        other.error_date = fields.Datetime.now()
        self._assert_health('ok')
        other.object_id = False
        self._assert_health('warning', 'Jobs')
        # the only one serves all addresses
        other.object_id = self.env['ir.model']._get_id('res.partner')
        self.mailbox.active = False
        self._assert_health('warning', 'Jobs')
        other.server_type = 'local'
        self._assert_health('ok')

    def test_somebody_is_told(self):
        self.mailbox.error_date = fields.Datetime.now()
        self.env['helpdesk.channel'].search([]).filtered('has_transport').state = 'draft'
        for _time in range(2):
            with self.enter_registry_test_mode():
                self.env.ref('helpdesk_ecom.ir_cron_check_channels').method_direct_trigger()
        self.env.invalidate_all()
        activity = self.channel.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn('Support', activity.note)
        # not OdooBot, to whom the channel belongs
        self.assertTrue(activity.user_id.has_group('helpdesk_ecom.group_helpdesk_admin'))
        self.assertTrue(activity.user_id.active)


@tagged('post_install', '-at_install')
class TestMailOfTickets(HelpdeskEmailChannelCommon):
    """What came and went by mail, what waits, and what did not leave."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(user_id=cls.agent.id)
        team = cls.env['helpdesk.team'].create(
            {
                'name': 'Second Level',
                'privacy_visibility': 'invited_internal',
                'member_ids': [Command.set(cls.agent_2.ids)],
            }
        )
        cls.hidden = cls.env['helpdesk.ticket'].create(
            {'name': 'Hidden', 'team_id': team.id, 'partner_id': cls.customer.id}
        )

    def _answer(self, ticket, user=None, **context):
        return (
            ticket.with_user(user or self.agent)
            .with_context(**context)
            .message_post(
                body='It is on its way',
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
                partner_ids=self.customer.ids,
            )
        )

    def _fail(self, ticket, user=None):
        """Let an answer fail, as the mail server can't be reached."""
        message = self._answer(ticket, user, mail_notify_force_send=False)
        with mute_logger('odoo.addons.mail.models.mail_mail'):
            self.patch(type(self.env['ir.mail_server']), '_connect__', self._refuse)
            message.sudo().mail_ids.send()
        self.assertEqual(message.sudo().mail_ids.mapped('state'), ['exception'])
        self.assertEqual(message.sudo().notification_ids.notification_status, 'exception')
        return message

    @staticmethod
    def _refuse(*args, **kwargs):
        raise ConnectionRefusedError('smtp.shop.example says no')

    def test_dates(self):
        self.assertFalse(self._look().outbound_date)
        self._receive(self._mail())
        came = self._look().inbound_date
        self.assertAlmostEqual(came, fields.Datetime.now(), delta=timedelta(minutes=1))
        self.ticket.with_user(self.agent).message_post(body='A note', subtype_xmlid='mail.mt_note')
        self.assertFalse(self._look().outbound_date)
        with self.mock_mail_gateway():
            self._answer(self.ticket)
        self.assertTrue(self._look().outbound_date)

    def test_silence(self):
        self._receive(self._mail())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET create_date = create_date - interval '3 hours'"
            " WHERE model = 'helpdesk.ticket'"
        )
        self.channel.silent_hours = 4
        self._assert_health('ok')
        self.channel.silent_hours = 2
        self._assert_health('warning', 'Nothing has come in')

    def test_failure(self):
        self._assert_health('ok')
        message = self._fail(self.ticket)
        self._assert_health('error', 'could not be sent by mail: 1 (Connection failed')
        self.assertNotIn('smtp.shop.example', self._look().health_reason)
        # the notification alone says so, too
        message.sudo().mail_ids.unlink()
        self._assert_health('error', ': 1 (Connection failed')
        message.sudo().notification_ids.failure_type = 'mail_email_invalid'
        self._assert_health('warning', ': 1 (Invalid email address)')
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET create_date = create_date - interval '8 days' WHERE id = %s",
            [message.id],
        )
        self._assert_health('ok')

    def test_mails_of_others_do_not_count(self):
        message = self.customer.message_post(body='Offer', subtype_xmlid='mail.mt_comment')
        self.env['mail.mail'].create({'mail_message_id': message.id, 'state': 'exception'})
        self.env['mail.mail'].create({'mail_message_id': message.id, 'state': 'outgoing'})
        self.env.flush_all()
        self.env.cr.execute(  # what has the number of a ticket is none yet
            'UPDATE mail_message SET res_id = %s WHERE id = %s', [self.ticket.id, message.id]
        )
        self._assert_health('ok')
        self.assertEqual(self._look(self.admin).outgoing_count, 0)

    def test_tickets_that_one_may_not_see(self):
        self._fail(self.hidden, self.agent_2)
        self._assert_health('ok')
        self._assert_health('error', ': 1 (', self.agent_2)

    def test_waiting(self):
        message = self._answer(self.ticket, mail_notify_force_send=False)
        self._answer(self.hidden, self.agent_2, mail_notify_force_send=False)
        self.assertEqual(self._look().outgoing_count, 1)
        self.assertEqual(self._look(self.agent_2).outgoing_count, 2)
        self._assert_health('ok')
        mail = message.sudo().mail_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_mail SET create_date = create_date - interval '2 hours' WHERE id = %s",
            [mail.id],
        )
        self._assert_health('warning', 'more than an hour: 1.')
        mail.scheduled_date = fields.Datetime.now() + timedelta(hours=1)
        self._assert_health('ok')

    def test_parked(self):
        self._receive(read_fixture('auto_reply.eml'))
        self.assertEqual(self._look(self.leader).parked_count, 1)
        self.assertEqual(self._look().parked_count, 0, 'agents can do nothing about it')
        self._assert_health('ok', user=self.leader)
        parked = self.env['helpdesk.mail.parked'].search([('state', '=', 'parked')])
        parked.reason = 'error'
        self._assert_health('warning', 'could not be processed', self.leader)
        action = self._look(self.leader).action_open_parked_mail()
        self.assertEqual(action['res_model'], 'helpdesk.mail.parked')

    def test_companies(self):
        """A channel of one company tells of its tickets, that of all tells of all."""
        other = self.env['res.company'].create({'name': 'Other Shop'})
        channel = self.channel.copy({'name': 'Market', 'company_id': other.id})
        self.leader.company_ids |= other
        self._fail(self.ticket)
        leader = self.leader.with_context(allowed_company_ids=[self.company.id, other.id])
        for each, health in ((self.channel, 'error'), (channel, 'ok')):
            found = self._look(leader, each).with_context(leader.env.context)
            self.assertEqual(found.health, health, found.health_reason)

    def test_queries_do_not_grow(self):
        self.channel.copy({'name': 'Market'})
        self._fail(self.ticket)
        self._answer(self.ticket, mail_notify_force_send=False)
        names = ['health', 'health_reason', 'inbound_date', 'outgoing_count', 'parked_count']
        channels = self.env['helpdesk.channel'].search([('provider', '=', 'email')])
        for user, count in ((self.leader, 12), (self.agent, 12)):
            seen = channels.with_user(user)
            seen.read(names)
            self.env.invalidate_all()
            with self.subTest(user=user.login), self.assertQueryCount(count):
                seen.read(names)

    def test_unsent_mail_is_found_by_its_index(self):
        """Of the mails that were kept after they were sent there may be millions."""
        self.env.cr.execute('SET LOCAL enable_seqscan = off')
        for state in ('outgoing', 'exception'):
            self.env.cr.execute(
                'EXPLAIN SELECT mail_message_id FROM mail_mail WHERE state = %s', [state]
            )
            plan = ' '.join(line for [line] in self.env.cr.fetchall())
            self.assertIn('helpdesk_unsent_idx', plan)

    def test_inbox(self):
        """The inbox has the tickets of all channels, mail among them, and counts them."""
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        before = Ticket.get_inbox(tab='unassigned')['counts']['unassigned']
        ticket, _parked = self._receive(self._mail())
        inbox = Ticket.get_inbox(tab='unassigned')
        self.assertEqual(inbox['counts']['unassigned'], before + 1)
        [entry] = [entry for entry in inbox['tickets'] if entry['id'] == ticket.id]
        self.assertEqual(entry['channel'], {'name': self.channel.name, 'provider': 'email'})
