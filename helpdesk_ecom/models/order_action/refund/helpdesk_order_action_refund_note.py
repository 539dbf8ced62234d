from odoo import Command, fields, models
from odoo.exceptions import UserError

from ....tools.refund_math import price_of


class HelpdeskOrderAction(models.Model):
    """Refund: the documents in the books, with the taxes of what was sold."""

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS - CREDIT NOTES === #

    def _step_credit_note(self, step_sudo):
        """Make and post a credit note for each invoice that the refund stands on."""
        notes_sudo = self.env['account.move'].sudo()
        plan = self._get_refund_plan()['notes']
        self._allocate_payments(self.sale_order_id._get_helpdesk_invoices().sorted('id'))
        for invoice_sudo, part in plan.items():
            owed = invoice_sudo._get_helpdesk_open_debt()
            note_sudo = self._create_credit_note(invoice_sudo, part)
            note_sudo.action_post()
            notes_sudo |= note_sudo
            self.payout_amount += note_sudo.amount_residual if owed else note_sudo.amount_total
        step_sudo.write(
            {
                'move_ids': [Command.set(notes_sudo.ids)],
                'amount': sum(notes_sudo.mapped('amount_total')),
            }
        )
        self._adjust_amount()
        self._mark_refunded(1)
        return 'done', self.env._(
            '%(notes)s over %(amount)s',
            notes=', '.join(notes_sudo.mapped('name')),
            amount=self._get_amount_label(step_sudo.amount),
        )

    def _undo_step_credit_note(self, step_sudo):
        """Cancel the credit notes: what they reduced is owed again.

        :raise UserError: if money was sent for them.
        """
        if self._is_paid_out():
            raise UserError(
                self.env._(
                    "Money was sent for %(notes)s: the action can't be cancelled.",
                    notes=', '.join(step_sudo.move_ids.mapped('name')),
                )
            )
        notes_sudo = step_sudo.move_ids
        notes_sudo.filtered(lambda move: move.state == 'posted').button_draft()
        notes_sudo.filtered(lambda move: move.state == 'draft').button_cancel()
        self._mark_refunded(-1)
        self.payout_amount = 0.0

    def _mark_refunded(self, sign):
        """Keep the order from billing again what a credit note took back by quantity."""
        for line in self.line_ids.filtered('quantity'):
            order_line_sudo = line.order_line_id.sudo()
            order_line_sudo.helpdesk_refunded_qty += sign * line.credited_quantity

    def _create_credit_note(self, invoice_sudo, part):
        """Return a draft credit note on the invoice.

        Quantities stay linked to the order lines, so that the order knows what was credited. An
        amount is no quantity: its lines are not linked, or it would use one up.

        :param dict part: of the invoice in the refund's plan.
        """
        invoice_sudo = invoice_sudo.with_company(invoice_sudo.company_id)
        note_sudo = invoice_sudo._reverse_moves([self._prepare_credit_note_vals(invoice_sudo)])
        wanted = {
            tuple(bill_sudo.sale_line_ids.ids): quantity
            for bill_sudo, quantity in part['quantities'].items()
        }
        for bill_sudo, quantity in part['quantities'].items():
            self._count_credited(bill_sudo, quantity)
        commands = []
        for line_sudo in note_sudo.invoice_line_ids:
            quantity = wanted.pop(tuple(line_sudo.sale_line_ids.ids), 0.0)
            if line_sudo.display_type == 'product' and quantity:
                commands.append(Command.update(line_sudo.id, {'quantity': quantity}))
            else:
                commands.append(Command.delete(line_sudo.id))
        commands += [
            Command.create(vals) for vals in self._prepare_deduction_vals(invoice_sudo, part)
        ]
        for bills_sudo, amount in part['amounts']:
            commands += [
                Command.create(vals) for vals in self._prepare_amount_line_vals(bills_sudo, amount)
            ]
        note_sudo.write({'invoice_line_ids': commands})
        self._set_cash_rounding(note_sudo, invoice_sudo)
        if part['quantities']:
            self._fix_rounding(note_sudo, part['total'])
        return note_sudo

    def _count_credited(self, bill_sudo, quantity):
        """Note on the line how much of it a credit note takes back."""
        line = self.line_ids.filtered(lambda line: line.order_line_id in bill_sudo.sale_line_ids)
        if not line:  # a discount or a down payment goes back with a whole order
            return
        line.credited_quantity += bill_sudo.product_uom_id._compute_quantity(
            quantity,
            line.order_line_id.sudo().product_uom_id,
            round=False,
        )

    def _prepare_credit_note_vals(self, invoice_sudo):
        """Return the values by which a credit note differs from its invoice."""
        today = fields.Date.context_today(self)
        env = self.with_context(lang=invoice_sudo.partner_id.lang).env
        return {
            'ref': env._(
                'Refund of %(invoice)s, %(reason)s',
                invoice=invoice_sudo.name,
                reason=(self.reason or '').strip() or self.ticket_id.ticket_ref,
            ),
            'date': today,
            'invoice_date': today,
            'invoice_date_due': today,
            'journal_id': invoice_sudo.journal_id.id,
            'invoice_payment_term_id': False,
            'invoice_cash_rounding_id': False,
            'invoice_user_id': invoice_sudo.invoice_user_id.id,
            'invoice_origin': self.sale_order_id.name,
        }

    def _prepare_amount_line_vals(self, bills_sudo, amount):
        """Return lines of a credit note over an amount, tax included, with the taxes of the bills.

        :param bills_sudo: the invoice lines whose price is reduced, each by its share.
        :param float amount: which the lines add up to, to the cent.
        """
        invoice_sudo = bills_sudo.move_id
        Tax_sudo = self.env['account.tax'].sudo()
        base_lines = Tax_sudo._reduce_base_lines_to_target_amount(
            self._prepare_base_lines(invoice_sudo, bills_sudo),
            invoice_sudo.company_id,
            'fixed',
            amount,
            computation_key=f'helpdesk_refund,{self.id}',
            grouping_function=lambda line: {'account_id': line['account_id']},
        )
        Tax_sudo._fix_base_lines_tax_details_on_manual_tax_amounts(
            base_lines,
            invoice_sudo.company_id,
        )
        return [
            {
                'name': self._get_amount_line_name(bills_sudo),
                'quantity': 1.0,
                'price_unit': base_line['price_unit'],
                'tax_ids': [Command.set(base_line['tax_ids'].ids)],
                'account_id': base_line['account_id'].id,
                'analytic_distribution': base_line['analytic_distribution'],
                'extra_tax_data': Tax_sudo._export_base_line_extra_tax_data(base_line),
            }
            for base_line in base_lines
        ]

    def _prepare_deduction_vals(self, invoice_sudo, part):
        """Return the lines by which quantities cost less than the invoice lines that bill them.

        Discounts of the whole order are lines of their own, and so is what was credited before. The
        lines have the taxes of what they make cheaper, and no link to the order: the quantity of
        the discount was billed once and stays billed.

        :param dict part: of the invoice in the refund's plan.
        """
        discounts_sudo = invoice_sudo.invoice_line_ids.filtered(
            lambda line: (
                line.display_type == 'product'
                and line.sale_line_ids & self.sale_order_id._get_helpdesk_discounts()
            )
        )
        if not discounts_sudo and not part.get('is_reduced'):
            return []
        deductions = {}
        for bill_sudo, quantity in part['quantities'].items():
            key = tuple(bill_sudo.tax_ids.ids)
            bills_sudo, amount = deductions.get(key, (bill_sudo.browse(), 0.0))
            price = price_of(quantity, bill_sudo.price_total, bill_sudo.quantity, 1e-6)
            deductions[key] = bills_sudo | bill_sudo, amount + price - part['prices'][bill_sudo]
        vals_list = []
        for bills_sudo, amount in deductions.values():
            # what rounding does is left to the line that makes the total come out
            if self.currency_id.compare_amounts(amount, self.currency_id.rounding) > 0:
                discount_sudo = discounts_sudo.filtered(
                    lambda line, taxes=bills_sudo.tax_ids: line.tax_ids == taxes
                )[:1]
                vals_list += self._prepare_reduced_vals(bills_sudo, amount, discount_sudo)
        return vals_list

    def _prepare_reduced_vals(self, bills_sudo, amount, discount_sudo):
        """Return negative lines over an amount, named after a discount of the invoice if any."""
        env = self.with_context(lang=bills_sudo.move_id.partner_id.lang).env
        return [
            {
                **vals,
                'name': discount_sudo.name or env._('Credited before'),
                'account_id': discount_sudo.account_id.id or vals['account_id'],
                'quantity': -1.0,
                'extra_tax_data': False,
            }
            for vals in self._prepare_amount_line_vals(bills_sudo, self.currency_id.round(amount))
        ]

    def _set_cash_rounding(self, note_sudo, invoice_sudo):
        """Round the note as the invoice if it takes all of it back: it was paid rounded."""
        if not invoice_sudo.invoice_cash_rounding_id:
            return
        taken, billed = (
            sorted(
                (line.product_id.id, line.quantity, line.price_unit)
                for line in move.invoice_line_ids
                if line.display_type == 'product'
            )
            for move in (note_sudo, invoice_sudo)
        )
        if taken == billed:
            note_sudo.invoice_cash_rounding_id = invoice_sudo.invoice_cash_rounding_id

    def _prepare_base_lines(self, invoice_sudo, bills_sudo):
        """Return invoice lines as the tax engine wants them, with their taxes computed."""
        Tax_sudo = self.env['account.tax'].sudo()
        base_lines = [
            invoice_sudo._prepare_product_base_line_for_taxes_computation(bill_sudo)
            for bill_sudo in bills_sudo
        ]
        Tax_sudo._add_tax_details_in_base_lines(base_lines, invoice_sudo.company_id)
        Tax_sudo._round_base_lines_tax_details(base_lines, invoice_sudo.company_id)
        return base_lines

    def _get_amount_line_name(self, bills_sudo):
        """Return what the customer reads on a credit note over an amount."""
        env = self.with_context(lang=self.sale_order_id.partner_id.lang).env
        if self.action_type == 'goodwill':
            return env._('Goodwill: %(order)s', order=self.sale_order_id.name)
        if len(bills_sudo.product_id) == 1:
            return env._('Price reduction: %(product)s', product=bills_sudo.product_id.display_name)
        return env._('Price reduction: %(order)s', order=self.sale_order_id.name)

    def _fix_rounding(self, note_sudo, total):
        """Make a note by quantities come out at what was promised, to the cent.

        Parts of a line, each with its taxes rounded, add up to some cents more or less than the
        line. A note that takes all of an invoice back is right as it is. A greater difference is
        none of rounding: the invoice was changed by hand, and what it says counts.
        """
        currency = note_sudo.currency_id
        difference = currency.round(total - note_sudo.amount_total)
        tolerance = currency.rounding * 5 * len(note_sudo.invoice_line_ids)
        if (
            currency.is_zero(difference)
            or currency.compare_amounts(abs(difference), tolerance) > 0
            or currency.compare_amounts(
                note_sudo.amount_total,
                note_sudo.reversed_entry_id.amount_total,
            )
            == 0
        ):
            return
        env = self.with_context(lang=note_sudo.partner_id.lang).env
        note_sudo.invoice_line_ids = [
            Command.create(
                {
                    'name': env._('Rounding'),
                    'quantity': 1.0,
                    'price_unit': difference,
                    'tax_ids': [Command.clear()],
                    'account_id': note_sudo.invoice_line_ids[:1].account_id.id,
                }
            )
        ]

    def _adjust_amount(self):
        """Set the amount to what the documents add up to, and check it again if it differs.

        :raise UserError: if it is more, and so much that it needs an approval which it has not got.
        """
        made = sum(
            self.step_ids.filtered(
                lambda step: step.code in ('credit_note', 'order_credit', 'order_return')
            ).mapped('amount')
        )
        difference = self.currency_id.compare_amounts(made, self.amount)
        if not difference:
            return
        self.amount = made
        self._ensure_within_limit()
        if difference > 0 and self._needs_approval():
            raise UserError(
                self.env._(
                    'The credit notes come to %(amount)s, more than was asked for: somebody '
                    'changed an invoice. Ask for this amount, so that it can be approved.',
                    amount=self._get_amount_label(),
                )
            )

    # === BUSINESS METHODS - CREDIT ON THE ORDER === #

    def _step_order_credit(self, step_sudo):
        """Add a negative line to the order for what is not invoiced yet.

        The customer paid online, and gets money back before there is an invoice. The line makes
        the later invoice as much smaller, so that it fits what was kept of the payment.
        """
        order_sudo = self.sale_order_id.sudo()
        wizard_sudo = (
            self.env['sale.order.discount']
            .sudo()
            .create(
                {
                    'sale_order_id': order_sudo.id,
                    'discount_type': 'amount',
                    'discount_amount': step_sudo.amount,
                }
            )
        )
        before = order_sudo.order_line
        with self._unlock_order():
            wizard_sudo._create_discount_lines()
            lines_sudo = order_sudo.order_line - before
            lines_sudo.name = self.with_context(lang=order_sudo.partner_id.lang).env._(
                'Refund, ticket %(ticket)s',
                ticket=self.ticket_id.ticket_ref,
            )
        step_sudo.order_line_ids = lines_sudo
        self.payout_amount += step_sudo.amount
        return 'done', self.env._(
            '%(amount)s off the order, which is not invoiced yet',
            amount=self._get_amount_label(step_sudo.amount),
        )

    def _undo_step_order_credit(self, step_sudo):
        """Take the negative lines out of the order again, by their quantity."""
        with self._unlock_order():
            step_sudo.order_line_ids.product_uom_qty = 0.0
