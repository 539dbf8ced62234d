from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    helpdesk_salesperson_alert = fields.Selection(
        related='company_id.helpdesk_salesperson_alert',
        readonly=False,
        required=True,
    )
