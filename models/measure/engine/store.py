"""Readings out of what was found, in one statement.

What was found lies in a temporary table, so that PostgreSQL may use all its workers for
the scan (it does not for statements that write), and so that subjects without records
can be added before anything is written.
"""

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo.tools import SQL

TABLE = "performance_found"
SUBJECT_COLUMNS = {
    "employee": "employee_id",
    "department": "department_id",
    "team": "team_id",
    "company": "subject_company_id",
    "customer": "partner_id",
    "opportunity": "lead_id",
}
# engine's part of a reading, compared to tell whether anything changed
MEASURED = (
    "computed_value",
    "computed_state",
    "numerator",
    "denominator",
    "sample_size",
    "excluded_count",
)


class Store:
    """Takes what scans found about some KPIs in a period and makes readings of it."""

    def __init__(self, env, period):
        self.env = env
        self.period = period

    def open(self, statements):
        """Run the scans into a table of their own; CREATE TABLE AS may run parallel."""
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(TABLE)))
        # a few thousand groups are hashed, not sorted on disk
        self.env.cr.execute("SET LOCAL work_mem = '64MB'")
        parts = [SQL("SELECT * FROM (%s) s", s) for s in statements] or [EMPTY]
        self._run(
            SQL(
                "CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s",
                SQL.identifier(TABLE),
                SQL(" UNION ALL ").join(parts),
            )
        )

    def close(self):
        """Drop the table; readings in memory are stale now."""
        self.env.cr.execute(SQL("DROP TABLE %s", SQL.identifier(TABLE)))
        self.env["performance.reading"].invalidate_model()

    def _run(self, sql):
        """Execute a statement after writing what it reads; returns the rows changed."""
        for field in sql.to_flush:
            self.env[field.model_name].flush_model([field.name])
        self.env.cr.execute(sql, log_exceptions=False)
        return self.env.cr.rowcount

    # === SUBJECTS WITHOUT RECORDS ===#

    def expect(self, definitions, expected, former):
        """Add the subjects that need a reading even where nothing was found.

        :param expected: ``{kpi id: {subject type: ids}}``
        :param bool former: also those with a reading whose records are gone, so that it
            is set back
        """
        subjects = SQL(
            "SELECT * FROM unnest(%s::int[], %s::text[], %s::int[])",
            *_columns(
                (kpi, kind, subject)
                for kpi, kinds in expected.items()
                for kind, ids in kinds.items()
                for subject in ids or ()
            ),
        )
        if former:
            subjects = SQL("%s UNION %s", subjects, self._former(definitions))
        self._run(
            SQL(
                "INSERT INTO %(found)s SELECT kpi_id, kind, subject, 0, 0, one, zero, 0"
                " FROM (%(subjects)s"
                " EXCEPT SELECT kpi_id, kind, subject FROM %(found)s)"
                " AS s(kpi_id, kind, subject) JOIN (%(rules)s) r USING (kpi_id, kind)",
                found=SQL.identifier(TABLE),
                subjects=subjects,
                rules=_rules(definitions),
            )
        )

    def _former(self, definitions):
        return SQL(
            "SELECT kpi_id, subject_type, COALESCE(employee_id, department_id, team_id,"
            " subject_company_id, partner_id, lead_id) FROM performance_reading"
            " WHERE active AND period_id = %s AND kpi_id = ANY(%s)",
            self.period.id,
            [definition.kpi_id for definition in definitions],
        )

    # === READINGS ===#

    def persist(self):
        """Make readings of everything that was found; only what changed is written.

        Two statements rather than ``ON CONFLICT``, which costs much more for each row.

        :raise SerializationFailure: where another transaction measured the same
        """
        self.env["performance.reading"].flush_model()
        parameters = {
            "period": self.period.id,
            "company": self.period.company_id.id,
            "found": FOUND,
            "same": SAME,
        }
        try:
            return sum(
                self._run(SQL(statement, **parameters, before=_row("r"), now=_row("f")))
                for statement in (UPDATE, INSERT)
            )
        except UniqueViolation as error:
            # the transaction is tried again, and sees what the other one wrote
            raise SerializationFailure(str(error)) from error

    def summary(self):
        """How many subjects, and how many records without a person, each KPI has.

        :return: ``{kpi id: (subjects, sample of the company, sum over employees)}``
        """
        query = SQL(
            "SELECT kpi_id, COUNT(*),"
            " SUM(sample) FILTER (WHERE kind = 'company'),"
            " SUM(sample) FILTER (WHERE kind = 'employee') FROM %s GROUP BY kpi_id",
            SQL.identifier(TABLE),
        )
        return {
            kpi: (count, int(company or 0), int(employees or 0))
            for kpi, count, company, employees in self.env.execute_query(query)
        }


