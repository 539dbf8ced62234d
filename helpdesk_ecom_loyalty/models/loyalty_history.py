from odoo import fields, models


class LoyaltyHistory(models.Model):
    _inherit = 'loyalty.history'

    helpdesk_step_id = fields.Many2one(
        'helpdesk.order.action.step',
        string='Order Action',
        readonly=True,
        copy=False,
        ondelete='set null',
        help='The step of an order action that gave the points.',
    )

    # One step gives points once, whoever runs it, and however often.
    _helpdesk_step_uniq = models.UniqueIndex(
        '(helpdesk_step_id) WHERE helpdesk_step_id IS NOT NULL',
        'These points were given already.',
    )
