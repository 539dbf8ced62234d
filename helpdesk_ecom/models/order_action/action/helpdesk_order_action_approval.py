from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import VOID_STATES
from .helpdesk_approval_policy import APPROVER_GROUP

APPROVAL_ACTIVITY = 'helpdesk_ecom.mail_activity_type_approval'


class HelpdeskOrderAction(models.Model):
    """Approval of an action by somebody else than who asked for it."""

    _inherit = 'helpdesk.order.action'

    can_decide = fields.Boolean(compute='_compute_can_decide')
    policy_id = fields.Many2one(
        'helpdesk.approval.policy',
        string='Asked for by',
        readonly=True,
        copy=False,
        ondelete='restrict',
        help='The approval policy because of which the action waited for somebody else.',
    )

    # === COMPUTE METHODS === #

    @api.depends('state', 'requester_id')
    @api.depends_context('uid')
    def _compute_can_decide(self):
        is_approver = self.env.user.has_group(APPROVER_GROUP)
        for action in self:
            action.can_decide = (
                is_approver
                and action.state == 'to_approve'
                and action.requester_id != self.env.user
                and self.env.user in (action.policy_id.sudo().approver_ids or self.env.user)
            )

    # === ACTION METHODS === #

    def action_approve(self):
        """Approve actions that somebody else asked for, and run them.

        :raise AccessError: if the user is no approver, or asked for one of the actions.
        :raise UserError: if an action doesn't wait for approval, or can't be done any more.
        """
        self._ensure_decider()
        return self._decide_each('_approve')

    def action_refuse(self):
        """Refuse actions that somebody else asked for.

        :raise AccessError: if the user is no approver, or asked for one of the actions.
        :raise UserError: if an action doesn't wait for approval.
        """
        self._ensure_decider()
        return self._decide_each('_refuse')

    # === BUSINESS METHODS - DECISION === #

    def _decide_each(self, method):
        """Decide on each action by itself: one that can't be done does not hold up the others.

        :param str method: ``_approve`` or ``_refuse``.
        :return: a notification that names those which were left, else `True`.
        :raise UserError: if none could be decided.
        """
        if len(self) == 1:
            getattr(self, method)()
            return True
        errors = []
        for action in self:
            try:
                with self.env.cr.savepoint():
                    getattr(action, method)()
            except UserError as error:
                errors.append(f'{action.display_name}: {error}')
        if not errors:
            return True
        if len(errors) == len(self):
            raise UserError('\n'.join(errors))
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning',
                'sticky': True,
                'title': self.env._(
                    '%(done)s of %(all)s were decided, these were left',
                    done=len(self) - len(errors),
                    all=len(self),
                ),
                'message': '\n'.join(errors),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def _approve(self):
        """Approve the action and run it, if it can still be done."""
        action_sudo = self._lock_and_check('to_approve')
        action_sudo._ensure_can_do()
        action_sudo._update_state('approved', **action_sudo._prepare_decision_vals())
        action_sudo._close_activities()
        action_sudo._log(self.env._('Approved by %(user)s.', user=self.env.user.name))
        action_sudo._run()

    def _refuse(self):
        """Refuse the action."""
        action_sudo = self._lock_and_check('to_approve')
        action_sudo._update_state('refused', **action_sudo._prepare_decision_vals())
        action_sudo._close_activities()
        action_sudo._log(self.env._('Refused by %(user)s.', user=self.env.user.name))

    # === BUSINESS METHODS === #

    def _needs_approval(self):
        """Return whether the action needs the approval of somebody else.

        By its reason, by a policy, or by the limit of the company. The ledger of the order is
        locked.
        """
        self.ensure_one()
        if self.reason_id.needs_approval or self._get_policy():
            return True
        limit = self.company_id.helpdesk_refund_approval_amount
        company_currency = self.company_id.currency_id
        if company_currency.is_zero(limit):
            return False
        at_stake = self._get_amount_at_stake()
        if self.currency_id.is_zero(at_stake):
            return False
        amount = self.currency_id._convert(
            at_stake + self._get_unapproved_amount(), company_currency, self.company_id
        )
        return company_currency.compare_amounts(amount, limit) > 0

    def _get_policy(self):
        """Return the approval policy that applies, or none, as superuser."""
        self.ensure_one()
        return self.env['helpdesk.approval.policy']._find_for(self)

    def _get_unapproved_amount(self):
        """Return what other actions gave on the order without asking anybody.

        It counts towards the limit, or many small refunds would pass below it.
        """
        others_sudo = self.sale_order_id.sudo().helpdesk_action_ids - self._origin.sudo()
        return sum(
            action._get_amount_at_stake()
            for action in others_sudo
            if not action.decider_id and action.state not in (*VOID_STATES, 'to_approve')
        )

    def _ensure_decider(self):
        """Check that the user may decide on the actions: an approver, with other eyes.

        :raise AccessError: if he may not.
        """
        if not self.env.user.has_group(APPROVER_GROUP):
            raise AccessError(self.env._('Only approvers may decide on order actions.'))
        self.check_access('read')
        if any(self.env.user not in (a.policy_id.sudo().approver_ids or a.env.user) for a in self):
            raise AccessError(self.env._('The approval policy names others who decide on this.'))
        self.sale_order_id.check_access('read')
        if any(action.requester_id == self.env.user for action in self):
            raise AccessError(
                self.env._('Nobody decides on what he asked for himself: another approver has to.')
            )

    def _get_deciders(self):
        """Return the users who may decide on the action."""
        self.ensure_one()
        approvers_sudo = (
            self.policy_id.sudo().approver_ids or self.env.ref(APPROVER_GROUP).sudo().all_user_ids
        )
        return approvers_sudo.filtered(
            lambda user: (
                user.active
                and not user.share
                and user != self.requester_id
                and self.company_id in user.company_ids
            )
        )

    def _request_approval(self):
        """Ask each approver by an activity.

        :raise UserError: if there is nobody who could approve.
        """
        deciders = self._get_deciders()
        amount = self._get_amount_label(self._get_amount_at_stake())
        if not deciders:
            raise UserError(
                self.env._(
                    '%(amount)s needs an approval, and nobody else may approve it. Ask an '
                    'administrator to make somebody an approver.',
                    amount=amount,
                )
            )
        for user in deciders:
            self.activity_schedule(
                APPROVAL_ACTIVITY,
                user_id=user.id,
                summary=self.env._(
                    '%(user)s asks: %(action)s, %(amount)s',
                    user=self.requester_id.name,
                    action=self.display_name,
                    amount=amount,
                ),
                note=Markup('<p>%s</p>') % self.reason if self.reason else False,
            )
        self._log(
            self.env._(
                '%(amount)s waits for approval by %(users)s.',
                amount=amount,
                users=', '.join(deciders.mapped('name')),
            )
        )

    def _prepare_decision_vals(self):
        """Return who decides, and when."""
        return {'decider_id': self.env.uid, 'decision_date': fields.Datetime.now()}
