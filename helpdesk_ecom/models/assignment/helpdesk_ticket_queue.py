from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.agent_choice import ALL_AWAY, ALL_FULL, NOBODY_FITS
from ..ticket.helpdesk_ticket_assignment import NOT_QUEUED


class HelpdeskTicket(models.Model):
    """Tickets that wait for an agent. The job hands them out; whoever queues one only says so."""

    _inherit = 'helpdesk.ticket'

    assignment_queue_date = fields.Datetime(
        string='Waits for an Agent Since',
        readonly=True,
        copy=False,
        help='Automatic assignment gives the ticket to an agent as soon as one is free.',
        system_written=True,
    )
    assignment_avoid_user_id = fields.Many2one(
        'res.users',
        string='Agent before',
        readonly=True,
        copy=False,
        help='Automatic assignment prefers somebody else.',
        system_written=True,
    )

    assignment_prefer_user_id = fields.Many2one(
        'res.users',
        string='Agent by Rule',
        readonly=True,
        copy=False,
        help='Automatic assignment gives the ticket to this agent, if present and with room.',
        system_written=True,
    )
    assignment_wait_reason = fields.Selection(
        [
            (NOBODY_FITS, 'Nobody in the team fits'),
            (ALL_AWAY, 'Everybody who fits is away'),
            (ALL_FULL, 'Everybody who fits has as many tickets as they may have'),
        ],
        string='Why It Waits',
        readonly=True,
        copy=False,
        help='Why automatic assignment has not given the ticket to anybody yet.',
        system_written=True,
    )

    # The job reads the queue in this order, and many ask whether there is one at all.
    _assignment_queue_idx = models.Index(
        '(priority DESC, sla_deadline, assignment_queue_date, id) '
        'WHERE assignment_queue_date IS NOT NULL AND active IS TRUE AND fold IS NOT TRUE'
    )
    # How many open tickets an agent has.
    _agent_open_idx = models.Index('(user_id) WHERE active IS TRUE AND fold IS NOT TRUE')

    # === BUSINESS METHODS === #

    def _queue_assignment(self):
        """Take open tickets from their agents, and have them handed out: to others, if possible.

        Also in teams that don't assign by themselves: whoever calls this wants it.
        """
        queued = self.filtered(lambda ticket: ticket.team_id and not ticket.fold)
        for agent, tickets in queued.grouped('user_id').items():
            tickets.filtered(lambda ticket: not ticket.assignment_queue_date).write(
                {
                    **NOT_QUEUED,
                    'user_id': False,
                    'assignment_avoid_user_id': agent.id,
                    'assignment_queue_date': self.env.cr.now(),
                }
            )
        if queued:
            self._trigger_assignment()

    @api.model
    def _get_queue_domain(self):
        """Return which tickets wait to be handed out."""
        return Domain('assignment_queue_date', '!=', False) & Domain('fold', '=', False)

    @api.model
    def _trigger_assignment(self, at=None):
        """Have the queue handed out as soon as this transaction is committed: one INSERT.

        :param datetime at: naive UTC; later than that.
        """
        cron_id = self.env['ir.model.data']._xmlid_to_res_id(  # `ref` would ask whether it exists
            'helpdesk_ecom.ir_cron_assign_tickets',
            raise_if_not_found=True,
        )
        self.env['ir.cron'].browse(cron_id)._trigger(at)

    @api.model
    def _trigger_assignment_of_queue(self):
        """Have the queue handed out if anybody is in it: called when an agent becomes free."""
        if self.sudo().search_count(self._get_queue_domain(), limit=1):
            self._trigger_assignment()
