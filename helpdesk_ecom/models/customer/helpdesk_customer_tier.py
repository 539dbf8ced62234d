from random import randint

from odoo import api, fields, models


class HelpdeskCustomerTier(models.Model):
    """A class of customers, such as Gold, and the rule by which they get into it.

    A customer is looked at by each company on its own: the sales of one company don't make
    somebody a good customer of another, and amounts are in the currency of the company that looks.
    A tier without a company is used by all of them that way. Of the tiers whose conditions a
    customer meets, the first one is taken.
    """

    _name = 'helpdesk.customer.tier'
    _description = 'Helpdesk Customer Tier'
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help='Of several tiers the first one is taken.')
    color = fields.Integer(default=lambda self: randint(1, 11))
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', index='btree_not_null')
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')

    # Conditions, all of which have to be met
    min_revenue = fields.Monetary(
        string='Sales of at least',
        default=0.0,
        help='Confirmed orders less credit notes, without taxes, in the currency of the company.',
    )
    min_order_count = fields.Integer(string='Orders, at least', default=0)
    months = fields.Integer(
        string='In the Last Months',
        default=0,
        help='Only these months count. 0: everything since the first order.',
    )
    category_ids = fields.Many2many(
        'res.partner.category',
        string='One of the Tags',
        help='The customer has one of these tags.',
    )

    partner_count = fields.Integer(string='Customers', compute='_compute_partner_count')

    _check_not_negative = models.Constraint(
        'CHECK (min_revenue >= 0 AND min_order_count >= 0 AND months >= 0)',
        'Amounts, numbers of orders and months of a tier cannot be negative.',
    )

    # === COMPUTE METHODS === #

    @api.depends('company_id')
    @api.depends_context('company')
    def _compute_currency_id(self):
        for tier in self:
            tier.currency_id = (tier.company_id or self.env.company).currency_id

    @api.depends_context('company')
    def _compute_partner_count(self):
        """Count the customers that the current company has in the tier, in one query."""
        counts = dict(
            self.env['res.partner']
            .sudo()
            ._read_group(
                [('helpdesk_tier_id', 'in', self.ids)],
                ['helpdesk_tier_id'],
                ['__count'],
            )
        )
        for tier in self:
            tier.partner_count = counts.get(tier._origin, 0)

    # === ACTION METHODS === #

    def action_open_customers(self):
        """Open the customers that the current company has in the tier."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._('Customers in %(tier)s', tier=self.name),
            'res_model': 'res.partner',
            'view_mode': 'list,kanban,form',
            'domain': [('helpdesk_tier_id', '=', self.id)],
            'context': {'create': False},
        }

    @api.model
    def action_update_tiers(self):
        """Put every customer into the tier that he belongs to, now instead of tonight.

        :raise AccessError: for who may not change tiers.
        """
        self.check_access('write')
        changed = self._update_partner_tiers()
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._('Customers with another tier now: %(count)s', count=changed),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }
