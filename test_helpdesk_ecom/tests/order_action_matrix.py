"""Orders of every shape that a kind of order action has to cope with, and what holds after it."""

from collections.abc import Callable
from dataclasses import dataclass

from odoo import Command, fields, models

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon

PIECES = 4
PRICE = 9.99
COST = 3.0
STOCK = 50
RATE = 19


@dataclass(frozen=True)
class Shape:
    """What an order is made of, and how it was paid."""

    goods: str  # service, stored, lot
    tax: str  # excluded, included
    currency: str  # own, foreign
    paid: str  # online, bank, prepaid (online and not invoiced yet)

    def __str__(self):
        return '-'.join((self.goods, self.tax, self.currency, self.paid))


# Each value of each property meets each value of the others at least once.
SHAPES = (
    Shape('service', 'excluded', 'own', 'online'),
    Shape('service', 'included', 'foreign', 'bank'),
    Shape('stored', 'excluded', 'foreign', 'online'),
    Shape('stored', 'included', 'own', 'bank'),
    Shape('lot', 'excluded', 'own', 'bank'),
    Shape('lot', 'included', 'foreign', 'online'),
    Shape('stored', 'excluded', 'own', 'prepaid'),
)


@dataclass
class Case:
    """An order of a shape, with its ticket."""

    shape: Shape
    order: models.Model
    line: models.Model
    ticket: models.Model
    invoice: models.Model  # empty if it is not invoiced yet
    payment: models.Model  # as superuser; empty if it was paid by bank
    total: float


@dataclass(frozen=True)
class Row:
    """A kind of action, and what is to hold when it is done."""

    name: str
    act: Callable  # (test, case) -> the submitted action
    given: Callable  # (case) -> what the customer gets back, tax included
    parts: tuple = (1, 3)  # how many pieces each delivery brought before
    ordered: int = PIECES  # what the order is over afterwards
    came_back: int = 0  # pieces that are in stock again
    skip: Callable = lambda shape: False  # shapes for which the kind makes no sense


