import ast

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..base.written_domain import DOMAIN_ERRORS, check_domain_access
from ..ticket.helpdesk_ticket import TICKET_PRIORITY
from .const import CLOCKS, METRICS


class HelpdeskSla(models.Model):
    """A promise to some customers: what happens to their tickets, within how many hours, and on
    which clock.

    Conditions that are empty are no conditions. A ticket may fall under several policies, or none.
    """

    _name = 'helpdesk.sla'
    _description = 'SLA Policy'
    _inherit = ['helpdesk.cached.mixin']
    _order = 'sequence, name, id'
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    description = fields.Html(
        translate=True,
        help='What is promised and to whom, for your colleagues.',
    )
    active = fields.Boolean(
        default=True,
        help='An archived policy starts no clocks, and those that run are taken away.',
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        'res.company',
        compute='_compute_company_id',
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
    )

    # For whom. What is named here can't be deleted: the policy would apply to everybody then.
    team_id = fields.Many2one(
        'helpdesk.team',
        index='btree_not_null',
        check_company=True,
        ondelete='restrict',
        help='Empty: tickets of all teams that use SLA policies.',
    )
    priority = fields.Selection(TICKET_PRIORITY, help='Empty: tickets of any priority.')
    ticket_type_ids = fields.Many2many(
        'helpdesk.ticket.type',
        string='Types',
        ondelete='restrict',
        help='Empty: tickets of any type, and those without one.',
    )
    tag_ids = fields.Many2many(
        'helpdesk.tag',
        string='One of the Tags',
        ondelete='restrict',
        help='The ticket has at least one of these tags. Empty: whatever its tags are.',
    )
    tier_ids = fields.Many2many(
        'helpdesk.customer.tier',
        string='Customer Tiers',
        ondelete='restrict',
        help='Empty: customers of any tier, and those without one.',
    )
    partner_ids = fields.Many2many(
        'res.partner',
        string='Customers',
        ondelete='restrict',
        help='People, or companies with all their people. Empty: any customer.',
    )
    country_ids = fields.Many2many(
        'res.country',
        string='Countries',
        ondelete='restrict',
        help='Where the customer is. Empty: anywhere.',
    )
    country_group_ids = fields.Many2many(
        'res.country.group',
        string='Country Groups',
        ondelete='restrict',
        help='The countries of these groups are meant, besides those named one by one.',
    )
    channel_ids = fields.Many2many(
        'helpdesk.channel',
        string='Channels',
        ondelete='restrict',
        help='By which way the customer came. Empty: any way.',
    )
    domain = fields.Char(
        string='More Conditions',
        default='[]',
        help='Any other condition on the ticket.',
    )

    # What, how long, on which clock
    metric = fields.Selection(
        METRICS,
        string='What',
        compute='_compute_metric',
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help='First response: a person answers the customer for the first time.\n'
        'Next response: a person answers whatever the customer writes later on.\n'
        'Resolution: the ticket is closed.\n'
        'Reach a stage: the ticket arrives in the stage, or in a later one.',
    )
    stage_id = fields.Many2one(
        'helpdesk.stage',
        string='Stage to Reach',
        ondelete='restrict',
        index='btree_not_null',
    )
    time = fields.Float(
        string='Within',
        required=True,
        default=2.0,
        help='Hours and minutes on the clock of the policy.',
    )
    clock = fields.Selection(
        CLOCKS,
        required=True,
        default='team',
        help='Whose hours count. On the clock of every hour, as marketplaces count, an answer is '
        'due until a person gives it or marks that none is needed: nothing pauses it.',
    )
    resource_calendar_id = fields.Many2one(
        'resource.calendar',
        string='Working Hours',
        check_company=True,
        index='btree_not_null',
        ondelete='restrict',
        help="Empty: the working hours of the ticket's team.",
    )
    exclude_stage_ids = fields.Many2many(
        'helpdesk.stage',
        'helpdesk_sla_exclude_stage_rel',
        string='Paused in Stages',
        ondelete='restrict',
        help='The clock stands still while the ticket is in one of these stages.',
    )
    pause_waiting_customer = fields.Boolean(
        string='Paused while the Customer Has the Word',
        help='The clock stands still from the answer to the customer until the customer writes '
        'again. It says nothing for responses: they wait for us only.',
    )
    warning_percent = fields.Integer(
        string='At Risk from',
        default=80,
        help='After this share of the time the ticket is shown as at risk. 0: never.',
    )

    escalation_ids = fields.One2many(
        'helpdesk.sla.escalation', 'sla_id', string='Escalations', copy=True
    )
    status_ids = fields.One2many('helpdesk.sla.status', 'sla_id', string='Clocks')
    ticket_count = fields.Integer(string='Tickets', compute='_compute_ticket_count')
    problem = fields.Char(compute='_compute_problem')

    _check_time = models.Constraint(
        'CHECK (time >= 0)',
        'The time of a policy cannot be negative.',
    )
    _check_warning_percent = models.Constraint(
        'CHECK (warning_percent BETWEEN 0 AND 100)',
        'A ticket is at risk after a share of the time between 0 and 100 percent.',
    )
    _check_stage_of_metric = models.Constraint(
        "CHECK (metric != 'stage' OR stage_id IS NOT NULL)",
        'Choose the stage to reach.',
    )

    # === COMPUTE METHODS === #

    @api.depends('team_id')
    def _compute_company_id(self):
        for policy in self:
            policy.company_id = (
                policy.team_id.sudo().company_id or policy.company_id or self.env.company
            )

    @api.depends('stage_id')
    def _compute_metric(self):
        """Reach the stage where one is given: other clients know of no other metric."""
        for policy in self:
            if policy.stage_id:
                policy.metric = 'stage'
            elif not policy.metric:
                policy.metric = 'first_response'

    def _compute_ticket_count(self):
        counts = dict(
            self.env['helpdesk.sla.status']._read_group(
                [('sla_id', 'in', self.ids), ('cancelled_date', '=', False)],
                ['sla_id'],
                ['ticket_id:count_distinct'],
            )
        )
        for policy in self:
            policy.ticket_count = counts.get(policy._origin, 0)

    @api.depends('domain')
    def _compute_problem(self):
        """Say why a policy doesn't work (any more): tickets come in without it."""
        for policy in self:
            error = policy._find_domain_error()
            policy.problem = error and self.env._(
                'This policy applies to no ticket, because its further conditions are no longer '
                'valid: %(error)s',
                error=error,
            )

    # === CONSTRAINT METHODS === #

    @api.constrains('domain')
    def _check_domain(self):
        """Refuse conditions that can't be asked, or that ask what the user may not read."""
        for policy in self:
            if error := policy._find_domain_error() or policy._find_domain_refusal():
                raise ValidationError(
                    self.env._(
                        'The additional conditions of policy "%(policy)s" cannot be used: '
                        '%(reason)s',
                        policy=policy.name,
                        reason=error,
                    )
                )

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """Mark the copy as one, and let it wait: two policies would promise everything twice."""
        vals_list = super().copy_data(default=default)
        effects = self.env['helpdesk.sla.escalation']._get_effect_fields()
        for policy, vals in zip(self, vals_list, strict=True):
            if 'name' not in (default or {}):
                vals['name'] = self.env._('%(policy)s (copy)', policy=policy.name)
            if 'active' not in (default or {}):
                vals['active'] = False
            # Of what ran a server action only, which is not copied, nothing is left.
            vals['escalation_ids'] = [
                command
                for command in vals.get('escalation_ids', ())
                if any(_is_set(command[2].get(name)) for name in effects)
            ]
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_clocks(self):
        """Keep what was promised, and whether it was kept."""
        Status_sudo = self.env['helpdesk.sla.status'].sudo()
        if clock_sudo := Status_sudo.search([('sla_id', 'in', self.ids)], limit=1):
            raise UserError(
                self.env._(
                    'Tickets fell under the policy "%(policy)s", and the reports count how it was '
                    'kept. Archive it instead.',
                    policy=clock_sudo.sla_id.name,
                )
            )

    # === BUSINESS METHODS === #

    def _find_domain_error(self):
        """Return what is wrong with the free condition; an empty text if nothing is."""
        self.ensure_one()
        try:
            self._get_ticket_domain().validate(self.env['helpdesk.ticket'].sudo())
        except DOMAIN_ERRORS as error:
            return str(error) or type(error).__name__
        return ''

    def _find_domain_refusal(self):
        """Return what the free condition asks for that the user may not read, or an empty text."""
        self.ensure_one()
        Ticket = self.env['helpdesk.ticket'].sudo(False)  # constraints run as superuser
        try:
            check_domain_access(Ticket, self._get_ticket_domain())
        except AccessError as error:
            return str(error)
        return ''

    def _get_ticket_domain(self):
        """Return the free condition on tickets.

        :rtype: Domain
        :raise ValueError: if it is no domain.
        """
        self.ensure_one()
        return self._parse_domain(self.domain)

    @api.model
    def _parse_domain(self, text):
        """Return the domain that a text stands for; an empty one is true.

        :raise ValueError: if it is no domain.
        """
        return Domain(ast.literal_eval((text or '').strip() or '[]'))


def _is_set(value):
    """Tell whether a value for `create` says something: an empty link to records does not."""
    return any(command[-1] for command in value) if isinstance(value, list) else bool(value)
