from odoo import fields, models


class HelpdeskTicket(models.Model):
    """What an agent has to know to answer the ticket."""

    _inherit = 'helpdesk.ticket'

    skill_ids = fields.Many2many(
        'helpdesk.skill',
        string='Skills Needed',
        help='Automatic assignment looks for an agent with these skills.',
    )
