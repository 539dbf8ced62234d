from datetime import timezone

from odoo import models
from odoo.tools.date_utils import localized

from ...tools.opening_hours import OpeningHours
from ...tools.sla_clock import deadline
from ...tools.sla_pauses import get_spans


class HelpdeskSla(models.Model):
    """When something is due: the policy's time, counted in the hours of its clock."""

    _inherit = 'helpdesk.sla'

    # === BUSINESS METHODS === #

    def _plan(self, ticket, start):
        """Return when a clock of this policy that is started now would be at risk, and due.

        :param ticket: a ticket, real or new, or the values of one.
        :param datetime start: naive UTC.
        :return: pair of naive UTC moments, each False if that never comes.
        """
        self.ensure_one()
        if isinstance(ticket, dict):
            ticket = self.env['helpdesk.ticket'].new(ticket)
        policy = self._get_policy()
        return self._get_due_dates(policy, self._get_hours(policy, ticket), start, [])

    def _get_hours(self, policy, ticket):
        """Return the hours that count on a policy's clock for a ticket.

        :param Policy policy: plain data of a policy.
        :rtype: OpeningHours
        """
        if policy.clock == 'always':
            return OpeningHours.always()
        ticket_sudo = ticket.sudo()
        Calendar_sudo = self.env['resource.calendar'].sudo()
        calendar_sudo = (
            Calendar_sudo.browse(policy.calendar_id) or ticket_sudo.team_id.resource_calendar_id
        )
        if policy.clock == 'team':
            return calendar_sudo._get_opening_hours(ticket_sudo.company_id)
        calendar_sudo = calendar_sudo or ticket_sudo.company_id.resource_calendar_id
        return calendar_sudo._get_customer_opening_hours(*ticket_sudo._get_customer_place())

    def _get_due_dates(self, policy, hours, start, pauses):
        """Return when a clock is at risk, and due.

        :param Policy policy: plain data of a policy.
        :param OpeningHours hours: what counts.
        :param datetime start: naive UTC.
        :param list pauses: see `tools.sla_pauses`; none of them open.
        :return: pair of naive UTC moments, each False if that never comes.
        """
        start, spans = localized(start), get_spans(pauses)
        warning_share = policy.warning_percent / 100
        return tuple(
            moment.astimezone(timezone.utc).replace(tzinfo=None) if moment else False
            for moment in (
                warning_share
                and deadline(hours, start, round(policy.seconds * warning_share), spans),
                deadline(hours, start, policy.seconds, spans),
            )
        )
