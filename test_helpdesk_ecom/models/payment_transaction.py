import time
from pathlib import Path

from odoo import models


class PaymentTransaction(models.Model):
    """A bank outside of the database, and places at which a test can stop the server.

    The parameter ``test_helpdesk_ecom.bank`` names a folder. There each refund that is sent adds a
    line to ``refunds``, which no rollback takes back. While a file ``hold_<place>`` exists the
    server waits at that place, and says so by a file ``at_<place>``. If ``timeout`` exists, the
    money leaves and the answer is lost.
    """

    _inherit = 'payment.transaction'

    def _create_child_transaction(self, amount, is_refund=False, **custom_create_values):
        if is_refund:
            self._hold_at('prepare')
        return super()._create_child_transaction(
            amount, is_refund=is_refund, **custom_create_values
        )

    def _send_refund_request(self):
        bank = self._get_test_bank()
        if self.provider_code != 'demo' or not bank:
            return super()._send_refund_request()
        with (bank / 'refunds').open('a') as refunds:
            refunds.write(f'{self.reference} {-self.amount}\n')
        self._hold_at('sent')
        if (bank / 'timeout').exists():
            raise TimeoutError('no answer')
        return super()._send_refund_request()

    def _get_test_bank(self):
        """Return the folder of the bank, or nothing."""
        folder = self.env['ir.config_parameter'].sudo().get_param('test_helpdesk_ecom.bank')
        return Path(folder) if folder else None

    def _hold_at(self, place):
        """Wait while the test wants the server to stand here."""
        if bank := self._get_test_bank():
            (bank / f'at_{place}').touch()
            while (bank / f'hold_{place}').exists():
                time.sleep(0.02)
