from odoo import models

# Written by the addon alone, when something happens: actions say what may be done with them.
BOOKKEEPING_FIELDS = {
    'arrival_team_id',
    'assignment_avoid_user_id',
    'assignment_prefer_user_id',
    'assignment_queue_date',
    'assignment_wait_reason',
    'awaiting_customer_date',
    'bounced_email',
    'follow_up_date',
    'is_snoozed',
    'reminder_date',
    'reminder_number',
    'routing_given',
    'routing_rule_id',
    'snooze_until',
}


class HelpdeskTicket(models.Model):
    """What the addon notes for itself is not for people or programs to write."""

    _inherit = 'helpdesk.ticket'

    # === ACCESS === #

    def _has_field_access(self, field, operation):
        """Override of `base`: nobody jumps the queue, or hides a ticket, by writing a field."""
        if operation == 'write' and field.name in BOOKKEEPING_FIELDS and not self.env.su:
            return False
        return super()._has_field_access(field, operation)
