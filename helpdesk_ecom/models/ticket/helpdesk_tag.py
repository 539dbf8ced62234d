from random import randint

from odoo import fields, models


class HelpdeskTag(models.Model):
    _name = 'helpdesk.tag'
    _description = 'Helpdesk Tag'
    _order = 'name'

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda self: randint(1, 11))

    assign_user_ids = fields.Many2many(
        'res.users',
        'helpdesk_tag_assign_user_rel',
        string='Experts',
        domain=[('share', '=', False)],
        help='Teams that assign by tags give tickets with this tag to one of them: the one with '
        'the fewest open tickets. Without an expert in the team a ticket stays unassigned.',
    )

    _name_uniq = models.Constraint('UNIQUE (name)', 'A tag with this name exists already.')
