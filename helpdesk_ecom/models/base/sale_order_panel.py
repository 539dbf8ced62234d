from odoo import api, fields, models
from odoo.exceptions import AccessError

# What a panel can show at a glance; the rest is one click away, on the order itself.
MAX_LINES = 20


class SaleOrder(models.Model):
    """What the order panel of a ticket shows of an order.

    Called as superuser on an order that the user may read, see `helpdesk.ticket`.
    """

    _inherit = 'sale.order'

    # === BUSINESS METHODS === #

    @api.readonly
    def get_order_panel_order(self):
        """Return all that the order panel shows of one order, such as one unfolded in its list.

        :return: see `_get_helpdesk_panel_details`.
        :rtype: dict
        :raise AccessError: if the user is no agent, or may not read the order.
        """
        self.ensure_one()
        self._check_order_panel_user()
        self.check_access('read')
        return self.sudo()._get_helpdesk_panel_details()

    @api.model
    def _check_order_panel_user(self):
        """Raise if the user is no agent.

        A customer may read their order, but neither stock nor what agents wrote down.
        """
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_user'):
            raise AccessError(self.env._('The order panel is for helpdesk agents only.'))

    def _get_helpdesk_panel_summary(self):
        """Return what the panel shows of each order in one row.

        :return: list of dicts; amounts are in the currency ``currency_id``, dates in UTC.
        """
        states = dict(self._fields['state']._description_selection(self.env))
        deliveries = dict(self._fields['delivery_status']._description_selection(self.env))
        return [
            {
                'id': order.id,
                'name': order.name,
                'customer_reference': order.client_order_ref or '',
                'state': order.state,
                'state_label': states[order.state],
                'delivery_label': deliveries.get(order.delivery_status, ''),
                'date': fields.Datetime.to_string(order.date_order),
                'amount_total': order.amount_total,
                'currency_id': order.currency_id.id,
            }
            for order in self
        ]

    def _get_helpdesk_panel_details(self):
        """Return everything that the panel shows of the order that a ticket is about.

        :return: the dict of the order's summary, and ``chips`` (list of ``label`` and ``color``),
            ``money``, ``lines``, ``more_lines`` (how many are left out), ``invoices``,
            ``payment`` and ``deliveries`` (see `_get_helpdesk_panel_deliveries`), and ``ledger``.
        """
        self.ensure_one()
        self._prefetch_helpdesk_panel()
        pickings = self.picking_ids
        lines = self.order_line.filtered(lambda line: not line.display_type)
        ledger = self._get_helpdesk_ledger()
        invoices = self._get_helpdesk_panel_invoices()
        money = self._get_helpdesk_panel_money(ledger, invoices)
        [details] = self._get_helpdesk_panel_summary()
        details.update(
            {
                'partner_name': self.partner_id.display_name,
                'chips': self._get_helpdesk_panel_chips(money, lines, pickings),
                'money': money,
                'lines': self._get_helpdesk_panel_lines(lines[:MAX_LINES]),
                'more_lines': max(0, len(lines) - MAX_LINES),
                'invoices': [self._prepare_helpdesk_panel_invoice(move) for move in invoices],
                'payment': self._get_helpdesk_panel_payment(money),
                'deliveries': self._get_helpdesk_panel_deliveries(pickings),
                'ledger': self._prepare_helpdesk_panel_ledger(ledger),
            }
        )
        return details

    def _get_helpdesk_panel_invoices(self):
        """Return the invoices and credit notes that count."""
        return self.helpdesk_move_ids.filtered(lambda move: move.state != 'cancel')

    def _get_helpdesk_panel_money(self, ledger, invoices):
        """Return ``total``, ``paid``, ``refunded``, ``is_promised`` and ``open``.

        What is open is still to be paid; what is refunded was given in any way, or is promised as
        long as an action that gives it isn't finished.
        """
        posted = invoices.filtered(
            lambda move: move.move_type == 'out_invoice' and move.state == 'posted'
        )
        if posted:
            unpaid = posted.filtered(lambda move: move.payment_state not in ('in_payment', 'paid'))
            due = sum(
                move.currency_id._convert(
                    move.amount_residual,
                    self.currency_id,
                    self.company_id,
                    move.date,
                )
                for move in unpaid
            )
        elif self.state == 'cancel':
            due = 0.0
        else:
            due = self.amount_total - ledger['paid']
        return {
            'total': self.amount_total,
            'paid': ledger['paid'],
            'refunded': ledger['refunded'],
            'is_promised': any(map(self._get_helpdesk_entry_label, ledger['entries'])),
            'open': self.currency_id.round(max(0.0, due)),
        }

    def _get_helpdesk_panel_chips(self, money, lines, pickings):
        """Return the state of the order in a few words: a list of ``label`` and ``color``."""
        if self.state == 'cancel':
            chips = [(self.env._('Cancelled'), 'danger')]
        elif self.state != 'sale':
            chips = [(self.env._('Quotation'), 'info')]
        else:
            chips = []
        chips += self._get_helpdesk_panel_money_chips(money)
        if self.state == 'sale':
            chips += self._get_helpdesk_panel_delivery_chips(lines, pickings)
        return [{'label': label, 'color': color} for label, color in chips]

    def _get_helpdesk_panel_money_chips(self, money):
        """Return what the money says, as pairs of a label and a colour."""
        compare, zero = self.currency_id.compare_amounts, self.currency_id.is_zero
        chips = []
        if not zero(money['paid']):
            chips.append(
                (self.env._('Paid'), 'success')
                if zero(money['open'])
                else (self.env._('Partly paid'), 'warning')
            )
        elif self.state == 'sale' and not zero(money['open']):
            chips.append((self.env._('Not paid'), 'danger'))
        if money['is_promised']:
            chips.append((self.env._('Compensation under way'), 'info'))
        elif not zero(money['refunded']):
            chips.append(
                (self.env._('Compensated'), 'info')
                if compare(money['refunded'], money['total']) >= 0
                else (self.env._('Partly compensated'), 'info')
            )
        if self.invoice_status == 'invoiced':
            chips.append((self.env._('Invoiced'), 'secondary'))
        elif self.state == 'sale' and self.invoice_status == 'to invoice':
            chips.append((self.env._('To invoice'), 'secondary'))
        return chips

    def _get_helpdesk_panel_delivery_chips(self, lines, pickings):
        """Return how far the delivery is, as pairs of a label and a colour."""
        goods = lines.filtered(lambda line: line.product_id.type == 'consu')
        ordered, delivered = (
            sum(goods.mapped(name)) for name in ('product_uom_qty', 'qty_delivered')
        )
        chips = []
        if ordered > 0:
            label = self.env._(
                'Delivered %(delivered)s of %(ordered)s',
                delivered=f'{delivered:g}',
                ordered=f'{ordered:g}',
            )
            done = 'success' if delivered >= ordered else 'warning' if delivered else 'secondary'
            chips.append((label, done))
        if any(self._is_helpdesk_picking_late(picking) for picking in pickings):
            chips.append((self.env._('Late'), 'danger'))
        return chips

    def _get_helpdesk_panel_lines(self, lines):
        """Return the lines with what is in stock of their products at the order's warehouse."""
        stock = self._read_helpdesk_stock(lines.product_id.filtered('is_storable'))
        show_uom = self.env.user.has_group('uom.group_uom')
        return [
            {
                'id': line.id,
                'product_id': line.product_id.id,
                'image_version': fields.Datetime.to_string(line.product_id.write_date),
                'name': (line.name or line.product_id.name or '').split('\n')[0],
                'quantity': line.product_uom_qty,
                'delivered': line.qty_delivered,
                'is_goods': line.product_id.type == 'consu',
                'uom': line.product_uom_id.name if show_uom else '',
                'price': line.price_reduce_taxinc,
                'total': line.price_total,
                'stock': stock.get(line.product_id.id, False),
            }
            for line in lines
        ]

    def _prepare_helpdesk_panel_invoice(self, move):
        """Return what the panel shows of an invoice or a credit note."""
        payment_states = dict(move._fields['payment_state']._description_selection(self.env))
        states = dict(move._fields['state']._description_selection(self.env))
        label = payment_states.get(move.payment_state) if move.state == 'posted' else None
        return {
            'id': move.id,
            'name': move.name or self.env._('Draft'),
            'is_refund': move.move_type == 'out_refund',
            'state_label': label or states[move.state],
            'is_settled': move.state == 'posted'
            and move.payment_state
            in (
                'in_payment',
                'paid',
                'reversed',
            ),
            'date': fields.Date.to_string(move.invoice_date) or False,
            'amount_total': move.amount_total,
            'currency_id': move.currency_id.id,
        }

    def _prepare_helpdesk_panel_ledger(self, ledger):
        """Return what was given so far, as the panel shows it."""
        return {
            'limit': ledger['limit'],
            'given': ledger['refunded'],
            'entries': [
                {
                    'name': entry['name'],
                    'amount': entry['amount'],
                    'user': entry['user'],
                    'state_label': self._get_helpdesk_entry_label(entry),
                    'date': fields.Datetime.to_string(entry['date']),
                    'model': entry['model'],
                    'id': entry['id'],
                }
                for entry in ledger['entries']
            ],
        }

    def _get_helpdesk_entry_label(self, entry):
        """Return how an entry of the ledger stands, or nothing if it is finished."""
        if entry['state'] in ('done', 'posted'):
            return ''
        selection = self.env[entry['model']]._fields['state']._description_selection(self.env)
        return dict(selection).get(entry['state'], '')
