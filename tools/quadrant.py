"""Which few of many KPIs to keep: much value for the customer at little cost.

R42: three to five KPIs guide people, more do not. R101: those with a high value for the
customer and a low cost of execution come first.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import product

FEWEST, MOST = 3, 5
# beyond the fewest, only KPIs that customers gain much from are worth another line
HIGH_VALUE = 4


@dataclass(frozen=True)
class Candidate:
    """A KPI that could be kept.

    :param key: what the caller knows it by
    :param value: what customers gain, 1 (little) to 5 (much)
    :param cost: what it takes, 1 (cheap) to 5 (expensive)
    :param nature: ``outcome`` or ``behaviour``
    :param perspective: of the balanced scorecard
    :param model: whose records it counts; empty when it is no matter of records
    :param available: whether the app is there whose records it counts
    """

    key: object
    value: int
    cost: int
    nature: str
    perspective: str
    model: str = ""
    available: bool = True

    @property
    def merit(self):
        """Larger is better: the gain over the cost, then the gain."""
        return self.value - self.cost, self.value


@dataclass(frozen=True)
class Pick:
    """A KPI to keep.

    :param first_of_nature: the first of the picks that is an outcome, or a behaviour
    :param first_of_perspective: the first of the picks in its perspective
    """

    candidate: Candidate
    first_of_nature: bool
    first_of_perspective: bool


def propose(candidates, most=MOST):
    """The KPIs to keep, best first.

    There is an outcome and a behaviour among them and more than one perspective, as far
    as there are any; records of one model are counted once before they are counted
    twice.

    :param candidates: in the order that decides between equals
    :param most: most KPIs to keep, at least ``FEWEST``
    :return: list of ``Pick``
    """
    ranked = sorted(
        (one for one in candidates if one.available),
        key=lambda one: one.merit,
        reverse=True,
    )
    kept = _core(ranked)
    for repeats in (1, 2, len(ranked)):
        _fill(kept, ranked, repeats, most if repeats == 1 else FEWEST)
    return _picks([one for one in ranked if one in kept])


def _core(ranked):
    """The best pair of an outcome and a behaviour, from two perspectives."""
    best = {}
    for place, one in enumerate(ranked):
        best.setdefault((one.nature, one.perspective, one.model), (place, one))
    leaders = list(best.values())
    pairs = [
        (pair_a, pair_b)
        for pair_a, pair_b in product(leaders, leaders)
        if pair_a[0] < pair_b[0]
    ]
    if not pairs:
        return ranked[:1]

    def shortcomings(pair):
        (place_a, a), (place_b, b) = pair
        return (
            a.nature == b.nature,
            a.perspective == b.perspective,
            bool(a.model) and a.model == b.model,
            place_a + place_b,
        )

    return [one for _place, one in min(pairs, key=shortcomings)]


def _fill(kept, ranked, repeats, most):
    """Add the best that are left, no model more often than ``repeats``."""
    models = Counter(one.model for one in kept)
    for one in ranked:
        if one in kept or (one.model and models[one.model] >= repeats):
            continue
        is_worth_it = one.value >= HIGH_VALUE and one.value > one.cost
        if len(kept) < FEWEST or (is_worth_it and len(kept) < most):
            kept.append(one)
            models[one.model] += 1


def _picks(kept):
    natures, perspectives, picks = set(), set(), []
    for one in kept:
        picks.append(
            Pick(one, one.nature not in natures, one.perspective not in perspectives)
        )
        natures.add(one.nature)
        perspectives.add(one.perspective)
    return picks
