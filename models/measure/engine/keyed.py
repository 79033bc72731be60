"""KPIs whose parts do not add up: customers counted once, and records of many people.

Each row is first attributed to every subject it belongs to, once per record; the rest
is grouping. Slower than a :class:`~.scan.Scan`, so used only where that would be wrong.
"""

from odoo.tools import SQL

from . import people
from .sources import columns, keyed_result, result

KINDS = {"employee": "e", "department": "d", "team": "t", "customer": "c"}
KINDS["opportunity"] = "o"


class Keyed:
    """One KPI in one period; same result as a :class:`~.scan.Scan` has."""

    def __init__(self, rows, definition, wanted):
        self.rows = rows
        self.definition = definition
        self.wanted = wanted
        self.is_first_time = definition.source == "first_time"
        within = not (definition.looks_back or self.is_first_time)
        self.columns, self.terms = rows.terms(definition, within).named()

    def statement(self):
        """See :meth:`~.scan.Scan.statement`."""
        arms = self.arms()
        if not arms:
            return None
        return SQL(
            "WITH r AS MATERIALIZED (%s), attributed AS (%s)"
            " SELECT * FROM (%s) found WHERE sample > 0 OR excluded > 0",
            self.selected(),
            SQL(" UNION ALL ").join(arms),
            self._keys() if self._counts_keys() else self._records(),
        )

    def _counts_keys(self):
        return self.definition.is_keyed and not self.is_first_time

    # === ROWS ===#

    def selected(self):
        """The rows, with the subjects each belongs to."""
        subjects = [
            SQL("%s AS %s", self.rows.subjects.get(kind, SQL("NULL::int")), SQL(name))
            for kind, name in KINDS.items()
        ]
        found = SQL(
            "SELECT %s AS id, %s AS happened, %s, %s FROM %s WHERE %s AND %s",
            self.rows.record_id,
            self.rows.date,
            SQL(", ").join(subjects),
            self.columns,
            self.rows.query.from_clause,
            self.rows.reach([self.definition]),
            self.rows.company_term,
        )
        return self._first_of_each(found) if self.is_first_time else found

    def _first_of_each(self, found):
        """Of each key only its first record ever counts, where that lies inside."""
        first = SQL(
            "r_now AND r_key IS NOT NULL AND DENSE_RANK() OVER"
            " (PARTITION BY r_key, r_counted ORDER BY happened, id) = 1"
        )
        names = [*KINDS.values(), *(f"r_{name}" for name in self.terms._fields)]
        columns_kept = [
            SQL("%s AS r_now", first) if name == "r_now" else SQL.identifier(name)
            for name in ("id", "happened", *names)
        ]
        return SQL("SELECT %s FROM (%s) every", SQL(", ").join(columns_kept), found)

    # === SUBJECTS ===#

    def arms(self):
        """The rows once for each subject: ``(kind, subject, ...)``."""
        found = [
            self._arm(kind, name)
            for kind, name in KINDS.items()
            if kind in self.wanted and kind in self.rows.subjects
        ]
        if "company" in self.wanted:
            company = SQL("%s::int", self.rows.company.id)
            found.append(self._attributed("company", company, SQL("r"), SQL("TRUE")))
        return found

    def _arm(self, kind, name):
        subject, source = SQL.identifier(name), SQL("r")
        if kind == "department":
            subject = SQL("above_id")
            source = SQL("r JOIN %s a ON a.department_id = d", people.ancestors())
        condition = SQL("%s IS NOT NULL", subject)
        if self.wanted[kind] is not None:
            condition = SQL("%s = ANY(%s)", subject, list(self.wanted[kind]))
        return self._attributed(kind, subject, source, condition)

    def _attributed(self, kind, subject, source, condition):
        # a path to many repeats a record, which counts once for each subject
        terms = SQL(", ").join(SQL.identifier(f"r_{n}") for n in self.terms._fields)
        return SQL(
            "SELECT %s %s::text AS kind, %s AS subject, id, %s FROM %s WHERE %s",
            SQL("DISTINCT") if self.rows.is_multi else SQL(),
            kind,
            subject,
            terms,
            source,
            condition,
        )

    # === RESULT ===#

    def _records(self):
        """Aggregates over the records of each subject."""
        named = {c.name: c.over_rows for c in columns(self.definition, self.terms)}
        found = result(
            self.definition,
            lambda name: SQL.identifier(f"c_{name}") if name in named else SQL("0"),
        )
        return SQL(
            "SELECT %s, %s FROM (SELECT kind, subject, %s FROM attributed"
            " GROUP BY kind, subject) c",
            self._head(),
            self._tail(found, SQL("c_x") if "x" in named else SQL("0")),
            SQL(", ").join(
                SQL("%s AS %s", sql, SQL.identifier(f"c_{name}"))
                for name, sql in named.items()
            ),
        )

    def _keys(self):
        """Aggregates over the keys of each subject, each key counted once."""
        kept = SQL("k.r_key IN (SELECT r_key FROM r WHERE r_now)")
        return SQL(
            "SELECT %s, %s FROM (SELECT kind, subject, r_key,"
            " COUNT(*) FILTER (WHERE r_now) AS n,"
            " COUNT(*) FILTER (WHERE r_before) AS p,"
            " COUNT(*) FILTER (WHERE r_excluded) AS x"
            " FROM attributed WHERE r_key IS NOT NULL GROUP BY kind, subject, r_key) k"
            " GROUP BY kind, subject",
            self._head(),
            self._tail(keyed_result(self.definition, kept), SQL("SUM(x)")),
        )

    def _head(self):
        return SQL("%s AS kpi_id, kind, subject", self.definition.kpi_id)

    def _tail(self, found, excluded):
        names = ("sample", "numerator", "denominator", "value", "excluded")
        return SQL(", ").join(
            SQL("%s::numeric AS %s", term, SQL.identifier(name))
            for term, name in zip((*found, excluded), names, strict=True)
        )
