"""How far objectives are: key results, roll-up of a tree, and what the date asks for.

No data is never zero: what has none is left out, the rest is re-weighted, and the
coverage says how much of the weight stands behind a figure. Progress is capped at
100: a key result that does more than was asked does not hide one that does less.
"""

from dataclasses import dataclass
from decimal import Decimal

from .scoring import cents, decimal
from .totals import HUNDRED

# points behind the line at which an objective counts as behind
TOLERANCE = Decimal(10)


@dataclass(frozen=True)
class Progress:
    """How far something is.

    :param value: Decimal in 0 .. 100, or None when nothing below it has data
    :param coverage: per cent of the weight that has data
    """

    value: Decimal | None
    coverage: Decimal


NO_DATA = Progress(None, Decimal(0))


def result_progress(start, target, current):
    """How far a key result is on its way from start to target, also downwards.

    :param current: a number, or None when there is no data
    :return: :class:`Progress`
    """
    if current is None or start == target:
        return NO_DATA
    way = decimal(target) - decimal(start)
    share = (decimal(current) - decimal(start)) / way * HUNDRED
    return Progress(cents(min(max(share, Decimal(0)), HUNDRED)), HUNDRED)


def roll_up(parts):
    """Bring together the key results and child objectives of one objective.

    :param list parts: ``[(weight, Progress)]``
    :return: :class:`Progress`; its value lies between the smallest and the largest
    """
    weighed = [(decimal(weight), part) for weight, part in parts]
    whole = sum((weight for weight, _part in weighed), Decimal(0))
    known = [(w, part) for w, part in weighed if w and part.value is not None]
    if not known:
        return NO_DATA
    total = sum((weight for weight, _part in known), Decimal(0))
    value = sum((weight * part.value for weight, part in known), Decimal(0)) / total
    covered = sum((weight * part.coverage for weight, part in known), Decimal(0))
    return Progress(cents(value), cents(covered / whole))


def roll_up_tree(children, results, fixed=None):
    """Roll up a forest, from its leaves.

    :param dict children: ``{node: [(weight, child)]}``, without cycles
    :param dict results: ``{node: [(weight, Progress)]}``, the own key results
    :param dict fixed: ``{node: Progress}`` of nodes that do not change any more
    :return: ``{node: Progress}``
    """
    done = dict(fixed or {})
    stack = list(children.keys() | results.keys())
    while stack:
        node = stack[-1]
        below = children.get(node, [])
        waiting = [child for _weight, child in below if child not in done]
        if node in done:
            stack.pop()
        elif waiting:
            stack += waiting
        else:
            parts = [(weight, done[child]) for weight, child in below]
            done[node] = roll_up(results.get(node, []) + parts)
            stack.pop()
    return done


def expected_progress(first, last, today):
    """What a straight line over the period asks for on the morning of a day."""
    days = (last - first).days + 1
    passed = min(max((today - first).days, 0), days)
    return cents(HUNDRED * passed / days)


def status(progress, first, last, today):
    """Where an objective stands: a function of its value and of the date.

    :return: ``no_data``, ``achieved``, ``failed``, ``behind`` or ``on_track``
    """
    if progress is None:
        return "no_data"
    if progress >= HUNDRED:
        return "achieved"
    if today > last:
        return "failed"
    gap = expected_progress(first, last, today) - progress
    return "behind" if gap >= TOLERANCE else "on_track"
