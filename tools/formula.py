"""Formulas over KPI codes: ``100 * WON / max(LEADS, 1) if LEADS > 0 else 0``.

A text is read by Python's parser and rebuilt out of the nodes of ``formula_nodes``;
whatever has no node there is refused. Nothing is compiled and nothing is executed:
there is no name, attribute or object that a formula could reach but numbers.

No data is not zero: a code without a value that is reached makes the result None, and
so do a division by zero and a result that no float holds.
"""

import ast
import operator
import re
from dataclasses import dataclass, field

from . import formula_nodes as nodes

MAX_LENGTH = 1000
MAX_DEPTH = 50
MAX_NODES = 300
MAX_DIGITS = 10
MAX_NUMBER = 10**15
# details are put into sentences: a few words, not a screenful
SHORT = 40

_TOKEN = re.compile(
    r"""\ +
    | (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.])
    | [A-Za-z_][A-Za-z0-9_]*
    | [-+*/()<>=!,]""",
    re.VERBOSE,
)
_ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_ORDER = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
# {function: (what it does, fewest arguments, most arguments)}
_FUNCTIONS = {
    "min": (min, 2, MAX_NODES),
    "max": (max, 2, MAX_NODES),
    "abs": (abs, 1, 1),
}


class FormulaError(ValueError):
    """What is wrong with a formula, for a message in the language of the reader.

    :param code: ``empty``, ``too_long``, ``too_deep``, ``syntax`` (not well formed),
        ``not_allowed`` (well formed, but not part of the language), ``not_number`` (a
        condition where a number belongs), ``arguments`` (of a function), ``number`` (a
        literal that is too large) or ``cycle``
    :param detail: the fragment in question; of a cycle, ``A -> B -> A``
    """

    def __init__(self, code, detail=""):
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Formula:
    """A formula that was read and found good.

    :param text: as written, with single spaces
    :param root: node of ``formula_nodes`` whose value is the result
    :param places: where codes stand in the text: ``((start, stop, code), ...)``
    """

    text: str
    root: nodes.Numeric = field(repr=False)
    places: tuple = field(repr=False)

    @property
    def names(self):
        """The codes that the formula uses, as frozenset."""
        return frozenset(code for _start, _stop, code in self.places)

    def evaluate(self, values):
        """The result for the values of one subject.

        :param dict values: ``{code: number or None}``; a code may be missing
        :return: float, or None when there is no data
        """
        result = self.root.value(values)
        return None if result is None else float(result)

    def explain(self, values):
        """The formula with the numbers put in; a code without a value stays a code."""
        parts, end = [], 0
        for start, stop, code in self.places:
            parts += [self.text[end:start], _shown(code, values)]
            end = stop
        return "".join([*parts, self.text[end:]])


def _shown(code, values):
    number = nodes.exact(values.get(code))
    if number is None:
        return code
    number = float(number)
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    if number and (text in ("0", "-0") or abs(number) > MAX_NUMBER):
        text = f"{number:.4g}"
    return f"({text})" if number < 0 else text


def _short(text):
    return text if len(text) <= SHORT else f"{text[: SHORT - 3]}..."


