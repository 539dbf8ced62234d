import random

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_mail import HelpdeskMailCommon

GATEWAY = 'odoo.addons.mail.models.mail_thread'


@tagged('post_install', '-at_install')
class TestMailNew(HelpdeskMailCommon):
    """A mail to a team opens a ticket."""

    def test_known_customer(self):
        ticket, parked = self._receive(self._mail())
        self.assertFalse(parked)
        self.assertEqual(ticket.name, 'Cup arrived broken')
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.stage_id, self.stage_new)
        self.assertFalse(ticket.user_id)
        self.assertFalse(ticket.email_cc)
        message = ticket.message_ids
        self.assertEqual(message.author_id, self.customer)
        self.assertEqual(message.message_type, 'email')
        self.assertIn('My cup is broken.', message.body)
        self.assertFalse(message.attachment_ids)

    def test_new_customer(self):
        ticket, _parked = self._receive(self._mail(From='"Ana Souza" <Ana@Souza.example>'))
        self.assertEqual(ticket.partner_id.name, 'Ana Souza')
        self.assertEqual(ticket.partner_id.email, 'ana@souza.example')
        self.assertEqual(ticket.partner_email, 'ana@souza.example')
        self.assertEqual(ticket.message_ids.author_id, ticket.partner_id)
        again, _parked = self._receive(self._mail(From='ANA@souza.example'))
        self.assertEqual(again.partner_id, ticket.partner_id)

    def test_without_subject_and_body(self):
        ticket, _parked = self._receive(self._mail(body='', Subject=None))
        self.assertEqual(ticket.name, 'No Subject')

    def test_people_in_copy_stay(self):
        ticket, _parked = self._receive(
            self._mail(
                To='care@shop.example, Bob <bob@customer.example>',
                Cc='carol@customer.example, emma.clark@customer.example',
            )
        )
        self.assertEqual(
            set(ticket.email_cc.split(', ')),
            {'"Bob" <bob@customer.example>', 'carol@customer.example'},
        )

    def test_colleague_writes(self):
        """An agent who mails the desk is a customer like any other, by the same contact."""
        ticket, _parked = self._receive(self._mail(From='agent@shop.example'))
        self.assertEqual(ticket.partner_id, self.agent.partner_id)
        self.assertFalse(ticket.user_id)

    def test_form(self):
        """A form's customer is the one in its Reply-To, not the robot."""
        ticket, parked = self._receive(
            self._mail(
                From='Shop <noreply@shop.example>',
                Reply_To='Emma Clark <emma.clark@customer.example>',
                Auto_Submitted='auto-generated',
            )
        )
        self.assertFalse(parked)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.message_ids.author_id, self.customer)
        self.assertEqual(ticket.partner_email, 'emma.clark@customer.example')

    def test_impossible_dates(self):
        """The mail is of now, then: Odoo can't read all that it makes of a date."""
        for date in ('Mon, 02 Nov 202', 'Mon, 02 Nov 1870 10:00:00 +0000', 'yesterday'):
            with self.subTest(date=date):
                ticket, _parked = self._receive(self._mail(Date=date))
                message = ticket.message_ids.filtered(lambda mail: mail.message_type == 'email')
                self.assertEqual(message.date.date(), fields.Date.today())

    def test_endless_message_id(self):
        """An id that no index takes loses nothing, neither of a ticket nor of a parked mail."""
        endless = f'<{random.Random(1).getrandbits(24_000):x}@customer.example>'
        for headers in ({}, {'Auto_Submitted': 'auto-generated'}):
            with self.subTest(headers=headers):
                raw = self._mail(**headers).replace(b'Message-Id: ', b'Message-Id: x\nX-Old: ')
                raw = raw.replace(b'Message-Id: x', b'Message-Id: ' + endless.encode())
                ticket, parked = self._receive(raw)
                self.assertEqual(len(ticket) + len(parked), 1)
                again = self._receive(raw)
                self.assertFalse(any(again), 'it is recognised')
                endless = endless[:-1] + '.org>'

    def test_no_sender(self):
        ticket, _parked = self._receive(self._mail(From=None))
        self.assertTrue(ticket)
        self.assertFalse(ticket.partner_id)
        self.assertFalse(ticket.message_ids.author_id)

    def test_twice(self):
        """The same mail delivered twice is one ticket; a different one of that id is kept."""
        raw = self._mail(
            Message_Id='<same@customer.example>', Date='Mon, 02 Nov 2026 10:00:00 +0000'
        )
        self.assertTrue(self._receive(raw)[0])
        ticket, parked = self._receive(raw)
        self.assertFalse(ticket | parked.ticket_id)
        self.assertFalse(parked)
        ticket, parked = self._receive(
            self._mail(
                Message_Id='<same@customer.example>',
                From='bob@customer.example',
            )
        )
        self.assertFalse(ticket)
        self.assertEqual(parked.reason, 'duplicate')

    def test_mailbox_without_alias(self):
        """A mailbox that makes tickets needs no alias, and does not become a person in copy."""
        ticket, _parked = self._receive(
            self._mail(To='shop@provider.example', Cc='bob@customer.example'),
            model='helpdesk.ticket',
        )
        self.assertEqual(ticket.partner_id, self.customer)

    @mute_logger(GATEWAY)
    def test_mail_for_others_is_left_alone(self):
        with self.assertRaises(ValueError):
            self._receive(self._mail(To='nobody@elsewhere.example'))


