"""What the addon stored: asked, compared, forgotten."""

from odoo.tools.date_utils import start_of, subtract

EMPLOYEES = """
    SELECT k.code, e.user_id, r.value
    FROM performance_reading AS r
    JOIN performance_kpi AS k ON k.id = r.kpi_id
    JOIN hr_employee AS e ON e.id = r.employee_id
    WHERE r.period_id = %s AND r.value <> 0
"""
# every reading in force, whatever its id
CHECKSUM = """
    SELECT COUNT(*), md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT concat_ws(
            ',', kpi_id, period_id, employee_id, department_id, team_id,
            subject_company_id, partner_id, lead_id, state, value, numerator,
            denominator, sample_size
        ) AS line
        FROM performance_reading %s
    ) AS lines
"""


def employee_values(env, period):
    """Return ``{(code, user id): value}`` of what is not zero."""
    env.cr.execute(EMPLOYEES, [period.id])
    return {(code, user): value for code, user, value in env.cr.fetchall()}


def checksum(env):
    """Return (number of readings, a short text that differs if one differs)."""
    live = "WHERE active" if "active" in env["performance.reading"]._fields else ""
    env.cr.execute(CHECKSUM % live)
    return env.cr.fetchone()


def differences(left, right):
    """Count where two sets of values differ by more than half a cent."""
    keys = {key for values in (left, right) for key, value in values.items() if value}
    return sum(
        abs(float(left.get(key, 0)) - float(right.get(key, 0))) > 0.005 for key in keys
    )


def forget(bench, database=None):
    """Delete all readings and units, so that measuring starts from nothing."""
    tables = ["performance_reading", "performance_measurement"]
    statements = [f"DELETE FROM {table}" for table in tables]
    statements += [f"VACUUM (ANALYZE) {table}" for table in tables]
    bench.execute(*statements, database=database)


def quarter(bench, env):
    """Return the last quarter that was over on the day of the data."""
    day = subtract(start_of(bench.until, "quarter"), days=1)
    return env["performance.period"]._get_or_create("quarter", day, env.company)


def months(bench, env, count=12):
    """Return the last months, the running one included."""
    start = start_of(bench.until, "month")
    Period = env["performance.period"]
    for back in range(count):
        Period |= Period._get_or_create(
            "month", subtract(start, months=back), env.company
        )
    return Period
