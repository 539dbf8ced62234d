from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.date_utils import localized

from ...tools.sla_clock import deadline
from ...tools.sla_pauses import get_spans


class HelpdeskSlaStatus(models.Model):
    """Which escalations a clock has before it, and what may be promised to the customer."""

    _inherit = 'helpdesk.sla.status'

    escalation_log_ids = fields.One2many(
        'helpdesk.sla.escalation.log', 'status_id', string='Escalations'
    )
    has_reminders = fields.Boolean(
        readonly=True,
        export_string_translation=False,
        help='Technical: an escalation gave somebody an activity, which goes when the clock stops.',
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Take back what people were reminded of when the clock stops, or is cancelled."""
        result = super().write(vals)
        if vals.get('reached_datetime') or vals.get('cancelled_date'):
            self.filtered('has_reminders')._drop_reminders()
        return result

    # === BUSINESS METHODS === #

    def _get_event_dates(self):
        """Add the moments of the escalations that did not happen yet, past ones included."""
        return super()._get_event_dates() + [
            moment for moment, _escalation in self._get_pending_escalations()
        ]

    def _get_pending_escalations(self):
        """Return the escalations that this clock has not seen yet.

        Those are left out whose moment had passed when they were set up.

        :return: sorted pairs (naive UTC moment, escalation); none for a clock that does not run.
        """
        self.ensure_one()
        Escalation = self.env['helpdesk.sla.escalation']
        moments = Escalation._get_moments(self.sla_id.id)
        if not moments or not self._is_running():
            return []
        happened = set(self.escalation_log_ids.escalation_id.ids)
        pending = [
            (moment, Escalation.browse(escalation_id))
            for escalation_id, effective_date, trigger, percent, minutes in moments
            if escalation_id not in happened
            and (moment := self._get_escalation_moment(trigger, percent, minutes))
            and moment >= effective_date
        ]
        return sorted(pending, key=lambda pair: pair[0])  # stable: the policy's order

    def _get_escalation_moment(self, trigger, percent, minutes):
        """Return when (naive UTC) an escalation of these settings happens to this clock."""
        self.ensure_one()
        if trigger == 'percent':
            return self._get_moment_at(percent)
        delta = timedelta(minutes=minutes)
        return self.deadline - delta if trigger == 'before' else self.deadline + delta

    def _get_moment_at(self, percent):
        """Return when (naive UTC) a share of the time is used up, on the clock and with its pauses.

        :return: False if that never happens.
        """
        moment = deadline(
            self._get_hours(),
            localized(self.start_date),
            round(self.sla_id._get_policy().seconds * percent / 100),
            get_spans(self.pauses),
        )
        return moment.replace(tzinfo=None) if moment else False

    def _get_promise(self, hours):
        """Return a moment (naive UTC) that can be promised to the customer now.

        :param float hours: on the clock of the policy, from now on. 0 means the deadline if it is
            still ahead; a deadline that has passed is no promise any more, then the policy's whole
            time starts again. Either way the moment is in opening hours.
        :raise UserError: if the clock never runs that long.
        """
        self.ensure_one()
        now = self.env.cr.now()
        if not hours and self.deadline and self.deadline > now:
            return self.deadline
        seconds = round(hours * 3600) or self.sla_id._get_policy().seconds
        promise = deadline(self._get_hours(), localized(now), seconds)
        if not promise:
            raise UserError(
                self.env._(
                    'There is no time that could be promised: the working hours of "%(policy)s" '
                    'never come.',
                    policy=self.sla_id.name,
                )
            )
        return promise.replace(tzinfo=None, microsecond=0)

    def _drop_reminders(self):
        """Delete the activities of the escalations that nobody has marked as done."""
        self.escalation_log_ids.activity_ids.filtered('active').unlink()
        self.has_reminders = False

    def _wake(self, policies):
        """Have the job look again at the clocks of some policies that run, at its next turn.

        :param helpdesk.sla policies: whose clocks.
        """
        running = self.search(
            [
                ('sla_id', 'in', policies.ids),
                ('reached_datetime', '=', False),
                ('cancelled_date', '=', False),
                ('is_paused', '=', False),
                ('ticket_id.active', '=', True),
            ]
        )
        running.next_event_date = self.env.cr.now()
