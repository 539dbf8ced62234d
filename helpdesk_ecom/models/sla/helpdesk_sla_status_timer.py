import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .attempt import attempt

_logger = logging.getLogger(__name__)

# Small, because agents wait with what they write on these tickets until the batch is committed.
BATCH_SIZE = 20
# What failed is tried again after this time, then after twice of it, and so on.
RETRY_DELAY = timedelta(minutes=5)
MAX_RETRY_DELAY = timedelta(days=1)


class HelpdeskSlaStatus(models.Model):
    """What happens by itself while time passes: clocks get at risk, are missed, and escalate.

    The job looks only at clocks whose next event is due, however many there are. What it does to a
    clock is one transaction with the marks that it was done, so that a crash neither loses nor
    doubles anything.
    """

    _inherit = 'helpdesk.sla.status'

    is_warned = fields.Boolean(
        string='At Risk',
        readonly=True,
        help='Set when the time of the warning has come, once for each clock.',
    )
    failure_count = fields.Integer(
        readonly=True,
        export_string_translation=False,
        help='Technical: how many times in a row the events of the clock failed.',
    )

    # === COMPUTE METHODS === #

    @api.depends('is_paused', 'is_warned')
    def _compute_next_event_date(self):
        """Extend: what is late already runs on after a pause without another deadline."""
        super()._compute_next_event_date()

    # === BUSINESS METHODS === #

    @api.model
    def _cron_process_events(self):
        """Do what is due, in batches with a transaction each."""
        commit_progress = self.env['ir.cron']._commit_progress
        due = Domain('next_event_date', '<=', self.env.cr.now())
        commit_progress(remaining=self.search_count(due))
        ahead = Domain.TRUE
        while batch := self.search(due & ahead, order='next_event_date, id', limit=BATCH_SIZE):
            last = batch[-1]
            # What somebody is working on right now has its turn in a minute.
            ahead = Domain('next_event_date', '>', last.next_event_date) | (
                Domain('next_event_date', '=', last.next_event_date) & Domain('id', '>', last.id)
            )
            try:
                batch._lock_for_events()._process_events_safely()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                _logger.info('Somebody was faster: %s has its turn in a minute.', batch)
                self.env.cr.rollback()
            if not commit_progress(len(batch)):
                break

    def _lock_for_events(self):
        """Return those of the clocks that could be locked, together with their tickets.

        Tickets first, as whoever works on a ticket does it: two who wait for each other are none.
        """
        tickets = self.ticket_id.try_lock_for_update(allow_referencing=True)
        of_tickets = self.filtered(lambda status: status.ticket_id in tickets)
        return of_tickets.try_lock_for_update(allow_referencing=True)

    def _process_events_safely(self):
        """Do what is due for all at once; if that fails, for each alone.

        A clock that cannot be processed is tried again later and later, and its ticket says so.
        """
        if not self:  # somebody works on all of them
            return
        with attempt(self.env) as outcome:
            self._process_events()
        if not outcome.error:
            return
        if len(self) > 1:
            for status in self:
                status._process_events_safely()
            return
        _logger.error('The SLA clock %s has events that failed.', self.id, exc_info=outcome.error)
        self._try_later(outcome.error)

    def _try_later(self, error):
        """Note that the events of the clock failed, and when they are tried again."""
        self.ensure_one()
        delay = min(RETRY_DELAY * 2 ** min(self.failure_count, 10), MAX_RETRY_DELAY)
        self.failure_count += 1
        self.next_event_date = self.env.cr.now() + delay
        if self.failure_count > 1:  # the ticket says so already
            return
        self.ticket_id._message_log(
            body=self.env._(
                'The SLA clock "%(policy)s" of this ticket does not work: %(problem)s. It is '
                'tried again.',
                policy=self.sla_id.name,
                problem=str(error),
            )
        )

    def _process_events(self):
        """Mark what is at risk or missed, let escalations happen, and find the next moments."""
        now = self.env.cr.now()
        running = self.filtered(lambda status: status._is_running())
        missed = self.filtered(  # late is late, also if it was paused afterwards
            lambda status: status.ticket_id.active and not status.is_missed and status._is_late(now)
        )
        at_risk = running.filtered(
            lambda status: not status.is_warned and status._get_risk_date() <= now
        )
        missed.is_missed = True
        at_risk.is_warned = True
        missed.ticket_id._call_sla_hook('_mark_sla_missed')
        # Who hears that the time is over need not hear that it is nearly so.
        at_risk.filtered(lambda status: not status.is_missed).ticket_id._call_sla_hook(
            '_on_sla_warning'
        )
        running._escalate()
        remaining = self.exists()
        remaining.filtered('failure_count').failure_count = 0
        remaining._update_events()

    def _get_event_dates(self):
        """Override: what this job has to mark is still to come, even if its moment passed.

        The clocks of an archived ticket have nothing to come.
        """
        if not self.ticket_id.active:
            return []
        dates = super()._get_event_dates()
        if self._is_running() and not self.is_warned:
            dates.append(self._get_risk_date())
        return dates

    def _is_running(self):
        """Tell whether time passes on this clock, and ends at some moment."""
        self.ensure_one()
        return bool(
            self.deadline and not self.is_paused and self._is_open() and self.ticket_id.active
        )

    def _get_risk_date(self):
        """Return from when on (naive UTC) this clock is at risk, at its deadline at the latest."""
        self.ensure_one()
        return min(self.warning_date or self.deadline, self.deadline)

    def _escalate(self):
        """Let the escalations happen that are due, in the order of their moments."""
        now = self.env.cr.now()
        due = sorted(
            (
                (moment, number, status, escalation)
                for number, status in enumerate(self)
                for moment, escalation in status._get_pending_escalations()
                if moment <= now
            ),
            key=lambda event: event[:2],
        )
        # A customer who gets several mails at once believes none of them.
        last_mails = {
            status.ticket_id: (status, escalation)
            for _moment, _number, status, escalation in due
            if escalation.mail_template_id
        }
        logs = self.env['helpdesk.sla.escalation.log'].create(
            [
                {
                    'status_id': status.id,
                    'escalation_id': escalation.id,
                    'date': now,
                    'mail_skip_reason': escalation.mail_template_id
                    and last_mails[status.ticket_id] != (status, escalation)
                    and 'superseded',
                }
                for _moment, _number, status, escalation in due
            ]
        )
        for log in logs:
            log._make_happen()
