from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.scoring import cents
from ..tools.totals import Entry, card_total

weights = st.integers(1, 10000).map(lambda n: n / 100)
points = st.one_of(st.none(), st.integers(0, 1200).map(lambda n: n / 100))


@st.composite
def entries(draw):
    role = draw(st.sampled_from(["weighted", "weighted", "multiplier", "gate"]))
    low, high = sorted(draw(st.tuples(st.integers(0, 200), st.integers(0, 200))))
    return Entry(
        draw(weights) if role == "weighted" else 0,
        draw(points),
        10,
        role,
        role == "weighted" and draw(st.booleans()),
        low / 100,
        high / 100,
        draw(st.integers(0, 100)),
    )


def naive(lines, cap):
    """The score in fractions of weights, without any rounding; None when there is none.

    Written from the rules, not from the code: re-weight, cap the vote, multiply, limit.
    """
    known = [
        line for line in lines if line.role == "weighted" and line.points is not None
    ]
    whole = sum(line.weight for line in known)
    voted = sum(line.weight for line in known if line.is_vote)
    if not whole or (voted == whole and cap < 100 and voted):
        return None
    share = {True: voted / whole, False: 1 - voted / whole}
    if share[True] * 100 > cap:
        share = {True: cap / 100, False: 1 - cap / 100}
    sums = {True: voted or 1, False: whole - voted or 1}
    score = sum(
        line.points / 10 * 100 * share[line.is_vote] * line.weight / sums[line.is_vote]
        for line in known
    )
    for line in lines:
        if line.role == "multiplier" and line.points is not None:
            part = min(line.points / 10, 1)
            score *= line.factor_min + (line.factor_max - line.factor_min) * part
    for line in lines:
        if line.role == "gate" and line.points is not None and line.points < 10:
            score = min(score, line.limit)
    return score


@tagged("post_install", "-at_install")
class TestTotals(BaseCase):
    @given(st.lists(entries(), min_size=1, max_size=12))
    def test_the_total_is_that_of_the_rules(self, lines):
        total = card_total(lines, 15)
        expected = naive(lines, 15)
        if expected is None:
            self.assertIsNone(total.score)
            self.assertTrue(total.provisional)
            return
        # each part is rounded, and then multiplied by up to 2 for each multiplier
        factor = 2 ** sum(line.role == "multiplier" for line in lines)
        self.assertAlmostEqual(
            float(total.score), expected, delta=0.05 * len(lines) * factor
        )

    @given(st.lists(entries(), min_size=1, max_size=12), st.integers(0, 15))
    def test_the_customers_vote_never_weighs_more_than_its_cap(self, lines, cap):
        total = card_total(lines, cap)
        votes = sum(
            weight
            for (weight, _points), line in zip(total.parts, lines, strict=True)
            if line.is_vote
        )
        self.assertLessEqual(votes, cap)
        if total.score is not None:
            self.assertEqual(sum(weight for weight, _points in total.parts), 100)

    @given(st.lists(entries(), min_size=1, max_size=12))
    def test_weighted_points_add_up_to_the_base_as_printed(self, lines):
        total = card_total(lines)
        if total.score is not None:
            shown = [part for _weight, part in total.parts if part is not None]
            self.assertEqual(sum(shown), total.base)
            self.assertTrue(all(part == cents(part) for part in shown))

    @given(st.lists(entries(), min_size=1, max_size=8), st.data())
    def test_more_points_never_score_less(self, lines, data):
        number = data.draw(st.integers(0, len(lines) - 1))
        line = lines[number]
        if line.points is None:
            return
        better = [*lines]
        more = data.draw(st.integers(0, 300)) / 100
        better[number] = Entry(
            line.weight,
            round(line.points + more, 2),
            line.max_points,
            line.role,
            line.is_vote,
            line.factor_min,
            line.factor_max,
            line.limit,
        )
        before, after = card_total(lines).score, card_total(better).score
        if before is not None:
            self.assertLessEqual(before, after)

    def test_quality_coefficient_of_the_negative_reviews(self):
        # R28: a multiplier, not an additive KPI
        lines = [Entry(100, 9, 10), Entry(0, 5, 10, "multiplier", False, 0.8, 1.1)]
        total = card_total(lines)
        self.assertEqual(total.base, 90)
        self.assertEqual(total.factors, (None, Decimal("0.9500")))
        self.assertEqual(total.score, Decimal("85.50"))

    def test_without_data_a_multiplier_changes_nothing(self):
        lines = [Entry(100, 9, 10), Entry(0, None, 10, "multiplier", False, 0.8, 1.1)]
        total = card_total(lines)
        self.assertEqual((total.score, total.provisional), (90, False))

    def test_a_missed_hurdle_limits_the_score(self):
        missed = card_total([Entry(100, 9, 10), Entry(0, 9.99, 10, "gate", limit=60)])
        taken = card_total([Entry(100, 9, 10), Entry(0, 10, 10, "gate", limit=60)])
        low = card_total([Entry(100, 4, 10), Entry(0, 0, 10, "gate", limit=60)])
        self.assertEqual([missed.score, taken.score, low.score], [60, 90, 40])

    def test_a_hurdle_without_data_leaves_the_score_provisional(self):
        total = card_total([Entry(100, 9, 10), Entry(0, None, 10, "gate", limit=60)])
        self.assertEqual((total.score, total.provisional), (90, True))

    def test_what_the_vote_may_not_weigh_goes_to_the_other_lines(self):
        # 50 of 65 have data; the vote of 15 would weigh 30
        lines = [
            Entry(35, 10, 10),
            Entry(50, None, 10),
            Entry(15, 0, 10, is_vote=True),
        ]
        total = card_total(lines)
        self.assertEqual([w for w, _p in total.parts], [85, 0, 15])
        self.assertEqual(total.score, 85)
        self.assertTrue(total.vote_capped)
        self.assertEqual(total.coverage, 50)

    def test_the_vote_alone_is_no_score(self):
        total = card_total([Entry(85, None, 10), Entry(15, 10, 10, is_vote=True)])
        self.assertEqual((total.score, total.coverage), (None, 15))
