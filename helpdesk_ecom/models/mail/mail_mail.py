from datetime import timedelta

from odoo import api, fields, models

BATCH = 500
SHORTEST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=2)
GIVE_UP_AFTER = timedelta(days=3)


class MailMail(models.Model):
    """What the mail server didn't take as it was out of order is sent once it is back.

    Odoo tries once, and lets a person click "Retry". Here only those are tried again for which not
    even a connection was made, so that nothing goes out twice: the failure `mail_smtp`.
    """

    _inherit = 'mail.mail'

    # === CRON METHODS === #

    @api.model
    def _cron_retry_helpdesk_mail(self):
        """Try mails of tickets again that never reached the mail server, more and more seldom."""
        now = fields.Datetime.now()
        unsent = self.search(
            [
                ('state', '=', 'exception'),
                ('model', '=', 'helpdesk.ticket'),
                ('create_date', '>', now - GIVE_UP_AFTER),
                ('write_date', '<=', now - SHORTEST_WAIT),
                ('notification_ids.failure_type', '=', 'mail_smtp'),
            ],
            order='id',
            limit=BATCH,
        )
        due = unsent.filtered(lambda mail: mail._is_due_again(now))
        if due:
            due.mark_outgoing()
            self.env.ref('mail.ir_cron_mail_scheduler_action')._trigger()

    # === BUSINESS METHODS === #

    def _is_due_again(self, now):
        """Tell whether the mail has waited since the last attempt for a fourth of its age.

        :param datetime now: naive UTC.
        """
        self.ensure_one()
        wait = min(max((now - self.create_date) / 4, SHORTEST_WAIT), LONGEST_WAIT)
        return self.write_date <= now - wait
