from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.mail.models.mail_mail import MailMail

from .common_mail import HelpdeskMailCommon


@tagged('post_install', '-at_install')
class TestMailRetry(HelpdeskMailCommon):
    """What could not be sent as the mail server was not there is sent later."""

    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket(partner_id=self.customer.id)

    def _post(self, records, partner):
        """Post while the mail server is out of order, and return the mail."""
        refuse = patch.object(IrMail_Server, '_connect__', side_effect=ConnectionRefusedError)
        with refuse, mute_logger('odoo.addons.mail.models.mail_mail'):
            message = records.message_post(
                body='It is on its way.',
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
                partner_ids=partner.ids,
            )
            mail = self.env['mail.mail'].sudo().search([('mail_message_id', '=', message.id)])
            MailMail.send(mail)
        self.assertEqual(mail.state, 'exception')
        return mail

    def _retry(self, **passed):
        """Let time pass, run the job, and go back."""
        with freeze_time(fields.Datetime.now() + timedelta(**passed)):
            self.env['mail.mail']._cron_retry_helpdesk_mail()

    def test_answer_of_an_agent(self):
        mail = self._post(self.ticket.with_user(self.agent), self.customer)
        self._retry(minutes=1)
        self.assertEqual(mail.state, 'exception', 'not at once')
        self._retry(minutes=6)
        self.assertEqual(mail.state, 'outgoing')

    def test_more_and_more_seldom(self):
        mail = self._post(self.ticket.with_user(self.agent), self.customer)
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE mail_mail SET create_date = create_date - %s WHERE id = %s',
            (timedelta(hours=4), mail.id),
        )
        mail.invalidate_recordset()
        self._retry(minutes=30)
        self.assertEqual(mail.state, 'exception')
        self._retry(minutes=90)
        self.assertEqual(mail.state, 'outgoing')

    def test_given_up(self):
        mail = self._post(self.ticket.with_user(self.agent), self.customer)
        self._retry(days=4)
        self.assertEqual(mail.state, 'exception')

    def test_what_may_have_been_sent(self):
        """A connection that broke: maybe the server has it, so a person decides."""
        mail = self._post(self.ticket.with_user(self.agent), self.customer)
        mail.notification_ids.failure_type = 'unknown'
        self._retry(hours=1)
        self.assertEqual(mail.state, 'exception')

    def test_mail_of_others(self):
        """What is no ticket's is left to whose it is."""
        mail = self._post(self.customer, self.customer)
        self._retry(hours=1)
        self.assertEqual(mail.state, 'exception')


@tagged('post_install', '-at_install')
class TestParkedMailRetry(HelpdeskMailCommon):
    """What came while the server was out of order is processed once it works again."""

    def _receive_while(self, error):
        """Receive a mail while nothing can be stored; return the parked mail."""
        fail = patch.object(type(self.env['helpdesk.ticket']), 'message_new', side_effect=error)
        with fail, mute_logger('odoo.addons.helpdesk_ecom.models.mail.mail_thread'):
            tickets, parked = self._receive(self._mail(Subject='Cup arrived broken'))
        self.assertFalse(tickets)
        self.assertEqual(parked.reason, 'error')
        return parked

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref('helpdesk_ecom.ir_cron_retry_parked_mail').method_direct_trigger()
        self.env.invalidate_all()

    def test_full_disk(self):
        parked = self._receive_while(OSError(28, 'No space left on device'))
        self._run()
        self.assertEqual(parked.state, 'released')
        self.assertEqual(parked.ticket_id.name, 'Cup arrived broken')
        self.assertIn('My cup is broken', parked.ticket_id.message_ids.mapped('body')[-1])
        self._run()
        self.assertEqual(
            self.env['helpdesk.ticket'].search_count([('name', '=', 'Cup arrived broken')]), 1
        )

    def test_still_full(self):
        parked = self._receive_while(OSError(28, 'No space left on device'))
        fail = patch.object(
            type(self.env['helpdesk.ticket']), 'message_new', side_effect=OSError(28, 'No space')
        )
        with fail, mute_logger('odoo.addons.helpdesk_ecom.models.mail.mail_thread'):
            self._run()
        self.assertEqual((parked.state, parked.is_temporary), ('parked', True))

    def test_broken_mail(self):
        """What is the mail's own fault stays for an administrator."""
        parked = self._receive_while(ValueError('by the test'))
        self.assertFalse(parked.is_temporary)
        self._run()
        self.assertEqual(parked.state, 'parked')
