import requests

from odoo import fields, models
from odoo.exceptions import UserError


class DeliveryCarrier(models.Model):
    """A carrier outside of the database, which makes return labels.

    The parameter ``test_helpdesk_ecom.carrier`` says how it answers: ``refuse`` (no), ``timeout``
    (nobody knows), ``crash`` (an error of its program), else with a label.
    """

    _inherit = 'delivery.carrier'

    delivery_type = fields.Selection(
        selection_add=[('helpdesk_test', 'Test')],
        ondelete={'helpdesk_test': lambda carriers: carriers.write({'delivery_type': 'fixed'})},
    )

    def _compute_can_generate_return(self):
        super()._compute_can_generate_return()
        self.filtered(
            lambda carrier: carrier.delivery_type == 'helpdesk_test'
        ).can_generate_return = True

    def helpdesk_test_get_return_label(self, pickings, tracking_number=None, origin_date=None):
        """Make a label, as the carrier was told to."""
        answer = self.env['ir.config_parameter'].sudo().get_param('test_helpdesk_ecom.carrier')
        if answer == 'refuse':
            raise UserError(self.env._('The parcel is too old.'))
        if answer == 'timeout':
            try:
                raise requests.exceptions.ReadTimeout
            except requests.exceptions.ReadTimeout as error:
                raise UserError(self.env._('The carrier does not answer.')) from error
        if answer == 'crash':
            raise KeyError('label')
        pickings.message_post(
            body=self.env._('Return label'),
            attachments=[
                (f'{self.get_return_label_prefix()}-{tracking_number}.pdf', b'%PDF-1.4 label')
            ],
        )

    def helpdesk_test_rate_shipment(self, order):
        """Return a rate of nothing."""
        return {'success': True, 'price': 0.0, 'error_message': False, 'warning_message': False}

    def helpdesk_test_send_shipping(self, pickings):
        """Send parcels under the name of their transfer."""
        return [{'exact_price': 0.0, 'tracking_number': picking.name} for picking in pickings]

    def helpdesk_test_get_tracking_link(self, picking):
        """Return where a parcel is followed."""
        return f'https://track.example/{picking.carrier_tracking_ref}'
