from odoo import models
from odoo.tools.date_utils import localized

from ...tools.sla_clock import elapsed
from ...tools.sla_pauses import add_pause, end_pause, get_spans
from .const import RESPONSE_METRICS


class HelpdeskSlaStatus(models.Model):
    """How a clock is started, paused, resumed, moved and stopped.

    Moments are naive UTC, whole seconds. Nothing here costs a query beyond the record itself;
    changes are written when the ORM flushes them.
    """

    _inherit = 'helpdesk.sla.status'

    # === BUSINESS METHODS === #

    def _prepare_clock_vals(self, policy, ticket, start, pauses=(), stop=None):
        """Return the values of a clock that starts, or that ran from start to stop.

        :param Policy policy: plain data of a policy.
        :param list pauses: see `tools.sla_pauses`; the last one may be open.
        """
        hours = self.env['helpdesk.sla']._get_hours(policy, ticket)
        paused = bool(pauses) and pauses[-1][1] is None
        if paused and stop:
            pauses, paused = end_pause(pauses, stop), False
        vals = {
            'ticket_id': ticket.id,
            'sla_id': policy.id,
            'sla_stage_id': policy.stage_id,
            'metric': policy.metric,
            'clock': policy.clock,
            'tz': hours.zone,
            'start_date': start,
            'pauses': pauses or False,
            'is_paused': paused,
            'warning_date': False,
            'deadline': False,
            'reached_datetime': stop or False,
            'is_missed': False,
            'exceeded_hours': 0.0,
        }
        if not paused:
            vals['warning_date'], vals['deadline'] = self.env['helpdesk.sla']._get_due_dates(
                policy, hours, start, pauses
            )
        if stop and vals['deadline'] and vals['deadline'] < stop:
            vals['is_missed'] = True
            vals['exceeded_hours'] = self._get_hours_between(hours, vals['deadline'], stop, pauses)
        return vals

    def _pause(self, moment):
        """Let the clock stand still from a moment on. One that is late keeps its deadline."""
        self.ensure_one()
        if self.is_paused:
            return
        vals = {'pauses': add_pause(self.pauses, moment), 'is_paused': True}
        if not self._is_late(moment):
            vals.update(warning_date=False, deadline=False)
        self._write_changes(vals)

    def _resume(self, moment):
        """Let the clock go on from a moment on: what was left of the time is still left."""
        self.ensure_one()
        if not self.is_paused:
            return
        self._write_changes({'pauses': end_pause(self.pauses, moment), 'is_paused': False})
        self._plan_again(moment)

    def _plan_again(self, moment):
        """Count the deadline anew, by the policy and the ticket as they are now.

        A deadline that has passed at the moment stays: late is late.
        """
        self.ensure_one()
        policy = self.sla_id._get_policy()
        hours = self._get_hours()
        vals = {'clock': policy.clock, 'tz': hours.zone, 'sla_stage_id': policy.stage_id}
        if not self.is_paused and not self._is_late(moment):
            vals['warning_date'], vals['deadline'] = self.sla_id._get_due_dates(
                policy, hours, self.start_date, self.pauses
            )
        self._write_changes(vals)

    def _stop(self, moment):
        """Stop the clock: what it waited for has happened, or will not happen any more."""
        self.ensure_one()
        moment = max(moment, self.start_date)
        if self.is_paused:
            self._resume(moment)
        vals = {'reached_datetime': moment}
        late, noticed = self._is_late(moment), self.is_missed
        if late:
            vals['is_missed'] = True
            vals['exceeded_hours'] = self._get_hours_between(
                self._get_hours(), self.deadline, moment, self.pauses
            )
        self._write_changes(vals)
        if late and not noticed:
            self.ticket_id._on_sla_missed()

    def _end(self, moment):
        """Stop those clocks that are late, and cancel the others: nothing is waited for.

        :return: the clocks that still count.
        """
        late = self.filtered(lambda status: status._is_late(moment))
        for status in late:
            status._stop(moment)
        in_time = self - late
        # To what began at this very moment, as for a ticket that is routed, nothing has happened.
        just_begun = in_time.filtered(lambda status: status.start_date >= moment)
        just_begun.unlink()
        (in_time - just_begun).write({'cancelled_date': moment})
        return late

    def _reopen(self, moment):
        """Let a clock go on that closing the ticket stopped in time: in between it stood still."""
        self.ensure_one()
        pauses = end_pause(add_pause(self.pauses, self.reached_datetime), moment)
        # At once: the old deadline, which may have passed meanwhile, would count as missed.
        warning_date, deadline = self.sla_id._get_due_dates(
            self.sla_id._get_policy(), self._get_hours(), self.start_date, pauses
        )
        self._write_changes(
            {
                'pauses': pauses or False,
                'reached_datetime': False,
                'warning_date': warning_date,
                'deadline': deadline,
            }
        )

    def _find_policy_in_force(self, policy_by_id):
        """Return the policy of an open clock as plain data, if it still holds for the ticket.

        What its own escalation does to the ticket, such as to raise the priority, ends no promise.

        :param dict policy_by_id: the policies whose conditions the ticket meets, as plain data.
        :return: None if the promise has ended.
        """
        self.ensure_one()
        escalating = self.env.context.get('helpdesk_sla_escalating') == self.id
        if policy := policy_by_id.get(self.sla_id.id):
            if self.is_kept and not escalating:
                self.is_kept = False
            return policy
        if not escalating and not self.is_kept:
            return None
        ticket, policy = self.ticket_id, self.sla_id._get_policy()
        closed = ticket.fold and not policy.is_relentless
        if closed or not self.sla_id.active or not ticket._is_under_sla():
            return None
        self.is_kept = True
        return policy

    def _waits_for_answer(self):
        """Tell whether the clock runs until a person answers."""
        self.ensure_one()
        return self.metric in RESPONSE_METRICS and self._is_open()

    def _is_relentless(self):
        """Tell whether nothing but an answer stops the clock."""
        self.ensure_one()
        return self.metric in RESPONSE_METRICS and self.clock == 'always'

    def _get_hours(self):
        """Return the hours that count on this clock.

        :rtype: OpeningHours
        """
        self.ensure_one()
        return self.sla_id._get_hours(self.sla_id._get_policy(), self.ticket_id)

    def _get_hours_to_deadline(self):
        """Return the hours of this clock from the creation of the ticket to the deadline."""
        self.ensure_one()
        return self._get_hours_between(
            self._get_hours(), self.ticket_id.create_date, self.deadline, ()
        )

    @staticmethod
    def _get_hours_between(hours, start, stop, pauses):
        """Return how many hours a clock counts between two naive moments."""
        seconds = elapsed(hours, localized(start), localized(stop), get_spans(pauses))
        return max(0, seconds) / 3600

    def _write_changes(self, vals):
        """Write those values that are not what they were."""
        self.ensure_one()
        changes = {
            name: value
            for name, value in vals.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
        if changes:
            self.write(changes)