@tagged('post_install', '-at_install')
class TestMailReply(HelpdeskMailCommon):
    """An answer finds its ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._receive(cls._mail())[0]

    def _assert_reply(self, raw, ticket=None):
        """Assert that the mail is an answer to the ticket and return the message."""
        ticket = ticket or self.ticket
        before = ticket.message_ids
        made, parked = self._receive(raw)
        self.assertFalse(made)
        self.assertFalse(parked)
        return (ticket.message_ids - before).filtered(lambda m: m.message_type == 'email')

    def test_by_reference(self):
        message = self._assert_reply(self._reply(self.ticket, Subject='Something else'))
        self.assertEqual(message.author_id, self.customer)
        self.assertFalse(message.subtype_id.internal)

    def test_by_number_in_subject(self):
        for subject in (f'Re: [#{self.ticket.ticket_ref}] Cup', f'about #{self.ticket.ticket_ref}'):
            self.assertTrue(self._assert_reply(self._mail(Subject=subject)))

    def test_never_by_subject_alone(self):
        self.assertTrue(self._receive(self._mail(Subject='Re: Cup arrived broken'))[0])

    def test_number_of_a_stranger(self):
        """Knowing a number is not enough."""
        ticket, _parked = self._receive(
            self._mail(
                From='eve@elsewhere.example',
                Subject=f'Re: [#{self.ticket.ticket_ref}] Cup',
            )
        )
        self.assertTrue(ticket)
        self.assertEqual(len(self.ticket.message_ids), 1)

    def test_number_of_another_company(self):
        other = self.env['res.company'].create({'name': 'Other', 'alias_domain_id': False})
        other_team = self.env['helpdesk.team'].create(
            {
                'name': 'Other',
                'company_id': other.id,
                'resource_calendar_id': False,
                'member_ids': False,
            }
        )
        other_ticket = self.env['helpdesk.ticket'].create(
            {
                'name': 'Other',
                'team_id': other_team.id,
                'partner_email': self.customer.email,
                'ticket_ref': 'TK99999',
            }
        )
        ticket, _parked = self._receive(self._mail(Subject='[#TK99999] hello'))
        self.assertTrue(ticket)
        self.assertFalse(other_ticket.message_ids.filtered(lambda m: m.message_type == 'email'))

    def test_colleague_of_the_customer(self):
        company = self.env['res.partner'].create({'name': 'Acme', 'is_company': True})
        bob = self.env['res.partner'].create(
            {'name': 'Bob', 'email': 'bob@acme.example', 'parent_id': company.id},
        )
        self.customer.parent_id = company
        message = self._assert_reply(self._reply(self.ticket, From='bob@acme.example'))
        self.assertEqual(message.author_id, bob)
        self.assertFalse(self.ticket.has_unverified_message)

    def test_merged_ticket(self):
        survivor = self._create_ticket()
        self.ticket.merged_into_id = survivor
        self._assert_reply(self._reply(self.ticket), ticket=survivor)

    def test_customer_reopens(self):
        self.ticket.action_solve()
        self._assert_reply(self._reply(self.ticket))
        self.assertEqual(self.ticket.stage_id, self.stage_new)
        self.assertFalse(self.ticket.fold)

    def test_agent_does_not_reopen(self):
        self.ticket.action_solve()
        message = self._assert_reply(self._reply(self.ticket, From='agent@shop.example'))
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertTrue(self.ticket.fold)

    def test_copy_is_added(self):
        self._assert_reply(self._reply(self.ticket, Cc='carol@customer.example'))
        self.assertEqual(self.ticket.email_cc, 'carol@customer.example')
        with self.mock_mail_gateway():
            message = self._assert_reply(self._reply(self.ticket, From='carol@customer.example'))
        self.assertFalse(message.author_id)
        self.assertFalse(self.ticket.has_unverified_message)
        self.assertFalse(self.ticket.user_id, 'nobody answered')

    def test_stranger(self):
        """Whoever quotes a Message-Id is heard, but neither passed on nor trusted."""
        self.ticket.message_subscribe((self.customer | self.agent.partner_id).ids)
        with self.mock_mail_gateway():
            message = self._assert_reply(
                self._reply(
                    self.ticket,
                    From='Eve <eve@elsewhere.example>',
                    Cc='mallory@elsewhere.example',
                )
            )
        self.assertTrue(message.subtype_id.internal)
        self.assertFalse(self._new_mails)
        self.assertFalse(message.notified_partner_ids)
        self.assertTrue(self.ticket.has_unverified_message)
        self.assertIn('eve@elsewhere.example', self.ticket.unverified_email)
        self.assertFalse(self.ticket.email_cc)

        self.ticket.with_user(self.agent).action_trust_senders()
        self.assertFalse(self.ticket.has_unverified_message)
        self.assertIn('eve@elsewhere.example', self.ticket.email_cc)
        message = self._assert_reply(self._reply(self.ticket, From='eve@elsewhere.example'))
        self.assertFalse(message.subtype_id.internal, 'though the mail before it is a note')

    def test_person_who_was_written_to(self):
        """Whom an agent once wrote to may answer."""
        carrier = self.env['res.partner'].create({'name': 'Carrier', 'email': 'x@carrier.example'})
        with self.mock_mail_gateway():
            message = self.ticket.with_user(self.agent).message_post(
                body='Where is it?',
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
                partner_ids=carrier.ids,
            )
        self._assert_reply(self._reply(self.ticket, message, From='x@carrier.example'))
        self.assertFalse(self.ticket.has_unverified_message)


@tagged('post_install', '-at_install')
class TestMailParked(HelpdeskMailCommon):
    """What is no ticket is kept with the reason."""

    def _park(self, **headers):
        ticket, parked = self._receive(self._mail(**headers))
        self.assertFalse(ticket)
        self.assertEqual(len(parked), 1)
        return parked

    def test_auto_reply(self):
        raw = self._mail(Auto_Submitted='auto-replied', Subject='I am away')
        ticket, parked = self._receive(raw)
        self.assertFalse(ticket)
        self.assertEqual(parked.reason, 'auto_reply')
        self.assertEqual(parked.name, 'I am away')
        self.assertEqual(parked.email_from, '"Emma Clark" <emma.clark@customer.example>')
        self.assertEqual(parked.team_id, self.team)
        self.assertEqual(parked.company_id, self.company)
        self.assertIn('My cup is broken.', parked.preview)
        self.assertFalse(self._receive(raw)[1], 'kept once')

    def test_auto_reply_to_closed_ticket(self):
        """An absence is seen in the ticket, but neither reopens it nor counts as an answer."""
        ticket, _parked = self._receive(self._mail())
        ticket.action_solve()
        made, parked = self._receive(self._reply(ticket, Auto_Submitted='auto-replied'))
        self.assertFalse(made)
        self.assertEqual(parked.ticket_id, ticket)
        self.assertTrue(ticket.fold)
        self.assertEqual(len(ticket.message_ids.filtered(lambda m: m.message_type == 'email')), 1)
        self.assertTrue(ticket.message_ids.filtered(lambda m: 'Automatic reply' in m.body))

    def test_list_and_machine(self):
        self.assertEqual(self._park(List_Id='<news.example>').reason, 'list')
        self.assertEqual(self._park(Auto_Submitted='auto-generated').reason, 'auto_generated')

    def test_own_address(self):
        self.env['helpdesk.team'].create({'name': 'Returns', 'alias_name': 'returns'})
        self.assertEqual(self._park(From='care@shop.example').reason, 'loop')
        self.assertEqual(self._park(From='returns@shop.example').reason, 'loop')

    def test_own_mail_comes_back(self):
        ticket, _parked = self._receive(self._mail())
        with self.mock_mail_gateway():
            message = ticket.with_user(self.agent).message_post(
                body='Sorry!',
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
            )
        self.assertEqual(self._park(Message_Id=message.message_id).reason, 'loop')

    def test_allowed_sender(self):
        """A machine that an admin trusts opens tickets."""
        self.env['mail.gateway.allowed'].create({'email': 'robot@warehouse.example'})
        ticket, parked = self._receive(
            self._mail(
                From='robot@warehouse.example',
                Auto_Submitted='auto-generated',
            )
        )
        self.assertTrue(ticket)
        self.assertFalse(parked)

    def test_bounce(self):
        ticket, _parked = self._receive(self._mail())
        with self.mock_mail_gateway():
            message = ticket.with_user(self.agent).message_post(
                body='Sorry!',
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
                partner_ids=self.customer.ids,
            )
        raw = (
            'From: MAILER-DAEMON@mx.example\nTo: bounce@shop.example\nSubject: Returned mail\n'
            'Message-Id: <bounce@mx.example>\nReturn-Path: <>\n'
            'Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n'
            '--b\nContent-Type: text/plain\n\nNo such user\n'
            '--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n'
            f'Final-Recipient: rfc822; {self.customer.email}\nAction: failed\nStatus: 5.1.1\n\n'
            f'--b\nContent-Type: message/rfc822\n\nMessage-Id: {message.message_id}\n'
            'Subject: Re: Cup\n\nSorry!\n--b--\n'
        ).encode()
        made, parked = self._receive(raw)
        self.assertFalse(made)
        self.assertEqual(parked.reason, 'bounce')
        self.assertEqual(parked.ticket_id, ticket)
        self.assertEqual(ticket.bounced_email, self.customer.email)
        self.assertEqual(self.customer.message_bounce, 1)
        self._receive(self._reply(ticket))
        self.assertFalse(ticket.bounced_email)
        self.assertFalse(self.customer.message_bounce)

    def test_receipt_is_no_bounce(self):
        ticket, _parked = self._receive(self._mail())
        raw = (
            'From: emma.clark@customer.example\nTo: care@shop.example\nSubject: Read: Cup\n'
            f'Message-Id: <read@customer.example>\nIn-Reply-To: {ticket.message_ids.message_id}\n'
            'Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n'
            '--b\nContent-Type: text/plain\n\nWas read\n--b--\n'
        ).encode()
        made, parked = self._receive(raw)
        self.assertFalse(made)
        self.assertEqual(parked.reason, 'receipt')
        self.assertFalse(self.customer.message_bounce)

    @mute_logger(GATEWAY)
    def test_flood(self):
        """The limit of core holds, but what is beyond it is kept."""
        self.env['ir.config_parameter'].set_param('mail.gateway.loop.threshold', '2')
        with self.mock_mail_gateway():
            made = [self._receive(self._mail()) for _index in range(3)]
        self.assertEqual([len(tickets) for tickets, _parked in made], [1, 1, 0])
        self.assertEqual(made[2][1].reason, 'flood')

    def test_release(self):
        parked = self._park(Auto_Submitted='auto-generated', Subject='Label printer is broken')
        parked.with_user(self.leader).action_release()
        self.assertEqual(parked.state, 'released')
        self.assertEqual(parked.ticket_id.name, 'Label printer is broken')
        self.assertEqual(parked.ticket_id.partner_id, self.customer)
        self.assertEqual(parked.ticket_id.team_id, self.team)
        self.assertNotIn(self.leader.partner_id, parked.ticket_id.message_partner_ids)

    def test_attach(self):
        ticket = self._create_ticket()
        parked = self._park(Auto_Submitted='auto-replied')
        parked.with_user(self.leader).ticket_id = ticket
        parked.with_user(self.leader).action_attach()
        self.assertEqual(parked.state, 'released')
        self.assertIn('My cup is broken.', ticket.message_ids.mapped('body')[0])

    def test_ignore_and_purge(self):
        keep, drop = self._park(List_Id='<a.example>'), self._park(List_Id='<b.example>')
        drop.with_user(self.leader).action_ignore()
        # a slip in the parameter keeps mail as long as without it
        self.env['ir.config_parameter'].set_param('helpdesk_ecom.parked_mail_keep_days', '90 days')
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_mail_parked SET write_date = write_date - interval '100 days'"
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref('helpdesk_ecom.ir_cron_purge_parked_mail').method_direct_trigger()
        self.assertTrue(keep.exists())
        self.assertFalse(drop.exists())

    def test_agents_do_not_see_parked_mail(self):
        self._park(List_Id='<a.example>')
        self.assertFalse(self.env['helpdesk.mail.parked'].with_user(self.agent).has_access('read'))

    @mute_logger('odoo.addons.helpdesk_ecom.models.mail.mail_thread')
    def test_error_is_parked(self):
        """Whatever breaks while a ticket is made, the mail survives and can be tried again."""
        self.team.alias_defaults = repr({'team_id': self.team.id, 'priority': 'nonsense'})
        ticket, parked = self._receive(self._mail())
        self.assertFalse(ticket)
        self.assertEqual(parked.reason, 'error')
        self.assertIn('nonsense', parked.details)
        self.assertEqual(self.team.alias_id.alias_status, 'not_tested', 'the alias is not to blame')
        self.team.alias_defaults = repr({'team_id': self.team.id})
        parked.with_user(self.leader).action_release()
        self.assertEqual(parked.ticket_id.partner_id, self.customer)
