from odoo import api, fields, models
from odoo.fields import Domain

from .const import METRICS


class HelpdeskTicket(models.Model):
    """What was promised for the ticket, and what is due next."""

    _inherit = 'helpdesk.ticket'

    use_sla = fields.Boolean(string='Has SLA Policies', related='team_id.use_sla')
    sla_ids = fields.Many2many(
        'helpdesk.sla',
        string='SLA Policies',
        compute='_compute_sla_ids',
        search='_search_sla_ids',
    )
    sla_status_ids = fields.One2many(
        'helpdesk.sla.status',
        'ticket_id',
        string='SLA Clocks',
        domain=[('cancelled_date', '=', False)],
        readonly=True,
        copy=False,
    )
    sla_deadline = fields.Datetime(
        string='SLA Deadline',
        readonly=True,
        copy=False,
        help='The earliest deadline of the clocks that run. It may have passed.',
        system_written=True,
    )
    sla_deadline_hours = fields.Float(
        string='Hours to the SLA Deadline',
        readonly=True,
        copy=False,
        aggregator='avg',
        help='Hours from creation to the deadline, on the clock of that deadline.',
        system_written=True,
    )
    sla_warning_date = fields.Datetime(
        string='SLA at Risk from', readonly=True, copy=False, system_written=True
    )
    sla_metric = fields.Selection(
        METRICS, string='Due Next', readonly=True, copy=False, system_written=True
    )
    sla_paused = fields.Boolean(
        string='SLA Paused',
        readonly=True,
        copy=False,
        help='Clocks stand still, and none runs.',
        system_written=True,
    )
    sla_missed = fields.Boolean(
        string='SLA Missed',
        readonly=True,
        copy=False,
        help='A clock was late.',
        system_written=True,
    )
    sla_reached = fields.Boolean(
        string='Has SLA Reached',
        compute='_compute_sla_results',
        search='_search_sla_reached',
        help='A clock stopped in time.',
    )
    sla_reached_late = fields.Boolean(
        string='Has SLA Reached Late',
        compute='_compute_sla_results',
        search='_search_sla_reached_late',
        help='A clock stopped late.',
    )
    sla_fail = fields.Boolean(
        string='Failed SLA Policy',
        compute='_compute_sla_results',
        search='_search_sla_fail',
        help='A clock is late, or was.',
    )
    sla_success = fields.Boolean(
        string='Success SLA Policy',
        compute='_compute_sla_results',
        search='_search_sla_success',
        help='All clocks stopped in time.',
    )

    # What is late is searched by both: by what was noticed, and by what passed just now.
    _sla_missed_idx = models.Index(
        '(priority DESC, id DESC) WHERE active IS TRUE AND fold IS NOT TRUE AND sla_missed IS TRUE'
    )
    # Those without a deadline are in it, too, so that a list may be sorted by it.
    _sla_deadline_idx = models.Index('(sla_deadline) WHERE active IS TRUE AND fold IS NOT TRUE')

    # === COMPUTE METHODS === #

    @api.depends('sla_status_ids.sla_id')
    def _compute_sla_ids(self):
        for ticket in self:
            ticket.sla_ids = ticket.sla_status_ids.sla_id

    @api.model
    def _search_sla_ids(self, operator, value):
        if operator not in ('any', 'in', 'ilike', '=ilike', 'like'):
            return NotImplemented
        self._check_clock_access()
        return Domain('sla_status_ids.sla_id', operator, value)

    @api.depends('sla_status_ids.status', 'sla_status_ids.reached_datetime')
    def _compute_sla_results(self):
        for ticket in self:
            clocks = ticket.sla_status_ids
            stopped = clocks.filtered('reached_datetime')
            results = set(clocks.mapped('status'))
            ticket.sla_reached = 'reached' in results
            ticket.sla_reached_late = any(clock.is_missed for clock in stopped)
            ticket.sla_fail = 'failed' in results
            ticket.sla_success = results == {'reached'}

    @api.model
    def _search_sla_reached(self, operator, value):
        return self._search_by_clocks(operator, value, Domain('status', '=', 'reached'))

    @api.model
    def _search_sla_reached_late(self, operator, value):
        late = Domain('reached_datetime', '!=', False) & Domain('is_missed', '=', True)
        return self._search_by_clocks(operator, value, late)

    @api.model
    def _search_sla_fail(self, operator, value):
        """Search by the ticket alone, so that the lists of open tickets need no join."""
        if operator != 'in':
            return NotImplemented
        domain = self._get_sla_fail_domain()
        return domain if True in value else ~domain

    @api.model
    def _search_sla_success(self, operator, value):
        if operator != 'in':
            return NotImplemented
        self._check_clock_access()
        domain = Domain('sla_status_ids', 'any', []) & Domain(
            'sla_status_ids', 'not any', [('status', '!=', 'reached')]
        )
        return domain if True in value else ~domain

    @api.model
    def _search_by_clocks(self, operator, value, clock_domain):
        """Return the domain of the tickets that have such a clock, or have none."""
        if operator != 'in':
            return NotImplemented
        self._check_clock_access()
        return Domain('sla_status_ids', 'any' if True in value else 'not any', clock_domain)

    @api.model
    def _get_sla_fail_domain(self):
        """Return which tickets have a clock that is late, or was; exact at any moment."""
        return Domain('sla_missed', '=', True) | Domain('sla_deadline', '<', self.env.cr.now())

    # === ACCESS === #

    def _check_clock_access(self):
        """Raise unless the user may know of clocks: a search through them checks no field."""
        self._check_field_access(self._fields['sla_status_ids'], 'read')

    # === BUSINESS METHODS === #

    def _update_sla_summary(self, clocks):
        """Write what the clocks of the tickets (elevated) say together, where it changed.

        :param helpdesk.sla.status clocks: all clocks of these tickets that count, elevated.
        """
        clocks_by_ticket = clocks.grouped('ticket_id')
        for ticket in self.with_context(mail_notrack=True):
            vals = ticket._prepare_sla_summary_vals(
                clocks_by_ticket.get(ticket, self.env['helpdesk.sla.status'])
            )
            changes = {name: value for name, value in vals.items() if ticket[name] != value}
            if changes:
                ticket.write(changes)

    def _prepare_sla_summary_vals(self, clocks):
        """Return what the ticket says of its clocks."""
        self.ensure_one()
        running = clocks.filtered(lambda clock: not clock.reached_datetime)
        ticking = running.filtered(lambda clock: not clock.is_paused)
        # one that was paused when it was late already, and nobody noticed, is still to be found
        dated = running.filtered(
            lambda clock: clock.deadline and not (clock.is_paused and clock.is_missed)
        )
        due = min(dated, key=lambda clock: (clock.deadline, clock.id), default=clocks[:0])
        return {
            'sla_deadline': due.deadline,
            'sla_deadline_hours': due._get_hours_to_deadline() if due else 0.0,
            'sla_warning_date': due.warning_date,
            'sla_metric': due.metric,
            'sla_paused': bool(running) and not ticking,
            'sla_missed': any(clocks.mapped('is_missed')),
        }

    # === BUSINESS METHODS - HOOKS === #

    def _on_sla_warning(self):
        """Hook: called with tickets of which a clock is at risk from now on."""

    def _on_sla_missed(self):
        """Hook: called with tickets of which a clock passed its deadline."""

    def _on_customer_waiting(self):
        """Hook: called with tickets whose customers wrote and wait for an answer from now on."""
