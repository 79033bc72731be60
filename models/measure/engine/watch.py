"""What a KPI's numbers depend on, and triggers that note when it changes.

PostgreSQL itself notes changes, so that nothing is missed: writes past the ORM,
deletions in cascade, changed owners, late writes. A note on the KPI's own table says
which dates were touched, so that only the periods around them are due; a note on a
table that its links, filters or people lead to makes all its open periods due.

A note becomes visible together with the change it is about. A run takes the notes it
sees and marks what is due before it measures, so a change that was not yet committed
then is found by the next run.
"""

from collections import defaultdict
from hashlib import sha1

from odoo.tools import SQL

from .dependencies import HISTORY

PREFIX = "performance_watch_"
# PostgreSQL cuts longer names
MAX_NAME = 63


# === TRIGGERS ===#


def wanted_triggers(dependencies):
    """What has to be watched, by table.

    :return: ``{table: (columns, date columns, whether new rows matter to others,
        whether the table is a link of some KPI)}``
    """
    columns, dates = defaultdict(set), defaultdict(set)
    grows, links = set(), set()
    for known in dependencies:
        for table, names in known.columns.items():
            columns[table] |= names
            if table != known.table:
                links.add(table)
        dates[known.table].add(known.definition.date_field)
        grows |= known.grows
    return {
        table: (sorted(names), sorted(dates[table]), table in grows, table in links)
        for table, names in columns.items()
    }


def signature(spec):
    """A short text that changes when what is watched changes."""
    return sha1(repr(spec).encode(), usedforsecurity=False).hexdigest()[:16]


def function_name(table):
    """The function that notes the changes of a table."""
    name = PREFIX + table
    if len(name) <= MAX_NAME:
        return name
    return f"{name[: MAX_NAME - 9]}_{sha1(table.encode()).hexdigest()[:8]}"


def installed(env):
    """``{table: signature}`` of the triggers there are."""
    rows = env.execute_query(
        SQL(
            "SELECT obj_description(oid, 'pg_proc') FROM pg_proc p"
            " WHERE starts_with(proname, %s) AND EXISTS ("
            " SELECT 1 FROM pg_trigger WHERE tgfoid = p.oid)",
            PREFIX,
        )
    )
    pairs = (text.split(" ", 1) for (text,) in rows if text and " " in text)
    return {table: signature for signature, table in pairs}


def drop(env, table=None):
    """Drop the triggers of one table, or all."""
    names = [function_name(table)] if table else _functions(env)
    for name in names:
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(name)))


def _functions(env):
    """All functions there are, also those whose table is gone."""
    query = SQL("SELECT proname FROM pg_proc WHERE starts_with(proname, %s)", PREFIX)
    return [name for (name,) in env.execute_query(query)]


def install(env, table, spec):
    """Create the triggers of one table anew."""
    columns, dates, grows, is_link = spec
    present = {
        name
        for (name,) in env.execute_query(
            SQL(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
                " AND attnum > 0 AND NOT attisdropped",
                table,
            )
        )
    }
    columns = [name for name in columns if name in present]
    dates = [name for name in dates if name in present]
    drop(env, table)
    function = SQL.identifier(function_name(table))
    body = _note_table(table)
    if dates:
        body = _note_dates(table, columns, dates, is_link)
    env.cr.execute(
        SQL(
            "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS %s",
            function,
            _inline(env, body),
        )
    )
    env.cr.execute(
        SQL(
            "COMMENT ON FUNCTION %s() IS %s",
            function,
            SQL(_quoted(f"{signature(spec)} {table}")),
        )
    )
    for event, clause in _events(table, columns, bool(dates), grows):
        env.cr.execute(
            SQL(
                "CREATE TRIGGER %s AFTER %s FOR EACH STATEMENT EXECUTE FUNCTION %s()",
                SQL.identifier(f"{PREFIX}{event}"),
                SQL("%s ON %s %s", clause[0], SQL.identifier(table), clause[1]),
                function,
            )
        )


def _events(table, columns, has_dates, grows):
    """``(name, (event, transition tables))`` of the triggers of a table."""
    if has_dates:
        old, new = "OLD TABLE AS old_rows", "NEW TABLE AS new_rows"
        return [
            ("insert", (SQL("INSERT"), SQL(f"REFERENCING {new}"))),
            ("update", (SQL("UPDATE"), SQL(f"REFERENCING {old} {new}"))),
            ("delete", (SQL("DELETE"), SQL(f"REFERENCING {old}"))),
        ]
    names = SQL(", ").join(SQL.identifier(name) for name in columns)
    events = [] if table in HISTORY else [("delete", (SQL("DELETE"), SQL()))]
    if columns:
        events.append(("update", (SQL("UPDATE OF %s", names), SQL())))
    if grows:
        events.append(("insert", (SQL("INSERT"), SQL())))
    return events


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


def _inline(env, body):
    """The text of a function as a quoted literal, parameters put in."""
    text = env.cr.mogrify(body.code, body.params).decode()
    return SQL("%s", SQL(_quoted(text).replace("%", "%%")))


def _note_table(table):
    return SQL(
        "BEGIN INSERT INTO performance_change (table_name) VALUES (%s);"
        " RETURN NULL; END",
        table,
    )


def _note_dates(table, columns, dates, is_link):
    """Which dates were touched, where a column that counts changed.

    One statement with one join: a connection that Odoo takes out of its pool has to
    plan it again, and that is most of what a small write pays.
    """
    changed = SQL(
        "old_rows o JOIN new_rows n ON n.id = o.id AND (%s) IS DISTINCT FROM (%s)",
        SQL(", ").join(SQL.identifier("o", name) for name in columns),
        SQL(", ").join(SQL.identifier("n", name) for name in columns),
    )
    return SQL(
        "BEGIN IF TG_OP = 'INSERT' THEN %s; ELSIF TG_OP = 'DELETE' THEN %s;"
        " ELSE %s; END IF; RETURN NULL; END",
        _insert(table, dates, SQL("new_rows n"), "n", is_link),
        _insert(table, dates, SQL("old_rows o"), "o", is_link),
        _insert(table, dates, changed, "on", is_link),
    )


def _insert(table, dates, source, aliases, is_link):
    """Note the dates of some rows: those of old (o), new (n) ones, or of both."""
    noted = [
        SQL("(%s, %s::timestamp)", name, SQL.identifier(alias, name))
        for name in dates
        for alias in aliases
    ]
    if is_link:
        # KPIs on other tables lead here; they do not ask for dates
        noted.append(SQL("('*', '-infinity'::timestamp)"))
    values = SQL(", ").join(noted)
    return SQL(
        "INSERT INTO performance_change (table_name, column_name, low, high)"
        " SELECT %s, v.name, NULLIF(MIN(v.at), '-infinity'),"
        " NULLIF(MAX(v.at), '-infinity')"
        " FROM %s, LATERAL (VALUES %s) v(name, at)"
        " WHERE v.at IS NOT NULL GROUP BY v.name",
        table,
        source,
        values,
    )