# sources without a value where there is nothing to divide by
RATIOS = ("avg", "share", "net_share", "repeat", "retention", "growth")


def nothing_is_zero(definition, kind):
    """Whether finding no record is the number zero rather than no data."""
    return (
        definition.minimum_sample == 0
        and definition.source not in ("growth", "formula")
        and definition.inner in ("count", "sum", "distinct", "first_time")
        and definition.reaches(kind)
    )


def _columns(rows, width=3):
    """Rows turned into as many lists, also when there are none."""
    return [list(column) for column in zip(*rows, strict=True)] or [[]] * width


def _rules(definitions):
    """What finding nothing means, by KPI and kind of subject."""
    rows = [
        (
            definition.kpi_id,
            kind,
            0 if definition.inner in RATIOS else 1,
            0 if nothing_is_zero(definition, kind) else None,
        )
        for definition in definitions
        for kind in SUBJECT_COLUMNS
    ]
    return SQL(
        "SELECT * FROM unnest(%s::int[], %s::text[], %s::numeric[], %s::numeric[])"
        " AS r(kpi_id, kind, one, zero)",
        *_columns(rows, 4),
    )


def _row(alias):
    return SQL("(%s)", SQL(", ").join(SQL.identifier(alias, name) for name in MEASURED))


EMPTY = SQL(
    "SELECT NULL::int AS kpi_id, NULL::text AS kind, NULL::int AS subject,"
    " NULL::numeric AS sample, NULL::numeric AS numerator,"
    " NULL::numeric AS denominator, NULL::numeric AS value,"
    " NULL::numeric AS excluded WHERE FALSE"
)

# what was found, as a reading keeps it
FOUND = SQL(
    "SELECT kpi_id, kind, subject, COALESCE(ROUND(value, 4), 0) AS computed_value,"
    " CASE WHEN value IS NULL THEN 'no_data' ELSE 'ok' END AS computed_state,"
    " ROUND(COALESCE(numerator, 0), 4) AS numerator,"
    " ROUND(COALESCE(denominator, 0), 4) AS denominator,"
    " sample::int AS sample_size, excluded::int AS excluded_count FROM %s",
    SQL.identifier(TABLE),
)
# the reading of the same subject; served by the index _subject_unique
SAME = SQL(
    "r.active AND r.kpi_id = f.kpi_id AND r.subject_type = f.kind"
    " AND f.subject = COALESCE(r.employee_id, r.department_id, r.team_id,"
    " r.subject_company_id, r.partner_id, r.lead_id)"
)
UPDATE = """
    UPDATE performance_reading AS r SET
        computed_value = f.computed_value,
        computed_state = f.computed_state,
        value = CASE WHEN r.is_overridden THEN r.value ELSE f.computed_value END,
        state = CASE WHEN r.is_overridden THEN r.state ELSE f.computed_state END,
        numerator = f.numerator,
        denominator = f.denominator,
        sample_size = f.sample_size,
        excluded_count = f.excluded_count,
        measured_at = NOW() AT TIME ZONE 'UTC'
    FROM (%(found)s) AS f
    WHERE r.period_id = %(period)s AND %(same)s AND %(before)s IS DISTINCT FROM %(now)s
"""
# ordered, so that indexes grow at their end
INSERT = """
    INSERT INTO performance_reading (
        kpi_id, period_id, company_id, subject_type, active, is_overridden,
        employee_id, department_id, team_id, subject_company_id, partner_id, lead_id,
        value, state, computed_value, computed_state,
        numerator, denominator, sample_size, excluded_count, measured_at)
    SELECT kpi_id, %(period)s, %(company)s, kind, TRUE, FALSE,
           CASE kind WHEN 'employee' THEN subject END,
           CASE kind WHEN 'department' THEN subject END,
           CASE kind WHEN 'team' THEN subject END,
           CASE kind WHEN 'company' THEN subject END,
           CASE kind WHEN 'customer' THEN subject END,
           CASE kind WHEN 'opportunity' THEN subject END,
           computed_value, computed_state, computed_value, computed_state,
           numerator, denominator, sample_size, excluded_count,
           NOW() AT TIME ZONE 'UTC'
      FROM (%(found)s) AS f
     WHERE NOT EXISTS (SELECT FROM performance_reading AS r
                        WHERE r.period_id = %(period)s AND %(same)s)
     ORDER BY kind, subject, kpi_id
"""
