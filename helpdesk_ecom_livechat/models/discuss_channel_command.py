from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_amount, format_datetime

from odoo.addons.helpdesk_ecom.tools.order_reference import find_references

MAX_ORDERS = 5


class DiscussChannel(models.Model):
    """The commands /ticket and /order. What they answer is seen only by who typed them."""

    _inherit = 'discuss.channel'

    # === COMMANDS === #

    def execute_command_ticket(self, **kwargs):
        """Make the ticket of the chat: ``/ticket`` or ``/ticket subject``.

        :raise AccessError: for who may not read the chat, or doesn't work here.
        """
        self._check_helpdesk_command()
        subject = self._get_command_argument('ticket', kwargs.get('body'))
        self.env.user._bus_send_transient_message(self, self._run_ticket_command(subject))
        return True  # XML-RPC has no None

    def execute_command_order(self, **kwargs):
        """Tell how an order stands: ``/order number``, or ``/order`` for those of the visitor.

        :raise AccessError: for who may not read the chat, or doesn't work here.
        """
        self._check_helpdesk_command()
        number = self._get_command_argument('order', kwargs.get('body'))
        self.env.user._bus_send_transient_message(self, self._run_order_command(number))
        return True

    # === BUSINESS METHODS === #

    def _check_helpdesk_command(self):
        """Raise unless the user works here and may read the chat: visitors can call all this."""
        self.ensure_one()
        if not self.env.user._is_internal():
            raise AccessError(self.env._('This command is for operators only.'))
        self.check_access('read')

    def _get_command_argument(self, name, body):
        """Return what was typed after a command, in one line. It is plain text."""
        text = ' '.join((body or '').split())
        return text.removeprefix(f'/{name}').strip()

    # === BUSINESS METHODS - TICKET === #

    def _run_ticket_command(self, subject):
        """Make the ticket if the user may, and return what to tell them."""
        if self.channel_type != 'livechat':
            return self.env._('Only live chats can become tickets.')
        if not self._can_make_helpdesk_ticket():
            return self.env._(
                'You can make no ticket: you have no right in the helpdesk, and this live chat '
                'channel has no helpdesk team.'
            )
        is_new = not self.sudo().helpdesk_ticket_id
        ticket_sudo = self._make_helpdesk_ticket(subject=subject, agent=self.env.user)
        self._send_helpdesk_panel()
        link = self._get_helpdesk_ticket_link(ticket_sudo)
        if is_new:
            return self.env._('Created ticket %(ticket)s.', ticket=link)
        return self.env._(
            'This chat is ticket %(ticket)s already: what is said here stands there, too.',
            ticket=link,
        )

    def _can_make_helpdesk_ticket(self):
        """Tell whether the user may make a ticket of this chat.

        Agents may; and any operator, for the team to which the channel sends its tickets.
        """
        if self.env['helpdesk.ticket'].has_access('create'):
            return True
        team_sudo = self.sudo().livechat_channel_id.helpdesk_team_id
        return bool(team_sudo) and self.env.user.has_access_livechat

    def _get_helpdesk_ticket_link(self, ticket_sudo):
        """Return a link to a ticket, or only its number for who may not open it."""
        if ticket_sudo.sudo(False).has_access('read'):
            return ticket_sudo._get_html_link(title=ticket_sudo.display_name)
        return f'#{ticket_sudo.ticket_ref}'

    # === BUSINESS METHODS - ORDER === #

    def _run_order_command(self, number):
        """Return how the order stands that has the number, or the latest ones of the visitor."""
        if self.channel_type != 'livechat':
            return self.env._('Orders are told in live chats only.')
        if not self.env['sale.order'].has_access('read'):
            return self.env._('You have no right to see orders.')
        partner, is_logged_in = self._get_helpdesk_customer()
        orders = self._find_orders_by_number(number) if number else self._get_latest_orders(partner)
        if not orders:
            return (
                self.env._('No order %(number)s was found.', number=number)
                if number
                else self.env._('No order of the visitor is known.')
            )
        return Markup('<br/>').join(
            self._describe_order(order, partner, is_logged_in) for order in orders
        )

    def _get_latest_orders(self, partner):
        """Return the latest orders of a contact that the user may read."""
        if not partner:
            return self.env['sale.order']
        order_ids, _count = partner._search_helpdesk_orders(Domain.TRUE, limit=MAX_ORDERS)
        return self.env['sale.order'].browse(order_ids)

    def _find_orders_by_number(self, number):
        """Return the orders known under a number of themselves or of one of their documents.

        :return: the `sale.order` records that the user may read.
        """
        names = {number, number.upper()}
        for reference in find_references([number]):
            names.update(reference.variants)
        query = (
            self.env['helpdesk.ticket']
            .sudo()
            ._get_order_reference_query(sorted(names), self.env.companies.ids)
        )
        order_ids = dict.fromkeys(row[1] for row in self.env.execute_query(query))
        return self.env['sale.order'].browse(order_ids)._filtered_access('read')[:MAX_ORDERS]

    def _describe_order(self, order, partner, is_logged_in):
        """Return how an order stands in a few lines, and first whether it is the visitor's."""
        order_sudo = order.sudo()
        lines = [
            Markup('<b>%s</b> · %s · %s')
            % (
                order._get_html_link(),
                format_datetime(self.env, order_sudo.date_order, dt_format='medium'),
                format_amount(self.env, order_sudo.amount_total, order_sudo.currency_id),
            ),
            self._describe_order_owner(order_sudo, partner, is_logged_in),
            *self._describe_order_state(order_sudo),
        ]
        if tickets := self._get_open_tickets([('sale_order_id', '=', order.id)]):
            links = Markup(', ').join(ticket._get_html_link() for ticket in tickets)
            lines.append(self.env._('Open tickets: %(tickets)s', tickets=links))
        return Markup('<br/>').join(lines)

    def _describe_order_owner(self, order_sudo, partner, is_logged_in):
        """Return whether the operator may speak about the order with this visitor."""
        owner_sudo = order_sudo.partner_id.commercial_partner_id
        if not partner or owner_sudo != partner.sudo().commercial_partner_id:
            return self.env._(
                '⚠ Order of %(owner)s, not known to be the visitor: tell them nothing about it.',
                owner=order_sudo.partner_id.display_name,
            )
        if is_logged_in:
            return self.env._("The visitor's own order.")
        return self.env._(
            '⚠ Order of %(owner)s, whose address the visitor gave without being logged in: make '
            'sure that it is them.',
            owner=order_sudo.partner_id.display_name,
        )

    def _describe_order_state(self, order_sudo):
        """Return the lines on money and goods; of these agents see more than others."""
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_user'):
            [summary] = order_sudo._get_helpdesk_panel_summary()
            return [' · '.join(filter(None, [summary['state_label'], summary['delivery_label']]))]
        details = order_sudo._get_helpdesk_panel_details()
        lines = [' · '.join([chip['label'] for chip in details['chips']])]
        for delivery in details['deliveries']:
            parts = [delivery['name'], delivery['state_label'], delivery['carrier']]
            line = Markup(' · ').join(filter(None, parts))
            for parcel in delivery['tracking']:
                link = Markup('<a href="%s" target="_blank" rel="noopener">%s</a>')
                line += Markup(' · ') + (
                    link % (parcel['url'], parcel['reference'])
                    if parcel['url']
                    else parcel['reference']
                )
            lines.append(line)
        return lines
