"""How a KPI sees a record: its name and date, its company, the people it stands on."""

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from . import people
from .company import company_domain, company_path, without_company
from .path import Path, PathError
from .terms import TRUE
from .window import as_day, as_instant

LOG, STAFF, THEN = "performance_log", "performance_staff", "performance_then"


class Lens:
    """The records of one model as one KPI, or all KPIs on the model, see them.

    Several definitions: the first tells the date, any of them the people.

    :param str model_name: technical name of the model
    :param list definitions: at least one
    :param kpi_id: the KPI, or None for all
    :param company: whose numbers; empty for all companies
    """

    def __init__(self, env, model_name, definitions, kpi_id=None, company=None):
        self.env = env
        self.definitions = definitions
        self.kpi_id = kpi_id
        self.company = company if company is not None else env["res.company"]
        # sudo: what is left out does not depend on who asks
        model = env[model_name].sudo().with_context(active_test=False)
        self.model = model.with_company(self.company) if self.company else model
        self.tz = self.company.sudo().performance_tz or "UTC"
        self.alias = self.model._table

    def _query(self):
        return Query(self.env, self.alias, self.model._table_sql)

    def _id(self):
        return SQL.identifier(self.alias, "id")

    # === RECORDS ===#

    def matching(self, domain, only=None):
        """The records of a domain: ``SELECT kpi_id, id, name, day, company_id``.

        :param Domain only: looks at these records only
        """
        query = self._query()
        conditions = [self._condition(domain, query)]
        if self.company:
            conditions.append(self._condition(self._of_company(), query))
        if only is not None:
            conditions.append(self._condition(only, query))
        return SQL(
            "SELECT %s::int AS kpi_id, %s AS id, %s AS name, %s AS day,"
            " %s AS company_id FROM %s WHERE %s",
            self.kpi_id,
            self._id(),
            self._name(query),
            self._day(query),
            self._company(query),
            query.from_clause,
            SQL(" AND ").join(conditions),
        )

    def _condition(self, domain, query):
        domain = Domain(domain).optimize_full(self.model)
        if domain.is_true():
            return TRUE
        return domain._to_sql(self.model, self.alias, query)

    def _name(self, query):
        """The name of a record as text; model and number where it has none."""
        number = SQL("%s || %s::text", f"{self.model._description} ", self._id())
        field = self.model._fields.get(self.model._rec_name or "")
        if field is None or not field.store or field.type not in ("char", "text"):
            return number
        name = self.model._field_to_sql(self.alias, field.name, query)
        return SQL("COALESCE(NULLIF(%s, ''), %s)", name, number)

    def _day(self, query):
        name = self.definitions[0].date_field
        field = self.model._fields.get(name or "")
        if field is None or not field.store:
            return SQL("NULL::date")
        term = self.model._field_to_sql(self.alias, name, query)
        return as_day(term, field, self.tz)

    # === COMPANIES ===#

    def _of_company(self):
        """The records that count in the numbers of the company."""
        return Domain.OR(self._of_company_by(d) for d in self.definitions)

    def _of_company_by(self, definition):
        own = company_domain(self.model, definition, self.company)
        if own is not None and definition.owner_at == "date":
            # whoever stood on it then decides; the log holds for one company anyway
            own |= without_company(company_path(self.model, definition))
        if own is not None:
            return own
        owner = definition.employee_path
        if not owner:
            return Domain.TRUE
        steps = "company_id" if self._is_staff(owner) else "employee_ids.company_id"
        return Domain(f"{owner}.{steps}", "=", self.company.id)

    def _is_staff(self, path):
        return Path(self.model, path).target_name == "hr.employee"

    def _company(self, query):
        """In whose log a record stands: that of the rule, else of its own company."""
        if self.company:
            return SQL("%s::int", self.company.id)
        path = company_path(self.model, self.definitions[0])
        try:
            step = Path(self.model, path) if path else None
        except PathError:
            step = None
        if step is None or step.is_multi:
            return SQL("NULL::int")
        return step.sql(query, self.alias)

    # === PEOPLE ===#

    def people(self, which):
        """Whom the entries of the log concern: ``SELECT exclusion_id, employee_id``.

        :param SQL which: condition on the entries
        :return: a list of statements, one for each way to the people
        """
        ways = {
            (d.employee_path, d.owner_at, d.date_field): d for d in self.definitions
        }
        found = []
        for definition in ways.values():
            if definition.employee_path:
                try:
                    found.append(self._people(definition, which))
                except PathError:
                    # that KPI is broken, which its owner is told when it is measured
                    continue
        return found

    def _people(self, definition, which):
        query = self._query()
        step = Path(self.model, definition.employee_path)
        owner = step.sql(query, self.alias)
        if definition.owner_at == "date" and step.steps:
            owner = self._owner_then(definition, step, owner, query)
        on = SQL(
            "%s = %s AND %s = %s AND %s IS NOT DISTINCT FROM %s::int AND %s",
            SQL.identifier(LOG, "res_id"),
            self._id(),
            SQL.identifier(LOG, "res_model"),
            self.model._name,
            SQL.identifier(LOG, "kpi_id"),
            self.kpi_id,
            which,
        )
        query.add_join("JOIN", LOG, "performance_exclusion", on)
        key = "id" if step.target_name == "hr.employee" else "user_id"
        company = SQL.identifier(LOG, "company_id")
        on = SQL(
            "%s = %s AND (%s IS NULL OR %s = %s)",
            SQL.identifier(STAFF, key),
            owner,
            company,
            SQL.identifier(STAFF, "company_id"),
            company,
        )
        query.add_join("JOIN", STAFF, "hr_employee", on)
        return SQL(
            "SELECT %s AS exclusion_id, %s AS employee_id FROM %s",
            SQL.identifier(LOG, "id"),
            SQL.identifier(STAFF, "id"),
            query.from_clause,
        )

    def _owner_then(self, definition, step, owner, query):
        """Who stood on the record on its date, as the engine attributes it."""
        model, field = step.steps[0]
        if len(step.steps) > 1 or not getattr(field, "tracking", False):
            return owner
        date = self.model._fields[definition.date_field]
        term = self.model._field_to_sql(self.alias, date.name, query)
        instant = as_instant(term, date, self.tz)
        then = people.owner_then(model, self.alias, field, instant)
        query.add_join("LEFT JOIN", THEN, then, TRUE)
        return SQL(
            "CASE WHEN %s THEN %s ELSE %s END",
            SQL.identifier(THEN, "changed"),
            SQL.identifier(THEN, "owner_id"),
            owner,
        )
