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
from datetime import date
from hashlib import sha1

from odoo.fields import Domain
from odoo.tools import SQL

from .definition import DOMAIN_ERRORS
from .path import Path, PathError

PREFIX = "performance_watch_"
PEOPLE_COLUMNS = {
    "hr_employee": {"user_id", "company_id"},
    "hr_version": {"employee_id", "department_id", "date_version", "active"},
    "hr_department": {"parent_path"},
    "res_users": {"company_id"},
}


class Dependencies:
    """Tables and columns that decide the numbers of one KPI.

    ``volatile`` says that they cannot be told, or that time itself changes them; such a
    KPI is due every night.
    """

    def __init__(self, env, definition):
        self.definition = definition
        self.model = env[definition.model_name].sudo()
        self.table = self.model._table
        # {table: columns}; the KPI's own table among them
        self.columns = defaultdict(set)
        # tables whose new rows matter too: a new link, a new version of an employee
        self.grows = {"hr_employee", "hr_version"}
        self.volatile = False
        try:
            self._collect()
        except (*DOMAIN_ERRORS, PathError):
            self.volatile = True

    def _collect(self):
        definition = self.definition
        own = self.columns[self.table]
        own.add(definition.date_field)
        own.update({"active", "company_id"} & self._stored())
        for path in (*definition.paths.values(), definition.distinct_path):
            if path:
                self._path(path)
        if definition.employee_path:
            for table, columns in PEOPLE_COLUMNS.items():
                self.columns[table] |= columns
        if definition.has_measure:
            self._measure()
        for name in ("domain", "match_domain", "against_domain"):
            self._domain(self.model, definition.parsed(name))

    def _stored(self):
        return {n for n, f in self.model._fields.items() if f.store and f.column_type}

    def _path(self, path):
        for position, (model, field) in enumerate(Path(self.model, path).steps):
            self._step(model, field, position)

    def _step(self, model, field, position):
        # rows that lead back to their own table: dates do not tell what changed
        if position and model._table == self.table:
            self.volatile = True
        self._field(model, field)

    def _field(self, model, field):
        """Note the column, or the table, that holds a field."""
        if field.type == "many2many":
            self.columns[field.relation] |= {field.column1, field.column2}
            self.grows.add(field.relation)
        elif field.type == "one2many":
            comodel = model.env[field.comodel_name]
            self._field(comodel, comodel._fields[field.inverse_name])
            self.grows.add(comodel._table)
        elif field.store and field.column_type:
            self.columns[model._table].add(field.name)
        else:
            self.volatile = True

    def _measure(self):
        definition = self.definition
        own = self.columns[self.table]
        if definition.measure_type == "duration":
            own.update((definition.duration_start, definition.duration_stop))
            if definition.duration_clock == "working":
                # working hours live in several tables and change rarely
                self.volatile = True
            return
        field = self.model._fields[definition.measure_field]
        own.add(field.name)
        if field.type == "monetary":
            currency = field.get_currency_field(self.model)
            if self.model._fields[currency].store:
                own.add(currency)
            self.columns["res_currency_rate"] |= {"rate", "name", "currency_id"}
            self.grows.add("res_currency_rate")

    # === DOMAINS ===#

    def _domain(self, model, domain):
        for leaf in Domain(domain).iter_conditions():
            self._leaf(model, leaf)

    def _leaf(self, model, leaf):
        for position, name in enumerate(leaf.field_expr.split(".")):
            field = model._fields.get(name)
            if field is None or name == "id":
                # a part of a date, or a property: its column is noted already
                break
            if field.related and not field.store:
                for parent, step in Path(model, field.related).steps:
                    self._step(parent, step, position)
            else:
                self._step(model, field, position)
            if not field.comodel_name:
                break
            model = model.env[field.comodel_name]
        self._value(model, leaf)

    def _value(self, model, leaf):
        if leaf.operator in ("child_of", "parent_of"):
            self.columns[model._table].update(
                {model._parent_name, "parent_path"} & set(model._fields)
            )
        elif isinstance(leaf.value, Domain):
            self._domain(model, leaf.value)
        elif leaf.operator in ("any", "not any"):
            self._domain(model, Domain(leaf.value))
        elif leaf.operator in (">", "<", ">=", "<=") and not _is_fixed(leaf.value):
            self.volatile = True
        elif isinstance(leaf.value, str) and model._name != self.model._name:
            # a name looked up in another model
            self.volatile = True

    # === WHICH PERIODS ===#

    def touches(self, note, period, windows):
        """Whether a note makes the number of a period due.

        :param note: ``(table, column or None, low, high)``
        :param windows: ``[(start, end)]`` naive UTC that the KPI looks at
        """
        table, column, low, high = note
        if table not in self.columns:
            return False
        if table != self.table:
            return True
        if column != self.definition.date_field:
            return False
        return any(low < end and high >= start for start, end in windows)


