import logging
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.agent_choice import Request
from ...tools.retriable import MAX_TRIES, RETRIABLE
from ..ticket.helpdesk_ticket_assignment import NOT_QUEUED

_logger = logging.getLogger(__name__)

BATCH_SIZE = 100
RETRY_DELAY = timedelta(minutes=1)
QUEUE_ORDER = 'priority DESC, sla_deadline, assignment_queue_date, id'
LOCK_ID = 7_305_461_218_904_417  # any number that nobody else uses


class HelpdeskTicket(models.Model):
    """The job that hands out the queue: one at a time, so that nobody is given too much."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS - JOB === #

    @api.model
    def _cron_assign_tickets(self):
        """Give the tickets of the queue to agents, the most urgent ones first.

        Each batch sees what was committed before it, and is committed itself.
        """
        with self._hold_assignment_lock() as held:
            if not held or not self._hand_out_queue():
                self._trigger_assignment(self.env.cr.now() + RETRY_DELAY)

    @contextmanager
    def _hold_assignment_lock(self):
        """Tell whether nobody else hands out tickets, and keep them from it.

        The scheduler runs a job once at a time, but not what is called from elsewhere. The lock is
        the session's, not the transaction's: it has to be there before the snapshot is taken from
        which the loads are read.
        """
        cr = self.env.cr
        [[held]] = self.env.execute_query(SQL('SELECT pg_try_advisory_lock(%s)', LOCK_ID))
        if not held:
            yield False
            return
        try:
            yield True
        except Exception:
            cr.rollback()  # in a failed transaction the lock can't be released
            raise
        finally:
            cr.execute(SQL('SELECT pg_advisory_unlock(%s)', LOCK_ID))

    @api.model
    def _hand_out_queue(self):
        """Hand out the queue batch by batch.

        :return: whether all of it was looked at; if not, because others changed the same tickets.
            When the time is up, the scheduler is told that there is more.
        :rtype: bool
        """
        cron = self.env['ir.cron']
        cron._commit_progress()  # a new snapshot
        skipped_ids, exhausted_ids = [], []
        complete, tries, total = True, 0, 0
        while True:
            try:
                batch = self._get_queue_batch(skipped_ids, exhausted_ids)
                if not batch:
                    return complete
                locked = batch.try_lock_for_update(allow_referencing=True)
                complete = complete and locked == batch
                given, exhausted = self.browse(), self.env['helpdesk.team']
                for some_given, some_exhausted in locked._do_or_note(lambda some: some._hand_out()):
                    given += some_given
                    exhausted |= some_exhausted
            except RETRIABLE:
                tries += 1
                self.env.cr.rollback()
                if tries == MAX_TRIES:
                    _logger.info('Others change the tickets to assign, trying again later')
                    return False
                continue
            skipped_ids += (batch - given).ids
            exhausted_ids += exhausted.ids
            total += len(given)
            if not cron._commit_progress(len(given)):
                if total:  # else the rest would be asked for ever why nobody can take it
                    cron._commit_progress(remaining=1)
                return complete

    @api.model
    def _get_queue_batch(self, skipped_ids, exhausted_ids):
        """Return the next tickets of the queue.

        :param list[int] skipped_ids: tickets that have to wait on.
        :param list[int] exhausted_ids: teams that can take no more.
        """
        return self.search(
            self._get_queue_domain()
            & Domain('team_id', '!=', False)
            & (
                Domain('team_id', 'not in', exhausted_ids)
                | Domain('assignment_prefer_user_id', '!=', False)
            )
            & Domain('id', 'not in', skipped_ids),
            order=QUEUE_ORDER,
            limit=BATCH_SIZE,
        )

    def _hand_out(self):
        """Give these tickets to agents of their teams, as far as there are any who can take them.

        The tickets are in the order in which they are served.

        :return: the tickets that were given to somebody, and the teams that can take no more.
        :rtype: tuple[helpdesk.ticket, helpdesk.team]
        """
        choices = self.team_id._get_agent_choices(self)
        turns_before = {team: dict(choice.turns) for team, choice in choices.items()}
        chosen, reasons = {}, {}
        unskilled = self.browse()
        for ticket in self:
            choice = choices[ticket.team_id].give(ticket._get_choice_request())
            if choice.agent_id:
                chosen[ticket] = choice.agent_id
                if choice.lacks_skills:
                    unskilled += ticket
            else:
                reasons[ticket] = choice.reason
        given = self.browse(ticket.id for ticket in chosen)
        unskilled._log_missing_skills()
        # The agents' mail is sent by its own job: the next batch does not wait for a mail server.
        for agent_id, tickets in (
            given.with_context(mail_notify_force_send=False)
            .grouped(lambda ticket: chosen[ticket])
            .items()
        ):
            tickets.write({**NOT_QUEUED, 'user_id': agent_id})
        if given:
            self.env.ref('mail.ir_cron_mail_scheduler_action')._trigger()
        for team, choice in choices.items():
            if choice.turns != turns_before[team]:
                team._save_turns(choice.turns)
        exhausted = self.team_id.filtered(lambda team: choices[team].is_exhausted)
        for reason, tickets in (self - given).grouped(reasons.get).items():
            tickets.filtered(
                lambda ticket, reason=reason: ticket.assignment_wait_reason != reason
            ).assignment_wait_reason = reason
        for team in exhausted:  # whose other tickets the job does not look at
            self.search(
                self._get_queue_domain()
                & Domain('team_id', '=', team.id)
                & Domain('assignment_wait_reason', '=', False)
            ).assignment_wait_reason = choices[team].exhaustion
        return given, exhausted

    def _get_choice_request(self):
        """Return what the choice of an agent has to know of this ticket.

        :rtype: Request
        """
        self.ensure_one()
        by_tags = self.team_id.assign_method == 'tags'
        return Request(
            skills=frozenset(self.skill_ids.ids),
            language=self.lang_id.id or None,
            country=self.country_id.id or None,
            experts=frozenset(self.tag_ids.assign_user_ids.ids) if by_tags else None,
            avoid=self.assignment_avoid_user_id.id or None,
            preferred=self.assignment_prefer_user_id.id or None,
        )

    def _log_missing_skills(self):
        """Note on tickets that nobody there in their teams has the skills that they need."""
        self._message_log_batch(
            bodies={
                ticket.id: self.env._(
                    'Nobody in team %(team)s who is there soon has all of these skills: '
                    '%(skills)s. The ticket was given to somebody without them.',
                    team=ticket.team_id.name,
                    skills=', '.join(ticket.skill_ids.mapped('name')),
                )
                for ticket in self
            }
        )
