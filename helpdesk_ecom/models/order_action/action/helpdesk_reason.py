from odoo import fields, models


class HelpdeskReason(models.Model):
    """Why an order action is asked for, and what that demands: the words of the product reports."""

    _name = 'helpdesk.reason'
    _description = 'After-Sales Reason'
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', help='Empty: for all companies.')
    needs_photo = fields.Boolean(
        string='Demands a Photo',
        help='The customer has to have sent a picture with the ticket.',
    )
    needs_return = fields.Boolean(
        string='Demands a Return',
        help='Money is given back for goods that come back only: not by a refund alone.',
    )
    needs_approval = fields.Boolean(
        string='Demands an Approval',
        help='Somebody else has to approve whatever the amount.',
    )
    refund_on = fields.Selection(
        [('receipt', 'When the goods are back'), ('request', 'At once')],
        string='Refund of Returns',
        required=True,
        default='receipt',
    )
    is_product_issue = fields.Boolean(
        string='Fault of the Product',
        help='Counts in the quality report of the product, not only in what was given back.',
    )

    _name_uniq = models.UniqueIndex(
        '(name, COALESCE(company_id, 0)) WHERE active IS TRUE',
        'There is a reason with this name already.',
    )
