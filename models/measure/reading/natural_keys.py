"""Records by the keys that people know them by; one query for each kind of key."""

from odoo.fields import Domain
from odoo.tools import SQL, email_normalize, format_list

# {column of a file: field that it fills}
COLUMNS = {
    "import_kpi": "kpi_id",
    "import_period": "period_id",
    "import_employee": "employee_id",
    "import_department": "department_id",
    "import_team": "team_id",
    "import_company": "subject_company_id",
    "import_customer": "partner_id",
}
SUBJECT_COLUMNS = tuple(COLUMNS)[2:]


class NaturalKeys:
    """Resolves the columns of many rows at once, for the user's present company.

    :param env: of the user who imports: only what he may read is found
    """

    def __init__(self, env):
        self.env = env
        self.company = env.company
        self.ours = Domain("company_id", "=", self.company.id)
        self.ours_or_shared = Domain("company_id", "in", [self.company.id, False])

    def resolve(self, rows):
        """Find what each row names.

        :param rows: ``[{column: text}]``, columns other than those of ``COLUMNS`` are
            ignored
        :return: ``[({field: id}, [(column, why it was not found)])]``, one for each row
        """
        # column -> text -> records
        found = {}
        for column in COLUMNS:
            keys = {text for row in rows if (text := as_text(row.get(column)))}
            if keys:
                found[column] = getattr(self, f"_{column[7:]}")(sorted(keys))
        return [self._resolve_row(row, found) for row in rows]

    def _resolve_row(self, row, found):
        values, problems = {}, []
        for column, field in COLUMNS.items():
            if column not in row:
                continue
            text = as_text(row[column])
            records = found[column].get(text, ()) if text else ()
            if text and len(records) != 1:
                problems.append((column, self._problem(column, text, records)))
            elif text:
                values[field] = records.id
        return values, problems

    def _problem(self, column, text, records):
        if records:
            return self.env._(
                "“%(key)s” is ambiguous in %(company)s: %(names)s.",
                key=text,
                company=self.company.name,
                names=format_list(
                    self.env,
                    [f"{r.sudo().display_name} (#{r.id})" for r in records[:5]],
                ),
            )
        facts = {"key": text, "company": self.company.name}
        texts = {
            "import_kpi": self.env._(
                "There is no KPI with the code “%(key)s” in %(company)s.", **facts
            ),
            "import_period": self.env._(
                "There is no period “%(key)s” in %(company)s.", **facts
            ),
            "import_employee": self.env._(
                "There is no employee with the e-mail or badge “%(key)s” in "
                "%(company)s.",
                **facts,
            ),
            "import_department": self.env._(
                "There is no department “%(key)s” in %(company)s.", **facts
            ),
            "import_team": self.env._(
                "There is no sales team “%(key)s” in %(company)s.", **facts
            ),
            "import_company": self.env._(
                "“%(key)s” is not the company you work in, which is %(company)s.",
                **facts,
            ),
            "import_customer": self.env._(
                "There is no customer with the reference, e-mail or name “%(key)s” in "
                "%(company)s.",
                **facts,
            ),
        }
        return texts[column]

    # === FINDERS: {text: records} ===#

    def _kpi(self, keys):
        found = self.env["performance.kpi"].search(
            self.ours_or_shared & Domain("code", "in", keys)
        )
        # own company before all, as in formulas
        return {kpi.code: kpi for kpi in found.sorted(lambda k: bool(k.company_id))}

    def _period(self, keys):
        found = self.env["performance.period"].search(
            self.ours & Domain("name", "in", keys)
        )
        return found.grouped("name")

    def _employee(self, keys):
        lowered = [key.lower() for key in keys]
        by_email = Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "LOWER(%s) = ANY(%s)", SQL.identifier(alias, "work_email"), lowered
            )
        )
        # people who left in the period have numbers of it
        Employee = self.env["hr.employee"].with_context(active_test=False)
        # the condition is written in SQL: the ORM does not know what it reads
        Employee.flush_model(["work_email"])
        people = Employee.search(self.ours & (by_email | Domain("barcode", "in", keys)))
        # {lowered e-mail, or badge: people}
        emails = people.grouped(lambda e: (e.work_email or "").lower())
        badges = people.grouped("barcode")
        none = people.browse()
        found = {}
        for key in keys:
            named = emails.get(key.lower(), none) | badges.get(key, none)
            found[key] = named.filtered("active") or named
        return found

    def _department(self, keys):
        names = {key.rsplit(" / ", 1)[-1] for key in keys} | set(keys)
        found = self.env["hr.department"].search(
            self.ours_or_shared & Domain("name", "in", sorted(names))
        )
        # the full path tells two departments of one name apart, so it goes first
        return {**found.grouped("name"), **found.grouped("complete_name")}

    def _team(self, keys):
        found = self.env["crm.team"].search(
            self.ours_or_shared & Domain("name", "in", keys)
        )
        return found.grouped("name")

    def _company(self, keys):
        return {key: self.company for key in keys if key == self.company.name}

    def _customer(self, keys):
        emails = {key: email_normalize(key) or key.lower() for key in keys}
        partners = self.env["res.partner"].search(
            self.ours_or_shared
            & (
                Domain("ref", "in", keys)
                | Domain("email_normalized", "in", sorted(set(emails.values())))
                | Domain("name", "in", keys)
            )
        )
        refs, names = partners.grouped("ref"), partners.grouped("name")
        mails = partners.grouped("email_normalized")
        found = {}
        for key in keys:
            named = refs.get(key) or mails.get(emails[key]) or names.get(key)
            if named:
                # contacts count for their company
                found[key] = named.commercial_partner_id
        return found


def as_text(cell):
    """What a cell of a file says; nothing for an empty one."""
    return "" if cell is None or cell is False else str(cell).strip()
