import logging
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .attempt import attempt

_logger = logging.getLogger(__name__)

# Mails of one run of the job are sent within it, of all batches together.
ONE_RUN = timedelta(minutes=1)


class HelpdeskSlaEscalationLog(models.Model):
    """An escalation that happened: the proof that it did, and what keeps it from happening again.

    The row is written in the transaction of the effects, so that both are there or neither.
    """

    _name = 'helpdesk.sla.escalation.log'
    _description = 'SLA Escalation that Happened'
    _order = 'date DESC, id DESC'
    _rec_name = 'escalation_id'

    status_id = fields.Many2one(
        'helpdesk.sla.status',
        string='SLA Clock',
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    ticket_id = fields.Many2one(related='status_id.ticket_id', store=True, index=True)
    escalation_id = fields.Many2one(
        'helpdesk.sla.escalation',
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    date = fields.Datetime(string='Happened On', required=True, readonly=True)
    promised_date = fields.Datetime(string='Promised to the Customer', readonly=True)
    mail_skip_reason = fields.Selection(
        [
            ('superseded', 'Another one was due at the same time'),
            ('not_waiting', 'The customer did not wait for an answer'),
        ],
        string='Why No Email Was Sent',
        readonly=True,
    )
    activity_ids = fields.Many2many(
        'mail.activity', string='Reminders', readonly=True, export_string_translation=False
    )
    error = fields.Text(string='What Did Not Work', readonly=True)

    _once_idx = models.UniqueIndex('(status_id, escalation_id)')

    # === BUSINESS METHODS === #

    def _make_happen(self):
        """Do what the escalation says, once and for all.

        What does not work is undone, noted, and not tried again: the log row stays.
        """
        self.ensure_one()
        if not self.exists():  # an escalation before this one changed the ticket, and its clocks
            return
        if self.status_id.cancelled_date:  # it did not happen, and may if the clock comes back
            self.unlink()
            return
        # Read before the ticket changes: that may end the clock.
        escalation = self.escalation_id
        ticket = self.ticket_id.with_context(helpdesk_sla_escalating=self.status_id.id)
        deadline = self.status_id.deadline
        problems = []
        for effect, arguments in (
            (self._send_calming_mail, ()),
            (escalation._change_ticket, (ticket,)),
            (self._notify, (ticket, deadline)),
            (escalation._run_server_action, (ticket,)),
        ):
            with attempt(self.env) as outcome:
                effect(*arguments)
            if outcome.error:
                problems.append(self._describe_error(outcome.error))
        if problems:
            self._note_problems(escalation, ticket, '\n'.join(problems))

    def _send_calming_mail(self):
        """Promise the customer a time, by e-mail."""
        template = self.escalation_id.mail_template_id
        if not template or self.mail_skip_reason:
            return
        if not self.ticket_id.oldest_unanswered_customer_message_date:
            self.mail_skip_reason = 'not_waiting'
        elif self._has_calmed_just_now():
            self.mail_skip_reason = 'superseded'
        else:
            self.promised_date = self.status_id._get_promise(self.escalation_id.promise_hours)
            self.ticket_id._send_calming_mail(template, self.promised_date)

    def _has_calmed_just_now(self):
        """Tell whether the customer got such a mail for this ticket a moment ago."""
        return bool(
            self.search_count(
                [
                    ('ticket_id', '=', self.ticket_id.id),
                    ('promised_date', '!=', False),
                    ('date', '>=', self.date - ONE_RUN),
                    ('id', '!=', self.id),
                ],
                limit=1,
            )
        )

    def _notify(self, ticket, deadline):
        """Tell people, and remember by which activities."""
        self.activity_ids = self.escalation_id._notify(ticket, deadline)
        if self.activity_ids:
            self.status_id.has_reminders = True

    def _describe_error(self, error):
        """Return what a person reads of an exception. What no person can mend is logged, too."""
        if isinstance(error, UserError):
            return str(error)
        _logger.warning('An SLA escalation failed (log %s).', self.id, exc_info=error)
        return f'{type(error).__name__}: {error}'

    def _note_problems(self, escalation, ticket, text):
        """Tell the team on the ticket, and those who look at the log, what did not work."""
        self.exists().error = text
        ticket.exists()._message_log_batch(
            bodies={
                ticket.id: self.env._(
                    'The escalation "%(escalation)s" of the SLA policy "%(policy)s" did not work '
                    'as it should: %(problem)s',
                    escalation=escalation.display_name,
                    policy=escalation.sla_id.name,
                    problem=text,
                )
            }
        )
