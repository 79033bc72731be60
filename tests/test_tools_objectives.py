import random
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.objectives import (
    NO_DATA,
    Progress,
    expected_progress,
    result_progress,
    roll_up,
    roll_up_tree,
    status,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


def known(value, coverage=100):
    return Progress(Decimal(value), Decimal(coverage))


@tagged("post_install", "-at_install")
class TestToolsObjectives(BaseCase):
    """Arithmetic of objectives."""

    def test_key_result(self):
        for start, target, current, value in (
            (0, 100, 25, 25),
            (40, 44, 42, 50),
            (50, 20, 35, 50),
            (0, 100, -5, 0),
            (0, 100, 150, 100),
            (0, 3, 1, "33.33"),
        ):
            self.assertEqual(
                result_progress(start, target, current), known(value), (start, target)
            )
        self.assertEqual(result_progress(0, 100, None), NO_DATA)

    def test_golden(self):
        parts = [(50, known(80)), (30, NO_DATA), (20, known(10))]
        self.assertEqual(roll_up(parts), known(60, 70))
        self.assertEqual(roll_up([(1, NO_DATA)]), NO_DATA)
        self.assertEqual(roll_up([]), NO_DATA)
        self.assertEqual(roll_up([(1, known(0)), (1, known(100, 50))]), known(50, 75))

    def test_properties(self):
        """Between the extremes, blind to order and scale; no data changes no value."""
        rng = random.Random(5)
        for _turn in range(300):
            parts = [
                (rng.randint(1, 50), known(rng.randint(0, 100)))
                for _part in range(rng.randint(1, 8))
            ]
            total = roll_up(parts)
            values = [part.value for _weight, part in parts]
            self.assertTrue(min(values) <= total.value <= max(values))
            exact = sum(w * p.value for w, p in parts) / sum(w for w, _p in parts)
            self.assertLessEqual(abs(total.value - exact), Decimal("0.005"))
            self.assertEqual(total.coverage, 100)
            mixed = rng.sample(parts, len(parts))
            self.assertEqual(roll_up(mixed), total)
            self.assertEqual(roll_up([(3 * w, p) for w, p in parts]), total)
            missing = roll_up([*parts, (rng.randint(1, 50), NO_DATA)])
            self.assertEqual(missing.value, total.value)
            self.assertLess(missing.coverage, 100)

    def test_tree(self):
        children = {1: [(1, 2), (3, 3)], 2: [], 3: [(1, 4)], 4: []}
        results = {2: [(1, known(100))], 4: [(1, NO_DATA)]}
        done = roll_up_tree(children, results)
        self.assertEqual(done[1], known(100, 25))
        done = roll_up_tree(children, results, {3: known(0)})
        self.assertEqual(done[1], known(25))
        chain = {n: [(1, n + 1)] for n in range(5000)} | {5000: []}
        self.assertEqual(roll_up_tree(chain, {5000: [(1, known(7))]})[0], known(7))

    def test_expected(self):
        for day, value in (
            (date(2025, 12, 1), 0),
            (FIRST, 0),
            (date(2026, 2, 15), 50),
            (LAST, "98.89"),
            (date(2026, 4, 1), 100),
        ):
            self.assertEqual(expected_progress(FIRST, LAST, day), Decimal(value))

    def test_status_follows_the_date(self):
        for day, value, key in (
            (FIRST, 0, "on_track"),
            (date(2026, 1, 10), 0, "behind"),
            (date(2026, 2, 15), 45, "on_track"),
            (date(2026, 2, 15), 40, "behind"),
            (LAST, 95, "on_track"),
            (date(2026, 4, 1), 95, "failed"),
            (date(2026, 4, 1), 100, "achieved"),
        ):
            self.assertEqual(status(Decimal(value), FIRST, LAST, day), key, day)
        self.assertEqual(status(None, FIRST, LAST, LAST), "no_data")
