from odoo import api, models

from ...tools.sla_pauses import add_pause, get_history_since

# Whatever policies ask for, besides what their free conditions name.
MATCHING_FIELDS = {
    'active',
    'channel_id',
    'commercial_partner_id',
    'company_id',
    'country_id',
    'customer_tier_id',
    'customer_tz',
    'partner_id',
    'partner_phone',
    'priority',
    'tag_ids',
    'team_id',
    'ticket_type_id',
}
CLOCK_READ_FIELDS = [
    'cancelled_date',
    'clock',
    'deadline',
    'exceeded_hours',
    'has_reminders',
    'is_kept',
    'is_missed',
    'is_paused',
    'metric',
    'next_event_date',
    'pauses',
    'reached_datetime',
    'sla_id',
    'sla_stage_id',
    'start_date',
    'ticket_id',
    'tz',
    'warning_date',
]


class HelpdeskTicket(models.Model):
    """The life of the clocks of a ticket: they start with it, and follow its stages and changes.

    Clocks belong to the desk, whoever creates or writes the ticket: all of this is elevated.
    """

    _inherit = 'helpdesk.ticket'

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Start the clocks of the policies that apply."""
        tickets = super().create(vals_list)
        if self.env['helpdesk.sla']._is_in_use():
            tickets.sudo()._evaluate_sla(self.env['helpdesk.sla.status'].sudo())
        return tickets

    def write(self, vals):
        """Let the clocks follow the ticket."""
        Sla = self.env['helpdesk.sla']
        matching_changed = self._changes_sla_matching(vals)
        if not Sla._is_in_use() or not (matching_changed or 'stage_id' in vals):
            return super().write(vals)
        tickets_sudo = self.sudo()
        stages_sudo = tickets_sudo.stage_id
        if isinstance(stage_id := vals.get('stage_id'), int) and stage_id:
            stages_sudo |= stages_sudo.browse(stage_id)
        stages_sudo.mapped('fold')  # reads the old and the new ones in one query
        before = {
            ticket: (ticket.stage_id, ticket.fold, ticket.close_date) for ticket in tickets_sudo
        }
        result = super().write(vals)
        moved = tickets_sudo.filtered(lambda ticket: ticket.stage_id != before[ticket][0])
        reopened = moved.filtered(lambda ticket: before[ticket][1] and not ticket.fold)
        to_sync = tickets_sudo if matching_changed else reopened
        to_advance = moved.filtered('fold') | (moved - to_sync)
        clocks = (to_sync | to_advance)._fetch_sla_clocks()
        if to_advance:
            clocks = to_advance._advance_sla(clocks)
        if to_sync:
            to_sync._evaluate_sla(clocks, {ticket: before[ticket][2] for ticket in reopened})
        return result

    # === BUSINESS METHODS === #

    def _sync_sla(self):
        """Compare the clocks of the tickets with the policies as they are now.

        Clocks are added, moved, and taken away; what was reached or missed is kept.
        """
        tickets_sudo = self.sudo()
        tickets_sudo._evaluate_sla(tickets_sudo._fetch_sla_clocks())

    @api.model
    def _changes_sla_matching(self, vals):
        """Tell whether these values may bring a ticket under other policies."""
        names = vals.keys()
        return not (
            MATCHING_FIELDS.isdisjoint(names)
            and self.env['helpdesk.sla']._get_domain_field_names().isdisjoint(names)
        )

    def _fetch_sla_clocks(self):
        """Return all clocks of the tickets that count, elevated, in one query."""
        return (
            self.env['helpdesk.sla.status']
            .sudo()
            .search_fetch(
                [('ticket_id', 'in', self.ids), ('cancelled_date', '=', False)],
                CLOCK_READ_FIELDS,
                order='id',
            )
        )

    def _evaluate_sla(self, clocks, closed_dates=None):
        """Bring the clocks of the tickets in line with the policies that apply.

        :param helpdesk.sla.status clocks: all clocks of these tickets that count, elevated.
        :param dict closed_dates: of the tickets that are reopened, when they had been closed.
        """
        now = self._get_sla_now()
        clocks_by_ticket = clocks.grouped('ticket_id')
        to_end, wanted, missing = clocks.browse(), [], []
        for ticket, policies in self.env['helpdesk.sla']._match_policies(self).items():
            policy_by_id = {policy.id: policy for policy in policies}
            ticket_clocks = clocks_by_ticket.get(ticket, clocks.browse())
            if closed_dates and ticket in closed_dates:
                ticket._reopen_sla_clocks(ticket_clocks, policy_by_id, closed_dates[ticket])
            for clock in ticket_clocks.filtered(lambda clock: clock._is_open()):
                policy = clock._find_policy_in_force(policy_by_id)
                if policy and policy.metric == clock.metric:
                    wanted.append((clock, policy))
                else:
                    to_end |= clock
            kept = ticket_clocks - to_end
            missing += [
                (ticket, policy, start)
                for policy in policies
                if (start := ticket._get_sla_start(policy, kept))
            ]
        for clock, policy in wanted:
            clock._plan_again(now)
            clock.ticket_id._advance_sla_clock(clock, policy, now)
        clocks = (clocks - to_end) | to_end._end(now) | self._start_sla_clocks(missing)
        self._update_sla_summary(clocks)

    def _reopen_sla_clocks(self, clocks, policy_by_id, closed_date):
        """Let those clocks go on that closing the ticket (elevated) stopped in time.

        What was late stays so. What was reached before the ticket was closed stays reached.

        :param helpdesk.sla.status clocks: all clocks of the ticket that count.
        :param dict policy_by_id: the policies that apply to the ticket, as plain data.
        :param datetime closed_date: when the ticket had been closed, naive UTC.
        """
        self.ensure_one()
        now = self._get_sla_now()
        closed_date = (closed_date or now).replace(microsecond=0)
        rank = (self.stage_id.sequence, self.stage_id.id)
        for clock in clocks.filtered('reached_datetime'):
            policy = policy_by_id.get(clock.sla_id.id)
            if (
                policy
                and policy.metric == clock.metric
                and not policy.is_response
                and not policy.is_reached_in(rank, self.fold)
                and not clock.is_missed
                and clock.reached_datetime >= closed_date
            ):
                clock._reopen(now)

    def _get_sla_start(self, policy, clocks):
        """Return since when a clock of the policy runs that the ticket lacks, or False.

        :param helpdesk.sla.status clocks: the clocks that the ticket has.
        """
        self.ensure_one()
        start = self.create_date.replace(microsecond=0)
        if policy.is_response:
            waiting_since = self.oldest_unanswered_customer_message_date
            is_first = not self.answered_customer_message_count and (
                waiting_since and waiting_since <= self.create_date
            )
            if not waiting_since or is_first != (policy.metric == 'first_response'):
                return False
            start = max(start, waiting_since.replace(microsecond=0))
        known = any(
            clock.sla_id.id == policy.id
            and clock.metric == policy.metric
            and (clock._is_open() or clock.start_date == start)
            for clock in clocks
        )
        return not known and start

    def _start_sla_clocks(self, missing):
        """Create clocks, and let those of tickets with a past go through it.

        A clock that was cancelled comes back: it goes on with the pauses that it had, and what has
        happened to it does not happen again.

        With ``helpdesk_sla_from_now_on`` in the context, as where a policy is new, no clock starts
        whose time would be over already: nobody was promised anything then.

        :param list missing: triples (ticket, policy, naive start).
        :return: the clocks.
        :rtype: helpdesk.sla.status
        """
        now = self._get_sla_now()
        from_now_on = self.env.context.get('helpdesk_sla_from_now_on')
        Status = self.env['helpdesk.sla.status'].sudo()
        old_tickets = self.browse(
            ticket.id for ticket, _policy, start in missing if ticket._has_sla_past(now)
        )
        history = old_tickets._get_stage_history() if old_tickets else {}
        cancelled = old_tickets._fetch_cancelled_sla_clocks() if old_tickets else {}
        # Two transactions that add the same clock meet at the row of the ticket, where the second
        # one is tried again, and not at the unique index, which would let it fail.
        old_tickets.flush_recordset()
        vals_list, revived = [], Status.browse()
        for ticket, policy, start in missing:
            clock = cancelled.get((ticket.id, policy.id, policy.metric, start), Status.browse())
            if ticket in history and clock:
                stage_history = get_history_since(history[ticket], clock.cancelled_date)
            elif policy.metric == 'next_response' or ticket not in history:
                stage_history = [(start, ticket.stage_id)]
            else:
                stage_history = history[ticket]
            pauses, stop = ticket._replay_stage_history(policy, stage_history, clock.pauses)
            if not stop and ticket._is_sla_paused(policy):
                pauses = add_pause(pauses, now)
            vals = Status._prepare_clock_vals(policy, ticket, start, pauses, stop)
            if from_now_on and vals['deadline'] and vals['deadline'] <= now:
                continue
            if clock:
                clock.write({**vals, 'cancelled_date': False})
                revived |= clock
            else:
                vals_list.append(vals)
        return revived | Status.create(vals_list)

    def _fetch_cancelled_sla_clocks(self):
        """Return the clocks of the tickets that were cancelled, elevated, in one query.

        :return: a dict with the latest one for each (ticket id, policy id, metric, start).
        """
        return {
            (clock.ticket_id.id, clock.sla_id.id, clock.metric, clock.start_date): clock
            for clock in self.env['helpdesk.sla.status']
            .sudo()
            .search_fetch(
                [('ticket_id', 'in', self.ids), ('cancelled_date', '!=', False)],
                CLOCK_READ_FIELDS,
                order='id',
            )
        }

    def _advance_sla(self, clocks):
        """Let the clocks of the tickets follow a change of the stage.

        :param helpdesk.sla.status clocks: all clocks of these tickets that count, maybe others too.
        :return: those of the clocks that still count.
        """
        now = self._get_sla_now()
        to_end = clocks.browse()
        for clock in clocks.filtered(lambda clock: clock._is_open()):
            ticket = clock.ticket_id
            if ticket not in self:
                continue
            policy = clock.sla_id._get_policy()
            if ticket.fold and policy.is_response and not policy.is_relentless:
                to_end |= clock
            else:
                ticket._advance_sla_clock(clock, policy, now)
        clocks = (clocks - to_end) | to_end._end(now)
        self._update_sla_summary(clocks)
        return clocks

    def _advance_sla_clock(self, clock, policy, now):
        """Stop, pause or resume a running clock, as the ticket stands now."""
        self.ensure_one()
        stage = self.stage_id
        if policy.is_reached_in((stage.sequence, stage.id), self.fold):
            clock._stop(now)
        elif self._is_sla_paused(policy):
            clock._pause(now)
        else:
            clock._resume(now)

    def _is_sla_paused(self, policy):
        """Tell whether a clock of the policy stands still, as the ticket stands now."""
        self.ensure_one()
        return policy.is_paused_in(
            self.stage_id.id,
            customer_has_the_word=(
                not self.fold and not self.oldest_unanswered_customer_message_date
            ),
        )

    def _has_sla_past(self, now):
        """Tell whether the ticket existed before this moment."""
        self.ensure_one()
        return self.create_date.replace(microsecond=0) < now

    def _get_sla_now(self):
        """Return the present moment as clocks count it: naive UTC, whole seconds."""
        return self.env.cr.now().replace(microsecond=0)
