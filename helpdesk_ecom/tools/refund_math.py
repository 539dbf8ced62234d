"""Sums of a refund. No ORM: plain numbers in, plain numbers out."""

import requests

from odoo.tools.float_utils import float_compare, float_round


def fill(total, capacities, rounding):
    """Spread a total over capacities, each filled in turn.

    :param float total: what is to be spread; nothing is spread when it is not positive.
    :param list capacities: how much each takes at most; negative ones take nothing.
    :param float rounding: of the currency or unit of measure, such as 0.01.
    :return: what each takes, and the rest that fits nowhere.
    :rtype: tuple[list[float], float]
    """
    left = float_round(max(total, 0.0), precision_rounding=rounding)
    taken = []
    for capacity in capacities:
        room = float_round(max(capacity, 0.0), precision_rounding=rounding, rounding_method='DOWN')
        part = min(room, left)
        taken.append(part)
        left = float_round(left - part, precision_rounding=rounding)
    return taken, left


def refund_limit(paid, invoiced, given, rounding):
    """Return how much may still be given back, never negative.

    What was paid can come back. What was invoiced and is not paid yet can be taken off the debt.
    The two overlap, so the larger of them is the ceiling.
    """
    return max(0.0, float_round(max(paid, invoiced) - given, precision_rounding=rounding))


def given_outside(notes, refunds):
    """Return what accountants gave back without an order action.

    They book a credit note, send the money back, or both: a note and its refund are the same gift,
    and nothing in the books says which refund is for which note. So the larger sum counts.
    """
    return max(sum(notes), sum(refunds))


def price_of(quantity, total, total_quantity, rounding):
    """Return the price of a part of a line, in proportion and rounded; all of it is the total."""
    if not total_quantity:
        return 0.0
    if float_compare(quantity, total_quantity, precision_digits=6) == 0:
        return total
    return float_round(total * quantity / total_quantity, precision_rounding=rounding)


def share(total, weights, rounding):
    """Spread a total over weights, in proportion; the shares add up to the total.

    :param list weights: not negative; a total has nowhere to go if all of them are zero.
    :param float rounding: of the currency, such as 0.01.
    :return: a share for each weight.
    :rtype: list[float]
    """
    whole, seen, before, shares = sum(weights), 0.0, 0.0, []
    for weight in weights:
        seen += weight
        after = price_of(seen, total, whole, rounding)
        shares.append(float_round(after - before, precision_rounding=rounding))
        before = after
    return shares


def is_outcome_unknown(error):
    """Return whether money may have moved although a call to a payment provider failed.

    Only an answer that says no, and a connection that never came about, prove that nothing moved.
    Odoo turns them all into the same error, and keeps what it stood for as its context.
    """
    while error is not None:
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return False
        if isinstance(error, (requests.exceptions.ConnectionError, requests.exceptions.Timeout)):
            return True
        if isinstance(error, requests.exceptions.HTTPError):
            return error.response is None or error.response.status_code >= 500
        error = error.__cause__ or error.__context__
    return False