def _is_fixed(value):
    """Whether a value means the same every day."""
    if not isinstance(value, str):
        return True
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True


# === TRIGGERS ===#


def wanted_triggers(dependencies):
    """What has to be watched, by table.

    :return: ``{table: (columns, date columns, whether new rows matter to others, whether
        the table is a link of some KPI)}``
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


def installed(env):
    """``{table: signature}`` of the triggers there are."""
    rows = env.execute_query(
        SQL(
            "SELECT proname, obj_description(oid, 'pg_proc') FROM pg_proc"
            " WHERE starts_with(proname, %s)",
            PREFIX,
        )
    )
    return {name.removeprefix(PREFIX): text for name, text in rows}


def drop(env, table=None):
    """Drop the triggers of one table, or all."""
    for name in [table] if table else installed(env):
        env.cr.execute(
            SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(PREFIX + name))
        )


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
    function = SQL.identifier(PREFIX + table)
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
        SQL("COMMENT ON FUNCTION %s() IS %s", function, SQL(_quoted(signature(spec))))
    )
    for event, clause in _events(columns, bool(dates), grows):
        env.cr.execute(
            SQL(
                "CREATE TRIGGER %s AFTER %s FOR EACH STATEMENT EXECUTE FUNCTION %s()",
                SQL.identifier(f"{PREFIX}{event}"),
                SQL("%s ON %s %s", clause[0], SQL.identifier(table), clause[1]),
                function,
            )
        )


def _events(columns, has_dates, grows):
    """``(name, (event, transition tables))`` of the triggers of a table."""
    if has_dates:
        old, new = "OLD TABLE AS old_rows", "NEW TABLE AS new_rows"
        return [
            ("insert", (SQL("INSERT"), SQL(f"REFERENCING {new}"))),
            ("update", (SQL("UPDATE"), SQL(f"REFERENCING {old} {new}"))),
            ("delete", (SQL("DELETE"), SQL(f"REFERENCING {old}"))),
        ]
    names = SQL(", ").join(SQL.identifier(name) for name in columns)
    events = [("delete", (SQL("DELETE"), SQL()))]
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
    """Which dates were touched, by statement, and only where a column that counts did."""
    changed = SQL(
        "(%s) IS DISTINCT FROM (%s)",
        SQL(", ").join(SQL.identifier("o", name) for name in columns),
        SQL(", ").join(SQL.identifier("n", name) for name in columns),
    )
    both = SQL(
        "(SELECT o.* FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE %s"
        " UNION ALL SELECT n.* FROM old_rows o JOIN new_rows n ON n.id = o.id"
        " WHERE %s) t",
        changed,
        changed,
    )
    return SQL(
        "BEGIN IF TG_OP = 'INSERT' THEN %s; ELSIF TG_OP = 'DELETE' THEN %s;"
        " ELSE %s; END IF; RETURN NULL; END",
        _insert(table, dates, SQL("new_rows t"), is_link),
        _insert(table, dates, SQL("old_rows t"), is_link),
        _insert(table, dates, both, is_link),
    )


def _insert(table, dates, source, is_link):
    noted = [SQL("(%s, %s::timestamp)", n, SQL.identifier("t", n)) for n in dates]
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
