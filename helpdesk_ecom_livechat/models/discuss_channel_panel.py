from odoo import models
from odoo.tools import format_amount, format_date

from odoo.addons.mail.tools.discuss import Store

MAX_ORDERS = 5
MAX_TICKETS = 5


class DiscussChannel(models.Model):
    """What an operator sees of the visitor beside a chat: their orders and their open tickets.

    All of it with the operator's own rights, and never sent to the visitor.
    """

    _inherit = 'discuss.channel'

    # === BUSINESS METHODS === #

    def _get_livechat_session_fields_to_store(self):
        """Override of `im_livechat`: this is asked for by people who work here only."""
        return [*super()._get_livechat_session_fields_to_store(), self._get_helpdesk_store_field()]

    def _get_helpdesk_store_field(self):
        """Return the field by which the browser gets the panel."""
        return Store.Attr('helpdesk_panel', lambda chat: chat._get_helpdesk_panel())

    def _send_helpdesk_panel(self):
        """Show the user what changed in the panel."""
        Store(bus_channel=self.env.user).add(self, [self._get_helpdesk_store_field()]).bus_send()

    def _get_helpdesk_panel(self):
        """Return what the panel shows.

        :return: dict with ``ticket`` (``id`` of False where the user may not open it, ``name``) or
            False, ``customer`` (name or empty), ``is_logged_in``, and lists ``orders`` and
            ``tickets`` of dicts with ``id, name, info``.
        :rtype: dict
        """
        self.ensure_one()
        partner, is_logged_in = self._get_helpdesk_customer()
        ticket_sudo = self.sudo().helpdesk_ticket_id
        return {
            'ticket': self._prepare_panel_ticket(ticket_sudo) if ticket_sudo else False,
            'customer': partner.sudo().name or '',
            'is_logged_in': is_logged_in,
            'orders': self._get_panel_orders(partner),
            'tickets': self._get_panel_tickets(partner, ticket_sudo),
        }

    def _prepare_panel_ticket(self, ticket_sudo):
        """Return what the panel shows of the chat's own ticket."""
        may_open = ticket_sudo.sudo(False).has_access('read')
        return {
            'id': ticket_sudo.id if may_open else False,
            'name': f'#{ticket_sudo.ticket_ref}',
            'info': ticket_sudo.name if may_open else '',
        }

    def _get_panel_orders(self, partner):
        """Return the latest orders of the visitor that the user may read."""
        if not partner or not self.env['sale.order'].has_access('read'):
            return []
        orders = self._get_latest_orders(partner)
        return [
            {
                'id': order['id'],
                'name': order['name'],
                'info': ' · '.join(
                    [
                        format_date(self.env, order_sudo.date_order),
                        format_amount(self.env, order['amount_total'], order_sudo.currency_id),
                        order['delivery_label'] or order['state_label'],
                    ]
                ),
            }
            for order, order_sudo in zip(
                partner._get_helpdesk_order_summaries(orders.ids), orders.sudo(), strict=True
            )
        ]

    def _get_panel_tickets(self, partner, ticket_sudo):
        """Return the other open tickets of the visitor that the user may read."""
        if not partner:
            return []
        owner = partner.sudo().commercial_partner_id
        tickets = self._get_open_tickets(
            [('commercial_partner_id', '=', owner.id), ('id', '!=', ticket_sudo.id)]
        )
        return [
            {'id': ticket.id, 'name': f'#{ticket.ticket_ref}', 'info': ticket.name}
            for ticket in tickets
        ]

    def _get_open_tickets(self, domain):
        """Return the latest open tickets of a domain that the user may read."""
        Ticket = self.env['helpdesk.ticket']
        if not Ticket.has_access('read'):
            return Ticket
        return Ticket.search([*domain, ('fold', '=', False)], order='id desc', limit=MAX_TICKETS)
