"""Sums of a return. No ORM: plain numbers in, plain numbers out."""

import math

EPSILON = 1e-6


def snap_quantity(quantity, tolerance):
    """Return the whole number that a converted quantity stands for, or the quantity itself.

    :param float tolerance: what one digit of the quantity was worth before it was converted.
    """
    nearest = round(quantity)
    return float(nearest) if abs(quantity - nearest) <= tolerance / 2 + EPSILON else quantity


def whole_kits(components):
    """Return how many whole kits there are.

    :param list components: of each component, how much there is and how much of it a kit needs.
    """
    return float(
        min(
            (math.floor(there / needed + EPSILON) for there, needed in components if needed),
            default=0,
        )
    )


def received_quantity(asked, components, is_kit):
    """Return how much of a line came back, never more than was asked for.

    :param float asked: how much of the line was to come back.
    :param list components: of each product, how much came back and how much was to come back.
    :param bool is_kit: whether a part of it is worth nothing.
    """
    shares = [min(1.0, there / wanted) for there, wanted in components if wanted > 0]
    share = min(shares, default=0.0)
    return float(math.floor(asked * share + EPSILON)) if is_kit else asked * share
