"""Formulas for hypothesis, each with what Python's own eval makes of it."""

from fractions import Fraction

from hypothesis import strategies as st

CODES = ["WON", "lost_2", "_x", "M"]
COMPARISONS = ["<", "<=", ">", ">=", "==", "!="]


def joined(pattern, *pairs):
    return tuple(pattern.format(*texts) for texts in zip(*pairs, strict=True))


@st.composite
def numbers(draw, depth=3):
    """A formula, and the same for Python's eval with exact literals."""
    shape = draw(st.integers(0, 9 if depth else 2))
    if shape == 0:
        literal = str(draw(st.integers(0, 80)) / 4)
        return literal, f"F('{literal}')"
    if shape <= 2:
        return (draw(st.sampled_from(CODES)),) * 2
    one, other = draw(numbers(depth - 1)), draw(numbers(depth - 1))
    if shape <= 5:
        return joined(f"{{}} {draw(st.sampled_from('+-*/'))} {{}}", one, other)
    if shape == 6:
        return joined(draw(st.sampled_from(["({})", "-{}", "abs({})"])), one)
    if shape == 7:
        return joined(draw(st.sampled_from(["min({}, {})", "max({}, {})"])), one, other)
    if shape == 8:
        return joined(f"round({{}}, {draw(st.integers(0, 3))})", one)
    condition = draw(conditions(depth - 1))
    return joined("({} if {} else {})", one, condition, other)


@st.composite
def conditions(draw, depth):
    shape = draw(st.integers(0, 5 if depth else 2))
    if shape == 0:
        return draw(numbers(depth))
    if shape <= 2:
        chain = draw(st.lists(st.sampled_from(COMPARISONS), min_size=1, max_size=2))
        parts = [draw(numbers(0)) for _ in range(len(chain) + 1)]
        return joined(" ".join(["{}", *(f"{sign} {{}}" for sign in chain)]), *parts)
    one, other = draw(conditions(depth - 1)), draw(conditions(depth - 1))
    if shape == 3:
        return joined("not {}", one)
    pattern = draw(st.sampled_from(["{} and {}", "{} or {}", "({} or {})"]))
    return joined(pattern, one, other)


formulas = numbers()
quarters = st.integers(-40, 40).map(lambda n: n / 4)
complete = st.fixed_dictionaries(dict.fromkeys(CODES, quarters))


def rounded(number, digits=0):
    """Halves away from zero, exactly: what round() is expected to do."""
    scale = 10**digits
    return Fraction(int(abs(number) * scale + Fraction(1, 2)), scale) * (
        -1 if number < 0 else 1
    )


NAMESPACE = {
    "__builtins__": {},
    "F": Fraction,
    "min": min,
    "max": max,
    "abs": abs,
    "round": rounded,
}
