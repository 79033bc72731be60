from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.formula import FormulaError, order, parse
from .formula_common import CODES, NAMESPACE, complete, formulas


@tagged("post_install", "-at_install")
class TestToolsFormula(BaseCase):
    """Formulas compute what people expect, and nothing else."""

    def assert_results(self, table, values=()):
        for text, expected in table:
            with self.subTest(text=text):
                result = parse(text).evaluate(dict(values))
                self.assertEqual(result, expected)
                self.assertIs(type(result), type(expected))

    # === WHAT IS COMPUTED === #

    def test_golden_table(self):
        self.assert_results(
            [
                ("100 * WON / max(LEADS, 1) if LEADS > 0 else 0", 25.0),
                ("WON", 12.0),
                ("  WON\n  + 1 ", 13.0),
                ("-WON - -LEADS", 36.0),
                ("2 + 3 * 4", 14.0),
                ("(2 + 3) * 4", 20.0),
                ("8 / 2 / 2", 2.0),
                ("8 - 2 - 2", 4.0),
                ("-2 * -3", 6.0),
                (".5 + 1. + 1e2 + 2.5E-1", 101.75),
                ("min(WON, LEADS, 3)", 3.0),
                ("max(WON, LEADS)", 48.0),
                ("abs(WON - LEADS)", 36.0),
                ("1 if 0 < WON <= 12 < LEADS else 2", 1.0),
                ("1 if 0 < WON <= 11 < LEADS else 2", 2.0),
                ("1 if not (WON > 1 and LEADS < 1) else 2", 1.0),
                ("1 if WON < 1 else 2 if WON < 13 else 3", 2.0),
                ("WON / LEADS if LEADS else 0", 0.25),
                ("0 * -1", 0.0),
            ],
            {"WON": 12, "LEADS": 48.0},
        )

    @given(formulas, complete)
    def test_same_as_python(self, pair, values):
        text, exact_text = pair
        given_values = {code: Fraction(str(value)) for code, value in values.items()}
        try:
            # the text is made above, of codes, literals and operators only
            # pylint: disable-next=eval-used
            expected = eval(exact_text, {**NAMESPACE, **given_values})
        except ZeroDivisionError:
            # unlike Python, a condition may be decided by its other half
            if " and " not in text and " or " not in text:
                self.assertIsNone(parse(text).evaluate(values), text)
            return
        self.assertEqual(parse(text).evaluate(values), float(expected), text)

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_a_code_alone_is_its_value(self, value):
        self.assertEqual(parse("A").evaluate({"A": value}), value)

    def test_as_people_expect(self):
        self.assert_results(
            [
                ("1 if 0.1 + 0.2 == 0.3 else 0", 1.0),
                ("1 if 0.1 + 0.2 - 0.3 > 0 else 0", 0.0),
                ("1 / (0.1 + 0.2 - 0.3)", None),
                ("1 if 1 / 3 * 3 == 1 else 0", 1.0),
                ("1 if T * 3 == 1 else 0", 1.0),
                ("1 if T * 3 < 1 else 0", 0.0),
                ("1 if T + T < 2 / 3 else 0", 0.0),
                ("1 if 100 * T * 3 >= 100 else 0", 1.0),
                ("1 if 0.1 * 3 <= N <= 0.3 else 0", 1.0),
                ("1 if 0 < 0.000000000000001 else 0", 1.0),
                ("1 if 99.9999999999 < 100 else 0", 1.0),
                ("1 if -5 < 5 else 0", 1.0),
            ],
            # third and noise: quotients and sums of floats
            {"T": 1 / 3, "N": 0.1 + 0.2},
        )

    def test_halves_are_rounded_away_from_zero(self):
        self.assert_results(
            [
                ("round(0.5)", 1.0),
                ("round(1.5)", 2.0),
                ("round(2.5)", 3.0),
                ("round(-0.5)", -1.0),
                ("round(-2.5)", -3.0),
                ("round(-2.4)", -2.0),
                ("round(-0.4)", 0.0),
                ("round(2.675, 2)", 2.68),
                ("round(1.005, 2)", 1.01),
                ("round(-1.005, 2)", -1.01),
                ("round(100 * 0.285)", 29.0),
                ("round(1 / 3, 4)", 0.3333),
                ("round(0.00000000005, 10)", 1e-10),
                ("round(123456789012345.25, 1)", 123456789012345.3),
                ("round(5, 0)", 5.0),
            ]
        )

    def test_names(self):
        parsed = parse("A + max(B, 2) - A if __c > 1 else a")
        self.assertEqual(parsed.names, frozenset({"A", "B", "__c", "a"}))
        self.assertEqual(parse("1 + 2").names, frozenset())

    # === NO DATA === #

    def test_no_data_is_not_zero(self):
        unknown = [
            "MISSING",
            "EMPTY",
            "EMPTY * 0",
            "-EMPTY",
            "ONE + EMPTY",
            "max(ONE, EMPTY)",
            "abs(EMPTY)",
            "round(EMPTY, 2)",
            "1 / ZERO",
            "ZERO / ZERO",
            "ONE / (ONE - 1)",
            "1 if EMPTY > 0 else 1",
            "1 if EMPTY else 1",
            "1 if EMPTY == EMPTY else 1",
            "1 if 0 < EMPTY < 2 else 1",
            "1 if not EMPTY > 0 else 1",
            "EMPTY if ONE else 1",
            "INF",
            "NAN",
            "BIG * 10",
            "1 if BIG * 10 > 0 else 1",
            "BOOL",
            "TEXT",
            "LONG",
            "SNAN",
        ]
        values = {
            "EMPTY": None,
            "ONE": 1,
            "ZERO": 0.0,
            "INF": float("inf"),
            "NAN": float("nan"),
            "BIG": 1.7e308,
            "BOOL": True,
            "TEXT": "1",
            "LONG": 10**400,
            "SNAN": Decimal("sNaN"),
        }
        self.assert_results([(text, None) for text in unknown], values)

    def test_only_the_branch_taken_matters(self):
        self.assert_results(
            [
                ("A / B if B > 0 else 0", 0.0),
                ("0 if B <= 0 else A / B", 0.0),
                ("1 if B == 0 else MISSING", 1.0),
                ("MISSING if B else 2", 2.0),
                ("1 if 5 < 3 < MISSING else 2", 2.0),
            ],
            {"A": 1, "B": 0},
        )

    def test_three_valued_logic(self):
        # T true, F false, N no data
        values = {"T": 1, "F": 0, "N": None}
        expected = {
            "and": {"TT": 1.0, "TF": 0.0, "TN": None, "FF": 0.0, "FN": 0.0, "NN": None},
            "or": {"TT": 1.0, "TF": 1.0, "TN": 1.0, "FF": 0.0, "FN": None, "NN": None},
        }
        for word, table in expected.items():
            for (one, other), result in table.items():
                for left, right in ((one, other), (other, one)):
                    self.assert_results(
                        [
                            (f"1 if {left} > 0 {word} {right} > 0 else 0", result),
                            (
                                f"1 if {left} {word} {right} {word} {left} else 0",
                                result,
                            ),
                        ],
                        values,
                    )
        self.assert_results(
            [
                ("1 if not T else 0", 0.0),
                ("1 if not F else 0", 1.0),
                ("1 if not N else 0", None),
                ("1 if not (N and F) else 0", 1.0),
                ("1 if not (N or T) else 0", 0.0),
            ],
            values,
        )

    @given(formulas, complete, st.sampled_from(CODES))
    def test_less_data_never_changes_a_result(self, pair, values, code):
        """Without a value the result is the same as with any value, or no data."""
        parsed = parse(pair[0])
        without = parsed.evaluate({**values, code: None})
        if without is not None:
            self.assertEqual(without, parsed.evaluate(values))

    # === EXPLANATION === #

    def test_explain(self):
        for text, values, expected in [
            ("100 * A / B", {"A": 12, "B": 48.0}, "100 * 12 / 48"),
            ("A if A>B else B", {"A": 1.5, "B": 2}, "1.5 if 1.5>2 else 2"),
            ("A - B", {"A": -1, "B": -2.25}, "(-1) - (-2.25)"),
            ("A / B", {"A": 1 / 3, "B": None}, "0.3333 / B"),
            ("A / B", {"A": 0, "B": float("nan")}, "0 / B"),
            ("A + AA + max(A, 1e5)", {"A": 1, "AA": 2}, "1 + 2 + max(1, 1e5)"),
            ("A * e5 * 1e5", {"A": -0.00001, "e5": 3}, "(-1e-05) * 3 * 1e5"),
            ("A", {"A": 1234567.89}, "1234567.89"),
            ("A", {"A": 1e300}, "1e+300"),
            ("max / if_ + round(max)", {"max": 3, "if_": 4}, "3 / 4 + round(3)"),
            (" 1\n+ A", {}, "1 + A"),
        ]:
            with self.subTest(text=text):
                self.assertEqual(parse(text).explain(values), expected)

    @given(formulas, complete)
    def test_explanation_computes_the_same(self, pair, values):
        """Quarters are printed in full: what is shown gives the same result."""
        parsed = parse(pair[0])
        try:
            shown = parse(parsed.explain(values))
        except FormulaError as error:
            # the minus of a negative number adds a level
            self.assertIn(error.code, ("too_deep", "too_long"))
            return
        self.assertFalse(shown.names)
        self.assertEqual(shown.evaluate({}), parsed.evaluate(values))

    # === ORDER === #

    def test_order(self):
        formulas = {
            code: parse(text)
            for code, text in {
                "SUM": "RATE + RAW",
                "RATE": "100 * WON / LEADS",
                "WON": "RAW + 1",
                "LEADS": "MANUAL",
                "FIXED": "1",
            }.items()
        }
        self.assertEqual(
            order(formulas), [["FIXED", "LEADS", "WON"], ["RATE"], ["SUM"]]
        )
        self.assertEqual(order({}), [])

    def test_cycle_is_named(self):
        for texts, cycle in [
            ({"A": "A + 1"}, "A -> A"),
            ({"A": "B", "B": "A"}, "A -> B -> A"),
            ({"A": "B", "B": "C + X", "C": "B", "X": "1"}, "B -> C -> B"),
            ({"A": "1 if X else B", "B": "C", "C": "A"}, "A -> B -> C -> A"),
        ]:
            with self.subTest(cycle=cycle), self.assertRaises(FormulaError) as caught:
                order({code: parse(text) for code, text in texts.items()})
            self.assertEqual(caught.exception.code, "cycle")
            self.assertEqual(caught.exception.detail, cycle)

    @given(
        st.dictionaries(
            st.sampled_from("ABCDEFGH"),
            st.sets(st.sampled_from("ABCDEFGHXY"), max_size=3),
        )
    )
    def test_order_of_any_graph(self, uses):
        parsed = {code: parse("+".join([*sorted(u), "1"])) for code, u in uses.items()}
        try:
            levels = order(parsed)
        except FormulaError as error:
            path = error.detail.split(" -> ")
            self.assertEqual(path[0], path[-1])
            self.assertEqual(len(set(path)), len(path) - 1)
            for code, used in pairwise(path):
                self.assertIn(used, uses[code])
            return
        known = set("ABCDEFGHXY") - set(uses)
        for level in levels:
            for code in level:
                self.assertLessEqual(uses[code], known)
            known.update(level)
        self.assertCountEqual([c for level in levels for c in level], uses)
