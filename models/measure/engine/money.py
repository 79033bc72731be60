"""Amounts of other currencies, at the rate of the record's day."""

from bisect import bisect_right

from odoo.tools import SQL

from .path import Path, PathError

ALL_CURRENCIES = "SELECT id FROM res_currency"
ALL_RATES = """
    SELECT currency_id, (company_id IS NULL)::int, name, rate
      FROM res_currency_rate
     WHERE company_id IS NULL OR company_id = %s
     ORDER BY currency_id, name
"""


def currency_term(model, field, query, alias, elsewhere=False):
    """The currency of a monetary field as SQL, or None when it is the company's own.

    :param bool elsewhere: whether a path says whose records are, so that records of
        other companies may be among them
    """
    name = model._fields[field].get_currency_field(model)
    try:
        path = Path(model, name)
    except PathError:
        # computed on the fly: Odoo shows such amounts in the company's currency
        if not elsewhere or "company_id" not in model._fields:
            return None
        path = Path(model, "company_id.currency_id")
    holder = path.steps[-1][0]
    if holder._name == "res.company" and not elsewhere:
        return None
    return path.sql(query, alias)


def factors(company):
    """What an amount of each currency is worth in the company's, day by day.

    :return: SQL relation ``(currency_id, valid_from, valid_to, factor)``, days closed-
        open; the company's own currency is not in it
    """
    rates = _rates(company)
    own = company.currency_id.id
    rows = [
        row
        for currency in rates
        if currency != own
        for row in _factor_rows(currency, rates[currency], rates[own])
    ]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return SQL(
        "(SELECT * FROM unnest(%s::int[], %s::text[]::date[], %s::text[]::date[],"
        " %s::numeric[]) AS fx(currency_id, valid_from, valid_to, factor))",
        *(list(column) for column in columns),
    )


def _rates(company):
    """``{currency id: (company's rates, shared rates)}``, each ``[(day, rate)]``."""
    env = company.env
    env["res.currency.rate"].flush_model()
    rates = {id_: ([], []) for (id_,) in env.execute_query(SQL(ALL_CURRENCIES))}
    query = SQL(ALL_RATES, company.root_id.id)
    for currency, shared, day, rate in env.execute_query(query):
        rates[currency][shared].append((day, rate))
    return rates


def _factor_rows(currency, theirs, own):
    """Stretches in which the factor does not change."""
    days = sorted({day for known in (*theirs, *own) for day, _rate in known})
    starts = [None, *days]
    for start, stop in zip(starts, [*days, None], strict=True):
        factor = _rate_on(own, start) / _rate_on(theirs, start)
        yield (
            currency,
            start.isoformat() if start else "-infinity",
            stop.isoformat() if stop else "infinity",
            repr(factor),
        )


def _rate_on(rates, day):
    """The rate of a currency on a day, as ``res.currency`` finds it.

    The last one up to the day, of the company before those of all; else the first one
    there is; else 1.
    """
    for known in rates:
        position = bisect_right(known, day, key=lambda r: r[0]) if day else 0
        if position:
            return known[position - 1][1]
    return next((known[0][1] for known in rates if known), 1.0)


def converted(amount, currency, company, alias):
    """An amount in the company's currency, rounded as Odoo rounds it.

    :param str alias: of the relation of :func:`factors`; without a row there the
        amount is in the company's own currency already
    """
    own = company.currency_id
    return SQL(
        "CASE WHEN %(factor)s IS NULL OR %(currency)s = %(own)s"
        " THEN %(amount)s::numeric"
        " ELSE ROUND(%(amount)s::numeric * %(factor)s / %(unit)s) * %(unit)s END",
        factor=SQL.identifier(alias, "factor"),
        currency=currency,
        own=own.id,
        amount=amount,
        unit=SQL("%s::numeric", repr(own.rounding)),
    )
