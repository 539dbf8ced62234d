"""Orders of every shape that a kind of order action has to cope with, and what holds after it."""

from collections.abc import Callable
from dataclasses import dataclass

from odoo import Command, fields, models
from odoo.exceptions import UserError

from odoo.addons.helpdesk_ecom_loyalty.tests.common import VoucherCommon

PIECES = 4
PRICE = 9.99
COST = 3.0
DELIVERED = (1, 3)  # in two parcels
STOCK = 50
TAX_RATE = 19
FOREIGN_RATE = 1.37


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
    given: Callable  # (case) -> what counts as given back, tax included
    sends_money: bool = True  # else what is given is goods, or credit
    parts: tuple = DELIVERED  # how many pieces each delivery brought before
    ordered: int = PIECES  # what the order is over afterwards
    transfers: tuple = ()  # what the warehouse does then: incoming, outgoing
    came_back: int = 0  # pieces that are in stock again
    sent: int = 0  # pieces that left besides
    delivered: int = sum(DELIVERED)  # what the line says that was sold
    refused: str = ''  # what the agent reads who tries it on a service; empty: it can be done


class OrderActionMatrixCommon(VoucherCommon):
    """Builds the orders, and checks the books, the order, the stock and the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.use_product_returns = True
        cls.category = cls.env['product.category'].create(
            {'name': 'Matrix', 'property_cost_method': 'fifo', 'property_valuation': 'real_time'}
        )
        cls.foreign = cls.env['res.currency'].create(
            {
                'name': 'XHE',
                'symbol': 'H',
                'rounding': 0.01,
                'rate_ids': [
                    Command.create({'name': fields.Date.today(), 'rate': FOREIGN_RATE}),
                ],
            }
        )
        cls.taxes = {
            kind: cls.env['account.tax'].create(
                {
                    'name': f'{TAX_RATE} % {kind}',
                    'amount': TAX_RATE,
                    'price_include_override': f'tax_{kind}',
                }
            )
            for kind in ('excluded', 'included')
        }
        # what most rows begin with is made once: each test leaves it as it was
        cls.delivered_cases = {shape: cls._build(shape, DELIVERED) for shape in SHAPES}

    # === BUILDING === #

    @classmethod
    def _build(cls, shape, parts=()):
        """Return a case: confirmed, delivered in parts, invoiced, and paid as the shape says."""
        product = cls._build_product(shape)
        customer = cls.customer.copy({'name': f'Customer {shape}'})
        currency = cls.foreign if shape.currency == 'foreign' else cls.company.currency_id
        pricelist = cls.env['product.pricelist'].create(
            {'name': str(shape), 'currency_id': currency.id}
        )
        order = cls.env['sale.order'].create(
            {
                'partner_id': customer.id,
                'pricelist_id': pricelist.id,
                'order_line': [
                    Command.create(
                        {
                            'product_id': product.id,
                            'product_uom_qty': PIECES,
                            'price_unit': PRICE,
                            'tax_ids': [Command.set(cls.taxes[shape.tax].ids)],
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        payment = cls.env['payment.transaction'].sudo()
        if shape.paid != 'bank':
            payment = cls._pay_online(order)
        for quantity in parts:
            cls._deliver_part(order, quantity)
        invoice = cls.env['account.move']
        if shape.paid != 'prepaid':
            invoice = cls._invoice(order)
        if shape.paid == 'bank':
            cls._pay_by_bank(invoice)
        ticket = cls._create_ticket(sale_order_id=order.id, partner_id=customer.id)
        return Case(shape, order, order.order_line, ticket, invoice, payment, order.amount_total)

    @classmethod
    def _build_product(cls, shape):
        """Return a product of the shape's kind, in stock and valued piece by piece."""
        product = cls.env['product.product'].create(
            {
                'name': f'Product {shape}',
                'type': 'service' if shape.goods == 'service' else 'consu',
                'is_storable': shape.goods != 'service',
                'tracking': 'lot' if shape.goods == 'lot' else 'none',
                'invoice_policy': 'order',
                'standard_price': COST,
                'categ_id': cls.category.id,
            }
        )
        if shape.goods != 'service':
            warehouse = cls.env['stock.warehouse'].search(
                [('company_id', '=', cls.company.id)], limit=1
            )
            lot = cls.env['stock.lot']
            if shape.goods == 'lot':
                lot = lot.create({'name': f'LOT-{product.id}', 'product_id': product.id})
            cls.env['stock.quant'].with_context(inventory_mode=True).create(
                {
                    'product_id': product.id,
                    'location_id': warehouse.lot_stock_id.id,
                    'lot_id': lot.id,
                    'inventory_quantity': STOCK,
                }
            ).action_apply_inventory()
        return product

    @classmethod
    def _deliver_part(cls, order, quantity):
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
            with self.subTest(row=row.name, shape=str(shape)):
                case = self._get_case(shape, row.parts)
                if row.refused and shape.goods == 'service':
                    with self.assertRaisesRegex(UserError, row.refused):
                        row.act(self, case)
                    self._check_money(case, given=0.0, sent_back=0.0)
                    continue
                action = row.act(self, case)
                self._commit()
                for code in row.transfers:
                    self._move_goods(case.order, code)
                if action.state == 'waiting':
                    self._pay_notes(action)
                self.assertEqual(action.state, 'done', action.message)
                given = row.given(case)
                self._check_money(case, given, given if row.sends_money else 0.0)
                self._check_order(case, row)
                self._check_stock(case, row)

    def _get_case(self, shape, parts):
        """Return an order of the shape, delivered in such parts."""
        if parts == DELIVERED:
            return self.delivered_cases[shape]
        return self._build(shape, parts)

    def _move_goods(self, order, code):
        """Do the open transfers of a kind, as the warehouse does, and let the job go on."""
        transfers = order.picking_ids.filtered(
            lambda p: p.state not in ('done', 'cancel') and p.picking_type_code == code
        )
        self.assertTrue(transfers)
        for move in transfers.move_ids:
            move.write({'quantity': move.product_uom_qty, 'picked': True})
        transfers.button_validate()
        self._run_job()

    def _pay_notes(self, action):
        """Send money by bank, as the accountant does when he is asked to."""
        notes = action.step_ids.sudo().move_ids
        self.assertTrue(notes, action.message)
        self._pay_by_bank(notes)
        self._run_job()

    def _check_money(self, case, given, sent_back):
        """What was given counts once, the money left once, and nothing is owed to anybody."""
        order, currency = case.order, case.order.currency_id
        ledger = order._get_helpdesk_ledger()
        self.assertEqual(ledger['refunded'], currency.round(given))
        self.assertEqual(ledger['open'], currency.round(case.total - given))
        if case.shape.paid != 'bank':
            refunds = case.payment.child_transaction_ids.filtered(lambda tx: tx.state == 'done')
            self.assertEqual(
                currency.round(-sum(refunds.mapped('amount'))), currency.round(sent_back)
            )
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
        self.assertEqual(line.qty_delivered, row.delivered)
        self.assertEqual(case.order.invoice_status, 'invoiced')
        self.assertEqual(set(case.order.order_line.mapped('qty_to_invoice')), {0.0})

    def _check_stock(self, case, row):
        """What is on hand is worth what it cost; nothing that was called off is on its way."""
        product = case.line.product_id
        if product.type == 'service':
            return
        on_hand = STOCK - sum(row.parts) + row.came_back - row.sent
        self.assertEqual((product.qty_available, product.total_value), (on_hand, on_hand * COST))
        open_moves = case.order.picking_ids.move_ids.filtered(
            lambda move: move.state not in ('done', 'cancel')
        )
        self.assertEqual(
            sum(open_moves.mapped('product_uom_qty')),
            row.ordered - sum(row.parts),
        )
