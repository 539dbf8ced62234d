from odoo import models
from odoo.tools import SQL

from ...tools.sla_pauses import add_pause, end_pause


class HelpdeskTicket(models.Model):
    """What a clock would have gone through that is started on a ticket with a past."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _get_stage_history(self):
        """Return in which stages the tickets were, and since when; one query for all.

        What was not tracked is not known: the present stage counts from its last change.

        :return: for each ticket the sorted pairs (moment, stage), naive UTC. A stage that was
            deleted since is empty.
        """
        field = self.env['ir.model.fields']._get(self._name, 'stage_id')
        self.env['mail.tracking.value'].flush_model()
        self.env['mail.message'].flush_model(['date', 'model', 'res_id'])
        rows = self.env.execute_query(
            SQL(
                """
            SELECT message.res_id, message.date, old_stage.id, new_stage.id
              FROM mail_tracking_value tracking
              JOIN mail_message message ON message.id = tracking.mail_message_id
              LEFT JOIN helpdesk_stage old_stage ON old_stage.id = tracking.old_value_integer
              LEFT JOIN helpdesk_stage new_stage ON new_stage.id = tracking.new_value_integer
             WHERE message.model = %s AND message.res_id = ANY(%s) AND tracking.field_id = %s
             ORDER BY message.date, tracking.id
            """,
                self._name,
                self.ids,
                field.id,
            )
        )
        Stage = self.env['helpdesk.stage']
        changes = {}
        for ticket_id, moment, old_id, new_id in rows:
            changes.setdefault(ticket_id, []).append(
                (moment.replace(microsecond=0), Stage.browse(old_id), Stage.browse(new_id))
            )
        return {ticket: ticket._join_stage_changes(changes.get(ticket.id, ())) for ticket in self}

    def _join_stage_changes(self, changes):
        """Return the pairs (moment, stage) that the tracked changes tell of."""
        self.ensure_one()
        created = self.create_date.replace(microsecond=0)
        history = [(created, changes[0][1] if changes else self.stage_id)]
        history += [(max(moment, created), stage) for moment, _old_stage, stage in changes]
        if history[-1][1] != self.stage_id:
            changed = self.date_last_stage_update.replace(microsecond=0)
            history.append((max(changed, history[-1][0]), self.stage_id))
        return history

    def _replay_stage_history(self, policy, history, pauses=()):
        """Return the pauses that a clock would have had, and when it would have stopped.

        :param Policy policy: plain data of a policy.
        :param list history: see `_get_stage_history`.
        :param list pauses: those from before the history.
        :return: pair (pauses, naive moment or None).
        """
        self.ensure_one()
        pauses = list(pauses or ())
        for moment, stage in history:
            if stage and policy.is_reached_in((stage.sequence, stage.id), stage.fold):
                return end_pause(pauses, moment), moment
            paused = policy.is_paused_in(stage.id, customer_has_the_word=False, closed=stage.fold)
            pauses = add_pause(pauses, moment) if paused else end_pause(pauses, moment)
        return pauses, None
