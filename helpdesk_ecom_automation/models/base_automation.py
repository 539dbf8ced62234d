import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.tools import ormcache

_logger = logging.getLogger(__name__)

TICKET_TRIGGERS = [
    ('on_helpdesk_sla_warning', 'SLA about to fail'),
    ('on_helpdesk_sla_missed', 'SLA failed'),
    ('on_helpdesk_customer_waiting', 'Customer is waiting'),
]


class BaseAutomation(models.Model):
    """Automation rules may start with what the clocks of a ticket say.

    The tickets tell of it themselves, so that no method has to be patched for these rules, unlike
    for those that start with a write.
    """

    _inherit = 'base.automation'

    trigger = fields.Selection(
        selection_add=TICKET_TRIGGERS,
        ondelete={name: 'cascade' for name, _label in TICKET_TRIGGERS},
    )

    # === CONSTRAINT METHODS === #

    @api.constrains('trigger', 'model_id')
    def _check_ticket_trigger(self):
        triggers = {name for name, _label in TICKET_TRIGGERS}
        for automation in self:
            if automation.trigger in triggers and automation.model_name != 'helpdesk.ticket':
                raise ValidationError(
                    self.env._(
                        'Rule "%(rule)s" starts with the SLA of a ticket, or with a customer who '
                        'waits. Only rules for tickets can do so.',
                        rule=automation.name,
                    )
                )

    # === BUSINESS METHODS === #

    def _update_registry(self):
        """Override of `base_automation`: forget which triggers rules start with."""
        super()._update_registry()
        self.env.registry.clear_cache()

    @api.model
    @ormcache('trigger')
    def _is_ticket_trigger_used(self, trigger):
        """Return whether an active rule starts with the trigger.

        Cached: each mail of a customer asks, and mostly there is none.
        """
        return bool(self.sudo().search_count([('trigger', '=', trigger)], limit=1))

    @api.model
    def _run_for_tickets(self, tickets, trigger):
        """Run the rules that start with a trigger, on those of the tickets that they are for.

        A rule that fails is undone for the ticket, and tells so in its own chatter. It must hold up
        neither the clocks of others nor the mail of a customer.

        :param helpdesk.ticket tickets: may be empty.
        :param str trigger: one of `TICKET_TRIGGERS`.
        """
        if not tickets or not self._is_ticket_trigger_used(trigger):
            return
        automations = self._get_actions(tickets, [trigger])
        for automation in automations.with_context(old_values=None):
            for ticket in automation._filter_post(tickets, feedback=True):
                automation._process_ticket(ticket)

    def _process_ticket(self, ticket):
        """Run the rule on one ticket, or note why it failed."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._process(ticket)
                self.env.flush_all()
        except (ConcurrencyError, OperationalError):
            raise  # the whole transaction is tried again
        except Exception as error:  # noqa: BLE001 whatever an admin wrote into a rule
            self.env.invalidate_all()
            if self.env.registry.cache_invalidated:
                self.env.registry.clear_cache()  # of what was undone
            self_sudo = self.sudo()
            _logger.warning('Automation rule "%s" failed.', self_sudo.name, exc_info=True)
            self_sudo._message_log(
                body=self.env._(
                    'Failed on %(ticket)s: %(error)s',
                    ticket=ticket.sudo()._get_html_link(),
                    error=str(error),
                )
            )
