"""Tables and columns that decide the numbers of a KPI."""

from collections import defaultdict
from datetime import date

from odoo.fields import Domain

from .company import company_path
from .definition import DOMAIN_ERRORS
from .path import Path, PathError

PEOPLE_COLUMNS = {
    "hr_employee": {"user_id", "company_id"},
    "hr_version": {"employee_id", "department_id", "date_version", "active"},
    "res_users": {"company_id"},
}
RATE_COLUMNS = {
    "res_company": {"currency_id"},
    "res_currency": {"rounding"},
    "res_currency_rate": {"rate", "name", "currency_id", "company_id"},
}
# who stood on a record: notes are only ever added, but a merge moves them
HISTORY = {"mail_message": {"date", "model", "res_id"}}
MANY = ("one2many", "many2many")


class Dependencies:
    """Tables and columns that decide the numbers of one KPI.

    Holds names only, no record, so that it can be kept as long as the models stay.

    ``volatile`` says that they cannot be told, that time itself changes them, or that
    one row of the KPI's own table decides about others: the dates of what changed do
    not tell then which periods are due. Such a KPI is due every night.
    """

    def __init__(self, env, definition):
        self.definition = definition
        # sudo: looks at fields, at no record
        model = env[definition.model_name].sudo()
        self.table = model._table
        # {table: columns}; the KPI's own table among them
        self.columns = defaultdict(set)
        # tables whose new rows matter too: a new link, a new version of an employee
        self.grows = set()
        self.volatile = False
        try:
            self._collect(model)
        except (*DOMAIN_ERRORS, PathError):
            self.volatile = True

    def _collect(self, model):
        definition = self.definition
        if not model._auto:
            # a view has no rows that could be watched
            self.volatile = True
            return
        self.columns[self.table].add(definition.date_field)
        self._archived(model, 0)
        paths = {*definition.paths.values(), definition.distinct_path}
        for path in paths | {company_path(model, definition)}:
            if path:
                self._follow(model, path, 0)
        self._people()
        if definition.has_measure:
            self._measure(model)
        for name in ("domain", "match_domain", "against_domain"):
            self._domain(model, definition.parsed(name), 0)

    # === COLUMNS ===#

    def _look_up(self, columns, grows=()):
        """Tables in which something is looked up for each record."""
        for table, names in columns.items():
            self.columns[table] |= names
        self.grows.update(grows)
        if self.table in columns:
            self.volatile = True

    def _people(self):
        definition = self.definition
        if definition.employee_path:
            self._look_up(PEOPLE_COLUMNS, ("hr_employee", "hr_version"))
            if definition.owner_at == "date":
                self._look_up(HISTORY)
        if definition.reaches("department"):
            self._look_up({"hr_department": {"parent_path"}})

    def _measure(self, model):
        definition = self.definition
        own = self.columns[self.table]
        if definition.measure_type == "duration":
            own.update((definition.duration_start, definition.duration_stop))
            if definition.duration_clock == "working":
                # working hours live in several tables and change rarely
                self.volatile = True
            return
        field = model._fields[definition.measure_field]
        own.add(field.name)
        if field.type == "monetary":
            self._look_up(RATE_COLUMNS, ("res_currency_rate",))
            self._currency(model, field.get_currency_field(model))

    def _currency(self, model, name):
        try:
            Path(model, name)
        except PathError:
            # computed on the fly: that of the company, which is noted already
            return
        self._follow(model, name, 0)

    def _archived(self, model, depth):
        """Archived records do not count, behind links to many either."""
        if name := model._active_name:
            self._step(model, model._fields[name], depth)

    def _follow(self, model, expression, depth):
        """Note the fields of a dotted expression.

        :param int depth: how many links lead from the record to the model
        :return: the last field, the model at the end and its depth
        """
        field = None
        for name in expression.split("."):
            field = model._fields.get(name)
            if field is None:
                self.volatile = True
            if field is None or name == "id":
                break
            if field.related and not field.store:
                _last, model, depth = self._follow(model, field.related, depth)
                continue
            self._step(model, field, depth)
            if not field.comodel_name:
                # what follows is a part of a date, or a property
                break
            model, depth = model.env[field.comodel_name], depth + 1
        return field, model, depth

    def _step(self, model, field, depth):
        """Note the column, or the table, that holds a field."""
        if not model._auto or (depth and model._table == self.table):
            # a view, or rows that lead back to their own table
            self.volatile = True
        if not model._auto:
            return
        if field.type == "many2many":
            self._look_up({field.relation: {field.column1, field.column2}})
            self.grows.add(field.relation)
        elif field.type == "one2many":
            self._step_back(model.env[field.comodel_name], field, depth + 1)
        elif field.store and field.column_type:
            self.columns[model._table].add(field.name)
        else:
            self.volatile = True
        if field.type in MANY:
            comodel = model.env[field.comodel_name]
            self._archived(comodel, depth + 1)
            self._domain(comodel, field.get_comodel_domain(model), depth + 1)

    def _step_back(self, comodel, field, depth):
        inverse = comodel._fields[field.inverse_name]
        self._step(comodel, inverse, depth)
        self.grows.add(comodel._table)
        if inverse.type == "many2one_reference":
            self._step(comodel, comodel._fields[inverse.model_field], depth)

    # === DOMAINS ===#

    def _domain(self, model, domain, depth):
        for leaf in Domain(domain).iter_conditions():
            field, end, end_depth = self._follow(model, leaf.field_expr, depth)
            if leaf.operator in ("child_of", "parent_of"):
                self._tree(end, end_depth)
            if isinstance(leaf.value, Domain) or leaf.operator in ("any", "not any"):
                self._domain(end, leaf.value, end_depth)
            else:
                self._value(field, leaf.value)

    def _tree(self, model, depth):
        """What is above or below: other rows of the same table decide."""
        names = {model._parent_name, "parent_path"} & set(model._fields)
        for name in names:
            self._step(model, model._fields[name], depth)
        if model._table == self.table:
            self.volatile = True

    def _value(self, field, value):
        values = value if isinstance(value, list | tuple | set | frozenset) else [value]
        texts = [text for text in values if isinstance(text, str)]
        if field is None or not texts:
            return
        if field.comodel_name or field.name == "id":
            # a name that is looked up
            self.volatile = True
        elif field.type in ("date", "datetime") and not all(map(_is_fixed, texts)):
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


def _is_fixed(text):
    """Whether a date means the same every day."""
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True
