import ast

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..base.written_domain import DOMAIN_ERRORS, check_domain_access
from ..ticket.helpdesk_ticket import TICKET_PRIORITY


class HelpdeskRoutingRule(models.Model):
    """Which new tickets go where: an ordered list of "if ..., then ...".

    All conditions of a rule have to be met; what it leaves empty doesn't matter. They are asked of
    the ticket as it came, before any rule changed it. A rule that takes a ticket ends the list
    unless it says to go on; of several rules the first one that sets a value decides, tags and
    skills add up.

    What somebody gave by hand stays, unless the rule overrides it: an agent, a type, a priority
    above the lowest, and a team other than the one that tickets of that person get anyway. The team
    of a mailbox or of the portal's form is where a ticket arrives, not a choice: rules move it.
    """

    _name = 'helpdesk.routing.rule'
    _description = 'Helpdesk Routing Rule'
    _inherit = ['helpdesk.cached.mixin']
    _order = 'sequence, id'
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company',
        index='btree_not_null',
        default=lambda self: self.env.company,
        help='Empty: tickets of all companies; only administrators make such rules.',
    )

    # Conditions. What a rule asks for can't be deleted: without it, it would take every ticket.
    lang_ids = fields.Many2many(
        'res.lang',
        string='Language',
        ondelete='restrict',
        context={'active_test': False},
    )
    country_ids = fields.Many2many('res.country', ondelete='restrict')
    country_group_ids = fields.Many2many(
        'res.country.group',
        ondelete='restrict',
        help='With countries and groups, the ticket comes from one of the countries or groups.',
    )
    tier_ids = fields.Many2many(
        'helpdesk.customer.tier',
        string='Customer Tier',
        ondelete='restrict',
        check_company=True,
        context={'active_test': False},
    )
    channel_ids = fields.Many2many(
        'helpdesk.channel',
        ondelete='restrict',
        check_company=True,
        context={'active_test': False},
    )
    product_categ_ids = fields.Many2many(
        'product.category',
        string='Product Category',
        ondelete='restrict',
        help='The product that the ticket is about is in one of them, or in a part of one.',
    )
    team_ids = fields.Many2many(
        'helpdesk.team',
        string='Arrived in Team',
        ondelete='restrict',
        check_company=True,
        context={'active_test': False},
        help='The team before routing: that of the mailbox, of the form, or of whoever entered it.',
    )
    order_state = fields.Selection(
        [
            ('none', 'No order'),
            ('quotation', 'Quotation'),
            ('sale', 'Confirmed order'),
            ('cancel', 'Cancelled order'),
        ],
        string='Order',
        help='More of an order can be asked for under "Other Conditions".',
    )
    mood = fields.Selection(selection='_get_moods')
    intent = fields.Selection(selection='_get_intents')
    words = fields.Text(
        help='Words or phrases with commas between them. One of them stands in the subject or in '
        'the message, as a whole word, in capitals or not.',
    )
    domain = fields.Char(string='Other Conditions', default='[]')

    # Results
    team_id = fields.Many2one(
        'helpdesk.team',
        ondelete='restrict',
        check_company=True,
        index='btree_not_null',
    )
    user_id = fields.Many2one(
        'res.users',
        string='Assign to',
        ondelete='restrict',
        check_company=True,
        domain=lambda self: self._get_agent_domain(),
    )
    priority = fields.Selection(TICKET_PRIORITY)
    ticket_type_id = fields.Many2one('helpdesk.ticket.type', string='Type', ondelete='restrict')
    tag_ids = fields.Many2many('helpdesk.tag', string='Tags', ondelete='restrict')
    skill_ids = fields.Many2many('helpdesk.skill', string='Skills Needed', ondelete='restrict')
    stop = fields.Boolean(
        string='Then No Further Rule',
        default=True,
        help='Off: the rules below are asked, too, and add to what this one sets.',
    )
    override = fields.Boolean(
        string='Also Change What Was Set by Hand',
        help='Off: an agent, a type, a team or a priority that somebody chose stays.',
    )

    condition_text = fields.Char(string='If', compute='_compute_texts')
    result_text = fields.Char(string='Then', compute='_compute_texts')
    problem = fields.Char(compute='_compute_problem')
    ticket_count = fields.Integer(string='Tickets', compute='_compute_ticket_count')

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_routing_fields())
    @api.depends_context('lang')
    def _compute_texts(self):
        """Say the rule in words."""
        for rule in self:
            data = rule._prepare_rule_data()
            rule.condition_text = self._get_reason_text(data)
            rule.result_text = ' · '.join(result.text for result in data.results)

    @api.depends(
        'domain', 'team_id.active', 'user_id.active', 'user_id.all_group_ids', 'company_id'
    )
    def _compute_problem(self):
        """Say why a rule doesn't work (any more): intake goes on without it."""
        for rule in self:
            rule_sudo = rule.sudo()
            if error := rule._find_domain_error():
                rule.problem = self.env._(
                    'This rule is skipped, because its other conditions are no longer valid: '
                    '%(error)s',
                    error=error,
                )
            elif rule_sudo.team_id and not rule_sudo.team_id.active:
                rule.problem = self.env._(
                    'Tickets stay in their team, because team "%(team)s" is archived.',
                    team=rule_sudo.team_id.name,
                )
            elif rule_sudo.user_id and not rule_sudo.user_id.active:
                rule.problem = self.env._(
                    'Tickets are not given to %(agent)s, whose user is archived.',
                    agent=rule_sudo.user_id.name,
                )
            elif rule_sudo.user_id and not rule_sudo.user_id._filter_helpdesk_agents(
                rule_sudo.company_id
            ):
                rule.problem = self.env._(
                    'Tickets are not given to %(agent)s, who has no access to the helpdesk.',
                    agent=rule_sudo.user_id.name,
                )
            else:
                rule.problem = False

    def _compute_ticket_count(self):
        """Count the tickets that each rule took, as far as the user may see them."""
        counts = dict(
            self.env['helpdesk.ticket']._read_group(
                [('routing_rule_id', 'in', self.ids)], ['routing_rule_id'], ['__count']
            )
        )
        for rule in self:
            rule.ticket_count = counts.get(rule._origin, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains('domain')
    def _check_domain(self):
        """Refuse conditions that can't be asked, or that ask what the user may not read."""
        Ticket = self.env['helpdesk.ticket'].sudo(False)  # constraints run as superuser
        for rule in self:
            error = rule._find_domain_error()
            if not error:
                try:
                    check_domain_access(Ticket, rule._parse_domain())
                    Ticket._search(rule._parse_domain())
                except (AccessError, *DOMAIN_ERRORS) as refused:
                    error = str(refused)
            if error:
                raise ValidationError(
                    self.env._(
                        'The other conditions of rule "%(rule)s" can\'t be used: %(error)s',
                        rule=rule.name,
                        error=error,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Extend: nobody makes a rule of all companies of one of his own."""
        result = super().write(vals)
        if 'company_id' in vals:
            self.check_access('write')
        return result

    def copy_data(self, default=None):
        """Mark the copy's name as a copy."""
        vals_list = super().copy_data(default=default)
        if 'name' in (default or {}):
            return vals_list
        return [
            dict(vals, name=self.env._('%(rule)s (copy)', rule=rule.name))
            for rule, vals in zip(self, vals_list, strict=True)
        ]

    # === ACTION METHODS === #

    def action_open_tickets(self):
        """Open the tickets that the rule took."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._('Taken by %(rule)s', rule=self.name),
            'res_model': 'helpdesk.ticket',
            'view_mode': 'list,kanban,form',
            'domain': [('routing_rule_id', '=', self.id)],
            'context': {'create': False},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_agent_domain(self):
        """Return who can be given tickets: the users of the helpdesk."""
        group_id = self.env['ir.model.data']._xmlid_to_res_id('helpdesk_ecom.group_helpdesk_user')
        return [('all_group_ids', 'in', [group_id])]

    @api.model
    def _get_moods(self):
        """Return the moods that a ticket can have, those of bridges too."""
        return self.env['helpdesk.ticket']._fields['mood']._description_selection(self.env)

    @api.model
    def _get_intents(self):
        """Return what a customer can want, by bridges too."""
        return self.env['helpdesk.ticket']._fields['intent']._description_selection(self.env)

    def _parse_domain(self):
        """Return the other conditions as a `Domain`.

        :raise ValueError, SyntaxError: if they are none.
        """
        self.ensure_one()
        return Domain(ast.literal_eval(self.domain or '[]'))

    def _find_domain_error(self):
        """Return what is wrong with the other conditions; an empty text if nothing is."""
        self.ensure_one()
        try:
            self._parse_domain().validate(self.env['helpdesk.ticket'].sudo())
        except DOMAIN_ERRORS as error:
            return str(error) or type(error).__name__
        return ''
