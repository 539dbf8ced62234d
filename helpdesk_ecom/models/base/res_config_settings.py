from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    helpdesk_refund_approval_amount = fields.Monetary(
        related='company_id.helpdesk_refund_approval_amount',
        currency_field='currency_id',
        readonly=False,
    )
    helpdesk_payout_user_id = fields.Many2one(
        related='company_id.helpdesk_payout_user_id',
        readonly=False,
    )
    helpdesk_alias_domain_id = fields.Many2one(
        related='company_id.alias_domain_id',
        string='Alias Domain of the Helpdesk',
        help='What comes after the @ in the e-mail addresses of the teams.',
    )
