from odoo import api, fields, models
from odoo.tools.date_utils import localized


class HelpdeskTicket(models.Model):
    """When things happened to the ticket, and how long they took."""

    _inherit = 'helpdesk.ticket'

    date_last_stage_update = fields.Datetime(
        string='Last Stage Update',
        compute='_compute_date_last_stage_update',
        store=True,
        precompute=True,
        copy=False,
        system_written=True,
    )
    assign_date = fields.Datetime(
        string='First Assigned On',
        compute='_compute_assign_date',
        store=True,
        precompute=True,
        copy=False,
    )
    close_date = fields.Datetime(
        string='Closed On',
        compute='_compute_close_date',
        store=True,
        precompute=True,
        copy=False,
        system_written=True,
    )
    assign_hours = fields.Float(
        string='Working Hours to Assign',
        compute='_compute_assign_hours',
        store=True,
        precompute=True,
        aggregator='avg',
        help='Working hours of the team from creation to the first assignment.',
    )
    close_hours = fields.Float(
        string='Working Hours to Close',
        compute='_compute_close_hours',
        store=True,
        precompute=True,
        aggregator='avg',
        help='Working hours of the team from creation to closing.',
    )
    open_hours = fields.Float(
        compute='_compute_open_hours',
        help='Hours by the clock from creation to closing, or until now.',
    )

    _team_closed_idx = models.Index(
        '(team_id, close_date) WHERE active IS TRUE AND fold IS TRUE',
    )

    # === COMPUTE METHODS === #

    @api.depends('stage_id')
    def _compute_date_last_stage_update(self):
        self.date_last_stage_update = self.env.cr.now()

    @api.depends('user_id')
    def _compute_assign_date(self):
        for ticket in self:
            ticket.assign_date = ticket.assign_date or (ticket.user_id and self.env.cr.now())

    @api.depends('fold')
    def _compute_close_date(self):
        for ticket in self:
            ticket.close_date = ticket.fold and (ticket.close_date or self.env.cr.now())

    @api.depends('assign_date')
    def _compute_assign_hours(self):
        self._compute_working_hours('assign_date', 'assign_hours')

    @api.depends('close_date')
    def _compute_close_hours(self):
        self._compute_working_hours('close_date', 'close_hours')

    @api.depends('close_date', 'create_date')
    def _compute_open_hours(self):
        now = self.env.cr.now()
        for ticket in self:
            start = ticket.create_date or now
            ticket.open_hours = ((ticket.close_date or now) - start).total_seconds() / 3600

    def _compute_working_hours(self, date_field, hours_field):
        """Fill ``hours_field`` with the team's working hours from creation to ``date_field``."""
        self[hours_field] = 0.0
        dated = self.filtered(lambda ticket: ticket[date_field] and ticket.create_date)
        for team, tickets in dated.grouped('team_id').items():
            start, stop = min(tickets.mapped('create_date')), max(tickets.mapped(date_field))
            working_time = team._get_working_time(start, stop)
            for ticket in tickets:
                ticket[hours_field] = working_time.hours(
                    localized(ticket.create_date), localized(ticket[date_field])
                )
