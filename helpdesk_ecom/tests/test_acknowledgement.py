from datetime import timedelta

from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tests.common import MailCase

from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestAcknowledgement(HelpdeskCommon, MailCase):
    def setUp(self):
        super().setUp()
        self.cron = self.env.ref('helpdesk_ecom.ir_cron_send_acknowledgements')

    def _acknowledge(self, *tickets):
        """Let the job run for the tickets, and return the mails that left."""
        for ticket in tickets:
            ticket._schedule_acknowledgement()
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        return self._mails

    def test_a_team_whose_template_was_deleted_uses_ours(self):
        self.team.acknowledgement_template_id = False
        self.assertEqual(len(self._acknowledge(self._create_ticket())), 1)

    def test_the_customer_is_told(self):
        ticket = self._create_ticket()
        (mail,) = self._acknowledge(ticket)
        self.assertEqual(mail['email_to'], ['"Emma Clark" <emma.clark@customer.example>'])
        self.assertEqual(mail['subject'], f'[#{ticket.ticket_ref}] Cup arrived broken')
        self.assertIn(f'{ticket.access_url}?access_token={ticket.access_token}', mail['body'])
        self.assertEqual(mail['headers']['Auto-Submitted'], 'auto-replied')
        self.assertEqual(mail['headers']['X-Auto-Response-Suppress'], 'All')
        self.assertIn('care@shop.example', mail['reply_to'])
        self.assertIn('Customer Care', mail['email_from'])
        self.assertTrue(ticket.acknowledgement_date)
        self.assertFalse(ticket.acknowledgement_due_date)
        message = ticket.message_ids[0]
        self.assertEqual(message.message_type, 'auto_comment')
        self.assertFalse(ticket.answered_customer_message_count)

    def test_followers_are_spared(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        (mail,) = self._acknowledge(ticket)
        self.assertNotIn('agent', str(mail['email_to']))

    def test_a_second_run_sends_nothing(self):
        ticket = self._create_ticket()
        self._acknowledge(ticket)
        self.assertFalse(self._acknowledge())
        self.assertFalse(self._acknowledge(ticket))

    def test_three_requests_in_a_row_are_acknowledged_once(self):
        tickets = [self._create_ticket() for _number in range(3)]
        self.assertEqual(len(self._acknowledge(*tickets)), 1)
        acknowledged = [bool(ticket.acknowledgement_date) for ticket in tickets]
        self.assertEqual(acknowledged, [True, False, False])

    def test_after_an_answer_the_next_request_is_acknowledged(self):
        ticket = self._create_ticket()
        self._acknowledge(ticket)
        with self.mock_mail_gateway():
            ticket.with_user(self.agent).message_post(
                body='We look',
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
            )
        self.assertEqual(len(self._acknowledge(self._create_ticket())), 1)

    def test_a_day_later_the_next_request_is_acknowledged(self):
        self._acknowledge(self._create_ticket())
        later = self.env.cr.now() + timedelta(hours=25)
        ticket = self._create_ticket()
        self.env['helpdesk.ticket'].search([]).filtered('acknowledgement_date').write(
            {
                'acknowledgement_date': later - timedelta(hours=50),
            }
        )
        self.assertEqual(len(self._acknowledge(ticket)), 1)

    def test_robots_and_our_own_addresses_are_not_told(self):
        for email in ('noreply@market.example', 'MAILER-DAEMON@x.example', 'care@shop.example', ''):
            with self.subTest(email=email):
                ticket = self._create_ticket(partner_id=False, partner_email=email)
                self.assertFalse(self._acknowledge(ticket))
                self.assertFalse(ticket.acknowledgement_date)

    def test_without_a_contact_the_bare_address_is_told(self):
        ticket = self._create_ticket(partner_id=False, partner_email='Liu <liu@new.example>')
        ticket.partner_id = False
        before = self.env['res.partner'].search_count([])
        (mail,) = self._acknowledge(ticket)
        self.assertEqual(mail['email_to'], ['liu@new.example'])
        self.assertEqual(self.env['res.partner'].search_count([]), before)

    def test_a_team_can_switch_it_off(self):
        self.team.use_acknowledgement = False
        ticket = self._create_ticket()
        self.assertFalse(self._acknowledge(ticket))
        self.assertFalse(ticket.acknowledgement_due_date)

    def test_archived_before_its_turn(self):
        ticket = self._create_ticket()
        ticket._schedule_acknowledgement()
        ticket.sudo().active = False
        self.assertFalse(self._acknowledge())
        self.assertFalse(ticket.acknowledgement_due_date)

    def test_language_of_the_customer(self):
        self.env['res.lang']._activate_lang('fr_FR')
        template = self.env.ref('helpdesk_ecom.mail_template_ticket_acknowledgement')
        template.with_context(lang='fr_FR').body_html = '<p>Nous avons reçu votre demande.</p>'
        self.customer.lang = 'fr_FR'
        (mail,) = self._acknowledge(self._create_ticket())
        self.assertIn('Nous avons reçu votre demande.', mail['body'])

    def test_a_broken_template_does_not_hold_up_others(self):
        broken = self.env['mail.template'].create(
            {
                'name': 'Broken',
                'model_id': self.env['ir.model']._get_id('helpdesk.ticket'),
                'subject': '{{ object.no_such_field }}',
            }
        )
        other_team = self.team.copy(
            {
                'acknowledgement_template_id': broken.id,
                'alias_name': 'other',
            }
        )
        failing = self._create_ticket(team_id=other_team.id)
        other = self.customer.copy({'name': 'Jan', 'email': 'jan@customer.example'})
        ticket = self._create_ticket(partner_id=other.id)
        with self.assertLogs('odoo.addons.helpdesk_ecom', 'ERROR'):
            mails = self._acknowledge(failing, ticket)
        self.assertEqual([mail['email_to'] for mail in mails], [['"Jan" <jan@customer.example>']])
        self.assertFalse(failing.acknowledgement_due_date)
        self.assertFalse(failing.acknowledgement_date)

    def test_scheduling_is_cheap(self):
        """An UPDATE, which merges with others of the transaction, and the trigger of the job."""
        self._create_ticket()._schedule_acknowledgement()  # fills the caches of the registry
        ticket = self._create_ticket()
        ticket._wants_acknowledgement()
        self.env.flush_all()
        with self.assertQueryCount(2):
            ticket._schedule_acknowledgement()
            self.env.flush_all()

    def test_portal_customer_gets_one_without_being_asked(self):
        portal_user = new_test_user(
            self.env,
            'emma',
            groups='base.group_portal',
            name='Emma',
            email='emma@portal.example',
        )
        ticket = (
            self.env['helpdesk.ticket']
            .with_user(portal_user)
            .sudo()
            .create(
                {
                    'name': 'Where is my parcel?',
                    'team_id': self.team.id,
                    'partner_id': portal_user.partner_id.id,
                }
            )
        )
        self.assertTrue(ticket.acknowledgement_due_date)
        self.assertEqual(len(self._acknowledge()), 1)
