from odoo import models


class BenchFloorMixins(models.Model):
    """The same with the mixins that every helpdesk needs."""

    _name = 'bench.floor.mixins'
    _description = 'Ticket with the mixins of a helpdesk'
    _inherit = [
        'bench.floor',
        'portal.mixin',
        'mail.thread.cc',
        'rating.mixin',
        'mail.activity.mixin',
        'mail.tracking.duration.mixin',
    ]
    _track_duration_field = 'stage_id'
