"""The statements that keep the log of records left out, for all records at once."""

from odoo.fields import Domain
from odoo.tools import SQL

from . import people
from .lens import LOG

PEOPLE_TABLE = "performance_exclusion_employee_rel"
# entries that say something about the present; a lifted one keeps its rule away
ALIVE = ("proposed", "applied", "questioned", "upheld", "lifted")
APPLIED = ("applied", "questioned", "upheld")


class Cleaning:
    """What one rule, or one proposal by hand, leaves out.

    :param list lenses: of one model, one for each KPI or one for all KPIs
    :param domain: the records
    :param Domain only: looks at these records only, and leaves all others as they are
    :param rule_id: None for what people propose
    """

    def __init__(self, env, lenses, domain, only=None, rule_id=None):
        self.env = env(su=True)
        self.lenses = lenses
        self.domain = domain
        self.only = only
        self.rule_id = rule_id

    def _found(self, domain=None):
        """``(kpi_id, id, name, day, company_id)`` of what is to be left out."""
        domain = self.domain if domain is None else domain
        parts = [lens.matching(domain, self.only) for lens in self.lenses]
        return SQL("(%s)", SQL(" UNION ALL ").join(parts))

    def count(self):
        """How many records there are to leave out."""
        query = SQL("SELECT COUNT(DISTINCT id) FROM %s f", self._found())
        return self.env.execute_query(query)[0][0]

    def explain(self):
        """Let PostgreSQL plan the search without running it."""
        query = SQL("EXPLAIN SELECT * FROM %s f", self._found())
        self.env.flush_query(query)
        # what is wrong with it is said to whoever defines it, not to the log
        self.env.cr.execute(query, log_exceptions=False)

    def records(self, limit):
        """Some of the records, latest first.

        :return: ``[(id, name, day)]``
        """
        return self.env.execute_query(
            SQL(
                "SELECT id, name, day FROM %s f ORDER BY day DESC NULLS LAST, id DESC"
                " LIMIT %s",
                self._found(),
                limit,
            )
        )

    # === LOG ===#

    def flush(self):
        """Write what the statements read and the ORM has not written yet."""
        people.flush(self.env)
        self.env["performance.exclusion"].flush_model()

    def add(self, **values):
        """An entry for each record that has none.

        :param values: ``state, is_applied, reason, note, scope_company_id,
            proposed_by_id`` of the entries
        :return: ids of the entries
        """
        constants = {
            "rule_id": self.rule_id,
            "res_model": self.lenses[0].model._name,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            **values,
        }
        return [
            (entry, kpi)
            for entry, kpi in self.env.execute_query(
                SQL(
                    ADD,
                    names=SQL(", ").join(SQL.identifier(name) for name in constants),
                    values=SQL(", ").join(SQL("%s", v) for v in constants.values()),
                    found=self._found(),
                    rule=self.rule_id,
                    scope=values.get("scope_company_id"),
                    model=constants["res_model"],
                    alive=list(ALIVE),
                )
            )
        ]

    def retire(self):
        """Entries whose records the rule does not match any more are over.

        :return: ``[(entry, KPI, whether somebody questioned it)]``
        """
        return self.env.execute_query(
            SQL(
                RETIRE,
                found=self._found(),
                which=self._entries("x", APPLIED),
                uid=self.env.uid,
            )
        )

    def retire_all(self):
        """The rule is not in force any more; result as of :meth:`retire`."""
        return self.env.execute_query(
            SQL(
                RETIRE,
                found=SQL(
                    "(SELECT NULL::int AS kpi_id, NULL::int AS id,"
                    " NULL::int AS company_id WHERE FALSE)"
                ),
                which=SQL(
                    "x.rule_id = %s AND x.state = ANY(%s)", self.rule_id, list(APPLIED)
                ),
                uid=self.env.uid,
            )
        )

    def _entries(self, alias, states):
        """Condition on the entries of the rule, about the records looked at."""
        which = SQL(
            "%s = %s AND %s = ANY(%s)",
            SQL.identifier(alias, "rule_id"),
            self.rule_id,
            SQL.identifier(alias, "state"),
            list(states),
        )
        if self.only is None:
            return which
        return SQL(
            "%s AND %s IN (SELECT id FROM %s o)",
            which,
            SQL.identifier(alias, "res_id"),
            self._found(Domain.TRUE),
        )

    # === PEOPLE ===#

    def tell(self, ids=None):
        """Note whom the entries concern, and whom they do not any more.

        :param ids: of the entries; None for all of the rule
        """
        of_log, of_entry = (
            self._entries(alias, ALIVE)
            if ids is None
            else SQL("%s = ANY(%s)", SQL.identifier(alias, "id"), list(ids))
            for alias in (LOG, "x")
        )
        ways = [way for lens in self.lenses for way in lens.people(of_log)]
        found = SQL(" UNION ").join(ways) if ways else SQL(NOBODY)
        self.env.execute_query(
            SQL(TELL, table=SQL.identifier(PEOPLE_TABLE), found=found, which=of_entry)
        )


ADD = """
    INSERT INTO performance_exclusion (
           %(names)s, kpi_id, res_id, record_name, record_date, company_id,
           create_date, write_date)
    SELECT %(values)s, f.kpi_id, f.id, f.name, f.day, f.company_id,
           NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC'
      FROM %(found)s f
     WHERE NOT EXISTS (
           SELECT 1 FROM performance_exclusion x
            WHERE x.res_model = %(model)s AND x.res_id = f.id
              AND x.rule_id IS NOT DISTINCT FROM %(rule)s::int
              AND x.kpi_id IS NOT DISTINCT FROM f.kpi_id
              AND x.scope_company_id IS NOT DISTINCT FROM %(scope)s::int
              AND x.state = ANY(%(alive)s)
              AND (x.rule_id IS NOT NULL OR x.state <> 'lifted'))
        ON CONFLICT DO NOTHING
    RETURNING id, kpi_id
"""

RETIRE = """
    UPDATE performance_exclusion x
       SET state = 'obsolete', is_applied = FALSE, write_uid = %(uid)s,
           write_date = NOW() AT TIME ZONE 'UTC'
      FROM (SELECT id, state FROM performance_exclusion) before
     WHERE before.id = x.id AND %(which)s
       AND NOT EXISTS (
           SELECT 1 FROM %(found)s f
            WHERE f.id = x.res_id AND f.kpi_id IS NOT DISTINCT FROM x.kpi_id
              AND f.company_id IS NOT DISTINCT FROM x.company_id)
    RETURNING x.id, x.kpi_id, before.state = 'questioned'
"""

TELL = """
    WITH found AS (%(found)s), gone AS (
        DELETE FROM %(table)s r USING performance_exclusion x
         WHERE x.id = r.exclusion_id AND %(which)s
           AND NOT EXISTS (
               SELECT 1 FROM found f
                WHERE f.exclusion_id = r.exclusion_id
                  AND f.employee_id = r.employee_id))
    INSERT INTO %(table)s (exclusion_id, employee_id)
    SELECT exclusion_id, employee_id FROM found ON CONFLICT DO NOTHING
"""

NOBODY = "SELECT NULL::int AS exclusion_id, NULL::int AS employee_id WHERE FALSE"
