from odoo import api, fields, models, tools


class HelpdeskChannel(models.Model):
    """What kind of way a channel is, for those who only need to show its icon."""

    _inherit = 'helpdesk.channel'

    # === BUSINESS METHODS === #

    @tools.ormcache('self.id')
    def _get_provider_code(self):
        """Return the code of the channel's provider, False for no channel.

        Each card and row of a list asks for it.
        """
        return self.sudo().provider


class HelpdeskTicket(models.Model):
    """The kind of way by which a ticket came: its icon on cards, in lists and in the form."""

    _inherit = 'helpdesk.ticket'

    channel_provider = fields.Selection(
        selection='_selection_channel_provider',
        string='Came by',
        compute='_compute_channel_provider',
    )

    # === COMPUTE METHODS === #

    def _selection_channel_provider(self):
        provider = self.env['helpdesk.channel']._fields['provider']
        return provider._description_selection(self.env)

    @api.depends('channel_id')
    def _compute_channel_provider(self):
        for ticket in self:
            ticket.channel_provider = ticket.channel_id._get_provider_code()
