from odoo import api, fields, models
from odoo.fields import Domain

from .const import CLOCKS, METRICS

COLORS = {'failed': 1, 'reached': 10, 'ongoing': 0, 'cancelled': 0}


class HelpdeskSlaStatus(models.Model):
    """The clock of one policy on one ticket: running, paused, or stopped in time or late.

    What was late once stays failed, also when it is reached afterwards.

    A clock whose ticket no longer falls under its policy is cancelled: nobody sees or counts it. It
    is not deleted, because the ticket may come back under the policy, and what has happened to the
    clock must not happen again.
    """

    _name = 'helpdesk.sla.status'
    _description = 'SLA Clock of a Ticket'
    _order = 'deadline ASC, sla_stage_id, id'
    _rec_name = 'sla_id'

    ticket_id = fields.Many2one(
        'helpdesk.ticket', required=True, index=True, ondelete='cascade', readonly=True
    )
    sla_id = fields.Many2one(
        'helpdesk.sla',
        string='Policy',
        required=True,
        index=True,
        ondelete='restrict',
        readonly=True,
    )
    sla_stage_id = fields.Many2one('helpdesk.stage', string='Stage to Reach', readonly=True)
    metric = fields.Selection(METRICS, string='What', required=True, readonly=True)
    clock = fields.Selection(CLOCKS, required=True, readonly=True)
    tz = fields.Char(string='Time Zone', readonly=True)
    start_date = fields.Datetime(string='Running Since', required=True, readonly=True)
    pauses = fields.Json(readonly=True)
    is_paused = fields.Boolean(string='Paused', readonly=True)
    warning_date = fields.Datetime(string='At Risk from', readonly=True)
    deadline = fields.Datetime(
        readonly=True,
        help='A clock that is paused in time has none: it moves as long as the pause lasts.',
    )
    reached_datetime = fields.Datetime(
        string='Reached On',
        readonly=True,
        help='When the clock stopped.',
    )
    cancelled_date = fields.Datetime(
        string='Cancelled On',
        readonly=True,
        help='Since when the ticket no longer falls under the policy.',
    )
    is_kept = fields.Boolean(
        string='Kept by its Escalation',
        readonly=True,
        help='An escalation of the policy changed the ticket so that the policy would no longer '
        'apply to it. The promise stands all the same.',
    )
    is_missed = fields.Boolean(string='Missed', readonly=True)
    exceeded_hours = fields.Float(
        readonly=True,
        aggregator='avg',
        help='How many hours late it was, on its own clock.',
    )
    next_event_date = fields.Datetime(
        compute='_compute_next_event_date',
        store=True,
        precompute=True,
        help='When the clock has to be looked at again.',
    )
    status = fields.Selection(
        [
            ('failed', 'Failed'),
            ('reached', 'Reached'),
            ('ongoing', 'Ongoing'),
            ('cancelled', 'Cancelled'),
        ],
        compute='_compute_status',
        search='_search_status',
    )
    color = fields.Integer(compute='_compute_color', export_string_translation=False)

    _running_uniq = models.UniqueIndex(
        '(ticket_id, sla_id) WHERE reached_datetime IS NULL AND cancelled_date IS NULL',
        'The clock of this policy runs on this ticket already.',
    )
    _event_idx = models.Index('(next_event_date) WHERE next_event_date IS NOT NULL')

    # === COMPUTE METHODS === #

    @api.depends('warning_date', 'deadline', 'is_missed', 'reached_datetime', 'cancelled_date')
    def _compute_next_event_date(self):
        for status in self:
            status.next_event_date = min(status._get_event_dates(), default=False)

    @api.depends('deadline', 'is_missed', 'reached_datetime', 'cancelled_date')
    def _compute_status(self):
        now = self.env.cr.now()
        for status in self:
            if status.cancelled_date:
                status.status = 'cancelled'
            elif status._is_late(now):
                status.status = 'failed'
            else:
                status.status = 'reached' if status.reached_datetime else 'ongoing'

    @api.model
    def _search_status(self, operator, value):
        if operator != 'in':
            return NotImplemented
        valid = Domain('cancelled_date', '=', False)
        running = Domain('reached_datetime', '=', False)
        late = Domain('is_missed', '=', True) | (
            running & Domain('deadline', '<', self.env.cr.now())
        )
        domains = {
            'failed': valid & late,
            'reached': valid & ~late & ~running,
            'ongoing': valid & ~late & running,
            'cancelled': ~valid,
        }
        return Domain.OR(domains[status] for status in value if status in domains)

    @api.depends('status')
    def _compute_color(self):
        for status in self:
            status.color = COLORS[status.status]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Let stopped clocks make room in the index of those that run."""
        self.flush_model(['reached_datetime', 'cancelled_date'])
        return super().create(vals_list)

    # === BUSINESS METHODS === #

    def _is_open(self):
        """Tell whether the clock waits for something, paused or not."""
        self.ensure_one()
        return not self.reached_datetime and not self.cancelled_date

    def _is_late(self, moment):
        """Tell whether the clock is, or was, late at a moment (naive UTC) when it still runs."""
        self.ensure_one()
        if self.is_missed or not self._is_open():
            return self.is_missed
        return bool(self.deadline and self.deadline < moment)

    def _update_events(self):
        """Note when these clocks have to be looked at again.

        To be called when something of what `_get_event_dates` knows has happened.
        """
        self._compute_next_event_date()

    def _get_event_dates(self):
        """Return when something is to happen to this clock, and has not happened yet.

        A deadline that passed without being noticed is one of them.

        :return: list of naive UTC moments, unsorted.
        """
        self.ensure_one()
        if self.is_missed or not self._is_open():
            return []
        dates = [self.deadline] if self.deadline else []
        if self.warning_date and self.warning_date > self.env.cr.now():
            dates.append(self.warning_date)
        return dates
