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
        reference, url = self.carrier_tracking_ref or '', self.carrier_tracking_url or ''
        numbers = [number.strip() for number in reference.split(',') if number.strip()]
        links = self.get_multiple_carrier_tracking() or []
        if links:  # the carrier tells each parcel's own
            parcels += [{'reference': name, 'url': link} for name, link in links]
            known = {name for name, _link in links}
            return parcels + [{'reference': n, 'url': ''} for n in numbers if n not in known]
        # a carrier that knows but a pattern has put all the numbers into one link
        return parcels + [
            {'reference': number, 'url': url.replace(reference, number)} for number in numbers
        ]

    def _get_helpdesk_hold_reason(self):
        """Override of `helpdesk_ecom`: a parcel must not get another address than its label has."""
        if self.carrier_tracking_ref:
            return self.env._('has a carrier label (%(label)s)', label=self.carrier_tracking_ref)
        return super()._get_helpdesk_hold_reason()

    def _get_helpdesk_carrier_name(self):
        """Override of `helpdesk_ecom`: tell the carrier."""
        return self.carrier_id.name or super()._get_helpdesk_carrier_name()

    def _get_helpdesk_label_step_vals(self):
        """Override of `helpdesk_ecom`: the carriers of these deliveries may take goods back."""
        return super()._get_helpdesk_label_step_vals() + [
            {'code': 'return_label', 'after_commit': True, 'delivery_id': picking.id}
            for picking in self
            if picking.carrier_id.can_generate_return
        ]
