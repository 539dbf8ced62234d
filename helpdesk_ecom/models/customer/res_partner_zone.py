from odoo import api, models
from odoo.tools import ormcache

# What tells where a contact is, and so which holidays they have; what else tells their time zone.
PLACE_FIELDS = {'country_id', 'parent_id', 'state_id'}
ZONE_FIELDS = PLACE_FIELDS | {'phone', 'tz'}


class ResPartner(models.Model):
    """Where a customer is, as far as it matters for the time there."""

    _inherit = 'res.partner'

    # === CRUD METHODS === #

    def write(self, vals):
        """Let the open tickets of contacts who move follow, and the clocks of these.

        A country that somebody chose for a ticket stays.
        """
        if ZONE_FIELDS.isdisjoint(vals):
            return super().write(vals)
        tickets_sudo = self._get_open_helpdesk_tickets_sudo()
        to_derive = tickets_sudo.filtered(
            lambda ticket: (
                ticket.country_id.id == ticket.partner_id._get_helpdesk_place()['country_id']
            )
        )
        result = super().write(vals)
        changed = tickets_sudo._update_customer_place(to_derive)
        to_sync = changed if PLACE_FIELDS.isdisjoint(vals) else tickets_sudo
        if to_sync and self.env['helpdesk.sla']._is_in_use():
            to_sync._sync_sla()
        return result

    # === BUSINESS METHODS === #

    def _get_helpdesk_place(self):
        """Return where the contact is: what they say themselves, or else their company.

        :return: dict of ``tz``, ``phone``, ``country_id`` and ``state_id``; each may be empty.
        """
        company = self.commercial_partner_id
        return {
            'tz': self.tz or company.tz,
            'phone': self.phone or company.phone,
            'country_id': self.country_id.id or company.country_id.id,
            'state_id': self.state_id.id or company.state_id.id,
        }

    def _get_open_helpdesk_tickets_sudo(self):
        """Return the open tickets of the contacts and of their people, elevated."""
        return (
            self.env['helpdesk.ticket']
            .sudo()
            .search(
                [
                    ('fold', '=', False),
                    '|',
                    ('partner_id', 'in', self.ids),
                    ('commercial_partner_id', 'in', self.ids),
                ]
            )
        )

    @api.model
    @ormcache('country_id', cache='stable')
    def _get_helpdesk_country_code(self, country_id):
        """Return the ISO code of a country; empty without one."""
        return self.env['res.country'].browse(country_id or ()).sudo().code

    @api.model
    @ormcache('state_id', 'country_id')
    def _get_helpdesk_state_code(self, state_id, country_id):
        """Return the code of a state, if it is one of that country."""
        state_sudo = self.env['res.country.state'].browse(state_id or ()).sudo()
        return state_sudo.code if state_sudo.country_id.id == country_id else False


class ResCountryState(models.Model):
    """The codes of states are cached, because each ticket asks for one."""

    _inherit = 'res.country.state'

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if not {'code', 'country_id'}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result
