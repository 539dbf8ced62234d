from odoo import api, fields, models


class BenchFloor(models.Model):
    """A conversation with the fields that every list of tickets shows, and no logic."""

    _name = 'bench.floor'
    _description = 'Ticket with mail.thread alone'
    _inherit = ['mail.thread']
    _order = 'id desc'
    _primary_email = 'partner_email'
    _mail_thread_customer = True

    name = fields.Char(required=True, index='trigram', tracking=True)
    description = fields.Html()
    active = fields.Boolean(default=True)
    priority = fields.Selection([('0', 'Low'), ('1', 'High')], default='0')
    partner_id = fields.Many2one('res.partner', index=True, tracking=True)
    partner_name = fields.Char()
    partner_email = fields.Char()
    user_id = fields.Many2one('res.users', index=True, tracking=True)
    stage_id = fields.Many2one(
        'bench.floor.stage',
        default=lambda self: self.env['bench.floor.stage'].search([], limit=1),
        index=True,
        tracking=True,
        group_expand=True,
    )

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Keep who wrote."""
        return super().message_new(
            msg_dict,
            {
                'name': msg_dict.get('subject') or 'No subject',
                'partner_email': msg_dict.get('from'),
                'partner_id': msg_dict.get('author_id'),
                **(custom_values or {}),
            },
        )
