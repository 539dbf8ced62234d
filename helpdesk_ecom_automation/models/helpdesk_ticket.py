from odoo import models


class HelpdeskTicket(models.Model):
    """Tickets start automation rules with what their clocks say."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS - HOOKS === #

    def _on_sla_warning(self):
        super()._on_sla_warning()
        self.env['base.automation']._run_for_tickets(self, 'on_helpdesk_sla_warning')

    def _on_sla_missed(self):
        super()._on_sla_missed()
        self.env['base.automation']._run_for_tickets(self, 'on_helpdesk_sla_missed')

    def _on_customer_waiting(self):
        super()._on_customer_waiting()
        self.env['base.automation']._run_for_tickets(self, 'on_helpdesk_customer_waiting')