class _Reader:
    """Rebuilds a parsed text out of own nodes; one reader reads one text."""

    def __init__(self, text):
        self.text = text
        self.depth = self.count = 0
        self.places = []

    def refuse(self, code, node):
        return FormulaError(
            code, _short(self.text[node.col_offset : node.end_col_offset])
        )

    def number(self, node):
        kind = _kind(node)
        if kind in self._CONDITIONS:
            raise self.refuse("not_number", node)
        if kind not in self._NUMBERS:
            raise self.refuse("not_allowed", node)
        return self._enter(self._NUMBERS[kind], node)

    def condition(self, node):
        """A condition; of a number, whether it is not zero."""
        kind = _kind(node)
        if kind in self._CONDITIONS:
            return self._enter(self._CONDITIONS[kind], node)
        return nodes.Nonzero(self.number(node))

    def _enter(self, reader, node):
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError("too_deep", str(MAX_DEPTH))
        if self.count > MAX_NODES:
            raise FormulaError("too_long", str(MAX_NODES))
        result = reader(self, node)
        self.depth -= 1
        return result

    # === NUMBERS === #

    def _constant(self, node):
        # not isinstance: True is an int
        if type(node.value) not in (int, float):
            raise self.refuse("not_allowed", node)
        if node.value > MAX_NUMBER:
            raise self.refuse("number", node)
        return nodes.Number(nodes.exact(node.value))

    def _name(self, node):
        self.places.append((node.col_offset, node.end_col_offset, node.id))
        return nodes.Name(node.id)

    def _negative(self, node):
        return nodes.Calculation(operator.neg, (self.number(node.operand),))

    def _operation(self, node):
        apply = _ARITHMETIC.get(type(node.op))
        if not apply:
            raise self.refuse("not_allowed", node)
        return nodes.Calculation(
            apply, (self.number(node.left), self.number(node.right))
        )

    def _choice(self, node):
        # in the order of the text, which is the order of the places
        then = self.number(node.body)
        return nodes.Choice(self.condition(node.test), then, self.number(node.orelse))

    def _call(self, node):
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name != "round" and name not in _FUNCTIONS:
            raise self.refuse("not_allowed", node.func)
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.refuse("arguments", node)
        if name == "round":
            return self._round(node)
        apply, fewest, most = _FUNCTIONS[name]
        if not fewest <= len(node.args) <= most:
            raise self.refuse("arguments", node)
        return nodes.Calculation(apply, tuple(self.number(a) for a in node.args))

    def _round(self, node):
        digits = [getattr(argument, "value", None) for argument in node.args[1:]]
        if not node.args or len(digits) > 1:
            raise self.refuse("arguments", node)
        if any(type(d) is not int or d > MAX_DIGITS for d in digits):
            raise self.refuse("arguments", node)
        return nodes.Rounding(self.number(node.args[0]), *digits)

    # === CONDITIONS === #

    def _comparison(self, node):
        signs = [_ORDER.get(type(sign)) for sign in node.ops]
        if None in signs:
            raise self.refuse("not_allowed", node)
        numbers = [self.number(part) for part in (node.left, *node.comparators)]
        pairs = zip(signs, numbers, numbers[1:], strict=False)
        return nodes.Every(tuple(nodes.Comparison(*pair) for pair in pairs))

    def _junction(self, node):
        made = nodes.Every if isinstance(node.op, ast.And) else nodes.Some
        return made(tuple(self.condition(part) for part in node.values))

    def _not(self, node):
        return nodes.Opposite(self.condition(node.operand))

    _NUMBERS = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.USub: _negative,
        ast.BinOp: _operation,
        ast.IfExp: _choice,
        ast.Call: _call,
    }
    _CONDITIONS = {ast.Compare: _comparison, ast.BoolOp: _junction, ast.Not: _not}


def _kind(node):
    return type(node.op if isinstance(node, ast.UnaryOp) else node)


def _check_tokens(text):
    """Refuse what is no part of the language before Python's parser sees it."""
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if not token:
            raise FormulaError("not_allowed", _short(text[position:].split(" ")[0]))
        position = token.end()


def _parsed(text):
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        rest = text[max((error.offset or 1) - 1, 0) :]
        raise FormulaError("syntax", _short(rest or text)) from None
    except ValueError:
        raise FormulaError("syntax", _short(text)) from None


def parse(text):
    """Read a formula.

    Numbers, KPI codes, ``+ - * /``, brackets, ``min``, ``max``, ``abs``, ``round(x)``
    or ``round(x, digits)``, and ``x if condition else y``, where a condition is made
    of comparisons, ``and``, ``or`` and ``not``.

    :return: :class:`Formula`
    :raise FormulaError: whatever is wrong with the text
    """
    text = " ".join(text.split()) if isinstance(text, str) else ""
    if not text:
        raise FormulaError("empty")
    if len(text) > MAX_LENGTH:
        raise FormulaError("too_long", str(MAX_LENGTH))
    _check_tokens(text)
    reader = _Reader(text)
    try:
        root = reader.number(_parsed(text))
    except (MemoryError, RecursionError):  # Python's parser has limits of its own
        raise FormulaError("too_deep", str(MAX_DEPTH)) from None
    return Formula(text, root, tuple(reader.places))


def order(formulas):
    """Which formulas can be evaluated together, one level after the other.

    :param dict formulas: ``{code: Formula}``
    :return: ``[[code]]``, sorted: each level uses only codes of earlier levels and
        codes that have no formula
    :raise FormulaError: ``cycle``, when formulas wait for each other
    """
    # {code: codes with a formula that it still waits for}
    waiting = {code: f.names & formulas.keys() for code, f in formulas.items()}
    levels = []
    while waiting:
        level = sorted(code for code, uses in waiting.items() if not uses)
        if not level:
            raise FormulaError("cycle", " -> ".join(_cycle(waiting)))
        levels.append(level)
        waiting = {
            code: uses.difference(level) for code, uses in waiting.items() if uses
        }
    return levels


def _cycle(waiting):
    """Walk until a code comes back: every code that is left waits for another."""
    path = [min(waiting)]
    while (following := min(waiting[path[-1]])) not in path:
        path.append(following)
    return [*path[path.index(following) :], following]
