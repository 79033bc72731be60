"""From a measured value to points.

Sources of the figures: linear 0 at 60 % of the target, 100 at the target, cap 120 %
(defaults of the product), reached at the stretch target where there is one; a range
target pays in full inside and falls linearly to zero at a tolerance outside (D7).
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from .bands import find_band

CENT = Decimal("0.01")


def decimal(value):
    """A float as people read it: 0.1 is 0.1."""
    return Decimal(str(value))


def cents(value):
    """Round to a hundredth of a point, halves away from zero."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Rule:
    """How a value becomes points.

    :param kind: ``linear``, ``bands``, ``range`` or ``pass_fail``
    :param direction: ``higher`` or ``lower`` is better (linear and pass_fail)
    :param target: value that earns all points
    :param target_upper: upper end of a range target
    :param tolerance: distance outside the range at which the points are zero
    :param floor: share of the target below which there are no points, 0..1
    :param cap: share of the points that over-attainment can reach, >= 1
    :param max_points: points at the target
    :param bands: ``((lower, upper or None, points), ...)``
    :param stretch: value that earns the cap (linear); None: where the attainment is
    """

    kind: str
    direction: str = "higher"
    target: float = 0.0
    target_upper: float = 0.0
    tolerance: float = 0.0
    floor: float = 0.6
    cap: float = 1.2
    max_points: float = 10.0
    bands: tuple = field(default=())
    stretch: float | None = None


@dataclass(frozen=True)
class Outcome:
    """Points of one value and how they came about.

    :param points: Decimal, in hundredths
    :param code: which case applied: ``band``, ``reached``, ``partly``, ``missed``,
        ``over``, ``inside`` or ``outside``
    :param params: facts of the case, for the sentence that explains it
    """

    points: Decimal
    code: str
    params: dict


def attainment(value, rule):
    """Share of the target that was reached, as Decimal; 1 is the target.

    Lower is better: half the allowed value counts 1.5, the double counts 0.
    """
    value, target = decimal(value), decimal(rule.target)
    if not target:
        reached = value >= 0 if rule.direction == "higher" else value <= 0
        return Decimal(1 if reached else 0)
    ratio = value / target
    return ratio if rule.direction == "higher" else 2 - ratio


def _linear(value, rule):
    reached = attainment(value, rule)
    floor, cap = decimal(rule.floor), decimal(rule.cap)
    if reached >= 1:
        share = min(_over(value, rule, reached), cap)
        code = "over" if share > 1 else "reached"
    elif reached <= floor:
        share, code = Decimal(0), "missed"
    else:
        share, code = (reached - floor) / (1 - floor), "partly"
    return share, code, {"attainment": float(cents(reached * 100))}


def _over(value, rule, reached):
    """Share of the points at and above the target: up to the cap at the stretch."""
    if rule.stretch is None:
        return reached
    target, stretch = decimal(rule.target), decimal(rule.stretch)
    if stretch == target:
        return Decimal(1)
    way = (decimal(value) - target) / (stretch - target)
    return 1 + (decimal(rule.cap) - 1) * way


def _pass_fail(value, rule):
    reached = attainment(value, rule) >= 1
    return Decimal(int(reached)), "reached" if reached else "missed", {}


def _range(value, rule):
    value = decimal(value)
    lower, upper = decimal(rule.target), decimal(rule.target_upper)
    distance = max(lower - value, value - upper, Decimal(0))
    if not distance:
        return Decimal(1), "inside", {}
    tolerance = decimal(rule.tolerance)
    share = max(1 - distance / tolerance, Decimal(0)) if tolerance else Decimal(0)
    return share, "outside", {"distance": float(distance)}


def _bands(value, rule):
    lower, upper, points = find_band(rule.bands, value)
    share = decimal(points) / decimal(rule.max_points)
    return share, "band", {"lower": lower, "upper": upper}


_KINDS = {
    "linear": _linear,
    "pass_fail": _pass_fail,
    "range": _range,
    "bands": _bands,
}


def score_value(value, rule):
    """Points of a value under a rule.

    :param float value: measured value
    :param Rule rule: how it is scored
    :return: :class:`Outcome`; points lie in 0 .. max_points x cap
    """
    share, code, params = _KINDS[rule.kind](value, rule)
    return Outcome(cents(share * decimal(rule.max_points)), code, params)
