from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .channel_common import HelpdeskChannelCommon


@tagged('post_install', '-at_install')
class TestChannelForward(HelpdeskChannelCommon):
    """What an agent forwards to somebody else is no answer: the customer never sees it."""

    def setUp(self):
        super().setUp()
        self.ticket = self._receive(self._event('Where is it?')).ticket_id
        self.supplier = self.env['res.partner'].create(
            {'name': 'Cup Factory', 'email': 'orders@factory.example'}
        )

    def _open_dialog(self, **vals):
        """Return the dialog as "Forward" opens it, on a note as on anything else."""
        context = {
            'default_model': 'helpdesk.ticket',
            'default_res_ids': self.ticket.ids,
            'default_composition_mode': 'comment',
            'default_composition_comment_option': 'forward',
            'default_body': '<p>She is a difficult customer.</p>',
        }
        Composer = self.env['mail.compose.message'].with_user(self.agent).with_context(**context)
        return Composer.create({'partner_ids': self.supplier.ids, **vals})

    def assertOnlySupplier(self, message):
        message_sudo = message.sudo()
        self.assertFalse(message_sudo.helpdesk_envelope_ids)
        self.assertEqual(message_sudo.partner_ids, self.supplier)
        self.assertEqual(message_sudo.notification_ids.res_partner_id, self.supplier)
        self._run_outbox()
        self.assertFalse(self.program.messages)

    def test_only_who_was_named_gets_it(self):
        _mails, message = self._open_dialog()._action_send_mail()
        self.assertEqual(message.subtype_id, self.env.ref('mail.mt_comment'))
        self.assertOnlySupplier(message)

    def test_it_answers_nothing(self):
        waiting_since = self.ticket.oldest_unanswered_customer_message_date
        stage = self.ticket.stage_id
        self._open_dialog()._action_send_mail()
        self.assertTrue(waiting_since)
        self.assertEqual(self.ticket.oldest_unanswered_customer_message_date, waiting_since)
        self.assertFalse(self.ticket.awaiting_customer_date)
        self.assertFalse(self.ticket.user_id)
        self.assertEqual(self.ticket.stage_id, stage)
        self._answer(self.ticket)
        self.assertFalse(self.ticket.oldest_unanswered_customer_message_date)

    def test_no_way_is_asked_for(self):
        """A customer without address and number doesn't keep the agent from forwarding."""
        self.ticket.partner_id.email = self.ticket.partner_email = False
        dialog = self._open_dialog().with_context(helpdesk_reply_by='email')
        _mails, message = dialog._action_send_mail()
        self.assertOnlySupplier(message)
        # the channel does not matter, either
        self.channel.state = 'draft'
        _mails, message = self._open_dialog()._action_send_mail()
        self.assertOnlySupplier(message)

    def test_later(self):
        """Scheduled, it is still forwarded; core forgets that."""
        later = fields.Datetime.now() + timedelta(days=1)
        dialog = self._open_dialog(scheduled_date=fields.Datetime.to_string(later))
        scheduled = dialog._action_schedule_message()
        before = self.ticket.message_ids
        scheduled.post_message()
        self.assertOnlySupplier(self.ticket.message_ids - before)

    def test_a_ticket_by_mail(self):
        ticket = self._create_ticket(partner_id=self.customer.id)
        self.ticket = ticket
        _mails, message = self._open_dialog()._action_send_mail()
        self.assertOnlySupplier(message)

    def test_what_is_automatic_still_goes_out(self):
        """The mails of stages skip followers, too: they are meant for the customer."""
        message = self.ticket.with_user(self.agent).message_post(
            body='Solved',
            message_type='auto_comment',
            subtype_xmlid='mail.mt_comment',
            notify_skip_followers=True,
        )
        self.assertTrue(message.sudo().helpdesk_envelope_ids)
