from odoo import fields, models


class HelpdeskCustomerTier(models.Model):
    _inherit = 'helpdesk.customer.tier'

    alert_salesperson = fields.Boolean(
        string='Tell the Salesperson',
        help='The salesperson of such a customer is told of each ticket by an activity, if the '
        'settings of the helpdesk say so.',
    )
