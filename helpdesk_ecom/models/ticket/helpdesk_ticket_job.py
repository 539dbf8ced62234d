import logging

from psycopg2 import OperationalError

from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.tools import html2plaintext

_logger = logging.getLogger(__name__)


class HelpdeskTicket(models.Model):
    """What jobs do with many tickets must not stop at one that can't be changed.

    An automation rule that raises, or a constraint of another addon, is tied to one ticket; the
    tickets of everybody else go on.
    """

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _do_or_note(self, action):
        """Do something with all tickets at once; if it fails, with each of them alone.

        What fails on a ticket is undone, and noted on it.

        :param action: called with tickets.
        :return: what the calls that did not fail returned.
        :rtype: list
        """
        if not self:
            return []
        try:
            with self.env.cr.savepoint():
                return [action(self)]  # flushed by the savepoint
        except (ConcurrencyError, OperationalError):
            raise  # the whole transaction is tried again
        except Exception as error:
            self.env.invalidate_all()
            if len(self) > 1:
                return [result for ticket in self for result in ticket._do_or_note(action)]
            _logger.warning('A job failed on ticket %s.', self.ticket_ref, exc_info=True)
            self._note_failure(error)
            return []

    def _note_failure(self, error):
        """Note why a job failed on the ticket, if that is not the last thing that was noted."""
        self.ensure_one()
        note = self.env._(
            'This could not be done automatically: %(error)s',
            error=' '.join((str(error) or type(error).__name__).split()),
        )
        last = self.env['mail.message'].search(
            [
                ('model', '=', self._name),
                ('res_id', '=', self.id),
                ('message_type', '=', 'notification'),
            ],
            order='id desc',
            limit=1,
        )
        if ' '.join(html2plaintext(last.body or '').split()) != note:
            self._message_log(body=note)
