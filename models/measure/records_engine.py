"""Measuring from records: collect, query once, evaluate."""

from ast import literal_eval
from collections import defaultdict
from typing import NamedTuple

from odoo.fields import Domain


class Facts(NamedTuple):
    """What PostgreSQL found for one subject.

    ``count`` records, of which ``filled`` have a measure; their ``total``, ``low``,
    ``high``.
    """

    count: int = 0
    filled: int = 0
    total: float = 0.0
    low: float | None = None
    high: float | None = None

    def __add__(self, other):
        lows = [x for x in (self.low, other.low) if x is not None]
        highs = [x for x in (self.high, other.high) if x is not None]
        return Facts(
            self.count + other.count,
            self.filled + other.filled,
            self.total + other.total,
            min(lows, default=None),
            max(highs, default=None),
        )


class RecordsEngine:
    """One KPI in one period: what happened, for all subjects, in one query.

    Attribution, in one place: a record belongs to the employee whose user (or who
    himself) stands at the KPI's employee path, in the company of the period; to that
    employee's department and every department above; to the sales team, commercial
    customer and opportunity at the end of their paths; and to the company. A record
    without a company belongs to the company of its owner.
    """

    def __init__(self, kpi, period):
        # sudo: numbers are the same for whoever asks; readers see them through rules
        self.kpi = kpi.sudo()
        self.period = period.sudo()
        self.env = self.kpi.env
        self.model = (
            self.env[self.kpi.model_name]
            .with_company(self.period.company_id)
            .with_context(active_test=not self.kpi.include_archived)
        )
        self.notes = []

    # === COLLECT ===#

    def paths(self):
        """{subject type: group key in the model}, as the KPI defines it."""
        kpi = self.kpi
        paths = {
            "employee": kpi.employee_path,
            "team": kpi.team_path,
            "customer": kpi.customer_path,
            "opportunity": kpi.opportunity_path,
        }
        return {kind: path for kind, path in paths.items() if path}

    def base_domain(self):
        """Which records count in this period, before any subject."""
        start, end = self.period._bounds()
        field = self.kpi.date_field_id
        if field.ttype == "date":
            first, last = self.period.date_start, self.period.date_end
            dates = Domain(field.name, ">=", first) & Domain(field.name, "<=", last)
        else:
            dates = Domain(field.name, ">=", start) & Domain(field.name, "<", end)
        return (
            Domain(literal_eval(self.kpi.domain or "[]"))
            & dates
            & self._company_domain()
        )

    def _company_domain(self):
        company = self.period.company_id
        if "company_id" not in self.model._fields:
            return Domain.TRUE
        own = Domain("company_id", "=", company.id)
        if self.kpi.employee_path:
            none = Domain("company_id", "=", False)
            owner = Domain(f"{self.kpi.employee_path}.company_id", "=", company.id)
            return own | (none & owner)
        return own

    def subject_leaf(self, subject_type, subjects):
        """Domain of the records that belong to some subjects.

        :param recordset subjects: records of the subject's own model
        """
        paths = self.paths()
        if subject_type == "company":
            return Domain.TRUE
        if subject_type == "department":
            subjects = self._members(subjects)
            subject_type = "employee"
        if subject_type not in paths:
            return Domain.FALSE
        if subject_type == "employee" and self._owner_model() == "res.users":
            subjects = subjects.user_id
        return Domain(paths[subject_type], "in", subjects.ids)

    def _members(self, departments):
        """Employees of departments and of those below, archived ones too."""
        return (
            self.env["hr.employee"]
            .with_context(active_test=False)
            .search(
                Domain("department_id", "child_of", departments.ids)
                & Domain("company_id", "=", self.period.company_id.id)
            )
        )

    def _owner_model(self):
        """Model at the end of the employee path: ``res.users`` or ``hr.employee``."""
        return self.kpi._path_model(self.kpi.employee_path)

    # === QUERY ===#

    def measure(self, wanted=None):
        """Ask PostgreSQL once.

        :param dict wanted: ``{subject type: records}`` to restrict the query to;
        without
            it every employee, department, team and the company
        :return: ``{(subject type, id): Facts}``
        """
        paths, domain = self.paths(), self.base_domain()
        if wanted is None:
            kinds = [kind for kind in ("employee", "team") if kind in paths] + [
                "company"
            ]
        else:
            kinds = [k for k in paths if wanted.get(k)]
            if wanted.get("department") and "employee" not in kinds:
                kinds.append("employee")
            if wanted.get("company"):
                kinds.append("company")
            else:
                domain &= Domain.OR(
                    self.subject_leaf(kind, records)
                    for kind, records in wanted.items()
                    if records
                )
        sets = [[] if kind == "company" else [paths[kind]] for kind in kinds]
        if not sets:
            return {}
        rows = self.model._read_grouping_sets(domain, sets, self._aggregates())
        self._check_currency(domain)
        facts = {}
        for kind, found in zip(kinds, rows, strict=True):
            facts.update(self._evaluate(kind, found))
        return facts

    def _aggregates(self):
        field = self.kpi.measure_field_id.name
        if not field:
            return ["__count"]
        return ["__count"] + [
            f"{field}:{how}" for how in ("count", "sum", "min", "max")
        ]

    def _check_currency(self, domain):
        """Amounts of two currencies are never added: refuse, and say which."""
        field = self.kpi.measure_field_id
        currency = field.ttype == "monetary" and self.model._fields[
            field.name
        ].get_currency_field(self.model)
        if not currency or not self.model._fields[currency].store:
            return  # an unstored currency is the company's own
        own = self.period.company_id.currency_id
        used = self.model._read_group(domain, [currency])
        foreign = [c.name for (c,) in used if c and c != own]
        if foreign:
            raise ValueError(
                self.env._(
                    "Amounts in %(foreign)s cannot be added to amounts in %(own)s.",
                    foreign=", ".join(foreign),
                    own=own.name,
                )
            )

    # === EVALUATE ===#

    def _evaluate(self, kind, rows):
        facts = defaultdict(Facts)
        for row in rows:
            key, numbers = (row[0], row[1:]) if kind != "company" else (None, row)
            count, filled, total, low, high = (*numbers, 0, 0, None, None)[:5]
            fact = Facts(count, filled or 0, total or 0.0, low, high)
            if kind == "company":
                facts["company", self.period.company_id.id] += fact
            elif key:
                facts[kind, key.id] += fact
        return self._attribute_owners(facts) if kind == "employee" else facts

    def _attribute_owners(self, facts):
        """From users to employees of the company, and on to their departments."""
        by_owner = {owner: fact for (_kind, owner), fact in facts.items()}
        employees = self._employees(by_owner)
        result = defaultdict(Facts)
        lost = 0
        for owner, fact in by_owner.items():
            employee = employees.get(owner)
            if not employee:
                lost += fact.count
                continue
            result["employee", employee.id] += fact
            for department in self._departments_above(employee):
                result["department", department] += fact
        if lost:
            self.notes.append(
                self.env._(
                    "%(count)s records of people without an employee in %(company)s.",
                    count=lost,
                    company=self.period.company_id.name,
                )
            )
        return result

    def _employees(self, owners):
        Employee = self.env["hr.employee"].with_context(active_test=False)
        company = Domain("company_id", "=", self.period.company_id.id)
        if self._owner_model() == "hr.employee":
            return {
                e.id: e
                for e in Employee.search(company & Domain("id", "in", list(owners)))
            }
        found = Employee.search(company & Domain("user_id", "in", list(owners)))
        return {employee.user_id.id: employee for employee in found}

    def _departments_above(self, employee):
        path = employee.department_id.parent_path or ""
        return [int(step) for step in path.split("/") if step]

    # === EVIDENCE ===#

    def evidence_domain(self, subject_type, subject):
        """Domain of the records behind the number of one subject."""
        return self.base_domain() & self.subject_leaf(subject_type, subject)


def group_subjects(subjects):
    """Sort subjects of one or several models by subject type.

    :param subjects: a recordset, a list of recordsets or ``{subject type: recordset}``
    :return: ``{subject type: recordset}``
    """
    if isinstance(subjects, dict):
        return subjects
    kinds = {
        "hr.employee": "employee",
        "hr.department": "department",
        "crm.team": "team",
        "res.company": "company",
        "res.partner": "customer",
        "crm.lead": "opportunity",
    }
    parts = subjects if isinstance(subjects, list) else [subjects]
    return {kinds[records._name]: records for records in parts if records}
