from odoo import models


class HelpdeskStage(models.Model):
    """A stage that moves or starts to close tickets changes what clocks wait for."""

    _inherit = 'helpdesk.stage'

    # === CRUD METHODS === #

    def write(self, vals):
        """Let the clocks of the tickets in the stages follow."""
        result = super().write(vals)
        if {'fold', 'sequence'}.isdisjoint(vals) or not self.env['helpdesk.sla']._is_in_use():
            return result
        self.env.registry.clear_cache()  # policies know the rank of the stage that they wait for
        Ticket_sudo = self.env['helpdesk.ticket'].sudo()
        tickets_sudo = Ticket_sudo.search(
            [('stage_id', 'in', self.ids), ('sla_status_ids.reached_datetime', '=', False)]
        )
        tickets_sudo._advance_sla(tickets_sudo._fetch_sla_clocks())
        return result


class ResCountryGroup(models.Model):
    """A policy for a country group is one for its countries."""

    _inherit = 'res.country.group'

    # === CRUD METHODS === #

    def write(self, vals):
        """Apply the policies of the groups anew."""
        result = super().write(vals)
        if 'country_ids' in vals and self.env['helpdesk.sla']._is_in_use():
            self.env.registry.clear_cache()
            self.env['helpdesk.sla'].sudo().search(
                [('country_group_ids', 'in', self.ids)]
            )._schedule_sync()
        return result


class ResCompany(models.Model):
    """The hours of a company are those of its teams that have none of their own."""

    _inherit = 'res.company'

    # === CRUD METHODS === #

    def write(self, vals):
        """Count the deadlines anew."""
        result = super().write(vals)
        if 'resource_calendar_id' in vals and self.env['helpdesk.sla']._is_in_use():
            self.env['helpdesk.sla'].sudo().search(
                [('company_id', 'in', self.ids), ('clock', '=', 'customer')]
            )._schedule_sync()
        return result


class HelpdeskTicket(models.Model):
    """What changes at the customer without anybody writing the ticket."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _on_customer_tier_changed(self):
        """Override: another tier, other policies, from now on: before, nothing was promised."""
        super()._on_customer_tier_changed()
        if self.env['helpdesk.sla']._is_in_use():
            self.with_context(helpdesk_sla_from_now_on=True)._sync_sla()
