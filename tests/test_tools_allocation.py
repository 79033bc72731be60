from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.allocation import allocate, percent_of, round_money

QUANTA = [
    Decimal("1"),
    Decimal("0.01"),
    Decimal("0.001"),
    Decimal("0.05"),
    Decimal("5"),
]


@tagged("post_install", "-at_install")
class TestToolsAllocation(BaseCase):
    """Parts always add up to the pool, whatever pool, shares and currency."""

    # === ALLOCATION ===#

    def test_whole_lifecycle(self):
        """The shipped plan: 20/30/30/20 of 50.00."""
        parts = allocate(50, [20, 30, 30, 20], 0.01)
        self.assertEqual(
            parts, [Decimal(p) for p in ("10.00", "15.00", "15.00", "10.00")]
        )

    def test_golden_table(self):
        for total, weights, quantum, expected in [
            ("100", [1, 1, 1], "0.01", "33.34 33.33 33.33"),
            ("0.01", [20, 30, 30, 20], "0.01", "0 0.01 0 0"),
            ("1", [20, 30, 30, 20], "1", "0 1 0 0"),
            ("7", [20, 30, 30, 20], "1", "2 2 2 1"),
            ("1.001", [20, 30, 30, 20], "0.001", "0.200 0.301 0.300 0.200"),
            ("0.35", [50, 50], "0.05", "0.20 0.15"),
            ("10", [0, 1, 0], "0.01", "0 10 0"),
            ("0", [1, 2], "0.01", "0 0"),
            ("0", [], "0.01", ""),
            ("5", [33.33, 33.33, 33.34], "0.01", "1.67 1.66 1.67"),
        ]:
            with self.subTest(total=total, weights=weights):
                parts = allocate(total, weights, quantum)
                self.assertEqual(parts, [Decimal(p) for p in expected.split()])

    @settings(deadline=None)
    @given(
        units=st.integers(min_value=0, max_value=10**18),
        weights=st.lists(
            st.one_of(
                st.integers(min_value=0, max_value=10**12),
                st.decimals(min_value=0, max_value=100, places=2),
                st.floats(min_value=0, max_value=1e6, allow_nan=False),
            ),
            min_size=1,
            max_size=40,
        ).filter(any),
        quantum=st.sampled_from(QUANTA),
    )
    @example(units=10**18 - 1, weights=[0.1, 0.2, 1e-5, 1e6], quantum=Decimal("0.01"))
    def test_parts_add_up_and_are_fair(self, units, weights, quantum):
        total = units * quantum
        parts = allocate(total, weights, quantum)
        exact = [Fraction(str(w)) for w in weights]
        self.assertEqual(sum(map(Fraction, parts)), Fraction(total))
        self.assertEqual(len(parts), len(weights))
        for part, weight in zip(parts, exact, strict=True):
            share = Fraction(total) * weight / sum(exact)
            # the quota rule: nobody is more than one unit from the exact share
            self.assertLess(abs(Fraction(part) - share), Fraction(quantum))
            self.assertEqual(Fraction(part) % Fraction(quantum), 0)
            self.assertGreaterEqual(part, 0)
            if not weight:
                self.assertEqual(part, 0)

    @settings(deadline=None)
    @given(
        units=st.integers(min_value=0, max_value=10**9),
        weights=st.lists(
            st.integers(min_value=1, max_value=100), min_size=2, max_size=9
        ),
    )
    def test_larger_share_never_gets_less(self, units, weights):
        parts = allocate(units, weights, 1)
        for i, one in enumerate(weights):
            for j, other in enumerate(weights):
                if one > other:
                    self.assertGreaterEqual(parts[i], parts[j])

    def test_refused(self):
        for total, weights, quantum in [
            (-1, [1], 1),
            (1, [-1, 2], 1),
            (1, [0, 0], 1),
            (1, [], 1),
            (1.005, [1], 0.01),
            (1, [1], 0),
            (1, [1], -1),
            (float("nan"), [1], 1),
            (float("inf"), [1], 1),
            (1, [float("nan")], 1),
        ]:
            with self.subTest(total=total, weights=weights, quantum=quantum):
                self.assertRaises(ValueError, allocate, total, weights, quantum)

    # === ROUNDING ===#

    def test_rounding_halves_go_up(self):
        for amount, quantum, expected in [
            (2.675, 0.01, "2.68"),
            (1.005, 0.01, "1.01"),
            (-1.005, 0.01, "-1.01"),
            (0.5, 1, "1"),
            (1234.5678, 0.001, "1234.568"),
            (1.02, 0.05, "1.00"),
            (1.025, 0.05, "1.05"),
            (0, 0.01, "0"),
        ]:
            with self.subTest(amount=amount):
                self.assertEqual(round_money(amount, quantum), Decimal(expected))
        self.assertRaises(ValueError, round_money, 1, 0)

    def test_percentage_is_rounded_once(self):
        self.assertEqual(percent_of(1000, 5, 0.01), Decimal(50))
        self.assertEqual(percent_of("33.33", 3.333, 0.01), Decimal("1.11"))
        self.assertEqual(percent_of(0.1, 5, 0.01), Decimal("0.01"))
        self.assertEqual(percent_of(0.09, 5, 0.01), Decimal(0))
        self.assertEqual(percent_of(12345, 5, 1), Decimal(617))

    @settings(deadline=None)
    @given(
        cents=st.integers(min_value=0, max_value=10**15),
        rate=st.decimals(min_value=0, max_value=100, places=3),
        quantum=st.sampled_from(QUANTA),
    )
    def test_pool_can_always_be_split(self, cents, rate, quantum):
        """What the percentage gives is a multiple of the unit."""
        pool = percent_of(Decimal(cents) / 100, rate, quantum)
        self.assertEqual(sum(allocate(pool, [20, 30, 30, 20], quantum)), pool)
        exact = Fraction(cents, 100) * Fraction(str(rate)) / 100
        self.assertLessEqual(abs(Fraction(pool) - exact) * 2, Fraction(quantum))
