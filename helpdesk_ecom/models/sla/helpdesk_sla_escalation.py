from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..ticket.helpdesk_ticket import TICKET_PRIORITY

# What decides on the moment: a change wakes the clocks that run.
MOMENT_FIELDS = {'active', 'minutes', 'percent', 'sla_id', 'trigger'}


class HelpdeskSlaEscalation(models.Model):
    """What happens, and when, while a clock of a policy runs towards its deadline or past it.

    Each escalation happens once for each clock. What is set up today does not happen for moments
    that passed before: a new calming mail must not go to everybody who has waited for weeks.
    """

    _name = 'helpdesk.sla.escalation'
    _description = 'SLA Escalation'
    _order = 'sla_id, sequence, id'
    _check_company_auto = True

    sla_id = fields.Many2one(
        'helpdesk.sla', string='SLA Policy', required=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(related='sla_id.company_id')
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)

    # When
    trigger = fields.Selection(
        [
            ('percent', 'At a percentage of the time'),
            ('before', 'Minutes before the deadline'),
            ('after', 'Minutes after the deadline'),
        ],
        string='When',
        required=True,
        default='percent',
    )
    percent = fields.Integer(
        default=80,
        help='How much of the promised time is used up, on the clock of the policy: its working '
        'hours, without pauses.',
    )
    minutes = fields.Integer(default=30, help='Minutes by the clock on the wall.')
    effective_date = fields.Datetime(
        string='Set Up On',
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._get_present_second(),
        help='Moments before this one are left alone.',
    )

    # What: tell people
    notify_assignee = fields.Boolean(
        string='Tell the Assignee',
        help='If nobody has the ticket yet, the team leaders are told.',
    )
    notify_leaders = fields.Boolean(string='Tell the Team Leaders')
    notify_salesperson = fields.Boolean(
        string='Tell the Salesperson',
        help='The salesperson of the customer, else the one of the order.',
    )
    notify_user_ids = fields.Many2many(
        'res.users',
        string='Also Tell',
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
        check_company=True,
    )

    # What: change the ticket
    reassign = fields.Selection(
        [
            ('leader', 'To a team leader'),
            ('user', 'To a certain person'),
            ('queue', 'To whoever is free'),
        ],
        help='A team leader: the one with the fewest open tickets. Whoever is free: the ticket is '
        'handed out again, as new ones are.',
    )
    reassign_user_id = fields.Many2one(
        'res.users',
        string='Person',
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
        check_company=True,
    )
    priority = fields.Selection(
        TICKET_PRIORITY,
        string='Raise Priority to',
        help='Tickets that have a higher priority already keep it.',
    )
    tag_ids = fields.Many2many('helpdesk.tag', string='Add Tags')
    # As for automation rules: code that runs as the system is the administrators' to choose.
    server_action_id = fields.Many2one(
        'ir.actions.server',
        string='Run',
        domain="[('model_name', '=', 'helpdesk.ticket'), ('usage', '=', 'ir_actions_server')]",
        ondelete='restrict',
        copy=False,
        groups='base.group_system',
    )

    # What: tell the customer
    mail_template_id = fields.Many2one(
        'mail.template',
        string='Calming Email',
        domain="[('model', '=', 'helpdesk.ticket')]",
        ondelete='restrict',
        help='Sent to the customer. It names the time by which an answer is promised, in the '
        "customer's language and time zone.",
    )
    promise_hours = fields.Float(
        help='Hours that are promised to the customer, on the clock of the policy, from the '
        'moment of the email. 0: the deadline itself, or if that has passed the whole time of the '
        'policy once more.',
    )

    warning = fields.Char(compute='_compute_warning')

    _check_percent = models.Constraint(
        "CHECK(trigger != 'percent' OR percent BETWEEN 1 AND 100)",
        'The percentage of an escalation is between 1 and 100. For what comes later, choose '
        '"Minutes after the deadline".',
    )
    _check_minutes = models.Constraint(
        'CHECK(minutes >= 0)',
        'The minutes of an escalation count from the deadline and are never negative.',
    )
    _check_promise_hours = models.Constraint(
        'CHECK(promise_hours >= 0)',
        "The hours that are promised to the customer can't be negative.",
    )

    # === DEFAULT METHODS === #

    @api.model
    def _get_present_second(self):
        """Return now (naive UTC) as the clocks count it, in whole seconds."""
        return self.env.cr.now().replace(microsecond=0)

    # === COMPUTE METHODS === #

    @api.depends('trigger', 'percent', 'minutes')
    def _compute_display_name(self):
        for escalation in self:
            match escalation.trigger:
                case 'before' | 'after' if not escalation.minutes:
                    name = self.env._('At the deadline')
                case 'before':
                    name = self.env._(
                        '%(minutes)s minutes before the deadline', minutes=escalation.minutes
                    )
                case 'after':
                    name = self.env._(
                        '%(minutes)s minutes after the deadline', minutes=escalation.minutes
                    )
                case _:
                    name = self.env._('At %(percent)s%% of the time', percent=escalation.percent)
            escalation.display_name = name

    @api.depends('priority', 'reassign', 'sla_id', 'sla_id.priority', 'sla_id.domain')
    def _compute_warning(self):
        """Say so if the policy would no longer apply to a ticket that the escalation changed."""
        for escalation in self:
            policy = escalation.sla_id
            asked = policy._get_own_domain_field_names() if policy else ()
            raised = escalation.priority and (
                'priority' in asked or (policy.priority and escalation.priority > policy.priority)
            )
            given = escalation.reassign and 'user_id' in asked
            escalation.warning = (raised or given) and self.env._(
                'The escalation changes what the policy asks for. The clock stays on the ticket '
                'all the same, and policies for what it is then start clocks of their own.'
            )

    # === CONSTRAINT METHODS === #

    @api.constrains(
        'mail_template_id',
        'notify_assignee',
        'notify_leaders',
        'notify_salesperson',
        'notify_user_ids',
        'priority',
        'reassign',
        'server_action_id',
        'tag_ids',
        'trigger',  # always there: all others may be missing at the creation
    )
    def _check_something_happens(self):
        for escalation_sudo in self.sudo():
            if not any(escalation_sudo[name] for name in self._get_effect_fields()):
                raise ValidationError(
                    self.env._(
                        'The escalation "%(escalation)s" does nothing. Choose whom it tells or '
                        'what it does.',
                        escalation=escalation_sudo.display_name,
                    )
                )

    @api.constrains('reassign', 'reassign_user_id')
    def _check_reassign_user_id(self):
        for escalation in self:
            if escalation.reassign == 'user' and not escalation.reassign_user_id:
                raise ValidationError(
                    self.env._(
                        'Choose to whom the escalation "%(escalation)s" gives the ticket.',
                        escalation=escalation.display_name,
                    )
                )

    @api.constrains('notify_user_ids', 'reassign_user_id')
    def _check_internal_users(self):
        for escalation in self:
            outsiders = (escalation.notify_user_ids | escalation.reassign_user_id).filtered('share')
            if outsiders:
                raise ValidationError(
                    self.env._(
                        '%(names)s is no colleague: portal users are neither told of escalations '
                        'nor do they get tickets.',
                        names=', '.join(outsiders.mapped('name')),
                    )
                )

    @api.constrains('mail_template_id', 'server_action_id')
    def _check_model(self):
        for escalation_sudo in self.sudo():
            for record, model in (
                (escalation_sudo.mail_template_id, escalation_sudo.mail_template_id.model),
                (escalation_sudo.server_action_id, escalation_sudo.server_action_id.model_name),
            ):
                if record and model != 'helpdesk.ticket':
                    raise ValidationError(
                        self.env._('"%(name)s" is not made for tickets.', name=record.name)
                    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Let the clocks that run already know of the new escalations."""
        escalations = super().create(vals_list)
        escalations._on_moments_changed()
        return escalations

    def write(self, vals):
        """Let the clocks that run already know of other moments."""
        moved = bool(MOMENT_FIELDS & vals.keys())
        if moved:
            vals = dict(vals, effective_date=self._get_present_second())
        result = super().write(vals)
        if moved:
            self._on_moments_changed()
        return result

    def copy_data(self, default=None):
        """Let administrators copy the server action, too: it is theirs to choose."""
        vals_list = super().copy_data(default=default)
        if self.env.user.has_group('base.group_system'):
            for escalation, vals in zip(self, vals_list, strict=True):
                if action := escalation.server_action_id:
                    vals.setdefault('server_action_id', action.id)
        return vals_list

    def unlink(self):
        """Forget the moments. A clock that waits for one of them finds nothing to do then."""
        self.env.registry.clear_cache()
        return super().unlink()

    # === BUSINESS METHODS === #

    @api.model
    def _get_effect_fields(self):
        """Return the fields of which at least one says what happens. Bridges may add theirs."""
        return [
            'mail_template_id',
            'notify_assignee',
            'notify_leaders',
            'notify_salesperson',
            'notify_user_ids',
            'priority',
            'reassign',
            'server_action_id',
            'tag_ids',
        ]

    def _on_moments_changed(self):
        """Have the job look at the clocks that run under the policies, at its next turn."""
        self.env.registry.clear_cache()
        self.env['helpdesk.sla.status'].sudo()._wake(self.sla_id)

    @api.model
    @tools.ormcache('sla_id')
    def _get_moments(self, sla_id):
        """Return when the escalations of a policy happen, without a query but for the first time.

        :return: tuples (id, effective date, trigger, percent, minutes), in the order of the policy.
        """
        escalations_sudo = self.sudo().search([('sla_id', '=', sla_id)])
        return tuple(
            (
                escalation.id,
                escalation.effective_date,
                escalation.trigger,
                escalation.percent,
                escalation.minutes,
            )
            for escalation in escalations_sudo
        )
