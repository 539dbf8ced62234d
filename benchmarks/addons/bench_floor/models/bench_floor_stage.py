from odoo import fields, models


class BenchFloorStage(models.Model):
    _name = 'bench.floor.stage'
    _description = 'Stage of the Benchmark'
    _order = 'sequence, id'

    name = fields.Char(required=True)
    sequence = fields.Integer()
    fold = fields.Boolean()
