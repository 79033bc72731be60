from odoo import api, fields, models
from odoo.exceptions import UserError

from ...shared.performance_subject_mixin import SUBJECT_FIELDS
from .natural_keys import COLUMNS, SUBJECT_COLUMNS, NaturalKeys, as_text

OFFICER = "customer_performance.group_officer"
MESSAGES = 100


class PerformanceNaturalKeyMixin(models.AbstractModel):
    """Something about one KPI, period and subject that Odoo's importer brings in.

    A file names them by what people know: the code of the KPI, the name of the period,
    the e-mail or badge of the employee. All rows of the file are read before the first
    is written, so that a wrong row, named with the wrong value, leaves nothing behind,
    also where the web client sends a long file in parts. A row whose key is known
    already updates that record. Exporting these columns gives what can be imported
    again.

    A concrete model inherits the subject mixin too and has ``kpi_id`` and
    ``period_id``; it overrides ``_import_problem`` and ``_import_update``.
    """

    _name = "performance.natural.key.mixin"
    _description = "Performance Natural Key Mixin"

    import_kpi = fields.Char(
        string="KPI Code",
        compute="_compute_natural_keys",
        readonly=False,
        groups=OFFICER,
    )
    import_period = fields.Char(
        string="Period Name",
        compute="_compute_natural_keys",
        readonly=False,
        groups=OFFICER,
    )
    import_employee = fields.Char(
        string="Employee E-mail or Badge",
        compute="_compute_natural_keys",
        readonly=False,
        groups=OFFICER,
    )
    import_department = fields.Char(
        string="Department Name",
        compute="_compute_natural_keys",
        readonly=False,
        groups=OFFICER,
    )
    import_team = fields.Char(
        string="Sales Team Name",
        compute="_compute_natural_keys",
        readonly=False,
        groups=OFFICER,
    )
    import_company = fields.Char(
        string="Company Name",
        compute="_compute_natural_keys",
        readonly=False,
        groups=OFFICER,
    )
    import_customer = fields.Char(
        string="Customer Reference, E-mail or Name",
        compute="_compute_natural_keys",
        readonly=False,
        groups=OFFICER,
    )

    # === COMPUTE METHODS ===#

    @api.depends("kpi_id", "period_id", *SUBJECT_FIELDS.values())
    def _compute_natural_keys(self):
        for record in self:
            # sudo: who exports the number may say what it is about
            known = record.sudo()
            employee, partner = known.employee_id, known.partner_id
            record.import_kpi = known.kpi_id.code
            record.import_period = known.period_id.name
            record.import_employee = employee.work_email or employee.barcode
            record.import_department = known.department_id.complete_name
            record.import_team = known.team_id.name
            record.import_company = known.subject_company_id.name
            record.import_customer = partner.ref or partner.email or partner.name

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._without_natural_keys(vals_list))

    def write(self, vals):
        return super().write(self._without_natural_keys([vals])[0])

    def _without_natural_keys(self, vals_list):
        """Values with links in place of natural keys.

        :raise UserError: naming each key that is unknown or ambiguous
        """
        if not any(COLUMNS.keys() & vals.keys() for vals in vals_list):
            return vals_list
        # before anything is looked up: nobody tries out keys here
        self.check_access("write" if self else "create")
        resolved = NaturalKeys(self.env).resolve(vals_list)
        problems = [text for _values, found in resolved for _column, text in found]
        if problems:
            raise UserError("\n".join(dict.fromkeys(problems)))
        return [
            {**{k: v for k, v in vals.items() if k not in COLUMNS}, **values}
            for vals, (values, _problems) in zip(vals_list, resolved, strict=True)
        ]

    # === IMPORT ===#

    @api.model
    def load(self, fields, data):
        """Odoo's own import; the keys of all rows are looked up before it begins.

        :return: as Odoo's; with a message for each wrong row, and nothing written
        """
        if not COLUMNS.keys() & set(fields):
            return super().load(fields, data)
        self.check_access("create")
        messages = self._import_messages(fields, data)
        if messages:
            return {"ids": False, "messages": messages[:MESSAGES], "nextrow": 0}
        return super().load(fields, data)

    def _import_messages(self, columns, data):
        """What is wrong with the rows of a file, as messages of the importer."""
        rows = [dict(zip(columns, row, strict=False)) for row in data]
        resolved = NaturalKeys(self.env).resolve(rows)
        seen, messages = set(), []
        for index, (row, (values, problems)) in enumerate(
            zip(rows, resolved, strict=True)
        ):
            problem = problems[0] if problems else self._row_problem(row, values, seen)
            if not problem and (text := self._import_problem(row, values)):
                problem = False, text
            if problem:
                messages.append(self._import_message(index, *problem))
        return messages

    def _row_problem(self, row, values, seen):
        """What is wrong with the key of one row: (column, sentence), or False."""
        for column in ("import_kpi", "import_period"):
            if column in row and COLUMNS[column] not in values:
                return column, self.env._(
                    "“%s” is empty.", self._fields[column]._description_string(self.env)
                )
        if set(SUBJECT_FIELDS.values()) & {name.split("/")[0] for name in row if name}:
            # the subject comes by another way, the database checks it
            return False
        named = [c for c in SUBJECT_COLUMNS if COLUMNS[c] in values]
        if len(named) != 1:
            return named and named[0], self.env._(
                "Name exactly one subject: an employee, a department, a sales team, "
                "the company or a customer."
            )
        key = tuple(sorted(values.items()))
        if key in seen:
            return named[0], self.env._(
                "The file says this twice: %s.",
                ", ".join(as_text(row.get(c)) for c in COLUMNS if as_text(row.get(c))),
            )
        seen.add(key)
        return False

    def _import_message(self, index, column, text):
        label = self._fields[column]._description_string(self.env) if column else False
        return {
            "type": "error",
            "message": text,
            "record": index,
            "rows": {"from": index, "to": index},
            **({"field": column, "field_name": label} if column else {}),
        }

    @api.model
    def _import_problem(self, row, values):
        """What else is wrong with a row of a file; to be extended.

        :param dict row: ``{column: cell}``
        :param dict values: ``{field: id}`` of what its keys name
        :return: a sentence, or False
        """
        return False

    # === KNOWN KEYS ===#

    def _load_records_create(self, vals_list):
        """Create what is new, update what is known; in the order of the rows."""
        vals_list = self._without_natural_keys(vals_list)
        known = self._known(vals_list)
        records = [known.get(self._key_of(vals)) for vals in vals_list]
        new = super()._load_records_create(
            [v for v, r in zip(vals_list, records, strict=True) if not r]
        )
        fresh = iter(new)
        ids = []
        for vals, record in zip(vals_list, records, strict=True):
            if record:
                record._import_update(vals)
            ids.append((record or next(fresh)).id)
        return self.browse(ids)

    @api.model
    def _key_of(self, vals):
        """``(KPI, period, subject field, subject)`` of values, None when incomplete."""
        subject = [(f, vals[f]) for f in SUBJECT_FIELDS.values() if vals.get(f)]
        if len(subject) != 1 or not vals.get("kpi_id") or not vals.get("period_id"):
            return None
        return vals["kpi_id"], vals["period_id"], *subject[0]

    @api.model
    def _known(self, vals_list):
        """``{key: record}`` of the keys that have a record already."""
        keys = {key for vals in vals_list if (key := self._key_of(vals))}
        found = {}
        for field in {key[2] for key in keys}:
            kpis, periods, _fields, subjects = zip(
                *(key for key in keys if key[2] == field), strict=True
            )
            for record in self.search(
                [
                    ("kpi_id", "in", list(set(kpis))),
                    ("period_id", "in", list(set(periods))),
                    (field, "in", list(set(subjects))),
                ]
            ):
                key = record.kpi_id.id, record.period_id.id, field, record[field].id
                found[key] = record
        return found

    def _import_update(self, vals):
        """Take over the values of a row for a record that is there already."""
        self.ensure_one()
        keys = {"kpi_id", "period_id", *SUBJECT_FIELDS.values()}
        self.write({name: v for name, v in vals.items() if name not in keys})
