import inspect
import operator
from decimal import Decimal
from fractions import Fraction
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import allocation, bands, formula, formula_nodes, periods, scoring
from ..tools.formula import Formula, FormulaError, parse
from .formula_common import CODES, formulas

# all that the nodes of formulas may call
OPERATORS = ["add", "sub", "mul", "truediv", "neg", "lt", "le", "gt", "ge", "eq", "ne"]
FUNCTIONS = {abs, min, max, *(getattr(operator, name) for name in OPERATORS)}
SOURCES = [
    inspect.getsource(module)
    for module in (allocation, bands, formula, formula_nodes, periods, scoring)
]
# one a line
ATTACKS = r"""
__import__('os').system('true')
().__class__.__bases__[0].__subclasses__()
A.__class__
(1).real
1 .real
max.__self__
getattr(A, B)
eval(A)
round.__call__(A)
max(A, key=B)
max(*A)
max(**A)
max(A for A in B)
max(max, min)(1, 2)
abs()()
(lambda: 1)()
[A for A in B]
{A: B}
A[0]
(A := 1)
f'{A}'
'A' * 9
b'A'
A if 'x' else B
(yield A)
await A
A, B
()
...
None
True
1 if True else 2
A ** 9 ** 9 ** 9
A // B
A % B
A @ B
A << B
A & B
~A
+A
1 if A is B else 2
1 if A in B else 2
1j
0x10
1_000
1if A else 2
A; B
A # B
A \ B
"""
UNREADABLE = ["A\x00B", "\ufb01 + 1", "\u0391 + 1", "\u0661 + 1"]
ALL_ATTACKS = [*ATTACKS.strip().split("\n"), *UNREADABLE]
odd_values = st.dictionaries(
    st.sampled_from([*CODES, "A", "B"]),
    st.one_of(
        st.none(),
        st.floats(),
        st.integers(),
        st.decimals(),
        st.sampled_from([10**400, 5e-324, 1.7e308, -0.0, True, False, "1", Decimal(1)]),
    ),
)


@st.composite
def mutated(draw, texts):
    """A text with a few pieces cut out, doubled or put elsewhere."""
    text = draw(texts)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        stop = draw(st.integers(start, min(start + 12, len(text))))
        target = draw(st.integers(0, len(text)))
        text = text[:target] + text[start:stop] + text[target:]
        if draw(st.booleans()):
            text = text[:start] + text[stop:]
    return text


@st.composite
def python_source(draw):
    lines = draw(st.sampled_from(SOURCES)).split("\n")
    start = draw(st.integers(0, len(lines) - 1))
    return "\n".join(lines[start : start + draw(st.integers(1, 4))])


PIECES = r"""
A B 1 0.5 1e9 9e99 . , ( ) + - * / ** // < <= == != > = := and or not if else in is
lambda for min max abs round __class__ ' " [ ] { } \ # None
"""
pieces = st.lists(st.sampled_from([*PIECES.split(), " ", "\n", "\t"]), max_size=30)
hostile_texts = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(max_codepoint=127), max_size=60),
    pieces.map(" ".join),
    pieces.map("".join),
    mutated(formulas.map(lambda pair: pair[0])),
    mutated(python_source()),
    mutated(st.sampled_from(ALL_ATTACKS)),
)


def reachable(node):
    """Yield all that a formula could get hold of."""
    if isinstance(node, tuple):
        parts = node
    elif type(node).__module__ == formula_nodes.__name__:
        parts = vars(node).values()
    else:
        yield node
        return
    for part in parts:
        yield from reachable(part)


