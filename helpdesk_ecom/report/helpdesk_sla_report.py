from odoo import fields, models
from odoo.tools import SQL

from ..models.sla.const import CLOCKS, METRICS
from ..models.ticket.helpdesk_ticket import TICKET_PRIORITY


class HelpdeskSlaReportAnalysis(models.Model):
    """How well promises are kept: a row is a clock, with what is known of its ticket.

    Whether a clock that still runs is late is asked of the moment, not of what a job has marked.
    Averages leave out what says nothing: clocks that still run do not count in the success rate,
    those in time do not count in the hours late. Archived tickets count: a promise that was not
    kept does not vanish with its ticket. Merged ones go on in another ticket, which counts.
    """

    _name = 'helpdesk.sla.report.analysis'
    _description = 'SLA Analysis'
    _auto = False
    _order = 'start_date desc, id desc'
    _rec_name = 'ticket_id'
    _depends = {
        'helpdesk.sla.status': [
            'cancelled_date',
            'clock',
            'deadline',
            'exceeded_hours',
            'is_missed',
            'is_paused',
            'metric',
            'reached_datetime',
            'sla_id',
            'start_date',
            'ticket_id',
        ],
        'helpdesk.ticket': [
            'active',
            'channel_id',
            'commercial_partner_id',
            'company_id',
            'country_id',
            'customer_tier_id',
            'merged_into_id',
            'priority',
            'stage_id',
            'team_id',
            'ticket_type_id',
            'user_id',
        ],
    }

    # The ticket
    ticket_id = fields.Many2one('helpdesk.ticket', readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    team_id = fields.Many2one('helpdesk.team', readonly=True)
    user_id = fields.Many2one('res.users', string='Assigned to', readonly=True)
    partner_id = fields.Many2one('res.partner', string='Customer', readonly=True)
    customer_tier_id = fields.Many2one('helpdesk.customer.tier', readonly=True)
    country_id = fields.Many2one('res.country', readonly=True)
    channel_id = fields.Many2one('helpdesk.channel', readonly=True)
    ticket_type_id = fields.Many2one('helpdesk.ticket.type', string='Type', readonly=True)
    stage_id = fields.Many2one('helpdesk.stage', readonly=True)
    priority = fields.Selection(TICKET_PRIORITY, readonly=True)
    is_archived = fields.Boolean(string='Archived Ticket', readonly=True)

    # The clock
    sla_id = fields.Many2one('helpdesk.sla', string='SLA Policy', readonly=True)
    metric = fields.Selection(METRICS, string='What is Promised', readonly=True)
    clock = fields.Selection(CLOCKS, readonly=True)
    start_date = fields.Datetime(string='Running Since', readonly=True)
    deadline = fields.Datetime(readonly=True)
    reached_datetime = fields.Datetime(string='Reached On', readonly=True)
    status = fields.Selection(
        [('failed', 'Late'), ('reached', 'Reached'), ('ongoing', 'Ongoing')],
        readonly=True,
    )

    # Measures
    reached_count = fields.Integer(string='Reached', readonly=True)
    failed_count = fields.Integer(string='Late', readonly=True)
    ongoing_count = fields.Integer(string='Ongoing', readonly=True)
    success_rate = fields.Float(
        string='Success Rate (%)',
        readonly=True,
        aggregator='avg',
        help='How many were in time, of those that are not ongoing.',
    )
    exceeded_hours = fields.Float(
        string='Hours Late',
        readonly=True,
        aggregator='avg',
        help='Working hours after the deadline on the clock of the policy, of those that were '
        'late and have stopped.',
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT clock.*,
                   (clock.status = 'reached')::int AS reached_count,
                   (clock.status = 'failed')::int AS failed_count,
                   (clock.status = 'ongoing')::int AS ongoing_count,
                   CASE clock.status WHEN 'reached' THEN 100.0 WHEN 'failed' THEN 0.0 END
                       AS success_rate
              FROM (%s) clock
            """,
            self._get_clock_query(),
        )

    def _get_clock_query(self):
        """Return the clocks, each with what its ticket is and how it stands now."""
        return SQL(
            """
            SELECT status.id, status.ticket_id, status.sla_id, status.metric, status.clock,
                   status.start_date, status.deadline, status.reached_datetime,
                   ticket.company_id, ticket.team_id, ticket.user_id,
                   ticket.commercial_partner_id AS partner_id, ticket.customer_tier_id,
                   ticket.country_id, ticket.channel_id, ticket.ticket_type_id, ticket.stage_id,
                   ticket.priority, ticket.active IS NOT TRUE AS is_archived,
                   CASE WHEN status.is_missed THEN 'failed'
                        WHEN status.reached_datetime IS NOT NULL THEN 'reached'
                        WHEN status.deadline < %(now)s THEN 'failed'
                        ELSE 'ongoing'
                   END AS status,
                   NULLIF(status.exceeded_hours, 0.0) AS exceeded_hours
              FROM helpdesk_sla_status status
              JOIN helpdesk_ticket ticket ON ticket.id = status.ticket_id
             WHERE status.cancelled_date IS NULL AND ticket.merged_into_id IS NULL
            """,
            now=self.env.cr.now(),
        )

    # === ACTION METHODS === #

    def action_open_ticket(self):
        """Open the ticket of the clock."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'helpdesk.ticket',
            'res_id': self.ticket_id.id,
            'views': [(False, 'form')],
        }
