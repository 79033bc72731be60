"""From the five steps of a rating to points, and from two sides to one verdict.

A rating earns the points of the grade of the same meaning (S >= 95, A 85, B 70, C 60, D
below, the default scale): "as expected" is a B, never an average of the company.
"""

from decimal import Decimal

from .scoring import cents, decimal
from .totals import total_score

# {key of the selection: points out of 100}
RATING_POINTS = {"1": 40, "2": 60, "3": 75, "4": 90, "5": 100}
HUNDRED = 100


def mean_points(ratings):
    """Mean points of the ratings given.

    :param list ratings: keys of ``RATING_POINTS``; empty ones are left out
    :return: Decimal in hundredths, or None when nothing was rated
    """
    points = [Decimal(RATING_POINTS[rating]) for rating in ratings if rating]
    return cents(sum(points) / len(points)) if points else None


def combine_sides(scorecard, scorecard_weight, manager, manager_weight):
    """One score out of the scorecard's and the manager's.

    A side without a score is left out and its weight goes to the other one (D8).

    :param scorecard: score of the scorecard, or None when nothing could be measured
    :param manager: mean points of the manager's ratings, or None
    :return: ``tools.totals.Total``; ``parts`` are scorecard, manager
    """
    return total_score(
        [
            (weight, None if score is None else decimal(score), HUNDRED)
            for score, weight in (
                (scorecard, scorecard_weight),
                (manager, manager_weight),
            )
        ]
    )
