from odoo import api, fields, models
from odoo.fields import Domain

TICKET_PRIORITY = [
    ('0', 'Low'),
    ('1', 'Medium'),
    ('2', 'High'),
    ('3', 'Urgent'),
]


class HelpdeskTicket(models.Model):
    """One request of one customer, from the first message to the solution.

    This file holds what a ticket is; each concern that acts on it (customer, time, mail, order ...)
    has a file of its own beside it.
    """

    _name = 'helpdesk.ticket'
    _description = 'Helpdesk Ticket'
    _order = 'priority desc, id desc'
    _inherit = [
        'portal.mixin',
        'mail.thread.cc',
        'mail.thread.phone',
        'rating.mixin',
        'mail.activity.mixin',
        'utm.mixin',
        'mail.tracking.duration.mixin',
    ]
    _primary_email = 'partner_email'
    _mail_thread_customer = True
    _mail_post_access = 'read'
    _track_duration_field = 'stage_id'
    _check_company_auto = True

    name = fields.Char(string='Subject', required=True, index='trigram', tracking=True)
    description = fields.Html(sanitize_attributes=False)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    priority = fields.Selection(TICKET_PRIORITY, default='0', required=True, tracking=True)
    kanban_state = fields.Selection(
        [('normal', 'Grey'), ('done', 'Green'), ('blocked', 'Red')],
        string='Status',
        default='normal',
        required=True,
        copy=False,
        tracking=True,
    )
    kanban_state_label = fields.Char(compute='_compute_kanban_state_label')

    # Organisation
    team_id = fields.Many2one(
        'helpdesk.team',
        default=lambda self: self._default_team_id(),
        index=True,
        tracking=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        'res.company',
        compute='_compute_company_id',
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
    )
    stage_id = fields.Many2one(
        'helpdesk.stage',
        compute='_compute_stage_id',
        store=True,
        precompute=True,
        readonly=False,
        ondelete='restrict',
        index=True,
        copy=False,
        tracking=True,
        group_expand='_read_group_stage_ids',
        domain="[('team_ids', '=', team_id)]",
    )
    user_id = fields.Many2one(
        'res.users',
        string='Assigned to',
        index=True,
        tracking=True,
        domain="[('helpdesk_assignable_team_id', '=', team_id), "
        "('company_ids', 'in', [company_id])]",
    )
    domain_user_ids = fields.Many2many('res.users', compute='_compute_domain_user_ids')
    ticket_type_id = fields.Many2one('helpdesk.ticket.type', string='Type', tracking=True)
    tag_ids = fields.Many2many('helpdesk.tag', string='Tags')
    properties = fields.Properties(definition='team_id.ticket_properties')

    # Closing
    fold = fields.Boolean(
        string='Closed',
        related='stage_id.fold',
        store=True,
        precompute=True,
        help='Stored, so that the lists of open tickets need no join.',
        system_written=True,
    )
    closed_by_partner = fields.Boolean(readonly=True, copy=False)

    # Every open list is sorted by priority and id: these serve it straight from the index.
    _open_idx = models.Index('(priority DESC, id DESC) WHERE active IS TRUE AND fold IS NOT TRUE')
    _team_open_idx = models.Index(
        '(team_id, stage_id, priority DESC, id DESC) WHERE active IS TRUE AND fold IS NOT TRUE'
    )
    _order_idx = models.Index('(priority DESC, id DESC) WHERE active IS TRUE')

    # === DEFAULT METHODS === #

    @api.model
    def _default_team_id(self):
        """Return the user's first team, else the first team that he may see."""
        Team, company = self.env['helpdesk.team'], Domain('company_id', '=', self.env.company.id)
        own = company & Domain('member_ids', 'in', self.env.uid)
        return Team.search(own, limit=1) or Team.search(company, limit=1)

    # === COMPUTE METHODS === #

    @api.depends('team_id')
    def _compute_company_id(self):
        for ticket in self:
            ticket.company_id = (
                ticket.team_id.sudo().company_id or ticket.company_id or self.env.company
            )

    @api.depends('team_id')
    def _compute_stage_id(self):
        for ticket in self:
            stages = ticket.team_id._get_stages()
            if ticket.stage_id not in stages:
                ticket.stage_id = stages[:1]

    @api.depends('team_id', 'company_id')
    def _compute_domain_user_ids(self):
        for team, tickets in self.grouped('team_id').items():
            users_sudo = self.env['res.users']._get_helpdesk_assignable(team).sudo()
            for company, of_company in tickets.grouped('company_id').items():
                of_company.domain_user_ids = users_sudo.filtered(
                    lambda user, company=company: company in user.company_ids
                )

    @api.depends('kanban_state', 'stage_id')
    def _compute_kanban_state_label(self):
        for ticket in self:
            ticket.kanban_state_label = ticket.stage_id[f'legend_{ticket.kanban_state}']

    @api.depends('ticket_ref', 'name')
    def _compute_display_name(self):
        for ticket in self:
            ticket.display_name = (
                f'{ticket.name} (#{ticket.ticket_ref})' if ticket.ticket_ref else ticket.name
            )

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show the empty stages on the board, too: the team's, or those of the user's own teams."""
        team_id = self.env.context.get('default_team_id')
        domain = (
            Domain('team_ids', 'in', [team_id])
            if team_id
            else Domain('team_ids.member_ids', 'in', [self.env.uid])
        )
        return stages | stages.sudo().search(domain).sudo(False)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Number the tickets, and create them without mailing the people who create them."""
        self._assign_ticket_refs(vals_list)
        return super().create(vals_list)

    def copy_data(self, default=None):
        """Mark the copy's subject as a copy."""
        vals_list = super().copy_data(default=default)
        if 'name' in (default or {}):
            return vals_list
        return [
            dict(vals, name=self.env._('%(subject)s (copy)', subject=ticket.name))
            for ticket, vals in zip(self, vals_list, strict=True)
        ]

    # === ACTION METHODS === #

    def action_assign_to_me(self):
        """Assign the tickets to the current user."""
        return self.write({'user_id': self.env.uid})

    def action_solve(self):
        """Move each open ticket to the first closing stage of its team."""
        for stage, tickets in (
            self.filtered(lambda ticket: not ticket.fold)
            .grouped(lambda ticket: ticket.team_id._get_closing_stage())
            .items()
        ):
            tickets.write({'stage_id': stage.id})
        return True  # XML-RPC has no None

    def action_reopen(self):
        """Move each closed ticket to the first open stage of its team."""
        for stage, tickets in (
            self.filtered('fold')
            .grouped(lambda ticket: ticket.team_id._get_opening_stage())
            .items()
        ):
            tickets.write({'stage_id': stage.id, 'closed_by_partner': False})
        return True

    # === MAIL.TRACKING.DURATION.MIXIN === #

    def _get_rotting_depends_fields(self):
        return super()._get_rotting_depends_fields() + ['fold']

    def _get_rotting_domain(self):
        return super()._get_rotting_domain() & Domain('fold', '=', False)

    # === RATING.MIXIN === #

    def _rating_get_parent_field_name(self):
        return 'team_id'
