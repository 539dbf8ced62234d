from odoo import models

# Several parcels of one transfer stand in one field, separated by commas: each is a key.
TRACKING_NUMBERS = "string_to_array(upper(replace(carrier_tracking_ref, ' ', '')), ',')"


class StockPicking(models.Model):
    _inherit = 'stock.picking'

    _helpdesk_tracking_idx = models.Index(
        f'USING gin (({TRACKING_NUMBERS})) WHERE carrier_tracking_ref IS NOT NULL'
    )

    def _get_helpdesk_tracking(self):
        """Override of `helpdesk_ecom`: tell the parcels, each with its own link if there are."""
        parcels = super()._get_helpdesk_tracking()
        numbers = [
            number.strip()
            for number in (self.carrier_tracking_ref or '').split(',')
            if number.strip()
        ]
        links = self.get_multiple_carrier_tracking() or []
        if len(links) == len(numbers) > 1:
            return parcels + [{'reference': name, 'url': url} for name, url in links]
        url = '' if links else self.carrier_tracking_url or ''
        return parcels + [{'reference': number, 'url': url} for number in numbers]
