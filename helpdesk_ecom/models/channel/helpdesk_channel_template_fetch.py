from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.channel.error import ChannelError


class HelpdeskChannel(models.Model):
    """The templates of a channel, fetched from its provider by a button."""

    _inherit = 'helpdesk.channel'

    template_ids = fields.One2many('helpdesk.channel.template', 'channel_id', string='Templates')
    has_window = fields.Boolean(compute='_compute_has_window')

    # === COMPUTE METHODS === #

    @api.depends('provider')
    def _compute_has_window(self):
        for channel in self:
            channel.has_window = channel._get_window_hours() is not None

    # === ACTION METHODS === #

    def action_fetch_templates(self):
        """Ask the provider for the templates, over the network, and show them.

        :raise UserError: with the provider's reason if it refuses, or if it needs none.
        """
        self.ensure_one()
        self.check_access('write')
        channel_sudo = self.sudo()
        if channel_sudo._get_window_hours() is None:
            raise UserError(
                self.env._('"%s" needs no templates: it takes any answer at any time.', self.name)
            )
        try:
            found = channel_sudo._list_templates()
        except ChannelError as error:
            raise UserError(str(error)) from None
        self.env['helpdesk.channel.template'].sudo()._store_fetched(channel_sudo, found)
        return self.action_open_templates()

    def action_open_templates(self):
        """Show the templates of the channel."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'helpdesk_ecom.helpdesk_channel_template_action'
        )
        return {
            **action,
            'domain': [('channel_id', '=', self.id)],
            'context': {'default_channel_id': self.id},
        }