@tagged("post_install", "-at_install")
class TestToolsFormulaRefused(BaseCase):
    """Whatever is typed: a reason, or a formula that computes with numbers only."""

    def assert_refused(self, text, code, detail=None):
        with self.subTest(text=str(text)[:40]):
            with self.assertRaises(FormulaError) as caught:
                parse(text)
            self.assertEqual(caught.exception.code, code)
            if detail is not None:
                self.assertEqual(caught.exception.detail, detail)

    def test_refused_with_reason(self):
        for text, code, detail in [
            ("", "empty", ""),
            (" \n\t", "empty", ""),
            (None, "empty", ""),
            (False, "empty", ""),
            (5, "empty", ""),
            ("A +", "syntax", None),
            ("A B", "syntax", None),
            ("(A", "syntax", None),
            ("A if B", "syntax", None),
            ("007", "syntax", None),
            ("A = 1", "syntax", None),
            ("A ** B", "not_allowed", "A ** B"),
            ("1 + A // B", "not_allowed", "A // B"),
            ("1 + A % B", "not_allowed", "%"),
            ("A.b + 1", "not_allowed", ".b"),
            ("0,5", "not_allowed", "0,5"),
            ("sum(A, B)", "not_allowed", "sum"),
            ("True", "not_allowed", "True"),
            ("1 + \u00e9", "not_allowed", "\u00e9"),
            ("A > B", "not_number", "A > B"),
            ("100 * (A > B)", "not_number", "A > B"),
            ("A and B", "not_number", "A and B"),
            ("1 + (not A)", "not_number", "not A"),
            ("1 if (A > 1) == (B > 1) else 0", "not_number", "A > 1"),
            ("max(A)", "arguments", "max(A)"),
            ("min()", "arguments", "min()"),
            ("abs(A, B)", "arguments", "abs(A, B)"),
            ("round()", "arguments", "round()"),
            ("round(A, 1, 2)", "arguments", None),
            ("round(A, B)", "arguments", None),
            ("round(A, -1)", "arguments", None),
            ("round(A, 11)", "arguments", None),
            ("round(A, 1.0)", "arguments", None),
            ("round(A, True)", "arguments", None),
            ("max(A, key=B)", "arguments", None),
            ("max(A, B, key=C)", "arguments", None),
            ("max(*A)", "arguments", None),
            ("max(A, *B)", "arguments", None),
            ("1 + 1e400", "number", "1e400"),
            ("9" * 100, "number", None),
            ("1000000000000001", "number", None),
        ]:
            self.assert_refused(text, code, detail)
        self.assertEqual(parse("1000000000000000").evaluate({}), 1e15)

    def test_size_is_limited(self):
        self.assertEqual(parse("-" * 49 + "A").evaluate({"A": 1}), -1)
        self.assertEqual(parse("(" * 90 + "A" + ")" * 90).evaluate({"A": 1}), 1)
        self.assertEqual(parse(" + ".join(["A"] * 50)).evaluate({"A": 1}), 50)
        for text, code in [
            ("-" * 50 + "A", "too_deep"),
            ("-" * 900 + "A", "too_deep"),
            ("+".join(["A"] * 51), "too_deep"),
            ("1 if A else " * 60 + "1", "too_deep"),
            ("abs(" * 100 + "A" + ")" * 100, "too_deep"),
            ("1 if " + "not " * 60 + "A else 0", "too_deep"),
            ("(" * 400 + "A" + ")" * 400, "syntax"),
            ("max(" + ",".join(["A"] * 300) + ")", "too_long"),
            ("A" * 1001, "too_long"),
            ("(" * 10**6, "too_long"),
        ]:
            self.assert_refused(text, code)

    def test_limits_of_the_parser(self):
        """Which text hits them depends on Python, and on how deep the caller is."""
        for error, code in [
            (MemoryError, "too_deep"),
            (RecursionError, "too_deep"),
            (ValueError("null bytes"), "syntax"),
            (SyntaxError("no place"), "syntax"),
        ]:
            with patch.object(formula.ast, "parse", side_effect=error):
                self.assert_refused("A + B", code)

    def test_numbers_stay_short(self):
        """No formula takes long, however odd the values."""
        for text in ("*".join(["A"] * 50), "/".join(["A"] * 50), "A*A*A+A*A*A*A*A*A"):
            root = parse(text).root
            for value in (5e-324, 1.2345678901234567e-200, 1.2345678901234567e-5, 1e6):
                result = root.value({"A": value})
                bits = 0 if result is None else result.denominator.bit_length()
                self.assertLessEqual(bits, formula_nodes.MAX_BITS)

    def test_attacks(self):
        for text in ALL_ATTACKS:
            with self.subTest(text=text):
                self.assertRaises(FormulaError, parse, text)

    def check_hostile(self, text, values):
        try:
            parsed = parse(text)
        except FormulaError as error:
            self.assertRegex(error.code, "^[a-z_]+$")
            self.assertLessEqual(len(error.detail), 40)
            return
        self.assertIsInstance(parsed, Formula)
        result = parsed.evaluate(values)
        self.assertTrue(result is None or type(result) is float, result)
        if result is not None:
            self.assertLess(abs(result), float("inf"))
        self.assertIsInstance(parsed.explain(values), str)
        for thing in reachable(parsed.root):
            if type(thing) not in (Fraction, int, str):
                self.assertIn(thing, FUNCTIONS)

    @given(hostile_texts, odd_values)
    @example("A\x00", {})
    @example("\ud800", {})
    @example("A" + "*A" * 49, {"A": 5e-324})
    @example("A" + "/A" * 49, {"A": 1.7976931348623157e308})
    @example("max" + "+min" * 3, {"max": 1, "min": 2})
    @example("__import__", {"__import__": __import__})
    def test_nothing_but_numbers(self, text, values):
        self.check_hostile(text, values)

    @given(formulas, odd_values)
    def test_never_raises(self, pair, values):
        self.check_hostile(pair[0], values)
