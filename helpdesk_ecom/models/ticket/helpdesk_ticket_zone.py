from odoo import api, fields, models

from ...tools.customer_zone import find_zone, guess_zone


class HelpdeskTicket(models.Model):
    """In which time zone the customer is: by it the clocks in the customer's hours run."""

    _inherit = 'helpdesk.ticket'

    customer_tz = fields.Char(
        string='Time Zone of the Customer',
        compute='_compute_customer_tz',
        store=True,
        precompute=True,
        help="The customer's own, unless it can't be one of their country; else that of their "
        'address, else that of their phone number, else that of the team.',
        system_written=True,
    )

    # === COMPUTE METHODS === #

    @api.depends('partner_id', 'partner_phone', 'country_id', 'team_id')
    def _compute_customer_tz(self):
        """Find the zone without a query beyond those that read the customer.

        What changes in the contact later comes by `_update_customer_tz`, for open tickets only.
        """
        Partner = self.env['res.partner']
        for ticket in self:
            place = ticket.partner_id.sudo()._get_helpdesk_place()
            ticket_country_id = ticket.country_id.id
            # A customer without an address says more by their phone than the ticket's country does,
            # which somebody may have chosen, or which stems from a number that they had before.
            country_id = place['country_id'] or (not ticket.partner_id and ticket_country_id)
            ticket.customer_tz = (
                find_zone(
                    place['tz'],
                    Partner._get_helpdesk_country_code(country_id),
                    Partner._get_helpdesk_state_code(place['state_id'], country_id),
                    place['phone'] or ticket.partner_phone,
                )
                or guess_zone(Partner._get_helpdesk_country_code(ticket_country_id))
                or ticket._get_team_tz()
            )

    # === BUSINESS METHODS === #

    def _get_team_tz(self):
        """Return the zone of the team's hours, or of the company's, if the team has none."""
        team_sudo = self.sudo().team_id
        company_sudo = team_sudo.company_id or self.env.company.sudo()
        calendar_sudo = team_sudo.resource_calendar_id or company_sudo.resource_calendar_id
        return calendar_sudo._get_opening_hours(company_sudo).zone

    def _update_customer_place(self, to_derive):
        """Find country and zone anew, after something about the customers changed.

        :param to_derive: those of the tickets whose country follows that of the customer.
        :return: the tickets that have another zone or country now.
        """
        before = {ticket: (ticket.customer_tz, ticket.country_id) for ticket in self}
        self.env.add_to_compute(self._fields['country_id'], to_derive)
        self.env.add_to_compute(self._fields['customer_tz'], self)
        return self.filtered(
            lambda ticket: (ticket.customer_tz, ticket.country_id) != before[ticket]
        )
