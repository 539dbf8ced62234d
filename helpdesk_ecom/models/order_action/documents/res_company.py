from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    helpdesk_refund_approval_amount = fields.Monetary(
        string='Refunds need Approval above',
        help='A refund above this amount, together with what the order was refunded before without '
        'an approval, waits for somebody else to approve it. 0: never.',
    )
    helpdesk_payout_user_id = fields.Many2one(
        'res.users',
        string='Bank Refunds are paid by',
        domain=[('share', '=', False)],
        help='Gets an activity for each refund that no payment provider can send back. Empty: who '
        'asked for the refund.',
    )
