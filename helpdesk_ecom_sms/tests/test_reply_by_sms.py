from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.channel_common import HelpdeskChannelCommon
from odoo.addons.mail.tests.common import MailCase
from odoo.addons.sms.tests.common import SMSCase

NUMBER = '+12125550123'


@tagged('post_install', '-at_install')
class TestReplyBySms(HelpdeskChannelCommon, MailCase, SMSCase):
    """One answer by SMS, to the customer alone, with the ticks of Odoo's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket()

    def _post(self, ticket=None, user=None, **kwargs):
        values = {
            'body': 'It is on its way.',
            'message_type': 'comment',
            'subtype_xmlid': 'mail.mt_comment',
            **kwargs,
        }
        ticket = (ticket or self.ticket).with_user(user or self.agent)
        with self.mock_mail_gateway(), self.mockSMSGateway():
            message = ticket.with_context(helpdesk_reply_by='sms').message_post(**values)
            self.env.flush_all()
        return message

    def _get_sms(self, message):
        return self.env['sms.sms'].sudo().search([('mail_message_id', '=', message.id)])

    def test_answer(self):
        message = self._post()
        sms = self._get_sms(message)
        self.assertEqual(sms.number, NUMBER)
        self.assertEqual(sms.body, 'It is on its way.')
        self.assertFalse(self._sms, 'it waits in the queue')
        self.assertNotSentEmail()
        notification = message.notification_ids.filtered(
            lambda notification: notification.res_partner_id == self.customer
        )
        self.assertEqual(notification.notification_type, 'sms')
        self.assertEqual(notification.notification_status, 'ready')
        self.assertEqual(message.message_type, 'comment')
        self.assertEqual(self.ticket.user_id, self.agent, 'it counts as an answer')
        self.assertTrue(self.ticket.awaiting_customer_date)

    def test_delivery(self):
        """The ticks are those of `sms`: sent, or failed with why."""
        for error, status in ((None, 'pending'), ('wrong_number_format', 'exception')):
            message = self._post()
            with self.mockSMSGateway(sim_error=error):
                self._get_sms(message).send()
            notification = message.notification_ids.filtered('sms_number')
            self.assertEqual(notification.notification_status, status)

    def test_number_of_the_ticket_first(self):
        self.ticket.partner_phone = '+1 212-555-0142'
        self.assertEqual(self._get_sms(self._post()).number, '+12125550142')

    def test_without_contact(self):
        ticket = self._create_ticket(
            partner_id=False, partner_name='Otto', partner_phone='+12125550142'
        )
        ticket.partner_id = False
        ticket.partner_email = 'otto@x.example'
        sms = self._get_sms(self._post(ticket))
        self.assertEqual(sms.number, '+12125550142')
        self.assertNotSentEmail()

    def test_instead_of_the_channel(self):
        ticket = self._receive(self._event('Where is it?')).ticket_id
        message = self._post(ticket)
        self.assertEqual(self._get_sms(message).number, NUMBER)
        self.assertFalse(message.helpdesk_envelope_ids)
        self.assertEqual(message.notification_ids.notification_type, 'sms')
        self.assertNotSentEmail()

    def test_notes_never(self):
        for values in ({'subtype_xmlid': 'mail.mt_note'}, {'is_internal': True}):
            message = self._post(**values)
            self.assertFalse(self._get_sms(message))

    def test_what_the_customer_writes_is_not_sent_back(self):
        message = self._post(author_id=self.customer.id)
        self.assertFalse(self._get_sms(message))

    def test_without_number(self):
        nobody = self.env['res.partner'].create({'name': 'Otto', 'email': 'otto@x.example'})
        ticket = self._create_ticket(partner_id=nobody.id)
        self.assertEqual(ticket._get_reply_ways(), ['email'])
        with self.assertRaises(UserError):
            self._post(ticket)
        self.assertEqual(self.ticket._get_reply_ways(), ['email', 'sms'])

    def test_files(self):
        with self.assertRaisesRegex(UserError, 'no files'):
            self._post(attachments=[('a.txt', b'a')])

    def test_others_are_told_as_usual(self):
        """Only the customer's way changes."""
        self.ticket.message_subscribe(self.agent_2.partner_id.ids)
        message = self._post()
        self.assertEqual(self._get_sms(message).partner_id, self.customer)
        self.assertIn(self.agent_2.partner_id, message.notified_partner_ids)

    def test_dialog(self):
        ticket = self._receive(self._event('Where is it?')).ticket_id
        composer = (
            self.env['mail.compose.message']
            .with_user(self.agent)
            .with_context(
                default_model=ticket._name, default_res_ids=ticket.ids, helpdesk_reply_by='sms'
            )
            .create({'body': 'Hello', 'subtype_id': self.env.ref('mail.mt_comment').id})
        )
        self.assertEqual(composer.helpdesk_reply_by, 'sms')
        self.assertIn(NUMBER, composer.helpdesk_channel_note)
        with self.mock_mail_gateway(), self.mockSMSGateway():
            composer._action_send_mail()
        self.assertTrue(self._get_sms(ticket.message_ids[0]))
        self.assertEqual(ticket.with_user(self.agent).get_channel_state()['phone'], NUMBER)
