from odoo import fields, models


class HelpdeskOrderActionStep(models.Model):
    _inherit = 'helpdesk.order.action.step'

    code = fields.Selection(
        selection_add=[('coupon', 'Coupon'), ('store_credit', 'Store credit')],
        ondelete={'coupon': 'cascade', 'store_credit': 'cascade'},
    )
