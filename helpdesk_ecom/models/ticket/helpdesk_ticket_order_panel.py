from odoo import api, models
from odoo.fields import Domain

from ..base.res_partner_order_panel import FIRST_ORDERS

# In which order the panel offers what can be done; other kinds follow.
PANEL_SEQUENCE = (
    'refund',
    'return',
    'exchange',
    'replacement',
    'cancel',
    'goodwill',
    'address_change',
)
# What the form may show before it is saved.
DRAFT_FIELDS = {'partner_id', 'sale_order_id', 'team_id'}


class HelpdeskTicket(models.Model):
    """The order panel: all that an agent wants to know of an order, in one call."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    @api.readonly
    def get_order_panel_data(self, changes=None):
        """Return what the order panel of the ticket shows.

        Agents read orders, but neither stock nor payments: the ticket, the order and the customer
        are checked with the rights of the user, and the figures read as superuser after that.

        :param dict changes: ``partner_id``, ``sale_order_id`` and ``team_id`` as they stand in a
            form that isn't saved; needed for a ticket that doesn't exist yet.
        :return: dict with ``match`` (see `order_match`), ``order`` (details, or False),
            ``suggested`` (one order in short, or False), ``others`` (the customer's latest other
            orders in short), ``other_count``, ``partner`` (``id``, ``name`` and ``company_id`` of
            the orders, or False), ``customer`` (see `_get_helpdesk_customer_card` of the contact,
            or False),
            ``actions`` (see `_get_order_panel_actions`) and ``can_open_invoices``: who may not
            read payments can't open the form of an invoice, only see it as its customer. Amounts
            are numbers in the currency ``currency_id`` beside them, dates are in UTC.
        :rtype: dict
        :raise AccessError: if the user is no agent, or may not read the ticket, its customer or its
            order.
        """
        self._check_order_panel_access()
        ticket = self
        if changes:
            values = {name: changes[name] for name in DRAFT_FIELDS & changes.keys()}
            ticket = self.new(values, origin=self)
        with self.env['sale.order']._remember_helpdesk():
            return ticket._read_order_panel_data()

    def _read_order_panel_data(self):
        """Return what `get_order_panel_data` does, of a ticket or of what a form shows of it."""
        other_ids, other_count = self._search_other_orders()
        # one after the other, but read together
        orders = self.sale_order_id | self.env['sale.order'].browse(other_ids)
        self.sale_order_id.with_prefetch(orders.ids).check_access('read')
        self.partner_id.check_access('read')
        suggested = self.suggested_order_id._filtered_access('read')
        # an order of somebody else is shown to agents, too, who decide whether it is the one
        order_sudo = self.sale_order_id.sudo()
        partner = self.commercial_partner_id
        return {
            'match': self.order_match or False,
            'order': order_sudo._get_helpdesk_panel_details() if order_sudo else False,
            'suggested': next(iter(suggested.sudo()._get_helpdesk_panel_summary()), False),
            'others': orders.browse(other_ids).sudo()._get_helpdesk_panel_summary(),
            'other_count': other_count,
            'partner': bool(partner)
            and {'id': partner.id, 'name': partner.name, 'company_id': self.company_id.id},
            'customer': self._get_order_panel_customer(),
            'actions': self._get_sorted_panel_actions() if order_sudo else [],
            'can_open_invoices': self.env['account.payment'].has_access('read'),
        }

    def _get_order_panel_actions(self):
        """Return what can be done to the ticket's order.

        :return: list of dicts: ``kind``, ``method`` (public, on the ticket, returns an action),
            ``label``, ``icon`` and ``reason``, which says why it is not possible now, or is empty.
        """
        self.ensure_one()
        return []

    def _get_order_panel_customer(self):
        """Return the whole picture of the customer, or False while there is none."""
        if not self.partner_id:
            return False
        partner = self.partner_id._origin.with_company(self.company_id)
        return partner._get_helpdesk_customer_card()

    def _get_sorted_panel_actions(self):
        """Return the actions as the panel shows them: first what is possible, then by kind."""
        ranks = {kind: rank for rank, kind in enumerate(PANEL_SEQUENCE)}
        return sorted(
            self._get_order_panel_actions(),
            key=lambda item: (bool(item['reason']), ranks.get(item['kind'], len(ranks))),
        )

    def _check_order_panel_access(self):
        """Raise if the user is no agent, or may not read the ticket.

        Asks the database, in one query with what is read of the ticket anyway: checked record by
        record, the rules would read followers and members one by one.
        """
        self.env['sale.order']._check_order_panel_user()
        if not self.search_fetch([('id', 'in', self.ids), ('active', 'in', (True, False))]):
            self.check_access('read')

    def _search_other_orders(self):
        """Return the ids of the customer's latest other orders, and how many there are.

        One query with the rights of the user.
        """
        if not self.commercial_partner_id:
            return [], 0
        return self.commercial_partner_id._search_helpdesk_orders(
            Domain('company_id', '=', self.company_id.id)
            & Domain('id', 'not in', (self.sale_order_id | self.suggested_order_id).ids),
            limit=FIRST_ORDERS,
        )

    # === ACTION METHODS === #

    def action_open_customer_orders(self):
        """Open the orders of the customer, the latest first."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._('Orders of %(customer)s', customer=self.commercial_partner_id.name),
            'res_model': 'sale.order',
            'view_mode': 'list,form',
            'domain': [
                ('partner_id.commercial_partner_id', '=', self.commercial_partner_id.id),
                ('company_id', '=', self.company_id.id),
            ],
            'context': {'create': False},
        }
