from odoo import api, models
from odoo.fields import Domain

BATCH_SIZE = 100


class HelpdeskTicket(models.Model):
    """Tickets on which nothing happens any more are closed, where the team wants it.

    Days are working days of the team. Whatever a person writes is activity. So is a reminder,
    though no person wrote it: who was just asked again gets the whole time to answer. A ticket that
    is snoozed until a moment stays open; one that waits for the customer's answer does not.

    A batch is locked, closed and noted in one transaction. Who is closed is found no more: a crash
    or a second worker closes nothing twice.
    """

    _inherit = 'helpdesk.ticket'

    _stage_age_idx = models.Index(
        '(team_id, date_last_stage_update) WHERE active IS TRUE AND fold IS NOT TRUE'
    )

    # === BUSINESS METHODS === #

    @api.model
    def _cron_close_inactive(self):
        """Close the tickets that have been inactive for as many working days as their teams say."""
        teams = self.env['helpdesk.team'].search(
            [('auto_close_ticket', '=', True), ('auto_close_day', '>', 0)]
        )
        for team in teams:
            if not self._close_inactive_of_team(team):
                # Out of time: the scheduler calls again, and finds what is left.
                self.env['ir.cron']._commit_progress(remaining=1)
                return

    @api.model
    def _close_inactive_of_team(self, team):
        """Close the inactive tickets of a team, batch by batch.

        :return: whether all of them were looked at before the time was up.
        :rtype: bool
        """
        limit = team._get_silence_limit(team.auto_close_day)
        if not limit:
            return True
        domain = self._get_inactive_domain(team, limit)
        stage = team.to_stage_id or team._get_closing_stage()
        note = self.env._(
            'Closed after %(days)s working days without activity.', days=team.auto_close_day
        )
        last_id = 0
        while batch := self.search(
            domain & Domain('id', '>', last_id), order='id', limit=BATCH_SIZE
        ):
            last_id = batch[-1].id
            inactive = batch.try_lock_for_update()._filter_silent_since(limit)
            inactive._do_or_note(lambda tickets: tickets._close_by_job(stage, note))
            if not self.env['ir.cron']._commit_progress(len(inactive)):
                return False
        return True

    def _close_by_job(self, stage, note):
        """Move tickets to the stage in which they are closed, and note why."""
        self._message_log_batch(bodies=dict.fromkeys(self.ids, note))
        # Who did not answer for days will not answer a survey, either.
        self.with_context(helpdesk_skip_rating=True).write({'stage_id': stage.id})

    @api.model
    def _get_inactive_domain(self, team, limit):
        """Return which tickets of the team are candidates: long in a stage that is closed by time.

        A customer who waits for an answer keeps a ticket open in any stage.
        """
        domain = Domain(
            [
                ('team_id', '=', team.id),
                ('fold', '=', False),
                ('date_last_stage_update', '<', limit),
                ('oldest_unanswered_customer_message_date', '=', False),
                '|',
                ('reminder_date', '=', False),
                ('reminder_date', '<', limit),
                '|',
                ('is_snoozed', '=', False),
                ('snooze_until', '=', False),
            ]
        )
        if team.from_stage_ids:
            domain &= Domain('stage_id', 'in', team.from_stage_ids.ids)
        return domain

    def _filter_silent_since(self, limit):
        """Return the tickets on which nobody wrote since that moment."""
        rows = self.env['mail.message']._read_group(
            [
                ('model', '=', self._name),
                ('res_id', 'in', self.ids),
                ('message_type', 'in', ('email', 'comment')),
                ('date', '>=', limit),
            ],
            ['res_id'],
        )
        return self - self.browse(ticket_id for (ticket_id,) in rows)
