"""From the points of lines to the score of a card.

Rules: a line without data is left out and the rest is re-weighted; below 60 % covered
weight the score is provisional (D8). The customer's vote is capped in *effective*
weight, after re-weighting; what is over goes to the other lines (R78, D2). Lines that
multiply (quality coefficient, R28) and hurdles come after the weighted sum.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from .allocation import allocate
from .scoring import CENT, cents, decimal

HUNDRED = Decimal(100)
MINIMUM_COVERAGE = Decimal(60)
VOTE_CAP = Decimal(15)
FINE = Decimal("0.0001")


@dataclass(frozen=True)
class Entry:
    """What one line of a card brings.

    :param weight: per cent (weighted lines)
    :param points: Decimal, float or None (no data)
    :param max_points: points at the target
    :param role: ``weighted``, ``multiplier`` or ``gate``
    :param is_vote: whether customers rate the person by it
    :param factor_min: coefficient of a multiplier at 0 points
    :param factor_max: coefficient of a multiplier at all points
    :param limit: most that the score can be when the target of a gate is missed
    """

    weight: float
    points: float | None
    max_points: float
    role: str = "weighted"
    is_vote: bool = False
    factor_min: float = 1.0
    factor_max: float = 1.0
    limit: float = 0.0


@dataclass(frozen=True)
class Total:
    """Score of a card.

    :param score: Decimal, or None when no line has data, or only the customer's vote
    :param coverage: per cent of the weight that has data
    :param provisional: whether too little of the weight is covered, or a hurdle has no
        data
    :param parts: per line ``(effective weight, weighted points or None)``, Decimals;
        lines that multiply or are hurdles weigh nothing
    :param base: sum of the weighted points, before coefficients and hurdles
    :param factors: per line the coefficient of a multiplier, else None
    :param missed: per line whether it is a hurdle that was missed
    :param vote_capped: whether the customer's vote was cut to its cap
    """

    score: Decimal | None
    coverage: Decimal
    provisional: bool
    parts: tuple
    base: Decimal | None = None
    factors: tuple = ()
    missed: tuple = ()
    vote_capped: bool = False

    @property
    def coefficient(self):
        """All multipliers together, in ten-thousandths."""
        whole = Decimal(1)
        for factor in self.factors:
            whole *= 1 if factor is None else factor
        return whole.quantize(FINE)


@lru_cache(maxsize=4096)
def _effective(weights, votes, cap):
    """Effective weights of the lines with data: exactly 100 together, in hundredths.

    :param tuple weights: Decimals, zero for lines without data
    :param tuple votes: which lines are the customer's vote
    :return: ``(weights, capped)``; weights is None when only the vote has data
    """
    whole = sum(weights)
    voted = sum(w for w, vote in zip(weights, votes, strict=True) if vote)
    if not voted or voted * HUNDRED <= cap * whole:
        return tuple(allocate(HUNDRED, weights, CENT)), False
    if voted == whole:
        return None, True
    own = [w if vote else 0 for w, vote in zip(weights, votes, strict=True)]
    rest = [0 if vote else w for w, vote in zip(weights, votes, strict=True)]
    parts = zip(
        allocate(cap, own, CENT), allocate(HUNDRED - cap, rest, CENT), strict=True
    )
    return tuple(a + b for a, b in parts), True


@lru_cache(maxsize=4096)
def _part(weight, points, most):
    return cents(weight * points / most)


def _factor(entry):
    """Coefficient of a multiplier; without data it changes nothing."""
    if entry.role != "multiplier":
        return None
    if entry.points is None:
        return Decimal(1)
    share = min(decimal(entry.points) / decimal(entry.max_points), Decimal(1))
    low, high = decimal(entry.factor_min), decimal(entry.factor_max)
    return (low + (high - low) * share).quantize(FINE)


def _missed(entry):
    return (
        entry.role == "gate"
        and entry.points is not None
        and entry.points < entry.max_points
    )


def card_total(entries, vote_cap=VOTE_CAP):
    """Add up the lines of a card.

    The effective weights total exactly 100 and the weighted points, as printed, add up
    exactly to the sum before coefficients and hurdles.

    :param entries: list of :class:`Entry`
    :param vote_cap: most effective weight of the customer's vote, per cent
    :return: :class:`Total`
    """
    weights = [
        decimal(e.weight) if e.role == "weighted" else Decimal(0) for e in entries
    ]
    known = tuple(
        w if e.points is not None else Decimal(0)
        for w, e in zip(weights, entries, strict=True)
    )
    covered = sum(known, Decimal(0))
    if not covered:
        return _nothing(entries, Decimal(0))
    votes = tuple(bool(entry.is_vote) for entry in entries)
    coverage = cents(covered * HUNDRED / sum(weights))
    effective, capped = _effective(known, votes, decimal(vote_cap))
    if effective is None:
        return _nothing(entries, coverage)
    parts = tuple(
        (
            weight,
            None
            if entry.points is None or entry.role != "weighted"
            else _part(weight, decimal(entry.points), decimal(entry.max_points)),
        )
        for weight, entry in zip(effective, entries, strict=True)
    )
    base = sum((part for _weight, part in parts if part is not None), Decimal(0))
    factors = tuple(_factor(entry) for entry in entries)
    missed = tuple(_missed(entry) for entry in entries)
    return Total(
        _after(base, factors, missed, entries),
        coverage,
        coverage < MINIMUM_COVERAGE or _unverified(entries),
        parts,
        base,
        factors,
        missed,
        capped,
    )


def _nothing(entries, coverage):
    """No score: nothing has data, or nothing but the customer's vote."""
    none = tuple((Decimal(0), None) for _entry in entries)
    factors = tuple(_factor(entry) for entry in entries)
    return Total(None, coverage, True, none, None, factors, (False,) * len(entries))


def _unverified(entries):
    """Whether a hurdle has no data: nobody knows that it was taken."""
    return any(e.role == "gate" and e.points is None for e in entries)


def _after(base, factors, missed, entries):
    """The score after coefficients and hurdles."""
    score = base
    for factor in factors:
        if factor is not None:
            score *= factor
    limits = [decimal(e.limit) for e, m in zip(entries, missed, strict=True) if m]
    return min([cents(score), *limits])


def total_score(lines):
    """Add up weighted lines; those without data are left out, the rest re-weighted.

    :param list lines: ``[(weight, points or None, max_points)]``
    :return: :class:`Total`
    """
    return card_total([Entry(*line) for line in lines])
