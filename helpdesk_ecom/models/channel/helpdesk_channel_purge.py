from odoo import api, fields, models
from odoo.tools import SQL

KEEP_DAYS = 30
# Providers repeat for a week at most; what is deleted earlier could come in twice.
LEAST_KEEP_DAYS = 8
# After so long nobody decides any more, and the words are not ours to keep.
UNDECIDED_DAYS = 180
BATCH = 2000

OVER = ('done', 'ignored', 'sent', 'delivered', 'read', 'canceled')
UNDECIDED = ('new', 'parked', 'failed', 'unknown', 'outgoing', 'sending')


class HelpdeskChannelEnvelope(models.Model):
    """What is kept of what came and went, and for how long.

    The words stand in the ticket: their copy in the envelope goes after a while. What says which
    message is which stays as long as the message, as it can be quoted or taken back much later.
    All else is deleted.
    """

    _inherit = 'helpdesk.channel.envelope'

    _purge_idx = models.Index(
        "(write_date) WHERE message_id IS NULL OR kind NOT IN ('message', 'echo')"
    )
    _contents_idx = models.Index('(write_date) WHERE payload IS NOT NULL')

    # === CRON METHODS === #

    @api.model
    def _cron_purge(self):
        """Delete what is over and has been kept for long enough, and the contents of the rest."""
        now = fields.Datetime.now()
        limit = fields.Datetime.subtract(now, days=self._get_keep_days())
        undecided_limit = fields.Datetime.subtract(now, days=UNDECIDED_DAYS)
        self.flush_model()
        over = self._select_purge(
            SQL("message_id IS NULL OR kind NOT IN ('message', 'echo')"), OVER, limit
        )
        over.unlink()
        emptied = self._select_purge(SQL('payload IS NOT NULL'), OVER, limit)
        emptied.payload = False
        undecided = self._select_purge(SQL('payload IS NOT NULL'), UNDECIDED, undecided_limit)
        undecided.write({'payload': False, 'error': self.env._('Nobody decided in time.')})
        undecided.filtered(lambda e: e.direction == 'in').state = 'ignored'
        outgoing = undecided.filtered(lambda e: e.direction == 'out')
        outgoing.state = 'canceled'
        outgoing._show_delivery()
        batches = (over, emptied, undecided)
        self.env['ir.cron']._commit_progress(
            sum(map(len, batches)), remaining=sum(len(batch) == BATCH for batch in batches)
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_keep_days(self):
        """Return for how many days the contents are kept, by the system parameter."""
        value = self.env['ir.config_parameter'].sudo().get_param('helpdesk_ecom.envelope_keep_days')
        return max(int(value), LEAST_KEEP_DAYS) if str(value).isdecimal() else KEEP_DAYS

    @api.model
    def _select_purge(self, condition, states, limit):
        """Return a batch of envelopes that nobody has touched for long, the oldest first.

        :param SQL condition: as an index has it.
        :param tuple states: in which they are.
        :param datetime limit: since when, naive UTC.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM helpdesk_channel_envelope
                 WHERE (%(condition)s) AND write_date < %(limit)s AND state IN %(states)s
                 ORDER BY write_date
                 LIMIT %(batch)s
                """,
                condition=condition,
                limit=limit,
                states=states,
                batch=BATCH,
            )
        )
        return self.browse([envelope_id for (envelope_id,) in rows])
