"""What formulas are made of: numbers (``value``) and conditions (``holds``).

``value`` is an exact fraction or None, ``holds`` is True, False or None: no data.
Fractions, because people expect that 0.1 + 0.2 - 0.3 is zero; measured values are read
as they are printed. Only what is needed to know the result is looked at.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

# the quotients that were measured carry errors in the 16th digit: 1/3 * 3 equals 1
ACCURACY = 10**14
# a product of many long fractions is cut, so that no formula takes long
MAX_BITS = 4096


def exact(value):
    """A number as people read it: 0.1 is a tenth; None for all that is no number.

    ``False`` is no number either: that is how Odoo says "empty".
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError):  # long integers, signalling NaN
        return None
    return Fraction(repr(number)) if math.isfinite(number) else None


def _kept(value):
    """The value, if a float can hold it; raises OverflowError otherwise."""
    number = float(value)
    return value if value.denominator.bit_length() <= MAX_BITS else exact(number)


class Numeric:
    """Whatever has a value."""

    def value(self, values):
        raise NotImplementedError


class Condition:
    """Whatever holds or does not."""

    def holds(self, values):
        raise NotImplementedError


# === NUMBERS === #


@dataclass(frozen=True)
class Number(Numeric):
    """A literal."""

    number: Fraction

    def value(self, values):
        return self.number


@dataclass(frozen=True)
class Name(Numeric):
    """The code of a KPI."""

    code: str

    def value(self, values):
        return exact(values.get(self.code))


@dataclass(frozen=True)
class Calculation(Numeric):
    """An operation or a function of numbers; none of them may lack data."""

    apply: Callable
    numbers: tuple[Numeric, ...]

    def value(self, values):
        known = []
        for number in self.numbers:
            value = number.value(values)
            if value is None:
                return None
            known.append(value)
        try:
            return _kept(self.apply(*known))
        except (ZeroDivisionError, OverflowError):
            return None


@dataclass(frozen=True)
class Rounding(Numeric):
    """Decimal places of a number, halves away from zero."""

    number: Numeric
    digits: int = 0

    def value(self, values):
        value = self.number.value(values)
        if value is None:
            return None
        scale = 10**self.digits
        rounded = Fraction(math.floor(abs(value) * scale + Fraction(1, 2)), scale)
        return -rounded if value < 0 else rounded


@dataclass(frozen=True)
class Choice(Numeric):
    """One number or another; the one that is not chosen may lack data."""

    condition: Condition
    then: Numeric
    otherwise: Numeric

    def value(self, values):
        holds = self.condition.holds(values)
        if holds is None:
            return None
        return (self.then if holds else self.otherwise).value(values)


# === CONDITIONS === #


@dataclass(frozen=True)
class Nonzero(Condition):
    """A number that stands where a condition belongs: ``A / B if B else 0``."""

    number: Numeric

    def holds(self, values):
        value = self.number.value(values)
        return None if value is None else bool(value)


@dataclass(frozen=True)
class Comparison(Condition):
    """Two numbers; a difference that no float can tell is none."""

    compare: Callable
    left: Numeric
    right: Numeric

    def holds(self, values):
        left, right = self.left.value(values), self.right.value(values)
        if left is None or right is None:
            return None
        if abs(left - right) * ACCURACY <= max(abs(left), abs(right)):
            right = left
        return self.compare(left, right)


@dataclass(frozen=True)
class Every(Condition):
    """And: one that fails decides, even if others lack data."""

    conditions: tuple[Condition, ...]

    def holds(self, values):
        return _decided(self.conditions, values, False)


@dataclass(frozen=True)
class Some(Condition):
    """Or: one that holds decides, even if others lack data."""

    conditions: tuple[Condition, ...]

    def holds(self, values):
        return _decided(self.conditions, values, True)


@dataclass(frozen=True)
class Opposite(Condition):
    """Not."""

    condition: Condition

    def holds(self, values):
        holds = self.condition.holds(values)
        return None if holds is None else not holds


def _decided(conditions, values, decisive):
    unknown = False
    for condition in conditions:
        holds = condition.holds(values)
        if holds is decisive:
            return decisive
        unknown = unknown or holds is None
    return None if unknown else not decisive
