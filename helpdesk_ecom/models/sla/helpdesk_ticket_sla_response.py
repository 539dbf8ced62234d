from odoo import models

from ...tools.sla_pauses import add_pause
from ...tools.sla_wait import get_waits


class HelpdeskTicket(models.Model):
    """What messages do to the clocks: a person's answer stops them, a customer's words start them.

    It hangs on the messages themselves, as the response times do.
    """

    _inherit = 'helpdesk.ticket'

    # === ACTION METHODS === #

    def action_no_answer_needed(self):
        """End the customer's wait without an answer: what he wrote needs none.

        Clocks that wait for an answer are taken away; those that are late stay failed.

        :raise AccessError: if the user may not write one of the tickets.
        """
        self.check_access('write')
        waiting_sudo = self.sudo().filtered(lambda ticket: ticket._waits_for_answer())
        waiting_sudo.with_context(mail_notrack=True).write(
            {'oldest_unanswered_customer_message_date': False, 'closed_waiting_date': False}
        )
        if self.env['helpdesk.sla']._is_in_use():
            waiting_sudo._end_waits()
        self.browse(waiting_sudo.ids)._message_log_batch(
            bodies=dict.fromkeys(waiting_sudo.ids, self.env._('No answer is needed.'))
        )
        return True  # XML-RPC has no None

    # === BUSINESS METHODS === #

    def _advance_response_clocks(self, turns_by_ticket):
        """Override: let the clocks of the policies know of the messages, too."""
        waits = {
            ticket: get_waits(bool(ticket.oldest_unanswered_customer_message_date), turns)
            for ticket, turns in turns_by_ticket.items()
        }
        super()._advance_response_clocks(turns_by_ticket)
        concerned = self.filtered(lambda ticket: waits[ticket].answered_at or waits[ticket].begun)
        if concerned and self.env['helpdesk.sla']._is_in_use():
            concerned.sudo()._advance_sla_waits(waits)
        if waiting := concerned.filtered(lambda ticket: waits[ticket].is_open):
            waiting._on_customer_waiting()

    def _advance_sla_waits(self, waits):
        """Stop, start, pause and resume clocks as the waits of the tickets end and begin.

        :param dict waits: the `Waits` of each ticket.
        """
        clocks = self._fetch_sla_clocks()
        for clock in clocks.filtered(lambda clock: clock._is_open()):
            clock.ticket_id._advance_sla_clock_by_waits(clock, waits[clock.ticket_id])
        begun = self.filtered(lambda ticket: waits[ticket].begun)
        # see `_start_sla_clocks`
        begun.flush_recordset(['oldest_unanswered_customer_message_date'])
        vals_list = [
            vals
            for ticket, policies in self.env['helpdesk.sla']._match_policies(begun).items()
            for policy in policies
            if policy.metric == 'next_response'
            for vals in ticket._prepare_waits_vals(
                policy,
                clocks.filtered(lambda clock, ticket=ticket: clock.ticket_id == ticket),
                waits[ticket],
            )
        ]
        self._update_sla_summary(clocks | clocks.create(vals_list))

    def _advance_sla_clock_by_waits(self, clock, waits):
        """Let a running clock follow the waits of its ticket."""
        self.ensure_one()
        policy = clock.sla_id._get_policy()
        if policy.is_response:
            if waits.answered_at:
                clock._stop(waits.answered_at.replace(microsecond=0))
        elif policy.pause_waiting_customer and self.stage_id.id not in policy.exclude_stage_ids:
            for moment, waiting in waits.get_changes():
                moment = max(moment.replace(microsecond=0), clock.start_date)
                if waiting:
                    clock._resume(moment)
                elif not self.fold:
                    clock._pause(moment)

    def _prepare_waits_vals(self, policy, clocks, waits):
        """Return the values of the clocks of a policy that begin with the waits of the ticket.

        :param Policy policy: a policy of the next response.
        :param helpdesk.sla.status clocks: the clocks of the ticket as they are after the messages.
        """
        self.ensure_one()
        # Nothing but an answer ends such a wait, so that it may go on unknown to the ticket.
        waits_already = any(
            clock._is_open()
            and (clock.sla_id.id == policy.id or (policy.is_relentless and clock._is_relentless()))
            for clock in clocks
        )
        if waits_already:
            return []
        vals_list = []
        for start, stop in waits.begun:
            start = start.replace(microsecond=0)
            paused = self._is_sla_paused(policy)
            vals_list.append(
                clocks._prepare_clock_vals(
                    policy,
                    self,
                    start,
                    add_pause([], start) if paused else [],
                    stop and stop.replace(microsecond=0),
                )
            )
        return vals_list

    def _waits_for_answer(self):
        """Tell whether the customer waits, or a clock waits for him."""
        self.ensure_one()
        return bool(
            self.oldest_unanswered_customer_message_date
            or self.closed_waiting_date
            or self.sla_status_ids.filtered(lambda clock: clock._waits_for_answer())
        )

    def _end_waits(self):
        """End the clocks of the tickets (elevated) that wait for an answer which will not come."""
        clocks = self._fetch_sla_clocks()
        to_end = clocks.filtered(lambda clock: clock._waits_for_answer())
        self._advance_sla((clocks - to_end) | to_end._end(self._get_sla_now()))
