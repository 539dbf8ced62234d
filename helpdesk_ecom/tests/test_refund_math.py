import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged
from odoo.tools.float_utils import float_compare, float_is_zero

from ..tools.refund_math import (
    fill,
    given_outside,
    is_outcome_unknown,
    price_of,
    refund_limit,
)

CENT = 0.01
money = st.integers(-10_000, 1_000_000).map(lambda cents: cents / 100)
positive = st.integers(0, 1_000_000).map(lambda cents: cents / 100)


def failed(error):
    """Return the error that Odoo makes of a failed call: it keeps the cause as its context."""
    try:
        try:
            raise error
        except type(error):
            raise ValueError('Could not establish the connection')  # noqa: B904
    except ValueError as wrapped:
        return wrapped


def answered(status):
    """Return the error of an answer with this status."""
    response = requests.Response()
    response.status_code = status
    return requests.exceptions.HTTPError(response=response)


@tagged('post_install', '-at_install')
class TestRefundMath(BaseCase):
    @settings(deadline=None, max_examples=300)
    @given(total=money, capacities=st.lists(money, max_size=6))
    def test_fill(self, total, capacities):
        """Nothing gets lost, nothing is too much, and nobody takes more than he can."""
        taken, left = fill(total, capacities, CENT)
        self.assertEqual(len(taken), len(capacities))
        self.assertTrue(float_is_zero(sum(taken) + left - max(total, 0.0), precision_digits=6))
        self.assertGreaterEqual(left, 0.0)
        for part, capacity in zip(taken, capacities, strict=True):
            self.assertGreaterEqual(part, 0.0)
            self.assertLessEqual(float_compare(part, max(capacity, 0.0), precision_digits=6), 0)
        if left:
            room = sum(max(capacity, 0.0) for capacity in capacities)
            self.assertTrue(float_is_zero(sum(taken) - room, precision_digits=6))

    @settings(deadline=None, max_examples=300)
    @given(paid=positive, invoiced=positive, gifts=st.lists(positive, max_size=8))
    def test_limit(self, paid, invoiced, gifts):
        """Whatever is asked for, in whatever order: never more than the ceiling is given."""
        given_so_far = 0.0
        for gift in gifts:
            if gift <= refund_limit(paid, invoiced, given_so_far, CENT):
                given_so_far += gift
        self.assertLessEqual(
            float_compare(given_so_far, max(paid, invoiced), precision_digits=2),
            0,
        )
        self.assertGreaterEqual(refund_limit(paid, invoiced, given_so_far + 1e6, CENT), 0.0)

    @given(notes=st.lists(positive, max_size=4), refunds=st.lists(positive, max_size=4))
    def test_given_outside(self, notes, refunds):
        """A note and its refund are one gift; neither can hide the other."""
        self.assertGreaterEqual(given_outside(notes, refunds), sum(notes))
        self.assertGreaterEqual(given_outside(notes, refunds), sum(refunds))
        self.assertEqual(given_outside(notes, notes), sum(notes))

    @given(total=positive, sold=st.integers(1, 50), quantity=st.integers(0, 50))
    def test_price(self, total, sold, quantity):
        """A part costs its share to half a cent, all of it the total, nothing of it nothing."""
        quantity = min(quantity, sold)
        price = price_of(quantity, total, sold, CENT)
        self.assertLessEqual(abs(price - total * quantity / sold), CENT / 2 + 1e-6)
        self.assertEqual(price_of(sold, total, sold, CENT), total)
        self.assertEqual(price_of(0, total, sold, CENT), 0.0)
        self.assertEqual(price_of(1, total, 0, CENT), 0.0)

    def test_outcome(self):
        """Only a refusal, or a connection that never was, proves that no money moved."""
        errors = requests.exceptions
        for error, unknown in (
            (errors.ReadTimeout(), True),
            (errors.ConnectionError(), True),
            (errors.ConnectTimeout(), False),
            (answered(402), False),
            (answered(500), True),
            (answered(504), True),
            (ValueError('no such payment'), False),
        ):
            with self.subTest(error):
                self.assertEqual(is_outcome_unknown(error), unknown)
                self.assertEqual(is_outcome_unknown(failed(error)), unknown)
