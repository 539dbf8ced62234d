import logging

from odoo import models

from .attempt import attempt

_logger = logging.getLogger(__name__)


class HelpdeskTicket(models.Model):
    """What the clocks of a ticket tell it."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _call_sla_hook(self, hook):
        """Call a hook with all tickets at once; if that fails, with each alone.

        Automation rules hang on these hooks. One that is broken is noted on its ticket, and holds
        up no other one.
        """
        if not self:
            return
        with attempt(self.env) as outcome:
            getattr(self, hook)()
        if not outcome.error:
            return
        if len(self) > 1:
            for ticket in self:
                ticket._call_sla_hook(hook)
            return
        _logger.warning('%s of ticket %s failed.', hook, self.id, exc_info=outcome.error)
        self._message_log(
            body=self.env._(
                'What should happen when an SLA policy is at risk or missed did not work: '
                '%(problem)s',
                problem=str(outcome.error),
            )
        )

    def _mark_sla_missed(self):
        """Remember that a promise was not kept, and tell whoever hangs on it."""
        unmarked = self.filtered(lambda ticket: not ticket.sla_missed)
        unmarked.with_context(mail_notrack=True).sla_missed = True
        self._on_sla_missed()
