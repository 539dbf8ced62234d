from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    helpdesk_salesperson_alert = fields.Selection(
        [
            ('never', 'Never'),
            ('tier', 'If the tier of the customer asks for it'),
            ('bad', 'Also of tickets of high priority'),
        ],
        string='Tell Salespeople of Tickets',
        default='tier',
        required=True,
        help='By an activity, once for each ticket. Each tier says whether its customers matter so '
        'much.',
    )
