from odoo import fields, models


class HelpdeskStage(models.Model):
    _name = 'helpdesk.stage'
    _description = 'Helpdesk Stage'
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    fold = fields.Boolean(
        string='Closing Stage',
        help='Tickets in a folded stage are closed: they leave the open lists, and their clocks '
        'stop.',
    )
    team_ids = fields.Many2many('helpdesk.team', string='Teams')
    template_id = fields.Many2one(
        'mail.template',
        string='Email Template',
        domain=[('model', '=', 'helpdesk.ticket')],
        help='Sent to the customer when a ticket reaches this stage.',
    )
    legend_blocked = fields.Char(
        string='Red Label',
        required=True,
        translate=True,
        default=lambda self: self.env._('Blocked'),
    )
    legend_done = fields.Char(
        string='Green Label',
        required=True,
        translate=True,
        default=lambda self: self.env._('Ready'),
    )
    legend_normal = fields.Char(
        string='Grey Label',
        required=True,
        translate=True,
        default=lambda self: self.env._('In Progress'),
    )
    color = fields.Integer()
    rotting_threshold_days = fields.Integer(
        string='Days to Rot',
        help='Open tickets that stay longer than this many days in the stage are highlighted. '
        '0 switches it off.',
    )
    ticket_count = fields.Integer(compute='_compute_ticket_count')

    # === COMPUTE METHODS === #

    def _compute_ticket_count(self):
        counts = dict(
            self.env['helpdesk.ticket']._read_group(
                [('stage_id', 'in', self.ids)],
                ['stage_id'],
                ['__count'],
            )
        )
        for stage in self:
            stage.ticket_count = counts.get(stage, 0)
