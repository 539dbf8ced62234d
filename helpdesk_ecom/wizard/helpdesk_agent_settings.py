from odoo import api, fields, models

from ..models.assignment.res_users_settings import SETTINGS


class HelpdeskAgentSettings(models.TransientModel):
    """What a leader sets of an agent, without the right to change users."""

    _name = 'helpdesk.agent.settings'
    _description = 'Settings of an Agent'

    user_id = fields.Many2one(
        'res.users',
        string='Agent',
        required=True,
        readonly=True,
        ondelete='cascade',
        default=lambda self: self.env.context.get('active_id'),
    )
    helpdesk_away = fields.Boolean(
        string='Away from Helpdesk',
        compute='_compute_settings',
        store=True,
        readonly=False,
    )
    helpdesk_capacity = fields.Integer(
        string='Open Tickets at Once',
        compute='_compute_settings',
        store=True,
        readonly=False,
        help='Automatic assignment gives the agent no more open tickets than this. 0: no limit.',
    )
    helpdesk_skill_ids = fields.Many2many(
        'helpdesk.skill',
        string='Skills',
        compute='_compute_settings',
        store=True,
        readonly=False,
    )
    helpdesk_lang_ids = fields.Many2many(
        'res.lang',
        string='Languages of Customers',
        context={'active_test': False},
        compute='_compute_settings',
        store=True,
        readonly=False,
    )
    helpdesk_country_ids = fields.Many2many(
        'res.country',
        string='Countries of Customers',
        compute='_compute_settings',
        store=True,
        readonly=False,
    )

    # === COMPUTE METHODS === #

    @api.depends('user_id')
    def _compute_settings(self):
        for wizard in self:
            wizard.user_id._check_helpdesk_leader()
            user_sudo = wizard.user_id.sudo()
            for name in SETTINGS:
                wizard[name] = user_sudo[name]

    # === ACTION METHODS === #

    def action_save(self):
        """Write the settings to the agent.

        :raise AccessError: if the user does not lead a team of the agent.
        """
        self.ensure_one()
        self.user_id.write_helpdesk_settings(
            {name: self._fields[name].convert_to_write(self[name], self) for name in SETTINGS}
        )
        return {'type': 'ir.actions.act_window_close'}
