from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .helpdesk_team_counters import CLOSED_DAYS


class HelpdeskTeam(models.Model):
    """How the team keeps its promises. Everybody counts only the tickets that they may see."""

    _inherit = 'helpdesk.team'

    sla_failed = fields.Integer(
        string='Failed SLA Tickets',
        compute='_compute_sla_failed',
        help='Open tickets with a clock that is late, or was.',
    )
    success_rate = fields.Float(
        compute='_compute_success_rate',
        help='Of the tickets with SLA clocks that were closed in the last 7 days, the percentage '
        'without a late one; -1 if there are none.',
    )

    # === COMPUTE METHODS === #

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_sla_failed(self):
        Ticket = self.env['helpdesk.ticket']
        counts = dict(
            Ticket._read_group(
                Domain('team_id', 'in', self.ids)
                & Domain('fold', '=', False)
                & Ticket._get_sla_fail_domain(),
                ['team_id'],
                ['__count'],
            )
        )
        for team in self:
            team.sla_failed = counts.get(team._origin, 0)

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_success_rate(self):
        counts = {}
        rows = self.env['helpdesk.ticket']._read_group(
            Domain('team_id', 'in', self.ids)
            & Domain('fold', '=', True)
            & Domain('close_date', '>=', self.env.cr.now() - timedelta(days=CLOSED_DAYS))
            & Domain('sla_status_ids', 'any', []),
            ['team_id', 'sla_missed'],
            ['__count'],
        )
        for team, missed, count in rows:
            counts.setdefault(team, {})[missed] = count
        for team in self:
            results = counts.get(team._origin)
            team.success_rate = (
                100.0 * results.get(False, 0) / sum(results.values()) if results else -1.0
            )

    # === CRUD METHODS === #

    def write(self, vals):
        """Apply the policies anew when the team starts or stops to use them, or works otherwise."""
        changed = self.filtered(
            lambda team: any(
                name in vals and team._fields[name].convert_to_write(team[name], team) != vals[name]
                for name in ('resource_calendar_id', 'use_sla')
            )
        )
        result = super().write(vals)
        if changed and self.env['helpdesk.sla']._is_in_use():
            self.env['helpdesk.sla'].sudo().search(
                [
                    ('company_id', 'in', changed.company_id.ids),
                    ('team_id', 'in', [False, *self.ids]),
                ]
            )._schedule_sync()
        return result
