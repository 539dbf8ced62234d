from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..const import FINAL_STATES, SOURCE_STATES

# What of a caller's context reaches the steps.
CONTEXT_KEYS = {'allowed_company_ids', 'lang', 'tz'}


class HelpdeskOrderAction(models.Model):
    """The states of an action, and the methods by which people move it from one to the next."""

    _inherit = 'helpdesk.order.action'

    can_cancel = fields.Boolean(compute='_compute_can_cancel')

    # === COMPUTE METHODS === #

    @api.depends('state', 'action_type')
    def _compute_can_cancel(self):
        for action in self:
            action.can_cancel = action.state in action._get_cancellable_states()

    # === ACTION METHODS === #

    def action_submit(self):
        """Check each draft against its order, then run it, or ask for approval.

        Steps inside the database run at once, in the caller's transaction: if one fails, nothing
        has happened. Steps that leave it follow when the transaction is committed.

        :raise AccessError: if the user may not act for the ticket, or not see the order.
        :raise UserError: if the action isn't a draft, or can't be done; the message says why.
        """
        self._ensure_access()
        for action in self:
            action_sudo = action._lock_and_check('draft')
            action_sudo.line_ids._unlink_empty()
            action_sudo._ensure_can_do()
            action_sudo.write(
                {
                    'requester_id': self.env.uid,
                    'submit_date': fields.Datetime.now(),
                }
            )
            if action_sudo._needs_approval():
                action_sudo._update_state('to_approve', policy_id=action_sudo._get_policy().id)
                action_sudo._request_approval()
            else:
                action_sudo._update_state('approved')
                action_sudo._run()
        return True

    def action_resume(self):
        """Go on with actions that failed, or that wait for something, from where they stopped.

        :raise AccessError: if the user may not act for the ticket, or not see the order.
        :raise UserError: if an action is neither failed nor waiting nor left behind by a crash.
        """
        self._ensure_access()
        for action in self:
            action_sudo = action._lock_and_check('failed', 'waiting', 'running')
            action_sudo._run()
        return True

    def action_cancel(self):
        """Give actions up, and take back what they did, as long as no money and no goods moved.

        :raise AccessError: if the user may not act for the ticket, or not see the order.
        :raise UserError: if something happened that can't be taken back.
        """
        self._ensure_access()
        for action in self:
            action_sudo = action._lock_and_check(*action._get_cancellable_states())
            action_sudo._undo()
            message = action_sudo._get_cancel_message()
            action_sudo._update_state('cancelled', message=message)
            action_sudo._close_activities()
            action_sudo._log(self.env._('Cancelled.'), *([message] if message else []))
        return True

    # === BUSINESS METHODS === #

    def _get_cancel_message(self):
        """Return what somebody has to do about an action that was just given up, or nothing."""
        return False

    def _get_cancellable_states(self):
        """Return the states in which the action can be given up.

        A kind whose work may be taken back for a while, such as a coupon that nobody has used,
        adds ``done``: its steps' ``_undo_step_<code>`` then say whether it is too late.
        """
        self.ensure_one()
        return ('draft', 'to_approve', 'waiting', 'failed')

    def _lock_and_check(self, *states):
        """Lock the ledger of the action's order, and refuse an action in another state.

        :return: the action as superuser, on behalf of the user.
        """
        self.ensure_one()
        self.sale_order_id.sudo()._lock_helpdesk_ledger()
        # a caller's context could set defaults or switch off checks of what is done as superuser
        context = {key: self.env.context[key] for key in CONTEXT_KEYS & self.env.context.keys()}
        action_sudo = self.sudo().with_context(context)
        action_sudo = action_sudo.with_company(self.company_id)
        if action_sudo.state not in states:
            labels = dict(self._fields['state']._description_selection(self.env))
            raise UserError(
                self.env._(
                    '"%(action)s" is in state "%(state)s": that can\'t be done now. Somebody may '
                    'have been faster; look at the "Actions taken" of the ticket.',
                    action=action_sudo.display_name,
                    state=labels[action_sudo.state],
                )
            )
        return action_sudo

    def _ensure_can_do(self):
        """Refuse what can't be done, or what would give back more than was paid.

        The order's ledger is locked, so what is checked here is still true when it is done.
        """
        self.ensure_one()
        self._ensure_order_of_ticket()
        self._ensure_reason()
        self._run_hook('_check_%s', self.action_type)
        self._ensure_within_limit()

    def _update_state(self, target_state, **vals):
        """Move the actions to a state, with other values; refuse a way that doesn't exist.

        A transition to the same state is none, and only writes the values.
        """
        for action in self:
            if action.state not in SOURCE_STATES[target_state] | {target_state}:
                raise UserError(
                    self.env._(
                        'An order action can\'t go from "%(source)s" to "%(target)s".',
                        source=action.state,
                        target=target_state,
                    )
                )
        if target_state in FINAL_STATES:
            vals['end_date'] = fields.Datetime.now()
        sources = {action: action.state for action in self}
        self.write({'state': target_state, **vals})
        self.env['helpdesk.order.action.event'].sudo().create(
            [
                action._prepare_event_vals(source)
                for action, source in sources.items()
                if source != target_state
            ]
        )

    def _prepare_event_vals(self, source_state):
        """Return the values of the audit entry for a change of state that was just made."""
        self.ensure_one()
        return {
            'action_id': self.id,
            'user_id': self.env.uid,
            'source_state': source_state,
            'target_state': self.state,
            'amount': self.amount,
            'currency_id': self.currency_id.id,
            'message': self.message,
        }

    def _close_activities(self):
        """Remove what people were asked to do for the actions."""
        self.activity_ids.unlink()

    # === BUSINESS METHODS - LOGGING === #

    def _log(self, *sentences):
        """Tell on the ticket, the order and the action what happened, and who made it happen.

        The system writes it: who asked for money does not sign what others decided.
        """
        self.ensure_one()
        by = self.env._('by %(user)s', user=(self.requester_id or self.env.user).name)
        body = Markup('<b>%s</b>, %s%s') % (self.display_name, by, self._render_list(sentences))
        for record in (self, self.ticket_id, self.sale_order_id):
            record.with_user(SUPERUSER_ID).message_post(
                body=body,
                author_id=self.env.ref('base.partner_root').id,
                subtype_xmlid='mail.mt_note',
            )

    @api.model
    def _render_list(self, sentences):
        """Return sentences as a list in HTML; plain text is escaped."""
        if not sentences:
            return Markup()
        return Markup('<ul class="mb-0">%s</ul>') % Markup().join(
            Markup('<li>%s</li>') % sentence for sentence in sentences
        )

    def _get_submitted_notification(self):
        """Return what a dialog shows when it has submitted the action: it closes, with a word."""
        self.ensure_one()
        if self.state == 'to_approve':
            message = self.env._('Sent for approval.')
        elif self.state == 'done':
            message = self.env._('Done.')
        else:
            message = self.message or self.env._('Submitted: "Actions taken" shows the outcome.')
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success' if self.state == 'done' else 'info',
                'title': self.display_name,
                'message': message,
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }
