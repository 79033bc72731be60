"""KPI definitions by technical names; readings as the engine writes them by SQL."""

import re
from pathlib import Path

from odoo.tools import SQL, sql

DATA = Path(__file__).parents[2] / "data"
CODE = re.compile(r'<field name="code">(\w+)</field>')

# {new column: (old link, table it pointed to, column with the technical name)}
NAMES = {
    "model_name": ("model_id", "ir_model", "model"),
    "date_field": ("date_field_id", "ir_model_fields", "name"),
    "measure_field": ("measure_field_id", "ir_model_fields", "name"),
}
OLD_INDEXES = ("employee", "department", "team", "company", "partner", "lead")
GONE = ("measurement_id", "create_uid", "create_date", "write_uid", "write_date")


def migrate(cr, version):
    """Before the new models are set up."""
    if not version:
        return
    for column, (link, table, name) in NAMES.items():
        if sql.column_exists(cr, "performance_kpi", link):
            _by_name(cr, column, link, table, name)
    _make_room(cr)
    _readings(cr)


def _make_room(cr):
    """KPIs of one's own with a code that the library brings get another one."""
    codes = [
        code
        for path in DATA.glob("measure_kpis*.xml")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    ]
    cr.execute(
        "UPDATE performance_kpi SET code = code || '_OWN'"
        " WHERE company_id IS NULL AND code = ANY(%s) AND id NOT IN ("
        " SELECT res_id FROM ir_model_data WHERE model = 'performance.kpi'"
        " AND module = 'customer_performance')",
        [codes],
    )


def _by_name(cr, column, link, table, name):
    """Replace a link by the technical name of what it points to."""
    if not sql.column_exists(cr, "performance_kpi", column):
        sql.create_column(cr, "performance_kpi", column, "varchar")
    cr.execute(
        SQL(
            "UPDATE performance_kpi k SET %s = t.%s FROM %s t WHERE t.id = k.%s",
            *map(SQL.identifier, (column, name, table, link)),
        )
    )
    _drop_column(cr, "performance_kpi", link)


def _drop_column(cr, table, column):
    cr.execute(
        SQL(
            "ALTER TABLE %s DROP COLUMN IF EXISTS %s",
            SQL.identifier(table),
            SQL.identifier(column),
        )
    )


def _readings(cr):
    """What was measured so far is what is in force."""
    for name in OLD_INDEXES:
        index = SQL.identifier(f"performance_reading_{name}_unique")
        cr.execute(SQL("DROP INDEX IF EXISTS %s", index))
    for column in ("kpi_id", "period_id", "company_id"):
        name = SQL.identifier(f"performance_reading_{column}_fkey")
        cr.execute(
            SQL("ALTER TABLE performance_reading DROP CONSTRAINT IF EXISTS %s", name)
        )
    # every number belongs to a unit of work, typed ones too
    cr.execute(
        "INSERT INTO performance_measurement (kpi_id, period_id, company_id, state)"
        " SELECT DISTINCT kpi_id, period_id, company_id, 'pending'"
        " FROM performance_reading ON CONFLICT DO NOTHING"
    )
    for column in GONE:
        _drop_column(cr, "performance_reading", column)
    for column, kind in (
        ("active", "boolean"),
        ("is_overridden", "boolean"),
        ("computed_value", "numeric"),
        ("computed_state", "varchar"),
        ("excluded_count", "int4"),
    ):
        if not sql.column_exists(cr, "performance_reading", column):
            sql.create_column(cr, "performance_reading", column, kind)
    cr.execute(
        "UPDATE performance_reading r SET active = TRUE, is_overridden = FALSE,"
        " excluded_count = 0,"
        " computed_value = CASE WHEN k.source <> 'manual' THEN r.value END,"
        " computed_state = CASE WHEN k.source <> 'manual'"
        " AND r.state IN ('ok', 'no_data') THEN r.state END"
        " FROM performance_kpi k WHERE k.id = r.kpi_id"
    )
