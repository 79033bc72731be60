"""The KPIs of the benchmarks, each with the SQL that a person would write for it."""

from typing import NamedTuple

from odoo.tools import SQL

WON = [("type", "=", "opportunity"), ("won_status", "=", "won")]
LOST = [("type", "=", "opportunity"), ("won_status", "=", "lost")]
CLOSED = [("type", "=", "opportunity")]
SQL_WON = "l.active AND l.type = 'opportunity' AND l.won_status = 'won'"
SQL_LOST = "l.type = 'opportunity' AND l.won_status = 'lost'"
SQL_CLOSED = "l.type = 'opportunity'"
BASELINE = """
    SELECT l.user_id, {value} FROM crm_lead AS l {join}
    WHERE {where} AND l.company_id = %(company)s
        AND l.date_closed >= %(first)s AND l.date_closed < %(end)s
    GROUP BY l.user_id
"""


class Definition(NamedTuple):
    """One KPI: what it counts or adds up, as a domain and as SQL."""

    code: str
    measure: str
    domain: list
    archived: bool
    where: str
    join: str = ""

    def baseline(self):
        """Return the statement that a person would write."""
        value = f"SUM(l.{self.measure})" if self.measure else "COUNT(*)"
        return BASELINE.format(value=value, where=self.where, join=self.join)

    def variant(self, number):
        """Return a similar KPI."""
        if not number:
            return self
        amount = 100 * number
        return self._replace(
            code=f"{self.code}_{number}",
            domain=[*self.domain, ("expected_revenue", ">=", amount)],
            where=f"{self.where} AND l.expected_revenue >= {amount}",
        )


BIG = [*WON, ("expected_revenue", ">=", 5000)]
FAST = [*WON, ("day_close", "<=", 30)]
STAGE = "JOIN crm_stage AS s ON s.id = l.stage_id"
TEN = (
    Definition("B_WON", "", WON, False, SQL_WON),
    Definition("B_REVENUE", "expected_revenue", WON, False, SQL_WON),
    Definition("B_LOST", "", LOST, True, SQL_LOST),
    Definition("B_LOST_REVENUE", "expected_revenue", LOST, True, SQL_LOST),
    Definition("B_CLOSED", "", CLOSED, True, SQL_CLOSED),
    Definition("B_PRORATED", "prorated_revenue", CLOSED, True, SQL_CLOSED),
    Definition("B_BIG", "", BIG, False, f"{SQL_WON} AND l.expected_revenue >= 5000"),
    Definition(
        "B_FAST_REVENUE",
        "expected_revenue",
        FAST,
        False,
        f"{SQL_WON} AND l.day_close <= 30",
    ),
    Definition("B_FAST", "", FAST, False, f"{SQL_WON} AND l.day_close <= 30"),
    Definition(
        "B_STAGE_REVENUE",
        "expected_revenue",
        [("stage_id.is_won", "=", True)],
        False,
        "l.active AND s.is_won",
        STAGE,
    ),
)


def definitions(count):
    """Return so many definitions: the ten, then variants of them."""
    return [TEN[n % len(TEN)].variant(n // len(TEN)) for n in range(count)]


def make_kpis(env, count):
    """Make the KPIs that are missing.

    :return: the KPIs in the order of their definitions
    """
    Kpi = env["performance.kpi"]
    wanted = definitions(count)
    codes = [definition.code for definition in wanted]
    have = set(Kpi.search([("code", "in", codes)]).mapped("code"))
    Kpi.create([values(env, one) for one in wanted if one.code not in have])
    found = {kpi.code: kpi.id for kpi in Kpi.search([("code", "in", codes)])}
    return Kpi.browse(found[code] for code in codes)


def values(env, definition):
    """Return what a KPI is created with."""
    return {
        "name": definition.code,
        "code": definition.code,
        "source": "records",
        "domain": repr(definition.domain),
        "include_archived": definition.archived,
        "aggregate": "sum" if definition.measure else "count",
        "unit": "number",
        "minimum_sample": 0,
        "employee_path": "user_id",
        **links(env, definition),
    }


def links(env, definition):
    """Return the values that name the model and its fields."""
    if env["performance.kpi"]._fields["model_name"].related:
        get = env["ir.model.fields"]._get
        return {
            "model_id": env["ir.model"]._get_id("crm.lead"),
            "date_field_id": get("crm.lead", "date_closed").id,
            "measure_field_id": get("crm.lead", definition.measure).id,
        }
    return {
        "model_name": "crm.lead",
        "date_field": "date_closed",
        "measure_field": definition.measure,
    }


def ask_by_hand(env, wanted, period):
    """Answer every definition with its own statement.

    :return: ``{(code, user id): value}``
    """
    first, end = period._bounds()
    bounds = {"first": first, "end": end, "company": period.company_id.id}
    found = {}
    for definition in wanted:
        rows = env.execute_query(SQL(definition.baseline(), **bounds))
        found.update({(definition.code, user): value for user, value in rows})
    return found
