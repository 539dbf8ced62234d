from odoo.tests import tagged

from .order_action_matrix import FOREIGN_RATE, PIECES, OrderActionMatrixCommon, Row


def price(case, pieces):
    """Return what pieces of the case's order cost, with tax."""
    return case.order.currency_id.round(case.total * pieces / PIECES)


def called_off(case, pieces):
    """Return what pieces cost that were called off; the rest is billed as it comes out then."""
    if case.invoice:
        return price(case, pieces)
    return case.total - case.order.amount_total


REFUND_LINE = Row(
    'refund by line',
    lambda test, case: test._refund({case.line: 1}, ticket=case.ticket),
    lambda case: price(case, 1),
)
REFUND_AMOUNT = Row(
    'refund by amount',
    lambda test, case: test._refund(amount=7.77, ticket=case.ticket),
    lambda case: 7.77,
)
REFUND_ALL = Row(
    'refund of all',
    lambda test, case: test._refund({case.line: PIECES}, ticket=case.ticket),
    lambda case: case.total,
)
GOODWILL = Row(
    'goodwill',
    lambda test, case: test._refund(action_type='goodwill', amount=5.01, ticket=case.ticket),
    lambda case: 5.01,
)
CANCEL_LINE = Row(
    'cancel a line',
    lambda test, case: test._refund(
        {case.line: 1}, action_type='cancel', cancel_mode='line', ticket=case.ticket
    ),
    lambda case: called_off(case, 1),
    parts=(1, 1),
    ordered=3,
    delivered=2,
)
CANCEL_OPEN = Row(
    'cancel what is open',
    lambda test, case: test._refund(action_type='cancel', cancel_mode='open', ticket=case.ticket),
    lambda case: called_off(case, 2),
    parts=(1, 1),
    ordered=2,
    delivered=2,
)
RETURN = Row(
    'return, refunded on receipt',
    lambda test, case: test._refund(
        {case.line: 1}, action_type='return', refund_policy='receipt', ticket=case.ticket
    ),
    lambda case: price(case, 1),
    transfers=('incoming',),
    came_back=1,
    delivered=3,
    refused="a service can't come back",
)
EXCHANGE = Row(
    'exchange for the same',
    lambda test, case: test._refund(
        {case.line: 1}, action_type='exchange', ship_on='receipt', ticket=case.ticket
    ),
    lambda case: 0.0,
    transfers=('incoming', 'outgoing'),
    came_back=1,
    sent=1,
    refused="a service can't come back",
)
REPLACEMENT = Row(
    'replacement',
    lambda test, case: test._refund({case.line: 1}, action_type='replacement', ticket=case.ticket),
    lambda case: price(case, 1),
    sends_money=False,
    transfers=('outgoing',),
    sent=1,
    refused='Nothing that could be sent again',
)
STORE_CREDIT = Row(
    'store credit',
    lambda test, case: test._refund(
        action_type='store_credit',
        loyalty_program_id=test.gift_cards.id,
        amount=5.01,
        ticket=case.ticket,
    ),
    lambda case: 5.01,
    sends_money=False,
)
COUPON = Row(
    'coupon',
    lambda test, case: test._refund(
        action_type='coupon', loyalty_program_id=test.coupons.id, ticket=case.ticket
    ),
    # its program says what it is worth, in the currency of the company
    lambda case: 10.0 * (FOREIGN_RATE if case.shape.currency == 'foreign' else 1.0),
    sends_money=False,
)


@tagged('post_install', '-at_install')
class TestOrderActionMatrix(OrderActionMatrixCommon):
    """Each kind of action on an order of each shape: the books balance, the order is right.

    A further kind of action is one more row.
    """

    def test_refund_line(self):
        self._check_row(REFUND_LINE)

    def test_refund_amount(self):
        self._check_row(REFUND_AMOUNT)

    def test_refund_all(self):
        self._check_row(REFUND_ALL)

    def test_goodwill(self):
        self._check_row(GOODWILL)

    def test_cancel_line(self):
        self._check_row(CANCEL_LINE)

    def test_cancel_open(self):
        self._check_row(CANCEL_OPEN)

    def test_return(self):
        self._check_row(RETURN)

    def test_exchange(self):
        self._check_row(EXCHANGE)

    def test_replacement(self):
        self._check_row(REPLACEMENT)

    def test_store_credit(self):
        self._check_row(STORE_CREDIT)

    def test_coupon(self):
        self._check_row(COUPON)
