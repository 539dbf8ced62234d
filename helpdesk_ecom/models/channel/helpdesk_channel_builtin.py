from odoo import api, models
from odoo.exceptions import ValidationError

BUILT_IN = ('channel_email', 'channel_portal', 'channel_phone')


class HelpdeskChannel(models.Model):
    """The channels that the addon came with: tickets of every company come by them."""

    _inherit = 'helpdesk.channel'

    # === CONSTRAINT METHODS === #

    @api.constrains('company_id')
    def _check_built_in_company(self):
        """Refuse to take mail, portal and phone from the other companies."""
        xmlid_to_res_id = self.env['ir.model.data']._xmlid_to_res_id
        built_in_ids = {xmlid_to_res_id(f'helpdesk_ecom.{name}') for name in BUILT_IN}
        for channel in self.filtered('company_id'):
            if channel.id in built_in_ids:
                raise ValidationError(
                    self.env._(
                        'Channel "%(channel)s" came with the addon and belongs to all companies. '
                        'Make another one for %(company)s.',
                        channel=channel.name,
                        company=channel.company_id.name,
                    )
                )
