from odoo import fields, models
from odoo.tools import SQL

from ....tools.refund_math import given_outside, refund_limit
from ..const import VOID_STATES


class SaleOrder(models.Model):
    """The ledger of an order: what was paid, and what was given back by whom."""

    _inherit = 'sale.order'

    helpdesk_action_ids = fields.One2many(
        'helpdesk.order.action',
        'sale_order_id',
        string='Order Actions',
        readonly=True,
    )
    # Never read. A transaction that changes it makes another one, which looked at the ledger
    # before, fail and start again; a mere lock would let that one go on with what it saw.
    helpdesk_ledger_version = fields.Integer(copy=False, export_string_translation=False)

    # === BUSINESS METHODS - LEDGER === #

    def _lock_helpdesk_ledger(self):
        """Make others who act on the orders wait until the end of this transaction.

        Under PostgreSQL's repeatable reads who waited for a lock still sees the rows as they were
        before. An update makes his transaction fail instead; Odoo repeats his request, and then he
        sees what the first one did.
        """
        if self.ids:
            # the failure is the way it works: no error in the log
            self.env.cr.execute(
                SQL(
                    'UPDATE sale_order SET helpdesk_ledger_version = '
                    'COALESCE(helpdesk_ledger_version, 0) + 1 WHERE id = ANY(%s)',
                    sorted(self.ids),
                ),
                log_exceptions=False,
            )
            self.invalidate_recordset(['helpdesk_ledger_version'])

    def _get_helpdesk_ledger(self, exclude=None):
        """Return what was paid for the order, what was given back and what may still be.

        :param exclude: order actions that are left out, as superuser or not.
        :return: in the currency of the order: ``paid`` (money received), ``invoiced``, ``limit``
            (the larger of the two: an unpaid invoice may be reduced), ``refunded`` (promised or
            given back), ``open`` (what may still be given), and ``entries``, the newest first: a
            list of dicts with ``name, amount, date, user, state, model, id``.
        :rtype: dict
        """
        self.ensure_one()
        order_sudo = self.sudo()
        actions_sudo = order_sudo.helpdesk_action_ids.filtered(
            lambda action: action.state not in VOID_STATES
        )
        if exclude:
            actions_sudo -= exclude.sudo()
        notes_sudo = order_sudo._get_helpdesk_outside_notes()
        refunds_sudo = order_sudo._get_helpdesk_outside_refunds()
        paid = order_sudo._get_helpdesk_paid()
        invoiced = sum(
            order_sudo._get_helpdesk_share(invoice, invoice.amount_total)
            for invoice in order_sudo._get_helpdesk_invoices()
        )
        note_amounts = [order_sudo._get_helpdesk_share(n, n.amount_total) for n in notes_sudo]
        refund_amounts = [order_sudo._get_helpdesk_tx_share(tx, -tx.amount) for tx in refunds_sudo]
        refunded = self.currency_id.round(
            sum(action._get_given_amount() for action in actions_sudo)
            + given_outside(note_amounts, refund_amounts)
        )
        entries = [action._prepare_ledger_entry() for action in actions_sudo]
        entries += [
            {
                'name': record.display_name,
                'amount': amount,
                'date': record.create_date,
                'user': record.create_uid.name,
                'state': record.state,
                'model': record._name,
                'id': record.id,
            }
            for record, amount in [
                *zip(notes_sudo, note_amounts, strict=True),
                *zip(refunds_sudo, refund_amounts, strict=True),
            ]
        ]
        return {
            'currency_id': self.currency_id.id,
            'paid': self.currency_id.round(paid),
            'invoiced': self.currency_id.round(invoiced),
            'limit': self.currency_id.round(max(paid, invoiced)),
            'refunded': refunded,
            'open': refund_limit(paid, invoiced, refunded, self.currency_id.rounding),
            'entries': sorted(entries, key=lambda entry: entry['date'], reverse=True),
        }

    # === BUSINESS METHODS - MONEY === #

    def _get_helpdesk_invoices(self):
        """Return the posted invoices of the order, as superuser."""
        return self.sudo().helpdesk_move_ids.filtered(
            lambda move: move.move_type == 'out_invoice' and move.state == 'posted'
        )

    def _get_helpdesk_notes(self):
        """Return the credit notes of the order, drafts too, linked by a line or by the invoice."""
        return self.sudo().helpdesk_move_ids.filtered(
            lambda move: move.move_type == 'out_refund' and move.state != 'cancel'
        )

    def _get_helpdesk_outside_notes(self):
        """Return the credit notes that no order action made."""
        return self._get_helpdesk_notes() - self.sudo().helpdesk_action_ids.step_ids.move_ids

    def _get_helpdesk_transactions(self):
        """Return the online payments that brought money, as superuser."""
        txs_sudo = self.sudo().transaction_ids
        txs_sudo |= txs_sudo.child_transaction_ids
        return txs_sudo.filtered(
            lambda tx: (
                tx.state == 'done'
                and tx.operation not in ('refund', 'validation')
                and tx.amount > 0
                # of a payment that was captured in parts, the parts count
                and not any(
                    child.state in ('done', 'cancel') and child.operation == tx.operation
                    for child in tx.child_transaction_ids
                )
            )
        ).sorted('id')

    def _get_helpdesk_outside_refunds(self):
        """Return the online refunds, also those under way, that no order action made."""
        return self._get_helpdesk_transactions().child_transaction_ids.filtered(
            lambda tx: (
                tx.operation == 'refund'
                and tx.state not in ('cancel', 'error')
                and not tx.helpdesk_refund_key
            )
        )

    def _get_helpdesk_paid(self):
        """Return the money received for the order: online, and by any other way on its invoices.

        A payment that an invoice knows is not counted twice when it came from an online payment;
        a credit note on an invoice is no payment.
        """
        self.ensure_one()
        order_sudo = self.sudo()
        txs_sudo = order_sudo._get_helpdesk_transactions()
        paid = sum(order_sudo._get_helpdesk_tx_share(tx, tx.amount) for tx in txs_sudo)
        invoices_sudo = order_sudo._get_helpdesk_invoices()
        received = invoices_sudo._get_helpdesk_receipts(txs_sudo)
        for invoice_sudo in invoices_sudo:
            paid += order_sudo._get_helpdesk_share(invoice_sudo, received.get(invoice_sudo.id, 0.0))
        return paid

    def _get_helpdesk_share(self, move_sudo, amount):
        """Return the part of an amount of an invoice or note that belongs to the order.

        :return: in the currency of the order, not rounded.
        """
        self.ensure_one()
        if move_sudo in self.sudo().helpdesk_shared_move_ids and move_sudo.amount_total:
            foreign = move_sudo.invoice_line_ids.filtered(
                lambda line: (
                    line.display_type == 'product'
                    and line.sale_line_ids
                    and self not in line.sale_line_ids.order_id
                )
            )
            amount -= amount * sum(foreign.mapped('price_total')) / move_sudo.amount_total
        if move_sudo.currency_id != self.currency_id:
            amount = move_sudo.currency_id._convert(
                amount,
                self.currency_id,
                self.company_id,
                move_sudo.date,
                round=False,
            )
        return amount

    def _get_helpdesk_tx_share(self, tx_sudo, amount):
        """Return the part of an amount of an online payment that belongs to the order.

        A payment of several orders is shared by their totals.
        """
        self.ensure_one()
        orders_sudo = (
            tx_sudo if tx_sudo.sale_order_ids else tx_sudo.source_transaction_id
        ).sale_order_ids
        total = sum(orders_sudo.mapped('amount_total'))
        if len(orders_sudo) > 1 and total:
            amount *= self.amount_total / total
        if tx_sudo.currency_id != self.currency_id:
            amount = tx_sudo.currency_id._convert(
                amount,
                self.currency_id,
                self.company_id,
                tx_sudo.create_date,
                round=False,
            )
        return amount

    # === BUSINESS METHODS - GOODS === #

    def _get_helpdesk_open_pickings(self):
        """Return the transfers that bring goods to the customer and have not left, as superuser.

        In a warehouse with several steps those before the delivery belong to them.
        """
        return self.sudo().picking_ids.filtered(
            lambda picking: (
                picking.state not in ('done', 'cancel')
                and picking.picking_type_code in ('outgoing', 'internal')
            )
        )

    def _has_helpdesk_dropship(self):
        """Return whether a supplier sends a part of the order to the customer himself."""
        return any(
            move.location_id.usage == 'supplier' and move.location_dest_id.usage == 'customer'
            for move in self.sudo().order_line.move_ids
            if move.state not in ('done', 'cancel')
        )
