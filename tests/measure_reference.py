"""What a KPI's numbers should be: plain loops over records, nothing of the engine.

The rules are those that people are told (README, help of the fields), written down a
second time in the slowest and most obvious way, so that the engine has something to be
wrong against.
"""

from ast import literal_eval
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo.fields import Domain

KINDS = ("employee", "department", "team", "company", "customer", "opportunity")
LENGTH = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


def local_day(moment, tz):
    """The day of a naive UTC instant in a time zone; a date is that day anyway."""
    if not isinstance(moment, datetime):
        return moment
    return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz)).date()


def exact(number):
    """A number as it is shown, without the noise of binary floats."""
    return None if number is None else Fraction(str(number))


class Reference:
    """The numbers of one definition in one period.

    :param definition: with the attributes of ``engine.Definition``, or a KPI
    :param period: ``performance.period``
    """

    def __init__(self, env, definition, period):
        self.env = env(su=True)
        self.definition = definition
        self.period = period
        self.company = period.company_id
        self.tz = period.tz
        self.model = (
            self.env[definition.model_name]
            .with_company(self.company)
            .with_context(active_test=not definition.include_archived, tz=period.tz)
        )

    # === RECORDS ===#

    def records(self):
        """All records that count, whenever they are: of the company, in the filter."""
        definition = self.definition
        found = self.model.with_context(active_test=False).search([])
        found = found.with_env(self.model.env)
        domain = Domain(eval_domain(definition.domain))
        found = found.filtered_domain(domain)
        active = self.model._active_name
        named = any(leaf.field_expr == active for leaf in domain.iter_conditions())
        if active and not definition.include_archived and not named:
            found = found.filtered(active)
        return [record for record in found if self.in_company(record)]

    def left_out(self, record):
        """Whether the cleaning left a record out of this KPI."""
        return any(
            log.res_id == record.id
            and log.is_applied
            and log.kpi_id.id in (False, self.definition.kpi_id)
            and log.scope_company_id.id in (False, self.company.id)
            for log in self.env["performance.exclusion"].search(
                [("res_model", "=", self.model._name)]
            )
        )

    def day(self, record):
        """The day of a record in the time zone of the period, or None."""
        return local_day(record[self.definition.date_field], self.tz) or None

    def within(self, record, stretch):
        """Whether a record lies in a stretch of days, both ends included."""
        day = self.day(record)
        return bool(day) and stretch[0] <= day <= stretch[1]

    def now(self):
        """First and last day of the period."""
        return self.period.date_start, self.period.date_end

    def before(self):
        """First and last day of what the period is compared with."""
        first, last = self.now()
        months = LENGTH.get(self.period.kind)
        if self.definition.compare_with == "year_ago":
            months = 12
        if not months:
            days = (last - first).days + 1
            return first - timedelta(days=days), last - timedelta(days=days)
        if self.period.kind == "custom":
            return first - relativedelta(months=12), last - relativedelta(months=12)
        start = first - relativedelta(months=months)
        return start, start + relativedelta(months=LENGTH[self.period.kind], days=-1)

    # === WHOSE ===#

    def follow(self, record, path):
        """The records at the end of a path; archived ones count like others."""
        found = record.with_context(active_test=False)
        for step in path.split(".") if path != "id" else ():
            found = found[step]
        return found

    def owners(self, record):
        """Who stands on a record, now or on its date as the KPI says."""
        path = self.definition.employee_path
        owners = self.follow(record, path)
        if self.definition.owner_at != "date" or "." in path or path == "id":
            return owners
        field = self.model._fields[path]
        moment = self.moment(record)
        if not getattr(field, "tracking", False) or not moment:
            return owners
        field_id = self.env["ir.model.fields"]._get(self.model._name, path).id
        changes = [
            (message.date, value.id, value.old_value_integer)
            for message in self.env["mail.message"].search(
                [("model", "=", self.model._name), ("res_id", "=", record.id)]
            )
            for value in message.tracking_value_ids
            if value.field_id.id == field_id
            and message.date > moment + timedelta(minutes=1)
        ]
        if not changes:
            return owners
        return owners.browse(min(changes)[2] or [])

    def moment(self, record):
        """The date of a record as an instant: a day begins at midnight."""
        value = record[self.definition.date_field]
        if not value or isinstance(value, datetime):
            return value
        midnight = datetime(
            value.year, value.month, value.day, tzinfo=ZoneInfo(self.tz)
        )
        return midnight.astimezone(timezone.utc).replace(tzinfo=None)

    def employees(self, record):
        """The employees of the period's company who stand on a record."""
        if not self.definition.employee_path:
            return self.env["hr.employee"]
        owners = self.owners(record)
        Employee = self.env["hr.employee"].with_context(active_test=False)
        if owners._name == "hr.employee":
            return Employee.browse(owners.ids).filtered(
                lambda employee: employee.company_id == self.company
            )
        return Employee.search(
            [("user_id", "in", owners.ids), ("company_id", "=", self.company.id)]
        )

    def in_company(self, record):
        """Whether a record belongs to the company of the period."""
        path = self.definition.company_path
        if not path and "company_id" in self.model._fields:
            path = "company_id"
        if not path:
            if not self.definition.employee_path:
                return True
            return bool(self.day(record) and self.employees(record))
        companies = self.follow(record, path)
        if companies or not self.definition.employee_path:
            return self.company in companies
        return self.company in self.owners(record).company_id

    def department_then(self, employee, day):
        """The department of an employee on a day, by the versions of the employee."""
        found = self.env["hr.version"].search([("employee_id", "=", employee.id)])
        versions = sorted(found, key=lambda v: (v.date_version, v.id))
        if not versions:
            return self.env["hr.department"]
        begun = [version for version in versions if version.date_version <= day]
        return (begun or versions[:1])[-1].department_id

    def departments(self, record):
        """Departments of a record and all above them."""
        definition = self.definition
        found = self.env["hr.department"]
        if definition.department_path:
            found = self.follow(record, definition.department_path)
        else:
            for employee in self.employees(record):
                found |= self.department_then(employee, self.day(record))
        above = found
        while above.parent_id - found:
            above = above.parent_id - found
            found |= above
        return found

    def subjects(self, record, kind):
        """Ids of the subjects of a kind that a record belongs to."""
        if kind == "company":
            return [self.company.id]
        if kind == "employee":
            return self.employees(record).ids
        if kind == "department":
            return self.departments(record).ids
        path = getattr(self.definition, f"{kind}_path")
        return self.follow(record, path).ids if path else []

    def keys(self, record):
        """What a keyed source counts once."""
        path = self.definition.distinct_path or self.definition.customer_path
        return self.follow(record, path).ids

    # === VALUES ===#

    def amount(self, record):
        """The number of a record, or None where there is none."""
        definition = self.definition
        if definition.measure_type == "duration":
            return self.duration(record)
        name = definition.measure_field
        if self.is_null(record, name):
            return None
        value = record[name]
        field = self.model._fields[name]
        if field.type == "monetary":
            currency = record[field.get_currency_field(self.model)]
            if currency and currency != self.company.currency_id:
                value = currency._convert(
                    value, self.company.currency_id, self.company, self.day(record)
                )
        return exact(value)

    def is_null(self, record, name):
        """Whether PostgreSQL holds nothing: the ORM shows a zero for it."""
        self.env.cr.execute(
            f'SELECT "{name}" IS NULL FROM "{self.model._table}" WHERE id = %s',  # noqa: S608
            [record.id],
        )
        return self.env.cr.fetchone()[0]

    def duration(self, record):
        """Time between two instants in the unit of the KPI."""
        definition = self.definition
        start, stop = (
            record[definition.duration_start],
            record[definition.duration_stop],
        )
        if not start or not stop or stop < start:
            return None
        unit = SECONDS.get(definition.unit, 3600)
        if definition.duration_clock == "elapsed":
            return Fraction((stop - start) // timedelta(microseconds=1), 10**6 * unit)
        calendar = self.company.resource_calendar_id
        hours = calendar.get_work_hours_count(
            start,
            stop,
            domain=[
                ("time_type", "=", "leave"),
                ("company_id", "in", [False, self.company.id]),
            ],
        )
        return exact(hours) * 3600 / unit

    # === NUMBERS ===#

    def numbers(self, kinds=KINDS):
        """``{(kind, subject): (sample, value or None)}`` of subjects with records."""
        make = getattr(self, f"_{self.definition.source}")
        records = [r for r in self.records() if not self.left_out(r)]
        found = {}
        for kind in kinds:
            for subject, (sample, value) in make(records, kind).items():
                if sample:
                    enough = sample >= self.definition.minimum_sample
                    found[kind, subject] = (sample, value if enough else None)
        return found

    def excluded(self, kinds=KINDS):
        """``{(kind, subject): count}`` of the records left out in the period."""
        found = defaultdict(int)
        for record in self.records():
            if self.within(record, self.now()) and self.left_out(record):
                for kind in kinds:
                    for subject in self.subjects(record, kind):
                        found[kind, subject] += 1
        return dict(found)

    def _by_subject(self, records, kind, stretch):
        """``{subject: [records]}`` of those in a stretch of time, each once."""
        found = defaultdict(list)
        for record in records:
            if self.within(record, stretch):
                for subject in set(self.subjects(record, kind)):
                    found[subject].append(record)
        return found

    def _aggregated(self, records):
        """Sample and value of some records."""
        aggregate = self.definition.aggregate
        if aggregate == "count":
            return len(records), Fraction(len(records))
        if aggregate == "distinct":
            keys = [set(self.keys(record)) for record in records]
            return sum(map(len, keys)), Fraction(len(set().union(*keys)))
        amounts = [self.amount(record) for record in records]
        known = [amount for amount in amounts if amount is not None]
        if aggregate == "sum":
            return len(records), sum(known, Fraction())
        if not known:
            return 0, None
        value = {"avg": sum(known) / len(known), "min": min(known), "max": max(known)}
        return len(known), value[aggregate]

    def _records(self, records, kind):
        groups = self._by_subject(records, kind, self.now())
        return {subject: self._aggregated(rows) for subject, rows in groups.items()}

    def _growth(self, records, kind):
        now = self._by_subject(records, kind, self.now())
        past = self._by_subject(records, kind, self.before())
        found = {}
        for subject in now.keys() | past.keys():
            n, value = self._aggregated(now.get(subject, []))
            p, base = self._aggregated(past.get(subject, []))
            growth = None
            if base and value is not None:
                growth = 100 * (value - base) / abs(base)
            found[subject] = (n + p, growth)
        return found

    def _matching(self, rows, name):
        found = self.model.browse([row.id for row in rows])
        return len(found.filtered_domain(eval_domain(getattr(self.definition, name))))

    def _share(self, records, kind, against=()):
        found = {}
        groups = self._by_subject(records, kind, self.now())
        for subject, rows in groups.items():
            part = self._matching(rows, "match_domain")
            part -= sum(self._matching(rows, name) for name in against)
            found[subject] = (len(rows), percent(part, len(rows)))
        return found

    def _net_share(self, records, kind):
        return self._share(records, kind, ["against_domain"])

    def _counted_keys(self, records, kind, stretch):
        """``{subject: {key: records}}``."""
        found = defaultdict(lambda: defaultdict(int))
        for subject, rows in self._by_subject(records, kind, stretch).items():
            for record in rows:
                for key in set(self.keys(record)):
                    found[subject][key] += 1
        return found

    def _repeat(self, records, kind):
        found = {}
        for subject, keys in self._counted_keys(records, kind, self.now()).items():
            often = [k for k, n in keys.items() if n >= self.definition.repeat_count]
            found[subject] = (len(keys), percent(len(often), len(keys)))
        return found

    def _retention(self, records, kind):
        kept = {
            key
            for record in records
            if self.within(record, self.now())
            for key in self.keys(record)
        }
        found = {}
        for subject, keys in self._counted_keys(records, kind, self.before()).items():
            found[subject] = (len(keys), percent(len(kept & keys.keys()), len(keys)))
        return found

    def _first_time(self, records, kind):
        first = {}
        dated = [record for record in records if record[self.definition.date_field]]
        for record in sorted(
            dated, key=lambda r: (r[self.definition.date_field], r.id)
        ):
            for key in self.keys(record):
                first.setdefault(key, record)
        found = defaultdict(int)
        for record in first.values():
            if self.within(record, self.now()):
                for subject in set(self.subjects(record, kind)):
                    found[subject] += 1
        return {subject: (n, Fraction(n)) for subject, n in found.items()}


def percent(part, whole):
    """A share as a percentage."""
    return Fraction(100 * part, whole) if whole else None


def eval_domain(text):
    """A domain of a KPI as a list."""
    return literal_eval(text or "[]")
