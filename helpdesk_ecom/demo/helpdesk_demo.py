from odoo import api, models


class HelpdeskDemo(models.AbstractModel):
    """What the demo data cannot say in XML. Called from there alone: no method is public."""

    _name = 'helpdesk.demo'
    _description = 'Helpdesk Demo Data'

    @api.model
    def _activate_languages(self, codes):
        """Switch on the languages of the customers, as far as the database is ready for them."""
        for code in codes:
            self.env['res.lang']._activate_lang(code)
