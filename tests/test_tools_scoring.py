from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.scoring import Rule, cents, score_value
from ..tools.totals import total_score

values = st.floats(-1e6, 1e6, allow_nan=False, allow_infinity=False)
targets = st.floats(0.01, 1e6, allow_nan=False, allow_infinity=False)
weights = st.integers(1, 10000).map(lambda n: n / 100)
points = st.one_of(st.none(), st.integers(0, 1200).map(lambda n: n / 100))


@st.composite
def rules(draw):
    kind = draw(st.sampled_from(["linear", "pass_fail"]))
    return Rule(
        kind,
        direction=draw(st.sampled_from(["higher", "lower"])),
        target=draw(targets),
        floor=draw(st.integers(0, 99)) / 100,
        cap=draw(st.integers(100, 200)) / 100,
    )


@tagged("post_install", "-at_install")
class TestScoring(BaseCase):
    @given(rules(), values, values)
    def test_better_never_earns_less(self, rule, one, other):
        worse, better = sorted((one, other), reverse=rule.direction == "lower")
        self.assertLessEqual(
            score_value(worse, rule).points, score_value(better, rule).points
        )

    @given(rules(), values)
    def test_points_stay_in_their_range(self, rule, value):
        points = score_value(value, rule).points
        self.assertGreaterEqual(points, 0)
        self.assertLessEqual(points, cents(Decimal("10") * Decimal(str(rule.cap))))

    @given(rules())
    def test_the_target_earns_all_points(self, rule):
        self.assertEqual(score_value(rule.target, rule).points, 10)

    def test_default_linear_rule(self):
        rule = Rule("linear", target=100.0)
        table = {
            0: 0,
            60: 0,
            70: 2.5,
            80: 5,
            90: 7.5,
            100: 10,
            110: 11,
            120: 12,
            500: 12,
        }
        for value, expected in table.items():
            self.assertEqual(float(score_value(value, rule).points), expected, value)

    def test_lower_is_better(self):
        # churn of at most 10 %
        rule = Rule("linear", direction="lower", target=10.0)
        table = {0: 12, 8: 12, 9: 11, 10: 10, 12: 5, 14: 0, 30: 0}
        for value, expected in table.items():
            self.assertEqual(float(score_value(value, rule).points), expected, value)

    def test_lower_is_better_with_target_zero(self):
        rule = Rule("pass_fail", direction="lower", target=0.0)
        self.assertEqual(score_value(0, rule).points, 10)
        self.assertEqual(score_value(1, rule).points, 0)

    def test_range_with_tolerance(self):
        # after-call work of 30 to 60 seconds, nothing from 10 seconds outside on
        rule = Rule("range", target=30.0, target_upper=60.0, tolerance=10.0)
        table = {15: 0, 20: 0, 25: 5, 30: 10, 45: 10, 60: 10, 65: 5, 70: 0, 99: 0}
        for value, expected in table.items():
            self.assertEqual(float(score_value(value, rule).points), expected, value)

    def test_bands_of_the_example(self):
        rule = Rule(
            "bands", bands=((0, 70, 0), (70, 80, 6), (80, 90, 8), (90, None, 10))
        )
        outcome = score_value(86.5, rule)
        self.assertEqual(outcome.points, 8)
        self.assertEqual(outcome.params, {"lower": 80, "upper": 90})
        total = total_score([(30, outcome.points, 10), (70, 10, 10)])
        self.assertEqual(total.parts[0], (Decimal(30), Decimal("24.00")))

    @given(st.lists(st.tuples(weights, points, st.just(10)), min_size=1, max_size=12))
    def test_total_adds_up_exactly(self, lines):
        total = total_score(lines)
        known = [line for line in lines if line[1] is not None]
        if not known:
            self.assertIsNone(total.score)
            self.assertTrue(total.provisional)
            return
        self.assertEqual(sum(weight for weight, _points in total.parts), 100)
        self.assertEqual(
            sum(part for _weight, part in total.parts if part is not None), total.score
        )
        self.assertLessEqual(total.score, 120)
        exact = (
            sum(w * p / 10 for w, p, _m in known) / sum(w for w, _p, _m in known) * 100
        )
        self.assertAlmostEqual(float(total.score), exact, delta=0.03 * len(lines))
        for (_w, part), (_weight, given_points, _m) in zip(
            total.parts, lines, strict=True
        ):
            self.assertEqual(part is None, given_points is None)

    def test_missing_line_is_not_zero(self):
        total = total_score([(50, 8, 10), (30, 8, 10), (20, None, 10)])
        self.assertEqual((total.score, total.coverage), (Decimal("80.00"), 80))
        self.assertFalse(total.provisional)

    def test_too_little_covered_is_provisional(self):
        self.assertFalse(total_score([(60, 8, 10), (40, None, 10)]).provisional)
        self.assertTrue(total_score([(59.99, 8, 10), (40.01, None, 10)]).provisional)
