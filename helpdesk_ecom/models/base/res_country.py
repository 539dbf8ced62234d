from odoo import api, models, tools


class ResCountry(models.Model):
    _inherit = 'res.country'

    @api.model
    @tools.ormcache('code', cache='stable')
    def _get_helpdesk_country_id(self, code):
        """Return the id of a country by its ISO code of two letters; False if unknown."""
        return self.sudo().search([('code', '=', code)]).id
