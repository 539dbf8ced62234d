from odoo import api, models
from odoo.fields import Domain

from ..base.resource_calendar import ATTENDANCE_FIELDS, CALENDAR_FIELDS, LEAVE_FIELDS


class ResourceCalendar(models.Model):
    """Working hours that change move the deadlines that are counted in them."""

    _inherit = 'resource.calendar'

    # === CRUD METHODS === #

    def write(self, vals):
        """Count the deadlines anew."""
        result = super().write(vals)
        if not CALENDAR_FIELDS.isdisjoint(vals):
            self._schedule_sla_sync()
        return result

    # === BUSINESS METHODS === #

    def _schedule_sla_sync(self):
        """Have the clocks planned anew that run in these working hours, by a job."""
        Sla_sudo = self.env['helpdesk.sla'].sudo()
        if not self or not Sla_sudo._is_in_use():
            return
        teams_sudo = (
            self.env['helpdesk.team'].sudo().search([('resource_calendar_id', 'in', self.ids)])
        )
        Sla_sudo.search(
            Domain('clock', '!=', 'always')
            & (
                Domain('resource_calendar_id', 'in', self.ids)
                | Domain('company_id', 'in', teams_sudo.company_id.ids)
                | Domain('company_id.resource_calendar_id', 'in', self.ids)
            )
        )._schedule_sync()


class ResourceCalendarAttendance(models.Model):
    """Shifts that change move deadlines."""

    _inherit = 'resource.calendar.attendance'

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Count the deadlines anew."""
        attendances = super().create(vals_list)
        attendances.calendar_id._schedule_sla_sync()
        return attendances

    def write(self, vals):
        """Count the deadlines anew."""
        calendars = self.calendar_id
        result = super().write(vals)
        if not ATTENDANCE_FIELDS.isdisjoint(vals):
            (calendars | self.calendar_id)._schedule_sla_sync()
        return result

    def unlink(self):
        """Count the deadlines anew."""
        calendars = self.calendar_id
        result = super().unlink()
        calendars._schedule_sla_sync()
        return result


class ResourceCalendarLeaves(models.Model):
    """Public holidays that change move deadlines; the time off of a person doesn't."""

    _inherit = 'resource.calendar.leaves'

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Count the deadlines anew."""
        leaves = super().create(vals_list)
        leaves._schedule_sla_sync()
        return leaves

    def write(self, vals):
        """Count the deadlines anew."""
        relevant = not LEAVE_FIELDS.isdisjoint(vals)
        if relevant:
            self._schedule_sla_sync()
        result = super().write(vals)
        if relevant:
            self._schedule_sla_sync()
        return result

    def unlink(self):
        """Count the deadlines anew."""
        self._schedule_sla_sync()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _schedule_sla_sync(self):
        """Have the clocks planned anew that stand still on these public holidays."""
        public_sudo = self._filter_public()
        if not all(leave.calendar_id for leave in public_sudo):
            self.env['helpdesk.sla'].sudo().search([('clock', '!=', 'always')])._schedule_sync()
        else:
            public_sudo.calendar_id._schedule_sla_sync()


class HelpdeskHoliday(models.Model):
    """Holidays of the customers move the deadlines in their hours."""

    _inherit = 'helpdesk.holiday'

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Count the deadlines anew."""
        holidays = super().create(vals_list)
        self._schedule_sla_sync()
        return holidays

    def write(self, vals):
        """Count the deadlines anew."""
        result = super().write(vals)
        if not {'active', 'country_id', 'date', 'state_ids'}.isdisjoint(vals):
            self._schedule_sla_sync()
        return result

    def unlink(self):
        """Count the deadlines anew."""
        result = super().unlink()
        self._schedule_sla_sync()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _schedule_sla_sync(self):
        """Have the clocks planned anew that run in the hours of customers."""
        self.env['helpdesk.sla'].sudo().search([('clock', '=', 'customer')])._schedule_sync()
