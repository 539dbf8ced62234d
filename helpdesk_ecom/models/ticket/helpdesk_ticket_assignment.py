from odoo import api, models

# What a ticket that waits for nobody has in the fields of the queue.
NOT_QUEUED = {
    'assignment_queue_date': False,
    'assignment_avoid_user_id': False,
    'assignment_prefer_user_id': False,
    'assignment_wait_reason': False,
}


class HelpdeskTicket(models.Model):
    """When a ticket gets into the queue for an agent, and when it leaves it.

    Here nobody is chosen: transactions that run side by side don't see each other's tickets, and
    would give somebody more than they can take. The job (`helpdesk_ticket_hand_out.py`) chooses.
    """

    _inherit = 'helpdesk.ticket'

    # === CRUD METHODS === #

    def _prepare_create_values(self, vals_list):
        """Override of `base`: queue tickets without an agent, where the team assigns by itself.

        Here as nobody may write the fields of the queue, and what is given to `create` is checked.
        """
        if self._queue_vals(vals_list):
            self._trigger_assignment()
        return super()._prepare_create_values(vals_list)

    def write(self, vals):
        """Queue what needs another agent, and have the queue handed out when one becomes free."""
        held, closed = self.filtered('user_id'), self.filtered('fold')
        agents = {ticket.id: ticket.user_id for ticket in held}
        result = super().write(vals)
        # Who moves, reopens or lets go of a ticket need not be allowed to take it from anybody.
        self_sudo = self.sudo()
        if 'user_id' in vals:
            if 'assignment_queue_date' not in vals:
                self_sudo._leave_queue()
                if not vals['user_id']:
                    self_sudo._queue_unassigned(agents)
        else:
            if 'team_id' in vals:
                self_sudo._queue_moved()
            if 'tag_ids' in vals:
                self_sudo._queue_unassigned()
            if 'stage_id' in vals:
                closed.filtered(lambda ticket: not ticket.fold).sudo()._queue_reopened()
        if held and (
            vals.keys() & {'user_id', 'active'}
            or vals.get('is_snoozed')
            or ('stage_id' in vals and (held - closed).filtered('fold'))
        ):
            self._trigger_assignment_of_queue()
        return result

    def unlink(self):
        """Have the queue handed out when an agent becomes free."""
        held = self.filtered('user_id')
        result = super().unlink()
        if held:
            self._trigger_assignment_of_queue()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _queue_vals(self, vals_list):
        """Queue those of the tickets to create that are to be given to somebody.

        :param list[dict] vals_list: values for `create`, changed in place.
        :return: whether there are any.
        """
        if self.env.context.get('default_user_id'):
            return False
        unassigned = [vals for vals in vals_list if vals.get('team_id') and not vals.get('user_id')]
        teams_sudo = (
            self.env['helpdesk.team'].sudo().browse({vals['team_id'] for vals in unassigned})
        )
        assigning_ids = set(teams_sudo.filtered('auto_assignment').ids)
        queued = [vals for vals in unassigned if vals['team_id'] in assigning_ids]
        for vals in queued:
            vals['assignment_queue_date'] = self.env.cr.now()
        return bool(queued)

    def _queue_moved(self):
        """Queue tickets whose team was changed and whose agents are not of it.

        Nobody of a team that doesn't assign by itself is waited for.
        """
        assigning = self.filtered('team_id.auto_assignment')
        (self - assigning)._leave_queue()
        assigning.filtered(
            lambda ticket: ticket.user_id not in ticket.team_id.member_ids
        )._queue_assignment()

    def _queue_unassigned(self, agents_before=None):
        """Queue the tickets of nobody, where their teams assign by themselves.

        :param dict agents_before: ticket id -> who had it, and does not get it back if anybody
            else can take it.
        """
        waiting = self.filtered(
            lambda ticket: (
                not ticket.fold and not ticket.user_id and ticket.team_id.sudo().auto_assignment
            )
        )
        if not waiting:
            return
        new = waiting.filtered(lambda ticket: not ticket.assignment_queue_date)
        agents = agents_before or {}
        for agent, tickets in new.grouped(lambda ticket: agents.get(ticket.id)).items():
            tickets.write(
                {
                    **NOT_QUEUED,
                    'assignment_queue_date': self.env.cr.now(),
                    'assignment_avoid_user_id': agent and agent.id,
                }
            )
        self._trigger_assignment()

    def _leave_queue(self):
        """Take the tickets out of the queue: somebody has them, or nobody hands them out."""
        queued = self.filtered(lambda ticket: any(ticket[name] for name in NOT_QUEUED))
        queued.write(NOT_QUEUED)

    def _queue_orphans(self):
        """Queue tickets whose agents don't work on those of their teams any more, and say so.

        Where the team assigns by itself; elsewhere the leader decides.
        """
        orphans = self.filtered(
            lambda ticket: ticket.user_id and not ticket.fold and ticket.team_id.auto_assignment
        )
        orphans._message_log_batch(
            bodies={
                ticket.id: self.env._(
                    '%(agent)s does not work in team %(team)s any more: another agent is looked '
                    'for.',
                    agent=ticket.user_id.name,
                    team=ticket.team_id.name,
                )
                for ticket in orphans
            }
        )
        orphans._queue_assignment()

    def _queue_reopened(self):
        """Queue tickets that were reopened and whose agents are not there today to go on.

        Whoever reopens their own ticket is there.
        """
        reopened = self.filtered('team_id.auto_assignment')
        reopened._queue_unassigned()
        assigned = reopened.filtered(
            lambda ticket: ticket.user_id and ticket.user_id != self.env.user
        )
        if not assigned:
            return
        presences = assigned.team_id._get_presences(assigned.user_id)

        def is_absent(ticket):
            presence = presences[ticket.team_id].get(ticket.user_id)
            return not presence or presence.is_absent

        orphans = assigned.filtered(is_absent)
        orphans._message_log_batch(
            bodies={
                ticket.id: self.env._(
                    'Reopened while %(agent)s is not there: another agent is looked for.',
                    agent=ticket.user_id.name,
                )
                for ticket in orphans
            }
        )
        orphans._queue_assignment()
