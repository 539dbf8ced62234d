import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models

_logger = logging.getLogger(__name__)

BATCH = 100
GIVE_UP_AFTER = timedelta(days=3)


class HelpdeskMailParked(models.Model):
    """Mails with which nothing is wrong: the server was out of order, such as with a full disk.

    They are processed again by themselves, as if they came now.
    """

    _inherit = 'helpdesk.mail.parked'

    is_temporary = fields.Boolean(
        string='Tried Again',
        readonly=True,
        help='The server was out of order when the mail came. It is processed again by itself.',
    )

    _temporary_idx = models.Index('(id) WHERE is_temporary IS TRUE')

    # === CRON METHODS === #

    @api.model
    def _cron_retry(self):
        """Process mails again that the server could not keep, each in a transaction of its own."""
        mails = self.search(
            [('is_temporary', '=', True), ('state', '=', 'parked')], order='id', limit=BATCH
        )
        for mail in mails:
            if not mail.try_lock_for_update():
                continue
            mail._retry()
            if not self.env['ir.cron']._commit_progress(1):
                break

    # === BUSINESS METHODS === #

    def _note_error(self, error):
        """Have the mail processed again if it is not to blame for the error.

        :param Exception error: what was raised.
        """
        self.is_temporary = isinstance(error, OSError | OperationalError)

    def _retry(self):
        """Process the mail as if it came now; what fails again waits for the next time."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                ticket_id = (
                    self.env['mail.thread']
                    .with_user(SUPERUSER_ID)
                    .message_process('helpdesk.ticket', self._read_source())
                )
        except Exception as error:  # noqa: BLE001 it stays where an administrator sees it
            _logger.warning('Mail %s still cannot be processed.', self.id, exc_info=error)
            self.is_temporary = self.create_date > fields.Datetime.now() - GIVE_UP_AFTER
            return
        if ticket_id:
            self.write({'state': 'released', 'ticket_id': ticket_id, 'is_temporary': False})
        elif self.create_date <= fields.Datetime.now() - GIVE_UP_AFTER:
            self.is_temporary = False
