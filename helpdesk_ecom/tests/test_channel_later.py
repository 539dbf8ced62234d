from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .channel_common import HelpdeskChannelCommon


@tagged('post_install', '-at_install')
class TestChannelLater(HelpdeskChannelCommon):
    """An answer that was posted to leave later goes the way that the agent chose."""

    def setUp(self):
        super().setUp()
        self.ticket = self._receive(self._event('Where is it?')).ticket_id
        self.ticket.partner_id.email = 'emma.clark@customer.example'
        self.tomorrow = fields.Datetime.now() + timedelta(days=1)

    def _post(self, **context):
        message = self._answer(
            self.ticket.with_context(**context),
            scheduled_date=fields.Datetime.to_string(self.tomorrow),
        )
        self.assertFalse(message.sudo().notification_ids)
        self.assertFalse(message.sudo().helpdesk_envelope_ids)
        return message.sudo()

    def _wait(self):
        """Let a day go by, and the job of core run."""
        self.env.invalidate_all()
        with freeze_time(self.tomorrow + timedelta(minutes=1)):
            self.env['mail.message.schedule']._send_notifications_cron()

    def _customer_notification(self, message):
        return message.notification_ids.filtered(
            lambda n: n.res_partner_id == self.ticket.partner_id
        )

    def test_by_channel(self):
        message = self._post()
        self._wait()
        self.assertEqual(message.helpdesk_envelope_ids.payload['text'], 'It is on its way.')
        self.assertEqual(self._customer_notification(message).notification_type, 'helpdesk')

    def test_by_mail(self):
        message = self._post(helpdesk_reply_by='email')
        self._wait()
        self.assertFalse(message.helpdesk_envelope_ids)
        self.assertEqual(self._customer_notification(message).notification_type, 'email')

    def test_a_template(self):
        self.env['helpdesk.channel.template'].create(
            {
                'channel_id': self.channel.id,
                'name': 'on_its_way',
                'lang': 'en_US',
                'status': 'approved',
                'body': 'It is on its way.',
            }
        )
        template = {'name': 'on_its_way', 'lang': 'en_US', 'values': [], 'names': []}
        message = self._post(helpdesk_template=template)
        self._wait()
        self.assertEqual(message.helpdesk_envelope_ids.payload['template'], template)

    def test_a_forward(self):
        supplier = self.env['res.partner'].create(
            {'name': 'Cup Factory', 'email': 'orders@factory.example'}
        )
        message = self._answer(
            self.ticket,
            scheduled_date=fields.Datetime.to_string(self.tomorrow),
            partner_ids=supplier.ids,
            notify_skip_followers=True,
        ).sudo()
        self._wait()
        self.assertFalse(message.helpdesk_envelope_ids)
        self.assertEqual(message.notification_ids.res_partner_id, supplier)

    def test_nobody_else_to_tell(self):
        """The channel is told even if core has nobody to notify."""
        self.ticket.write({'partner_id': False, 'partner_email': False, 'partner_phone': False})
        self.ticket.message_unsubscribe(self.ticket.message_partner_ids.ids)
        message = self._post()
        self._wait()
        self.assertEqual(message.helpdesk_envelope_ids.state, 'outgoing')

    def test_off_meanwhile(self):
        message = self._post()
        self.channel.state = 'draft'
        self._wait()
        self.assertEqual(message.helpdesk_envelope_ids.state, 'failed')
        self.assertIn('off', message.helpdesk_envelope_ids.error)
