"""One statement for all KPIs that read the same rows, and for all subjects.

The rows are aggregated once by (employee, department, team), which leaves a few
thousand cells whatever the number of rows; employees, departments with all above them,
teams and the company are then put together from the cells. Customers and opportunities
are asked for by name, and get a pass of their own.
"""

from odoo.tools import SQL

from . import people
from .sources import columns, result

# {subject type: column of a cell}
CELL = {"employee": "e", "department": "d", "team": "t"}
SPECIAL = ("customer", "opportunity")


class Scan:
    """KPIs with the same scan key in one period.

    :param Rows rows: the rows they read
    :param list definitions: the KPIs
    :param wanted: ``{subject type: ids, or None for all}``; a missing type is not asked
    """

    def __init__(self, rows, definitions, wanted):
        self.rows = rows
        self.definitions = definitions
        self.wanted = wanted
        within = not any(definition.looks_back for definition in definitions)
        self.terms = [rows.terms(d, within) for d in definitions]
        # {(SQL, parameters): (name, Column)}, what several KPIs need is computed once
        self.columns = {}
        # {(kpi id, name of its column): SQL name}
        self.names = {}
        for definition, terms in zip(definitions, self.terms, strict=True):
            for column in columns(definition, terms):
                self._add(definition, column)

    def _add(self, definition, column):
        key = (column.over_rows.code, tuple(map(repr, column.over_rows.params)))
        name, _column = self.columns.setdefault(
            key, (SQL.identifier(f"c{len(self.columns)}"), column)
        )
        self.names[definition.kpi_id, column.name] = name

    def statement(self):
        """Rows ``(kpi_id, kind, subject, sample, numerator, denominator, value,
        excluded)``, one for each KPI and subject with a record, counted or left out."""
        arms = self._people_arms()
        for kind in SPECIAL:
            if kind in self.wanted and kind in self.rows.subjects:
                arms.append(self._special_arm(kind))
        if not arms:
            return None
        cells = SQL(
            "WITH cells AS MATERIALIZED (%s), subjects AS (%s)",
            self._cells() if self._asks_people() else SQL("SELECT 1"),
            SQL(" UNION ALL ").join(arms),
        )
        return SQL(
            "%s SELECT v.* FROM subjects, LATERAL (VALUES %s) AS"
            " v(kpi_id, kind, subject, sample, numerator, denominator, value, excluded)"
            " WHERE v.sample > 0 OR v.excluded > 0",
            cells,
            SQL(", ").join(self._long(d) for d in self.definitions),
        )

    # === ROWS ===#

    def _where(self):
        """Rows that count for any of the KPIs."""
        parts = [SQL(" OR ").join(self._any_of(t)) for t in self.terms]
        return SQL(
            "%s AND %s AND (%s)",
            self.rows.reach(self.definitions),
            self.rows.company_term,
            SQL(" OR ").join(parts),
        )

    def _any_of(self, terms):
        return [terms.now, terms.before, terms.excluded]

    def _aggregates(self):
        return [
            SQL("%s AS %s", column.over_rows, name)
            for name, column in self.columns.values()
        ]

    def _name(self, definition, name):
        """A column of a KPI; one it does not have counts nothing."""
        return self.names.get((definition.kpi_id, name), SQL("0"))

    def _select(self, keys, condition=None):
        """Aggregates over the rows, by some keys."""
        where = self._where()
        if condition is not None:
            where = SQL("%s AND %s", where, condition)
        return SQL(
            "SELECT %s FROM %s WHERE %s %s",
            SQL(", ").join([*keys, *self._aggregates()]),
            self.rows.query.from_clause,
            where,
            SQL(
                "GROUP BY %s", SQL(", ").join(SQL(str(i + 1)) for i in range(len(keys)))
            ),
        )

    # === PEOPLE ===#

    def _asks_people(self):
        return any(kind in self.wanted for kind in (*CELL, "company"))

    def _cells(self):
        terms = [
            SQL("%s AS %s", self.rows.subjects.get(kind, SQL("NULL::int")), SQL(name))
            for kind, name in CELL.items()
        ]
        return self._select(terms, self._restriction())

    def _restriction(self):
        """Rows of the people asked for, where an index can find them."""
        if "company" in self.wanted or None in self.wanted.values():
            return None
        found = []
        for kind in CELL:
            if kind in self.wanted:
                term, ids = self._key(kind)
                if term is None:
                    return None
                found.append(SQL("%s = ANY(%s)", term, ids))
        return SQL("(%s)", SQL(" OR ").join(found)) if found else None

    def _key(self, kind):
        """What stands on the rows of some subjects: (SQL term, values)."""
        rows, ids = self.rows, list(self.wanted[kind])
        if kind == "department":
            ids = self._below(ids)
        if kind == "team" or (kind in rows.keys and kind != "employee"):
            return rows.keys.get(kind), ids
        if kind == "department" or "employee" not in rows.keys:
            # an employee's department changes over time: nothing an index could find
            return None, ids
        if rows.owner_column == "id":
            return rows.keys["employee"], ids
        # sudo: a number of a team is the same whoever asks for it
        employees = rows.env["hr.employee"].sudo().browse(ids)
        return rows.keys["employee"], employees.user_id.ids

    def _below(self, ids):
        """Departments and all below them: what is theirs counts above."""
        Department = self.rows.env["hr.department"].with_context(active_test=False)
        return Department.search([("id", "child_of", ids)]).ids

    def _people_arms(self):
        arms = []
        for kind, name in CELL.items():
            if kind in self.wanted and kind in self.rows.subjects:
                arms.append(self._arm(kind, name))
        if "company" in self.wanted:
            company = SQL("%s::int", self.rows.company.id)
            arms.append(
                SQL("SELECT %s FROM cells", self._put_together("company", company))
            )
        return arms

    def _arm(self, kind, name):
        subject, source = SQL.identifier(name), SQL("cells")
        if kind == "department":
            subject = SQL("above_id")
            source = SQL("cells JOIN %s a ON a.department_id = d", people.ancestors())
        condition = SQL("%s IS NOT NULL", subject)
        if self.wanted[kind] is not None:
            condition = SQL("%s = ANY(%s)", subject, list(self.wanted[kind]))
        return SQL(
            "SELECT %s FROM %s WHERE %s GROUP BY %s",
            self._put_together(kind, subject),
            source,
            condition,
            subject,
        )

    def _put_together(self, kind, subject):
        parts = [
            SQL("%s(%s) AS %s", SQL(column.over_parts), name, name)
            for name, column in self.columns.values()
        ]
        return SQL(", ").join(
            [SQL("%s AS kind", kind), SQL("%s AS subject", subject), *parts]
        )

    # === CUSTOMERS AND OPPORTUNITIES ===#

    def _special_arm(self, kind):
        term, ids = self.rows.subjects[kind], self.wanted[kind]
        condition = SQL("%s IS NOT NULL", term)
        if ids is not None:
            condition = SQL("%s = ANY(%s)", term, list(ids))
        keys = [SQL("%s::text AS kind", kind), SQL("%s AS subject", term)]
        return SQL("(%s)", self._select(keys, condition))

    # === RESULT ===#

    def _long(self, definition):
        """The row of one KPI out of the wide row of a subject."""
        found = result(definition, lambda name: self._name(definition, name))
        return SQL(
            "(%s, kind, subject, %s, %s, %s, %s, %s)",
            definition.kpi_id,
            SQL("%s::numeric", found.sample),
            SQL("%s::numeric", found.numerator),
            SQL("%s::numeric", found.denominator),
            SQL("%s::numeric", found.value),
            SQL("%s::numeric", self._name(definition, "x")),
        )