class OrderActionMatrixCommon(OrderActionCommon):
    """Builds the orders, and checks the books, the order, the stock and the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env['product.category'].create(
            {'name': 'Matrix', 'property_cost_method': 'fifo', 'property_valuation': 'real_time'}
        )
        cls.foreign = cls.env['res.currency'].create(
            {
                'name': 'XHE',
                'symbol': 'H',
                'rounding': 0.01,
                'rate_ids': [
                    Command.create({'name': fields.Date.today(), 'rate': 1.37}),
                ],
            }
        )
        cls.taxes = {
            kind: cls.env['account.tax'].create(
                {
                    'name': f'{RATE} % {kind}',
                    'amount': RATE,
                    'price_include_override': f'tax_{kind}',
                }
            )
            for kind in ('excluded', 'included')
        }

    # === BUILDING === #

    def _build(self, shape, parts=()):
        """Return a case: confirmed, delivered in parts, invoiced, and paid as the shape says."""
        product = self._build_product(shape)
        customer = self.customer.copy({'name': f'Customer {shape}'})
        currency = self.foreign if shape.currency == 'foreign' else self.company.currency_id
        pricelist = self.env['product.pricelist'].create(
            {'name': str(shape), 'currency_id': currency.id}
        )
        order = self.env['sale.order'].create(
            {
                'partner_id': customer.id,
                'pricelist_id': pricelist.id,
                'order_line': [
                    Command.create(
                        {
                            'product_id': product.id,
                            'product_uom_qty': PIECES,
                            'price_unit': PRICE,
                            'tax_ids': [Command.set(self.taxes[shape.tax].ids)],
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        payment = self.env['payment.transaction'].sudo()
        if shape.paid != 'bank':
            payment = self._pay_online(order)
        for quantity in parts:
            self._deliver_part(order, quantity)
        invoice = self.env['account.move']
        if shape.paid != 'prepaid':
            invoice = self._invoice(order)
        if shape.paid == 'bank':
            self._pay_by_bank(invoice)
        ticket = self._create_ticket(sale_order_id=order.id, partner_id=customer.id)
        return Case(shape, order, order.order_line, ticket, invoice, payment, order.amount_total)

    def _build_product(self, shape):
        """Return a product of the shape's kind, in stock and valued piece by piece."""
        product = self.env['product.product'].create(
            {
                'name': f'Product {shape}',
                'type': 'service' if shape.goods == 'service' else 'consu',
                'is_storable': shape.goods != 'service',
                'tracking': 'lot' if shape.goods == 'lot' else 'none',
                'invoice_policy': 'order',
                'standard_price': COST,
                'categ_id': self.category.id,
            }
        )
        if shape.goods != 'service':
            warehouse = self.env['stock.warehouse'].search(
                [('company_id', '=', self.company.id)], limit=1
            )
            lot = self.env['stock.lot']
            if shape.goods == 'lot':
                lot = lot.create({'name': f'LOT-{product.id}', 'product_id': product.id})
            self.env['stock.quant'].with_context(inventory_mode=True).create(
                {
                    'product_id': product.id,
                    'location_id': warehouse.lot_stock_id.id,
                    'lot_id': lot.id,
                    'inventory_quantity': STOCK,
                }
            ).action_apply_inventory()
        return product

    def _deliver_part(self, order, quantity):
        """Bring so many pieces to the customer; the rest waits in a transfer of its own."""
        line = order.order_line
        if line.product_id.type == 'service':
            line.qty_delivered += quantity
            return
        picking = order.picking_ids.filtered(lambda p: p.state not in ('done', 'cancel'))
        picking.move_ids.write({'quantity': quantity, 'picked': True})
        picking.with_context(skip_backorder=True).button_validate()

    # === RUNNING === #

    def _check_row(self, row, shapes=SHAPES):
        """Run a kind of action on an order of each shape, and check all that is to hold."""
        for shape in shapes:
            if row.skip(shape):
                continue
            with self.subTest(row=row.name, shape=str(shape)):
                case = self._build(shape, row.parts)
                action = row.act(self, case)
                self._commit()
                if action.state == 'waiting':
                    self._pay_notes(action)
                self.assertEqual(action.state, 'done', action.message)
                self._check_money(case, row.given(case))
                self._check_order(case, row)
                self._check_stock(case, row)

    def _pay_notes(self, action):
        """Send money by bank, as the accountant does when he is asked to."""
        notes = action.step_ids.sudo().move_ids
        self.assertTrue(notes, action.message)
        self._pay_by_bank(notes)
        self._run_job()

    def _check_money(self, case, given):
        """What was given left once, and nothing is owed to anybody."""
        order, currency = case.order, case.order.currency_id
        ledger = order._get_helpdesk_ledger()
        self.assertEqual(ledger['refunded'], currency.round(given))
        self.assertEqual(ledger['open'], currency.round(case.total - given))
        if case.shape.paid != 'bank':
            refunds = case.payment.child_transaction_ids.filtered(lambda tx: tx.state == 'done')
            self.assertEqual(currency.round(-sum(refunds.mapped('amount'))), currency.round(given))
        if case.shape.paid == 'prepaid':
            self._invoice(order)
        lines = self.env['account.move.line'].search(
            [
                ('partner_id', '=', order.partner_id.id),
                ('account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
            ]
        )
        self.assertTrue(lines)
        self.assertTrue(currency.is_zero(sum(lines.mapped('amount_currency'))))
        self.assertTrue(self.company.currency_id.is_zero(sum(lines.mapped('balance'))))
        self.assertEqual(lines.mapped('reconciled'), [True] * len(lines))

    def _check_order(self, case, row):
        """The order is over what is left of it, and nothing is billed again."""
        line = case.line
        self.assertEqual(line.product_uom_qty, row.ordered)
        self.assertEqual(line.qty_delivered, sum(row.parts) - row.came_back)
        self.assertEqual(case.order.invoice_status, 'invoiced')
        self.assertEqual(line.qty_to_invoice, 0.0)

    def _check_stock(self, case, row):
        """What is on hand is worth what it cost; nothing that was called off is on its way."""
        product = case.line.product_id
        if product.type == 'service':
            return
        on_hand = STOCK - sum(row.parts) + row.came_back
        self.assertEqual((product.qty_available, product.total_value), (on_hand, on_hand * COST))
        open_moves = case.line.move_ids.filtered(lambda m: m.state not in ('done', 'cancel'))
        self.assertEqual(
            sum(open_moves.mapped('product_uom_qty')),
            row.ordered - sum(row.parts),
        )
