from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

SETTINGS = {
    'helpdesk_away',
    'helpdesk_capacity',
    'helpdesk_country_ids',
    'helpdesk_lang_ids',
    'helpdesk_skill_ids',
}


class ResUsers(models.Model):
    """Leaders set what their agents can do and take, without the right to change users."""

    _inherit = 'res.users'

    # === ACTION METHODS === #

    @api.model
    def action_open_helpdesk_agents(self):
        """Open the list of the agents of the teams that the user sees.

        :raise AccessError: if the user is no leader.
        """
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_manager'):
            raise AccessError(self.env._('Only team leaders change the settings of agents.'))
        members = self.env['helpdesk.team'].search([]).sudo().member_ids
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._('Agents'),
            'res_model': 'res.users',
            'view_mode': 'list',
            'views': [(self.env.ref('helpdesk_ecom.helpdesk_agent_view_list').id, 'list')],
            'domain': list(Domain('id', 'in', members.ids)),
        }

    def action_open_helpdesk_settings(self):
        """Open the dialog in which a leader changes the settings of one agent.

        :raise AccessError: if the user does not lead the agent.
        """
        self.ensure_one()
        self._check_helpdesk_leader()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._('Settings of an Agent'),
            'res_model': 'helpdesk.agent.settings',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_user_id': self.id},
        }

    # === BUSINESS METHODS === #

    def write_helpdesk_settings(self, vals):
        """Change what agents can do and take: as a leader of a team of theirs.

        :param dict vals: some of the fields that say how somebody is given tickets.
        :raise AccessError: if the user does not lead them, or for any other field.
        """
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_manager'):
            raise AccessError(self.env._('Only team leaders change the settings of agents.'))
        self._check_helpdesk_leader()
        if vals.keys() - SETTINGS:
            raise AccessError(self.env._('Only what concerns the helpdesk can be changed here.'))
        self.sudo().write(vals)
        return True
