from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .order_action_common import OrderActionCommon

# Fields of a ticket that no user writes.
BOOKKEEPING = set(
    """
    acknowledgement_date acknowledgement_due_date answered_customer_message_count arrival_team_id
    assignment_avoid_user_id assignment_prefer_user_id assignment_queue_date assignment_wait_reason
    avg_response_hours awaiting_customer_date bounced_email channel_identity_id channel_thread
    close_date closed_waiting_date commercial_partner_id customer_tier_id customer_tz
    date_last_stage_update first_response_hours fold follow_up_date follow_up_of_id is_snoozed
    merged_into_id oldest_unanswered_customer_message_date promised_date reminder_date
    reminder_number routing_given routing_rule_id sla_deadline sla_deadline_hours sla_metric
    sla_missed sla_paused sla_warning_date snooze_until total_response_hours
    """.split()
)


@tagged('post_install', '-at_install')
class TestTicketTricks(OrderActionCommon):
    """What an agent could write by a remote call, and may not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._new_user('stranger', 'group_helpdesk_user')
        cls.team.privacy_visibility = 'invited_internal'

    def test_suggestion_of_a_colleague(self):
        """Nobody gives a colleague an address to which his new password would be sent."""
        colleague = self.admin.partner_id
        colleague.email = False
        ticket = self._create_ticket(
            partner_id=False,
            partner_email='thief@customer.example',
            partner_suggestion_ids=[
                Command.create({'partner_id': colleague.id, 'reason': 'same_phone'})
            ],
        )
        ticket.partner_id = False
        with self.assertRaises(AccessError):
            ticket.partner_suggestion_ids.with_user(self.agent).action_accept()

    def test_merged_by_hand(self):
        """A ticket leads its customer only where the user himself may go."""
        own = self.env['helpdesk.team'].create({'name': 'Open', 'company_id': self.company.id})
        ticket = self._create_ticket(team_id=own.id).with_user(self.stranger)
        with self.assertRaises(AccessError):
            ticket.merged_into_id = self.ticket

    def test_what_is_bookkeeping(self):
        """A field that loses its protection is missed."""
        fields = self.env['helpdesk.ticket']._fields.values()
        self.assertEqual(
            {field.name for field in fields if getattr(field, 'system_written', False)},
            BOOKKEEPING,
        )

    def test_bookkeeping(self):
        """Nobody jumps the queue, hides a ticket or stops a reminder by writing a field."""
        ticket = self._create_ticket().with_user(self.leader)
        now = '2026-01-05 09:00:00'
        for vals in (
            {'assignment_queue_date': now},
            {'assignment_prefer_user_id': self.agent.id},
            {'assignment_wait_reason': 'all_full'},
            {'arrival_team_id': False},
            {'awaiting_customer_date': now},
            {'bounced_email': 'x@customer.example'},
            {'follow_up_date': now},
            {'is_snoozed': True},
            {'snooze_until': now},
            {'reminder_number': 1},
            {'reminder_date': now},
            {'routing_given': 'priority'},
            {'routing_rule_id': False},
        ):
            with self.subTest(vals=vals):
                with self.assertRaises(AccessError):
                    ticket.write(vals)
                with self.assertRaises(AccessError):
                    self._create_ticket(**vals)
