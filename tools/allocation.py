"""Split a total into parts that add up to it exactly (largest remainder)."""

from decimal import ROUND_FLOOR, Decimal


def allocate(total, weights, quantum):
    """Split ``total`` in proportion to ``weights``, in multiples of ``quantum``.

    Each part is its exact share rounded down; the quanta left over go to the largest
    remainders, earlier parts first when remainders are equal (method of Hamilton).

    :param total: what to split, >= 0, a multiple of ``quantum``
    :param weights: one weight >= 0 per part; not all zero unless ``total`` is zero
    :param quantum: smallest unit, > 0: 0.01 for euro, 1 for yen
    :return: list of Decimal whose sum is exactly ``total``
    :raise ValueError: for a negative or unsplittable total, or negative weights
    """
    total, quantum = Decimal(str(total)), Decimal(str(quantum))
    weights = [Decimal(str(weight)) for weight in weights]
    if total < 0 or quantum <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("total and weights must not be negative, quantum positive")
    if total % quantum:
        raise ValueError(f"{total} is not a multiple of {quantum}")
    if not total:
        return [Decimal(0) * quantum for _ in weights]
    whole = sum(weights, Decimal(0))
    if not whole:
        raise ValueError("no weight to split by")
    units = total / quantum
    exact = [units * weight / whole for weight in weights]
    parts = [share.to_integral_value(rounding=ROUND_FLOOR) for share in exact]
    left = int(units - sum(parts, Decimal(0)))
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[:left]:
        parts[index] += 1
    return [part * quantum for part in parts]
