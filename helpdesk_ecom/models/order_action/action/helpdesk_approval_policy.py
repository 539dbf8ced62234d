from odoo import api, fields, models
from odoo.exceptions import ValidationError

APPROVER_GROUP = 'helpdesk_ecom.group_helpdesk_approver'


class HelpdeskApprovalPolicy(models.Model):
    """When an order action waits for somebody else, and for whom.

    All that a policy names has to be true of an action; what it leaves empty doesn't matter. The
    first policy that applies counts.
    """

    _name = 'helpdesk.approval.policy'
    _description = 'Approval Policy'
    _order = 'sequence, id'
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company',
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    action_type = fields.Selection(
        selection='_get_action_types',
        string='Kind of Action',
        help='Empty: every kind.',
    )
    min_amount = fields.Monetary(
        string='Above',
        help='In the currency of the company, together with what was given on the order before '
        'without an approval.',
    )
    min_share = fields.Float(
        string='Above Share of the Order',
        help='Of the total of the order, together with what was given before without an approval.',
    )
    reason_ids = fields.Many2many('helpdesk.reason', string='Reasons', check_company=True)
    tier_ids = fields.Many2many('helpdesk.customer.tier', string='Customer Tiers')
    requester_group_id = fields.Many2one(
        'res.groups',
        string='Asked by Members of',
        help='Empty: whoever asks.',
    )
    approver_ids = fields.Many2many(
        'res.users',
        string='Approvers',
        domain=lambda self: [('all_group_ids', 'in', self.env.ref(APPROVER_GROUP).ids)],
        help='Empty: every approver. Nobody approves what he asked for himself.',
    )

    _min_amount_positive = models.Constraint(
        'CHECK (min_amount >= 0)',
        'The amount of an approval policy has to be positive.',
    )
    _min_share_range = models.Constraint(
        'CHECK (min_share >= 0 AND min_share <= 1)',
        'The share of the order has to be between 0 % and 100 %.',
    )

    # === CONSTRAINT METHODS === #

    @api.constrains('approver_ids')
    def _check_approver_ids(self):
        for policy in self:
            others = policy.approver_ids.filtered(lambda user: not user.has_group(APPROVER_GROUP))
            if others:
                raise ValidationError(
                    self.env._(
                        'Only approvers can be named by a policy: give %(users)s this right first.',
                        users=', '.join(others.mapped('name')),
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _get_action_types(self):
        """Return the kinds of order action, those of bridges too."""
        return (
            self.env['helpdesk.order.action']
            ._fields['action_type']
            ._description_selection(self.env)
        )

    @api.model
    def _find_for(self, action):
        """Return the first policy that applies to an order action, or none; as superuser."""
        policies_sudo = self.sudo().search([('company_id', '=', action.company_id.id)])
        return policies_sudo.filtered(lambda policy: policy._applies_to(action))[:1]

    def _applies_to(self, action):
        """Return whether all that the policy names is true of an order action."""
        self.ensure_one()
        requester = action.requester_id or self.env.user
        # the buyer's: agents choose the customer of the ticket
        buyer_sudo = action.sale_order_id.sudo().partner_id.commercial_partner_id
        tier_sudo = buyer_sudo.with_company(action.company_id).helpdesk_tier_id
        return (
            self.action_type in (False, action.action_type)
            and (not self.reason_ids or action.reason_id in self.reason_ids)
            and (not self.tier_ids or tier_sudo in self.tier_ids)
            and (
                not self.requester_group_id
                or self.requester_group_id in requester.sudo().all_group_ids
            )
            and self._is_above(action)
        )

    def _is_above(self, action):
        """Return whether what an order action gives is above the policy's amount and share."""
        self.ensure_one()
        if not self.min_amount and not self.min_share:
            return True
        currency = action.currency_id
        at_stake = action._get_amount_at_stake()
        amount = at_stake + action._get_unapproved_amount()
        if currency.is_zero(at_stake):
            return False
        total = action.sale_order_id.sudo().amount_total
        if self.min_share and currency.compare_amounts(amount, total * self.min_share) <= 0:
            return False
        in_company = currency._convert(amount, self.currency_id, self.company_id)
        return self.currency_id.compare_amounts(in_company, self.min_amount) > 0
