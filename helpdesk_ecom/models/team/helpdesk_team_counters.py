from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..ticket.helpdesk_ticket import TICKET_PRIORITY

URGENT = TICKET_PRIORITY[-1][0]
CLOSED_DAYS = 7


class HelpdeskTeam(models.Model):
    """What the team overview counts. Everybody counts only the tickets that they may see."""

    _inherit = 'helpdesk.team'

    open_ticket_count = fields.Integer(string='Open Tickets', compute='_compute_open_ticket_counts')
    unassigned_tickets = fields.Integer(
        compute='_compute_open_ticket_counts',
    )
    urgent_ticket = fields.Integer(string='Urgent Tickets', compute='_compute_open_ticket_counts')
    ticket_closed = fields.Integer(
        string='Tickets Closed',
        compute='_compute_ticket_closed',
        help='Tickets closed in the last 7 days.',
    )

    # === COMPUTE METHODS === #

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_open_ticket_counts(self):
        counts = {team_id: (0, 0, 0) for team_id in self.ids}
        rows = self.env['helpdesk.ticket']._read_group(
            Domain('team_id', 'in', self.ids) & Domain('fold', '=', False),
            ['team_id', 'priority'],
            ['__count', 'user_id:count'],
        )
        for team, priority, count, assigned in rows:
            total, unassigned, urgent = counts[team.id]
            counts[team.id] = (
                total + count,
                unassigned + count - assigned,
                urgent + (count if priority == URGENT else 0),
            )
        for team in self:
            team.open_ticket_count, team.unassigned_tickets, team.urgent_ticket = counts.get(
                team._origin.id, (0, 0, 0)
            )

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_ticket_closed(self):
        since = fields.Datetime.now() - timedelta(days=CLOSED_DAYS)
        counts = dict(
            self.env['helpdesk.ticket']._read_group(
                Domain('team_id', 'in', self.ids)
                & Domain('fold', '=', True)
                & Domain('close_date', '>=', since),
                ['team_id'],
                ['__count'],
            )
        )
        for team in self:
            team.ticket_closed = counts.get(team._origin, 0)
