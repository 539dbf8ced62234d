from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestAutoClose(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write(
            {
                'auto_close_ticket': True,
                'auto_close_day': 7,
                'from_stage_ids': [Command.set(cls.stage_waiting.ids)],
                'to_stage_id': cls.stage_solved.id,
                'use_rating': True,
            }
        )

    def _create_old_ticket(self, days=10, stage=None, **vals):
        ticket = self._create_ticket(stage_id=(stage or self.stage_waiting).id, **vals)
        ticket.date_last_stage_update = fields.Datetime.now() - timedelta(days=days)
        return ticket

    def _run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref('helpdesk_ecom.ir_cron_close_inactive').method_direct_trigger()
        self.env.invalidate_all()

    def test_inactive(self):
        """A ticket that nothing happened to is closed, with a note, and without a survey."""
        ticket = self._create_old_ticket()
        self._run_cron()
        self.assertEqual(ticket.stage_id, self.stage_solved)
        self.assertIn('7 days', ''.join(ticket.message_ids.mapped('body')))
        self.assertFalse(ticket.rating_request_date)

    def test_active(self):
        """A short time in the stage, another stage, or a message keep a ticket open."""
        young = self._create_old_ticket(days=6)
        opened = self._create_old_ticket(stage=self.stage_open)
        written = self._create_old_ticket()
        message = written.sudo().message_post(
            body='Still waiting for my parcel',
            author_id=self.customer.id,
            message_type='email',
            subtype_xmlid='mail.mt_comment',
        )
        message.date = fields.Datetime.now() - timedelta(days=6)
        self._run_cron()
        self.assertFalse(any((young | opened | written).mapped('fold')))

    def test_old_message_does_not_count(self):
        ticket = self._create_old_ticket()
        message = ticket.sudo().message_post(
            body='Hello', message_type='comment', subtype_xmlid='mail.mt_comment'
        )
        message.date = fields.Datetime.now() - timedelta(days=8)
        self._run_cron()
        self.assertTrue(ticket.fold)

    def test_all_stages(self):
        """Without stages every open one counts, but a customer who waits is not turned away."""
        self.team.write({'from_stage_ids': [Command.clear()], 'to_stage_id': False})
        answered = self._create_old_ticket(stage=self.stage_open)
        answered.sudo().oldest_unanswered_customer_message_date = False
        waiting = self._create_old_ticket(stage=self.stage_open)
        self._run_cron()
        self.assertEqual(answered.stage_id, self.stage_solved)
        self.assertEqual(waiting.stage_id, self.stage_open)

    def test_other_teams(self):
        self.team.auto_close_ticket = False
        ticket = self._create_old_ticket()
        self._run_cron()
        self.assertFalse(ticket.fold)
