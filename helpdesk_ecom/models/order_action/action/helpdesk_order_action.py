import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import ACTION_STATES


class HelpdeskOrderAction(models.Model):
    """One thing done, or to be done, to an order for a ticket.

    It is the audit trail, the object of approval, the entry in the order's ledger and the unit of
    retry in one. A kind of action is a value of `action_type` and a handful of methods named after
    it, so that a new kind is one file which adds the value and the methods:

    - ``_check_<type>()`` raises when it can't be done now; it runs under the order's lock;
    - ``_prepare_<type>_steps()`` returns the values of its steps, in their order;
    - ``_preview_<type>()`` returns the sentences that say what will happen;
    - ``_get_blocked_reason_<type>(ticket)`` says why a ticket doesn't offer it, or nothing;
    - ``_step_<code>(step_sudo)`` does one step, see `helpdesk_order_action_run.py`;
    - ``_undo_step_<code>(step_sudo)`` takes a done step back, if that is possible.
    """

    _name = 'helpdesk.order.action'
    _description = 'Order Action'
    _order = 'id desc'
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _check_company_auto = True

    # What is asked for
    ticket_id = fields.Many2one(
        'helpdesk.ticket',
        required=True,
        index=True,
        ondelete='restrict',
        check_company=True,
    )
    sale_order_id = fields.Many2one(
        'sale.order',
        string='Order',
        compute='_compute_sale_order_id',
        compute_sudo=False,  # a form may name any ticket
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        ondelete='restrict',
        check_company=True,
    )
    company_id = fields.Many2one(related='sale_order_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='sale_order_id.currency_id', store=True)
    partner_id = fields.Many2one(
        'res.partner',
        string='Customer',
        compute='_compute_partner_id',
        search='_search_partner_id',
    )
    action_type = fields.Selection(
        [],  # each kind adds itself, in the file with its methods
        string='Type',
        required=True,
        tracking=True,
    )
    reason = fields.Text(string='Details')
    line_ids = fields.One2many('helpdesk.order.action.line', 'action_id', string='Lines')
    amount = fields.Monetary(
        compute='_compute_amount',
        store=True,
        readonly=False,
        tracking=True,
        help='Tax included, in the currency of the order.',
    )
    exceed_limit = fields.Boolean(
        string='Exceed the Limit',
        tracking=True,
        help='Give more than the customer paid. For team leaders, with a reason.',
    )
    idempotency_key = fields.Char(
        default=lambda self: uuid.uuid4().hex,
        required=True,
        copy=False,
        help='A request that is repeated with the same key is an error, no second action.',
    )

    # What became of it
    state = fields.Selection(
        ACTION_STATES,
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    step_ids = fields.One2many(
        'helpdesk.order.action.step',
        'action_id',
        string='Steps',
        readonly=True,
        copy=False,
    )
    event_ids = fields.One2many(
        'helpdesk.order.action.event',
        'action_id',
        string='Audit',
        readonly=True,
        copy=False,
    )
    requester_id = fields.Many2one(
        'res.users',
        string='Asked by',
        readonly=True,
        copy=False,
        ondelete='restrict',
    )
    submit_date = fields.Datetime(string='Asked on', readonly=True, copy=False)
    decider_id = fields.Many2one(
        'res.users',
        string='Decided by',
        readonly=True,
        copy=False,
        ondelete='restrict',
    )
    decision_date = fields.Datetime(string='Decided on', readonly=True, copy=False)
    end_date = fields.Datetime(string='Finished on', readonly=True, copy=False)
    message = fields.Text(
        readonly=True,
        copy=False,
        help='Why the action failed, or what it waits for.',
    )
    preview = fields.Html(compute='_compute_preview', string='What will happen')
    result = fields.Html(compute='_compute_result', string='What was done')

    _idempotency_key_uniq = models.UniqueIndex(
        '(idempotency_key)',
        'This request was made before: an order action with the same key exists.',
    )
    # The job looks for what is to be gone on with: a handful among all that were ever done.
    _to_run_idx = models.Index("(id) WHERE state IN ('running', 'waiting')")

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_sale_order_id(self):
        self.ticket_id.check_access('read')
        for action in self:
            action.sale_order_id = action.sale_order_id or action.ticket_id.sale_order_id

    @api.depends('ticket_id.partner_id')
    def _compute_partner_id(self):
        """Show the customer to whoever sees the action, but not of any ticket that a form names."""
        for action in self:
            is_known = action.ticket_id == action._origin.ticket_id
            ticket = action.ticket_id.sudo() if is_known else action.ticket_id
            action.partner_id = ticket.partner_id

    def _search_partner_id(self, operator, value):
        return [('ticket_id', 'any!', [('partner_id', operator, value)])]

    @api.depends('action_type', 'line_ids.amount')
    def _compute_amount(self):
        for action in self:
            lines = action.line_ids._get_filled()
            action.amount = sum(lines.mapped('amount')) if lines else action.amount

    @api.depends('action_type', 'sale_order_id')
    def _compute_display_name(self):
        labels = dict(self._fields['action_type']._description_selection(self.env))
        for action in self:
            action.display_name = self.env._(
                '%(action)s of %(order)s',
                action=labels.get(action.action_type, ''),
                order=action.sale_order_id.name,
            )

    @api.depends('action_type', 'sale_order_id', 'amount', 'line_ids.quantity', 'line_ids.amount')
    def _compute_preview(self):
        for action in self:
            sentences = []
            # a form could name any order: what is told of it was read as superuser
            lines = action.line_ids.order_line_id
            may_know = (
                action.sale_order_id._filtered_access('read')
                and lines._filtered_access('read') == lines
            )
            if action.action_type and may_know:
                sentences = action._run_hook('_preview_%s', action.action_type)
            action.preview = action._render_list(sentences)

    @api.depends('step_ids.state', 'step_ids.message')
    def _compute_result(self):
        for action in self:
            action.result = action._render_list(
                [
                    step_sudo._get_summary()
                    for step_sudo in action.sudo().step_ids
                    if step_sudo.state != 'pending'
                ]
            )

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Override of `base`: what only the action sets takes no default of the caller's.

        Neither the context nor the defaults that a user keeps may begin an action half-way.
        """
        own = {name for name in fields if name in self._fields and self._fields[name].readonly}
        defaults = super().default_get([name for name in fields if name not in own])
        for name in own:
            if default := self._fields[name].default:
                defaults[name] = default(self)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        """Create drafts; what an action says of its own progress can't be given."""
        self._ensure_input_only({name for vals in vals_list for name in vals})
        named = [vals['ticket_id'] for vals in vals_list if vals.get('ticket_id')]
        self.env['helpdesk.ticket'].browse(named).check_access('read')
        actions = super().create(vals_list)
        if not self.env.su:
            actions._ensure_access()
        return actions

    def write(self, vals):
        """Write drafts; an action that was submitted is a record of what was asked for."""
        self._ensure_input_only(vals)
        if not self.env.su and any(action.state != 'draft' for action in self):
            raise UserError(
                self.env._(
                    'An order action that was submitted stays as it is. Cancel it, or make another.'
                )
            )
        result = super().write(vals)
        if not {'ticket_id', 'sale_order_id'}.isdisjoint(vals):
            self._ensure_access()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        if any(action.state != 'draft' for action in self):
            raise UserError(
                self.env._(
                    'An order action that was submitted is kept as a record of what was done. '
                    'Cancel it instead.'
                )
            )

    def _ensure_input_only(self, names):
        """Refuse values of read-only fields: only the action itself sets them."""
        if self.env.su:
            return
        fields_ = [self._fields[name] for name in names if name in self._fields]
        if forbidden := sorted(field.name for field in fields_ if field.readonly):
            raise AccessError(
                self.env._(
                    "These fields of an order action can't be set: %(fields)s.",
                    fields=', '.join(forbidden),
                )
            )

    # === BUSINESS METHODS - ACCESS === #

    def _ensure_access(self):
        """Check as the real user that he may act for the tickets on their orders.

        :raise AccessError: if he may not.
        :raise UserError: if a ticket's order is not known to be its customer's.
        """
        if self.env.su:
            return
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_user'):
            raise AccessError(self.env._('Only helpdesk users may act on orders.'))
        self.check_access('write')
        self.ticket_id.check_access('write')
        self.sale_order_id.check_access('read')

    def _ensure_order_of_ticket(self):
        """Refuse an order that is not known to be the order of the ticket's customer."""
        for action in self:
            ticket, order = action.ticket_id, action.sale_order_id
            if order == ticket.sale_order_id:
                ticket._ensure_order_verified()
            elif order.sudo().partner_id.commercial_partner_id != ticket.commercial_partner_id:
                raise UserError(
                    self.env._(
                        'Order %(order)s belongs to somebody else than the customer of ticket '
                        '"%(ticket)s".',
                        order=order.name,
                        ticket=ticket.display_name,
                    )
                )

    # === BUSINESS METHODS - TOOLS === #

    def _is_compensation(self):
        """Return whether the price of the lines is given to the customer.

        Then it counts in the order's ledger, and the quantities are not given again.
        """
        self.ensure_one()
        return True

    def _gives_money(self):
        """Return whether the amount is money; goods and vouchers leave what was paid as it is."""
        self.ensure_one()
        return True

    def _run_hook(self, pattern, name, *args):
        """Call the method that a kind of action, or of step, defines for itself.

        :param str pattern: such as ``_step_%s``.
        :param str name: the kind.
        :return: what the method returns.
        """
        return getattr(self, pattern % name)(*args)

    def _get_amount_label(self, amount=None):
        """Return an amount, by default the action's, with its currency."""
        self.ensure_one()
        return self.currency_id.format(self.amount if amount is None else amount)
