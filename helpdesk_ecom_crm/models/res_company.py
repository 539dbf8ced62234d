from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    helpdesk_salesperson_alert = fields.Selection(
        [
            ('never', 'Never'),
            ('tier', 'Of tickets of customers in important tiers'),
            ('bad', 'Of these, and of tickets of high priority'),
        ],
        string='Tell Salespeople of Tickets',
        default='tier',
        required=True,
        help='By an activity, once for each ticket. Which tiers are important, each tier says.',
    )
