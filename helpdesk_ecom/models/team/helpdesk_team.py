import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.date_utils import localized

from ...tools.working_time import WorkingTime


class HelpdeskTeam(models.Model):
    """A group of agents with one inbox: who works, when, on which stages, and what it may do."""

    _name = 'helpdesk.team'
    _description = 'Helpdesk Team'
    _order = 'sequence, name, id'
    _inherit = ['mail.alias.mixin.optional', 'mail.thread', 'rating.parent.mixin']
    _rating_satisfaction_days = 30
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    description = fields.Html(translate=True, help='Shown to customers above the ticket form.')
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    company_id = fields.Many2one(
        'res.company',
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    member_ids = fields.Many2many(
        'res.users',
        string='Team Members',
        default=lambda self: self.env.user,
        check_company=True,
    )
    privacy_visibility = fields.Selection(
        [
            ('invited_internal', 'Invited internal users (private)'),
            ('internal', 'All internal users (company)'),
            ('portal', 'Invited portal users and all internal users (public)'),
        ],
        string='Visibility',
        required=True,
        default='portal',
        help='Who sees the tickets of the team. Only a public team shows its tickets to customers '
        'in the portal.',
    )
    stage_ids = fields.Many2many(
        'helpdesk.stage',
        string='Stages',
        default=lambda self: self._default_stage_ids(),
    )
    ticket_ids = fields.One2many('helpdesk.ticket', 'team_id', string='Tickets', copy=False)
    ticket_properties = fields.PropertiesDefinition()
    resource_calendar_id = fields.Many2one(
        'resource.calendar',
        string='Working Hours',
        compute='_compute_resource_calendar_id',
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
        help='The hours by which the team is measured. Empty: every hour counts.',
    )

    # Assignment
    auto_assignment = fields.Boolean(string='Automatic Assignment')
    assign_method = fields.Selection(
        [
            ('randomly', 'Each user is assigned an equal number of tickets'),
            ('balanced', 'Each user has an equal number of open tickets'),
            ('tags', 'Assignment by tags'),
        ],
        string='Assignment Method',
        required=True,
        default='balanced',
    )

    # What the team lets customers and agents do
    use_alias = fields.Boolean(string='Use an Email Alias', default=True)
    use_sla = fields.Boolean(string='SLA Policies', default=True)
    use_rating = fields.Boolean(string='Customer Ratings')
    allow_portal_ticket_closing = fields.Boolean(string='Closure by Customers')
    use_credit_notes = fields.Boolean(string='Refunds', default=True)
    use_coupons = fields.Boolean(string='Coupons and Gift Cards')
    use_product_returns = fields.Boolean(string='Returns and Replacements', default=True)
    use_product_repairs = fields.Boolean(string='Repairs')
    use_website_helpdesk_form = fields.Boolean(string='Website Form')
    use_website_helpdesk_livechat = fields.Boolean(string='Live Chat')

    # Automatic closing
    auto_close_ticket = fields.Boolean(string='Automatic Closing')
    auto_close_day = fields.Integer(
        string='Inactive Days',
        default=7,
        help='Working days of the team without a message before a ticket is closed. Days without '
        'opening hours and public holidays do not count.',
    )
    from_stage_ids = fields.Many2many(
        'helpdesk.stage',
        'helpdesk_team_auto_close_stage_rel',
        string='In Stages',
        domain="[('id', 'in', stage_ids), ('fold', '=', False)]",
        help='Only tickets in these stages are closed automatically. Empty: all open stages.',
    )
    to_stage_id = fields.Many2one(
        'helpdesk.stage',
        string='Move to Stage',
        domain="[('id', 'in', stage_ids)]",
        help='Empty: the first closing stage of the team.',
    )

    # === DEFAULT METHODS === #

    @api.model
    def _default_stage_ids(self):
        """Return the stages of the database's first team, else those that the addon came with."""
        first_team_sudo = self.env['helpdesk.team'].sudo().search([], order='id', limit=1)
        return first_team_sudo.stage_ids or self.env['helpdesk.stage'].search([])

    # === COMPUTE METHODS === #

    @api.depends('company_id')
    def _compute_resource_calendar_id(self):
        for team in self:
            team.resource_calendar_id = team.company_id.resource_calendar_id

    # === CONSTRAINT METHODS === #

    @api.constrains('stage_ids')
    def _check_stage_ids(self):
        for team in self:
            if not team.stage_ids.filtered(lambda stage: not stage.fold):
                raise ValidationError(
                    self.env._(
                        'Team "%(team)s" needs at least one stage that is not a closing stage: new '
                        'tickets start there.',
                        team=team.name,
                    )
                )

    @api.constrains('company_id')
    def _check_company_id(self):
        """Keep a team where its tickets are: their numbers, orders and customers belong there."""
        Ticket_sudo = self.env['helpdesk.ticket'].sudo().with_context(active_test=False)
        for team, company in Ticket_sudo._read_group(
            [('team_id', 'in', self.ids)],
            ['team_id', 'company_id'],
        ):
            if team.company_id != company:
                raise ValidationError(
                    self.env._(
                        'Team "%(team)s" has tickets in %(company)s and stays there. Make another '
                        'team for the other company.',
                        team=team.name,
                        company=company.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Fall back on the alias domain of the company where a form sends an empty one."""
        for vals in vals_list:
            if not vals.get('alias_domain_id'):
                vals.pop('alias_domain_id', None)
        return super().create(vals_list)

    # === MAIL.ALIAS.MIXIN === #

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values['alias_model_id'] = self.env['ir.model']._get_id('helpdesk.ticket')
        if self.id:
            values['alias_defaults'] = defaults = ast.literal_eval(self.alias_defaults or '{}')
            defaults['team_id'] = self.id
        return values

    # === BUSINESS METHODS === #

    def _claim_alias(self, name):
        """Give the team an e-mail address, unless it has one or somebody else uses the name.

        :param str name: the part before the @.
        """
        self.ensure_one()
        taken = (
            self.env['mail.alias']
            .sudo()
            .search_count(
                [
                    ('alias_name', '=', name),
                    ('alias_domain_id', 'in', [self.company_id.alias_domain_id.id, False]),
                ],
                limit=1,
            )
        )
        if not self.alias_name and not taken:
            self.alias_name = name

    def _get_opening_stage(self):
        """Return the stage in which tickets of the team start; without a team, of any team."""
        stages = self._get_stages() or self.env['helpdesk.stage'].search([])
        return stages.filtered(lambda stage: not stage.fold)[:1]

    def _get_closing_stage(self):
        """Return the stage to which a solved ticket moves: the first folded one, else the last."""
        stages = self._get_stages() or self.env['helpdesk.stage'].search([])
        return stages.filtered('fold')[:1] or stages[-1:]

    def _get_working_time(self, start, stop):
        """Return the team's opening intervals between two moments, to measure hours by.

        :param datetime start: naive UTC.
        :param datetime stop: naive UTC.
        :return: a `WorkingTime`; without a calendar every hour counts.
        """
        team_sudo = self.sudo()
        hours = team_sudo.resource_calendar_id._get_opening_hours(team_sudo.company_id)
        return WorkingTime(hours.intervals(localized(start), localized(stop)))
