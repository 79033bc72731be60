"""From the terms of a KPI to its sample, numerator, denominator and value, as SQL.

What is added up row by row comes in two steps: aggregates over rows, and what those
become when parts are put together (an average of a department is over its records, not
over its people).
"""

from typing import NamedTuple

from odoo.tools import SQL

from .terms import FALSE


class Column(NamedTuple):
    """One aggregate over rows.

    :param str name: short, unique within the KPI
    :param SQL over_rows: aggregate over the rows of a scan
    :param str over_parts: function that puts parts together: SUM, MIN or MAX
    """

    name: str
    over_rows: SQL
    over_parts: str


class Result(NamedTuple):
    """What a reading is made of, as SQL terms; the value is NULL without data."""

    sample: SQL
    numerator: SQL
    denominator: SQL
    value: SQL


ONE, NOTHING = SQL("1"), SQL("NULL::numeric")


def _count(condition):
    return SQL("COUNT(*) FILTER (WHERE %s)", condition)


def _measured(function, value, condition):
    return SQL("%s(%s) FILTER (WHERE %s)", SQL(function), value, condition)


# === AGGREGATES OVER ROWS ===#


def _columns_of(aggregate, value, condition, prefix=""):
    """Columns of a plain aggregate; with the prefix ``p`` those of the past."""
    count = Column(f"{prefix}n", _count(condition), "SUM")
    filled = Column(f"{prefix}f", _measured("COUNT", value, condition), "SUM")
    if aggregate == "count":
        return [count]
    if aggregate == "sum":
        return [count, Column(f"{prefix}v", _measured("SUM", value, condition), "SUM")]
    function = {"avg": "SUM", "min": "MIN", "max": "MAX"}[aggregate]
    measured = _measured(function, value, condition)
    return [filled, Column(f"{prefix}v", measured, function)]


def columns(definition, terms):
    """The aggregates over rows that a KPI needs."""
    if definition.source == "share":
        found = [_now(terms), Column("m", _count(terms.match), "SUM")]
    elif definition.source == "net_share":
        found = [
            _now(terms),
            Column("m", _count(terms.match), "SUM"),
            Column("a", _count(terms.against), "SUM"),
        ]
    elif definition.source == "first_time":
        found = [_now(terms)]
    else:
        found = _columns_of(definition.aggregate, terms.value, terms.now)
    if definition.source == "growth":
        found += _columns_of(definition.aggregate, terms.value, terms.before, "p")
    if terms.excluded is not FALSE:
        found.append(Column("x", _count(terms.excluded), "SUM"))
    return found


def _now(terms):
    return Column("n", _count(terms.now), "SUM")


# === RESULTS ===#


def result(definition, column):
    """Sample, numerator, denominator and value of a KPI.

    :param column: function from the name of a column to its SQL
    """
    make = RESULTS.get(definition.source, _plain)
    found = make(definition, column)
    return found._replace(
        value=SQL(
            "CASE WHEN %s >= %s THEN %s END",
            found.sample,
            definition.minimum_sample,
            found.value,
        )
    )


def _plain(definition, column, prefix=""):
    count, filled, value = (column(f"{prefix}{name}") for name in "nfv")
    return {
        "count": lambda: Result(count, count, ONE, count),
        "sum": lambda: Result(count, _zero(value), ONE, _zero(value)),
        "avg": lambda: Result(filled, value, filled, _ratio(value, filled)),
        "min": lambda: Result(filled, value, ONE, value),
        "max": lambda: Result(filled, value, ONE, value),
    }[definition.aggregate]()


def _share(_definition, column):
    count, matching = column("n"), column("m")
    return Result(count, matching, count, _percent(matching, count))


def _net_share(_definition, column):
    count = column("n")
    net = SQL("(%s - %s)", column("m"), column("a"))
    return Result(count, net, count, _percent(net, count))


def _growth(definition, column):
    now, past = _plain(definition, column), _plain(definition, column, "p")
    change = SQL("(%s - %s)", now.value, past.value)
    return Result(
        SQL("(%s + %s)", now.sample, past.sample),
        now.value,
        past.value,
        _percent(change, SQL("ABS(%s)", past.value)),
    )


def _first_time(_definition, column):
    count = column("n")
    return Result(count, count, ONE, count)


RESULTS = {
    "share": _share,
    "net_share": _net_share,
    "growth": _growth,
    "first_time": _first_time,
}


# === KPIS THAT COUNT KEYS ===#


def keyed_result(definition, kept):
    """The same over keys: ``n`` and ``p`` are the records of a key, now and before.

    :param SQL kept: whether anybody of the company has records of the key now
    """
    now, past = SQL("n > 0"), SQL("p > 0")
    if definition.source == "retention":
        base, kept = _count(past), _count(SQL("p > 0 AND %s", kept))
        found = Result(base, kept, base, _percent(kept, base))
    elif definition.source == "repeat":
        base = _count(now)
        often = _count(SQL("n >= %s", max(definition.repeat_count, 1)))
        found = Result(base, often, base, _percent(often, base))
    elif definition.source == "growth":
        count, base = _count(now), _count(past)
        found = Result(
            _zero(SQL("SUM(n + p)")),
            count,
            base,
            _percent(SQL("(%s - %s)", count, base), base),
        )
    else:
        count = _count(now)
        found = Result(_zero(SQL("SUM(n)")), count, ONE, count)
    return found._replace(
        value=SQL(
            "CASE WHEN %s >= %s THEN %s END",
            found.sample,
            definition.minimum_sample,
            found.value,
        )
    )


# === ARITHMETIC ===#


def _zero(term):
    return SQL("COALESCE(%s, 0)", term)


def _ratio(part, whole):
    return SQL("%s::numeric / NULLIF(%s, 0)", part, whole)


def _percent(part, whole):
    return SQL("100 * %s::numeric / NULLIF(%s, 0)", part, whole)
