from odoo import fields, models
from odoo.exceptions import UserError


class HelpdeskSlaEscalation(models.Model):
    """What the escalation does to a ticket."""

    _inherit = 'helpdesk.sla.escalation'

    # === BUSINESS METHODS - TICKET === #

    def _change_ticket(self, ticket):
        """Raise the priority, add tags, and give the ticket to somebody else."""
        if vals := self._prepare_ticket_vals(ticket):
            ticket.write(vals)
        if self.reassign == 'queue':
            ticket._queue_assignment()

    def _prepare_ticket_vals(self, ticket):
        """Return what changes on the ticket."""
        self.ensure_one()
        vals = {}
        if self.priority and self.priority > ticket.priority:
            vals['priority'] = self.priority
        if new_tags := self.tag_ids - ticket.tag_ids:
            vals['tag_ids'] = [fields.Command.link(tag.id) for tag in new_tags]
        user = self._get_new_assignee(ticket)
        if user and user != ticket.user_id:
            vals['user_id'] = user.id
        return vals

    def _get_new_assignee(self, ticket):
        """Return who gets the ticket, empty if it stays where it is."""
        self.ensure_one()
        if self.reassign == 'user':
            return self.reassign_user_id.filtered('active')
        if self.reassign == 'leader':
            leaders = ticket.team_id._get_leaders()
            if not leaders:
                raise UserError(
                    self.env._(
                        'Team "%(team)s" has no leader who could take the ticket.',
                        team=ticket.team_id.name or '',
                    )
                )
            if ticket.user_id not in leaders:
                loads = leaders._get_open_ticket_loads()
                return min(leaders, key=lambda user: (loads[user.id], user.id))
        return self.env['res.users']

    def _run_server_action(self, ticket):
        """Run the server action on the ticket, as automation rules do."""
        self.sudo().server_action_id.with_context(
            active_model=ticket._name,
            active_ids=ticket.ids,
            active_id=ticket.id,
        ).run()

    # === BUSINESS METHODS - PEOPLE === #

    def _notify(self, ticket, deadline):
        """Give everybody who is to be told an activity for today, in their language and zone.

        Who may not read the ticket (a salesperson, say) gets it on the customer or the order.

        :param datetime deadline: of the clock, naive UTC.
        :return: the activities.
        """
        vals_list = [
            self._prepare_activity_vals(target, user, ticket, deadline)
            for user in self._get_people_to_tell(ticket)
            if (target := self._get_activity_target(ticket, user))
        ]
        return self.env['mail.activity'].create(vals_list)

    def _get_people_to_tell(self, ticket):
        """Return the users whom the escalation tells: active colleagues of the ticket's company."""
        self.ensure_one()
        users = self.notify_user_ids
        if self.notify_assignee:
            users |= ticket.user_id or ticket.team_id._get_leaders()
        if self.notify_leaders:
            users |= ticket.team_id._get_leaders()
        if self.notify_salesperson:
            users |= ticket._get_salesperson()
        return users.filtered(
            lambda user: user.active and not user.share and ticket.company_id in user.company_ids
        )

    def _get_activity_target(self, ticket, user):
        """Return the ticket, or what else of the case the user may read; None if nothing."""
        for record in (ticket, ticket.partner_id, ticket.sale_order_id):
            as_user = record.with_user(user).with_context(allowed_company_ids=ticket.company_id.ids)
            if record and as_user.has_access('read'):
                return record
        return None

    def _get_promise_name(self):
        """Return in the language of the context what the policy promises."""
        self.ensure_one()
        policy = self.sla_id
        if policy.metric == 'stage':
            return policy.stage_id.name
        return dict(policy._fields['metric']._description_selection(self.env))[policy.metric]

    def _prepare_activity_vals(self, target, user, ticket, deadline):
        """Return the values of the activity that tells the user what is due when."""
        ticket = ticket.with_context(lang=user.lang, tz=user.tz)
        values = {
            'promise': self.with_env(ticket.env)._get_promise_name(),
            'ticket': ticket.display_name,
            'moment': ticket._put_into_words(deadline, user.tz),
        }
        if deadline < self.env.cr.now():
            summary = ticket.env._('%(promise)s was due %(moment)s: %(ticket)s', **values)
        else:
            summary = ticket.env._('%(promise)s due %(moment)s: %(ticket)s', **values)
        return {
            'res_model_id': self.env['ir.model']._get_id(target._name),
            'res_id': target.id,
            'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id,
            'user_id': user.id,
            'summary': summary,
            'date_deadline': fields.Date.context_today(ticket),
            'automated': True,
        }
