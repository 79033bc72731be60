"""Money without surprises: exact rounding, and parts that add up (Hamilton)."""

from decimal import Decimal
from fractions import Fraction
from math import floor


def _exact(number):
    """The number as people wrote it: 0.1 is one tenth, not the nearest binary float."""
    return Fraction(str(number))


def _as_decimal(units, quantum):
    """So many quanta, as a Decimal of the precision of the quantum."""
    return Decimal(units) * Decimal(str(quantum))


def round_money(amount, quantum):
    """Round to a multiple of ``quantum``; halves away from zero.

    :param amount: int, float, Decimal or Fraction; a float counts as it is written
    :param quantum: smallest unit of the currency, > 0: 0.01 for euro, 1 for yen
    :return: Decimal
    :raise ValueError: when the quantum is not positive
    """
    if _exact(quantum) <= 0:
        raise ValueError("quantum must be positive")
    units = _exact(amount) / _exact(quantum)
    whole = floor(abs(units) + Fraction(1, 2))
    return _as_decimal(whole if units >= 0 else -whole, quantum)


def percent_of(amount, percent, quantum):
    """``percent`` per cent of an amount, rounded once, at the end.

    :return: Decimal, a multiple of ``quantum``
    """
    return round_money(_exact(amount) * _exact(percent) / 100, quantum)


def allocate(total, weights, quantum):
    """Split ``total`` in proportion to ``weights``, in multiples of ``quantum``.

    Each part is its exact share rounded down; the quanta left over go to the largest
    remainders, earlier parts first when remainders are equal (method of Hamilton).
    Computed in fractions, so that no size of total or weight can lose a cent.

    :param total: what to split, >= 0, a multiple of ``quantum``
    :param weights: one weight >= 0 per part; not all zero unless ``total`` is zero
    :param quantum: smallest unit, > 0: 0.01 for euro, 1 for yen
    :return: list of Decimal whose sum is exactly ``total``
    :raise ValueError: for a negative or unsplittable total, or negative weights
    """
    weights = [_exact(weight) for weight in weights]
    if _exact(quantum) <= 0 or _exact(total) < 0 or any(w < 0 for w in weights):
        raise ValueError("total and weights must not be negative, quantum positive")
    units = _exact(total) / _exact(quantum)
    if units.denominator != 1:
        raise ValueError(f"{total} is not a multiple of {quantum}")
    whole = sum(weights)
    if not whole:
        if units:
            raise ValueError("no weight to split by")
        return [_as_decimal(0, quantum) for _ in weights]
    exact = [units * weight / whole for weight in weights]
    parts = [floor(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: int(units) - sum(parts)]:
        parts[index] += 1
    return [_as_decimal(part, quantum) for part in parts]
