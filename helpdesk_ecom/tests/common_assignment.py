from odoo import Command
from odoo.tests.test_cursor import TestCursor

from .common import HelpdeskCommon


class HelpdeskAssignmentCommon(HelpdeskCommon):
    """A team of two agents that assigns by itself, and the job that does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write(
            {
                'auto_assignment': True,
                'resource_calendar_id': False,  # always at work
                'member_ids': [Command.set((cls.agent | cls.agent_2).ids)],
            }
        )
        cls.job = cls.env.ref('helpdesk_ecom.ir_cron_assign_tickets')

    def _create_batch(self, count, **vals):
        return (
            self.env['helpdesk.ticket']
            .with_user(self.leader)
            .create(
                [
                    {'name': f'Ticket {number}', 'team_id': self.team.id, **vals}
                    for number in range(count)
                ]
            )
        )

    def _set_now(self, moment):
        """Move the clock of the transaction, and of the job's."""
        for cursor_class in (type(self.env.cr), TestCursor):
            self.patch(cursor_class, 'now', lambda _cr: moment)

    def _hand_out(self):
        """Run the job."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.job.method_direct_trigger()
        self.env.invalidate_all()

    def _assign_batch(self, count, **vals):
        """Create tickets and hand them out."""
        tickets = self._create_batch(count, **vals)
        self._hand_out()
        return tickets

    def _has_trigger(self):
        """Tell whether the job is called, and forget it."""
        self.env.flush_all()
        triggers = self.env['ir.cron.trigger'].search([('cron_id', '=', self.job.id)])
        triggers.unlink()
        return bool(triggers)
