"""The rows that one or several KPIs read: table, joins and conditions."""

from datetime import datetime, time, timedelta

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from . import clock, money, people
from .company import company_domain, company_path, without_company
from .path import Path
from .terms import FALSE, TRUE, Terms, both, negated
from .window import Window, as_day, as_instant

SPAN, THEN, LEFT_OUT = "performance_span", "performance_then", "performance_left_out"
# working time further than this from a period is not looked at
REACH = timedelta(days=3653)
UNIT_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


class Rows:
    """Rows of one model, joined with the subjects they belong to.

    Attribution, in one place: a record belongs to the employee whose user (or who
    himself) stands at the KPI's employee path, in the company of the period, now or on
    the record's date as the KPI says; to the department in which that employee was on
    the record's date, and every department above; to the sales team, commercial
    customer and opportunity at the end of their paths; and to the company. A record
    without a company belongs to the company of its owner.

    :param list definitions: KPIs with the same ``scan_key``
    :param period: the period; its company and time zone count
    """

    def __init__(self, env, definitions, period):
        self.env = env
        self.definitions = definitions
        self.period = period
        self.company = period.company_id
        first = definitions[0]
        # sudo: numbers are the same for whoever asks
        self.model = (
            env[first.model_name]
            .sudo()
            .with_company(self.company)
            .with_context(active_test=False, tz=period.tz)
        )
        self.alias = self.model._table
        self.query = Query(env, self.alias, self.model._table_sql)
        self.date_field = self.model._fields[first.date_field]
        self.date = self.model._field_to_sql(self.alias, first.date_field, self.query)
        self.window = Window.of(period)
        self.is_multi = False
        # {SQL of a column: alias of the relation joined for it}
        self._currencies, self._clocks = {}, {}
        # SQL of who stood on a record on its date, where that is asked for
        self._past_owner = None
        # {subject type: SQL}, the ids of the subjects of a row
        self.subjects = self._subjects(first)
        self.company_term = self._company(first)
        self._left_out = self._exclusions()

    @property
    def record_id(self):
        """The record of a row."""
        return SQL.identifier(self.alias, "id")

    # === SUBJECTS ===#

    def _path(self, path, apart=""):
        step = Path(self.model, path)
        self.is_multi = self.is_multi or step.is_multi
        return step, step.sql(self.query, self.alias, apart)

    def _subjects(self, definition):
        found, self.keys = {}, {}
        for kind in ("team", "customer", "opportunity", "department"):
            if path := definition.paths.get(kind):
                found[kind] = self.keys[kind] = self._path(path)[1]
        if path := definition.paths.get("employee"):
            found["employee"], department = self._employee(definition, path)
            found.setdefault("department", department)
        return found

    def _employee(self, definition, path):
        people.flush(self.env)
        step, owner = self._path(path)
        instant = as_instant(self.date, self.date_field, self.period.tz)
        if definition.owner_at == "date" and step.steps:
            owner = self._owner_then(step, owner, instant)
        else:
            # an index can find the rows of a few people by it
            self.keys["employee"] = owner
        self.owner_model = step.target_name
        name = "id" if step.target_name == "hr.employee" else "user_id"
        self.owner_column = name
        span = people.spans(self.company, self.period.tz, name)
        on = SQL(
            "%s = %s AND %s >= %s AND %s < %s",
            owner,
            SQL.identifier(SPAN, "owner_id"),
            instant,
            SQL.identifier(SPAN, "valid_from"),
            instant,
            SQL.identifier(SPAN, "valid_to"),
        )
        self.query.add_join("LEFT JOIN", SPAN, span, on)
        return SQL.identifier(SPAN, "employee_id"), SQL.identifier(
            SPAN, "department_id"
        )

    def _owner_then(self, step, owner, instant):
        """Who stood on the record on its date, where its first step is tracked."""
        model, field = step.steps[0]
        if len(step.steps) > 1 or not getattr(field, "tracking", False):
            return owner
        then = people.owner_then(model, self.alias, field, instant)
        self.query.add_join("LEFT JOIN", THEN, then, TRUE)
        self._past_owner = SQL(
            "CASE WHEN %s THEN %s ELSE %s END",
            SQL.identifier(THEN, "changed"),
            SQL.identifier(THEN, "owner_id"),
            owner,
        )
        return self._past_owner

    def _company(self, definition):
        """Which rows belong to the company of the period."""
        own = company_domain(self.model, definition, self.company)
        if own is None:
            # without a company anywhere, the people it stands on decide
            employee = self.subjects.get("employee")
            return SQL("%s IS NOT NULL", employee) if employee else TRUE
        if self._past_owner is not None:
            return self._company_then(definition)
        return self.condition(own)

    def _company_then(self, definition):
        """The same where the owner was another on the record's date."""
        path = company_path(self.model, definition)
        owners = self.env[self.owner_model]
        return SQL(
            "(%s OR (%s AND %s IN (SELECT id FROM %s WHERE %s = %s)))",
            self.condition(Domain(path, "=", self.company.id)),
            self.condition(without_company(path)),
            self._past_owner,
            SQL.identifier(owners._table),
            owners._field_to_sql(owners._table, "company_id"),
            self.company.id,
        )

    # === CONDITIONS ===#

    def condition(self, domain, archived=True):
        """A domain over the rows as an SQL condition.

        :param bool archived: whether archived records behind links to many count
        """
        model = self.model.with_context(active_test=not archived)
        domain = Domain(domain).optimize_full(model)
        if domain.is_true():
            return TRUE
        return domain._to_sql(model, self.alias, self.query)

    def _counted(self, definition):
        """Which rows count, whenever they are."""
        domain = definition.parsed()
        name = self.model._active_name
        mentioned = any(leaf.field_expr == name for leaf in domain.iter_conditions())
        if name and not definition.include_archived and not mentioned:
            domain &= Domain(name, "=", True)
        return self.condition(domain, definition.include_archived)

    def _part(self, definition, name):
        """Which of the rows that count make, or are taken off, a share."""
        return self.condition(definition.parsed(name), definition.include_archived)

    def _exclusions(self):
        """Joins the records that are left out; returns how to ask for one KPI."""
        # sudo: left out is left out for whoever measures
        exclusion = self.env["performance.exclusion"].sudo()
        applied = (
            Domain("res_model", "=", self.model._name)
            & Domain("is_applied", "=", True)
            & Domain("scope_company_id", "in", [False, self.company.id])
        )
        if not exclusion.search_count(applied, limit=1):
            return lambda kpi_id: FALSE
        relation = SQL(
            """(SELECT res_id, bool_or(kpi_id IS NULL) AS every,
                       array_agg(kpi_id) AS kpis
                  FROM performance_exclusion
                 WHERE res_model = %s AND is_applied
                   AND (scope_company_id IS NULL OR scope_company_id = %s)
                 GROUP BY res_id)""",
            self.model._name,
            self.company.id,
        )
        on = SQL("%s = %s", SQL.identifier(LEFT_OUT, "res_id"), self.record_id)
        self.query.add_join("LEFT JOIN", LEFT_OUT, relation, on)
        return lambda kpi_id: SQL(
            "(%s OR %s = ANY(%s))",
            SQL.identifier(LEFT_OUT, "every"),
            kpi_id,
            SQL.identifier(LEFT_OUT, "kpis"),
        )

    # === TERMS ===#

    def terms(self, definition, within=True):
        """The terms of one KPI.

        :param bool within: whether the rows lie inside the period anyway
        """
        counted = self._counted(definition)
        left_out = self._left_out(definition.kpi_id)
        included = both(counted, negated(left_out))
        inside = TRUE if within else self.inside()
        now = both(inside, included)
        match = against = FALSE
        if definition.source in ("share", "net_share"):
            match = both(now, self._part(definition, "match_domain"))
        if definition.source == "net_share":
            against = both(now, self._part(definition, "against_domain"))
        return Terms(
            counted=included,
            now=now,
            before=both(self.earlier(definition), included)
            if definition.looks_back
            else FALSE,
            excluded=FALSE if left_out is FALSE else both(inside, counted, left_out),
            match=match,
            against=against,
            value=self._value(definition),
            key=self._key(definition),
        )

    def _key(self, definition):
        """What is counted once; every pair of subject and key of a record counts."""
        if not definition.is_keyed:
            return FALSE
        return self._path(definition.key_path, "_key")[1]

    def inside(self):
        """Condition that a row lies in the period."""
        return self.window.contains(self.date, self.date_field)

    def earlier(self, definition):
        """Condition that a row lies in what the period is compared with."""
        before = self.window.before(self.period.kind, definition.compare_with)
        return before.contains(self.date, self.date_field)

    def reach(self, definitions):
        """Condition that a row lies in any stretch of time that counts."""
        if any(definition.source == "first_time" for definition in definitions):
            return self.until_now()
        conditions = [self.inside()] + [
            self.earlier(definition)
            for definition in definitions
            if definition.looks_back
        ]
        return SQL("(%s)", SQL(" OR ").join(conditions))

    def until_now(self):
        """Condition that a row lies in the period or anywhere before."""
        return self.window.not_after(self.date, self.date_field)

    # === VALUES ===#

    def _value(self, definition):
        if not definition.has_measure:
            return SQL("NULL::numeric")
        if definition.measure_type == "duration":
            return self._duration(definition)
        field = self.model._fields[definition.measure_field]
        term = self.model._field_to_sql(self.alias, field.name, self.query)
        if field.type == "monetary":
            currency = money.currency_term(
                self.model,
                field.name,
                self.query,
                self.alias,
                elsewhere=bool(definition.company_path),
            )
            if currency is not None:
                return self._converted(term, currency)
        return term if field.column_type[0] == "numeric" else SQL("%s::numeric", term)

    def _converted(self, term, currency):
        """An amount in the currency of the company, at the rate of its day."""
        alias = self._currencies.setdefault(
            currency.code, f"performance_fx{len(self._currencies)}"
        )
        day = as_day(self.date, self.date_field, self.period.tz)
        on = SQL(
            "%s = %s AND %s >= %s AND %s < %s",
            currency,
            SQL.identifier(alias, "currency_id"),
            day,
            SQL.identifier(alias, "valid_from"),
            day,
            SQL.identifier(alias, "valid_to"),
        )
        if alias not in self.query._joins:
            self.query.add_join("LEFT JOIN", alias, money.factors(self.company), on)
        return money.converted(term, currency, self.company, alias)

    def _duration(self, definition):
        """Time between two instants in the KPI's unit; NULL where one is missing."""
        start, stop = (
            self.model._field_to_sql(self.alias, name, self.query)
            for name in (definition.duration_start, definition.duration_stop)
        )
        if definition.duration_clock == "working":
            seconds = self._worked(start, stop)
        else:
            seconds = SQL("EXTRACT(EPOCH FROM %s - %s)", stop, start)
        return SQL(
            "CASE WHEN %s >= %s THEN (%s)::numeric / %s END",
            stop,
            start,
            seconds,
            UNIT_SECONDS.get(definition.unit, 3600),
        )

    def _worked(self, start, stop):
        """Working time of the company between two instants, in seconds.

        Instants out of reach, such as a slip to the year 9999, count as its end.
        """
        until = []
        for column in (start, stop):
            alias = f"performance_clock{len(self._clocks)}"
            alias = self._clocks.setdefault(column.code, alias)
            inside = SQL("LEAST(GREATEST(%s, %s), %s)", column, *self._reach())
            if alias not in self.query._joins:
                on = SQL("%s AND %s IS NOT NULL", clock.holds(inside, alias), column)
                self.query.add_join("LEFT JOIN", alias, self._segments(), on)
            until.append(clock.worked_until(inside, alias))
        return SQL("%s - %s", until[1], until[0])

    def _reach(self):
        """The instants between which working time is laid out at most."""
        day = datetime.combine(self.window.first, time.min)
        return day - REACH, day + REACH

    def _segments(self):
        """The working time over all instants that durations of this scan begin or end.

        One range for all of them, so that what was worked counts from one beginning.
        """
        names = {
            name
            for definition in self.definitions
            if definition.measure_type == "duration"
            for name in (definition.duration_start, definition.duration_stop)
            if name
        }
        columns = [
            self.model._field_to_sql(self.alias, name, self.query)
            for name in sorted(names)
        ]
        probe = Query(self.env, self.alias, self.model._table_sql)
        probe.add_where(self.reach(self.definitions))
        low, high = self.env.execute_query(
            probe.select(
                SQL("MIN(LEAST(%s))", SQL(", ").join(columns)),
                SQL("MAX(GREATEST(%s))", SQL(", ").join(columns)),
            )
        )[0]
        day = datetime.combine(self.window.first, time.min)
        first, last = self._reach()
        low, high = (min(max(at or day, first), last) for at in (low, high))
        calendar = self.company.resource_calendar_id
        return clock.segment_rows(calendar, self.company, low, high)
