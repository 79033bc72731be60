from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_performance.tools.rating import (
    RATING_POINTS,
    combine_sides,
    mean_points,
)


@tagged("post_install", "-at_install")
class TestRating(BaseCase):
    """Points of ratings, and the sum of the two sides."""

    def test_mean(self):
        for ratings, expected in (
            (["3"], "75"),
            (["3", "4"], "82.5"),
            (["1", "2", "3", "4", "5"], "73"),
            (["1", "1", "2"], "46.67"),
            (["5", False, None, ""], "100"),
        ):
            self.assertEqual(mean_points(ratings), Decimal(expected), ratings)

    def test_mean_of_nothing_is_no_number(self):
        self.assertIsNone(mean_points([]))
        self.assertIsNone(mean_points([False, None]))

    def test_each_rating_lies_in_the_grade_of_its_meaning(self):
        # lower bounds of the standard scale
        bounds = {"5": 95, "4": 85, "3": 70, "2": 60, "1": 0}
        tops = {"5": 101, "4": 95, "3": 85, "2": 70, "1": 60}
        for rating, points in RATING_POINTS.items():
            self.assertTrue(bounds[rating] <= points < tops[rating], rating)

    def test_combine(self):
        for scorecard, weight_s, manager, weight_m, score, weights in (
            (90.0, 80, Decimal(75), 20, "87.00", ("80.00", "20.00")),
            (None, 80, Decimal(75), 20, "75.00", ("0", "100.00")),
            (90.0, 80, None, 20, "90.00", ("100.00", "0")),
            (90.0, 100, Decimal(40), 0, "90.00", ("100.00", "0.00")),
            (None, 0, Decimal(60), 100, "60.00", ("0", "100.00")),
            (120.0, 50, Decimal(100), 50, "110.00", ("50.00", "50.00")),
            (0.0, 80, Decimal(100), 20, "20.00", ("80.00", "20.00")),
        ):
            total = combine_sides(scorecard, weight_s, manager, weight_m)
            self.assertEqual(total.score, Decimal(score))
            self.assertEqual(
                tuple(weight for weight, _points in total.parts),
                tuple(map(Decimal, weights)),
            )

    def test_combine_nothing(self):
        total = combine_sides(None, 80, None, 20)
        self.assertIsNone(total.score)
        self.assertTrue(total.provisional)
