from odoo import models


class HelpdeskTicket(models.Model):
    """What policies may ask of a ticket, as plain data."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _is_under_sla(self):
        """Tell whether policies may apply to the ticket at all."""
        self.ensure_one()
        return self.active and self.team_id.use_sla

    def _get_sla_fact(self, name):
        """Return the values of a fact, by its name in the conditions of a `Policy`.

        :rtype: frozenset
        """
        self.ensure_one()
        match name:
            case 'team':
                values = self.team_id.ids
            case 'priority':
                values = [self.priority]
            case 'type':
                values = self.ticket_type_id.ids
            case 'tags':
                values = self.tag_ids.ids
            case 'tier':
                values = self.customer_tier_id.ids
            case 'customers':
                values = [*self.partner_id.ids, *self.commercial_partner_id.ids]
            case 'country':
                values = self.country_id.ids
            case 'channel':
                values = self.channel_id.ids
        return frozenset(values)

    def _get_customer_place(self):
        """Return where the customer is: time zone, id of the country, id of the state."""
        self.ensure_one()
        country_id = self.country_id.id
        place = self.partner_id.sudo()._get_helpdesk_place()
        in_country = place['country_id'] == country_id
        return self.customer_tz, country_id, in_country and place['state_id']
