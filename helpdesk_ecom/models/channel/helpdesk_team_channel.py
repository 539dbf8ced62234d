import ast

from odoo import api, fields, models


class HelpdeskTeam(models.Model):
    """By which channel the mails come that reach the team's address: a marketplace, for example.

    The alias keeps it, among the values that its tickets begin with.
    """

    _inherit = 'helpdesk.team'

    alias_channel_id = fields.Many2one(
        'helpdesk.channel',
        string='Channel of this Mailbox',
        compute='_compute_alias_channel_id',
        inverse='_inverse_alias_channel_id',
        compute_sudo=True,
        domain="[('company_id', 'in', [company_id, False])]",
        help='Tickets that come to this address have come by this channel. Empty: by email.',
    )

    # === COMPUTE METHODS === #

    @api.depends('alias_id.alias_defaults')
    def _compute_alias_channel_id(self):
        ids = {team: team._get_alias_defaults().get('channel_id') for team in self}
        channels = self.env['helpdesk.channel'].browse(filter(None, ids.values())).exists()
        for team in self:
            team.alias_channel_id = channels.filtered(
                lambda channel, id_=ids[team]: channel.id == id_
            )

    def _inverse_alias_channel_id(self):
        for team in self.filtered('alias_id'):
            defaults = {**team._get_alias_defaults(), 'channel_id': team.alias_channel_id.id}
            if not team.alias_channel_id:
                del defaults['channel_id']
            team.alias_id.sudo().alias_defaults = repr(defaults)

    # === BUSINESS METHODS === #

    def _get_alias_defaults(self):
        """Return the values that tickets of the mailbox begin with."""
        return ast.literal_eval(self.alias_id.sudo().alias_defaults or '{}')
