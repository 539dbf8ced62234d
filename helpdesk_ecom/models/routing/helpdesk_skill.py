from random import randint

from odoo import fields, models


class HelpdeskSkill(models.Model):
    """Something that not every agent can do: coffee machines, invoices, Portuguese law.

    Routing rules say which skills a ticket needs, and the assignment finds an agent who has them.
    """

    _name = 'helpdesk.skill'
    _description = 'Helpdesk Skill'
    _order = 'name, id'

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda self: randint(1, 11))
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint('UNIQUE (name)', 'A skill with this name exists already.')
