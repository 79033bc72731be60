from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .records_engine import RecordsEngine

NUMERIC = ("integer", "float", "monetary")


class PerformanceKpi(models.Model):
    """What is measured: one indicator, the same for every subject and period.

    A KPI is measured from records (any stored model, filtered by a domain and a date,
    attributed to subjects by paths) or typed in by hand with evidence. Administrators
    define KPIs; a definition that cannot work is refused when it is saved, one that
    breaks later is quarantined with its error and its owner gets an activity.
    """

    _name = "performance.kpi"
    _description = "KPI"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True, help="Short key, used in imports and formulas: DEALS_WON."
    )
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", help="Empty: for all companies."
    )
    owner_id = fields.Many2one(
        comodel_name="res.users",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Looks after this KPI and is told when it breaks.",
    )
    unit = fields.Selection(
        selection=[
            ("number", "Number"),
            ("percent", "Per Cent"),
            ("currency", "Amount"),
            ("days", "Days"),
            ("hours", "Hours"),
            ("points", "Points"),
        ],
        required=True,
        default="number",
    )
    direction = fields.Selection(
        selection=[
            ("higher", "Higher is better"),
            ("lower", "Lower is better"),
            ("range", "Inside a range"),
        ],
        required=True,
        default="higher",
    )
    perspective = fields.Selection(
        selection=[
            ("financial", "Financial"),
            ("customer", "Customer"),
            ("process", "Internal Process"),
            ("learning", "Learning and Growth"),
        ],
        required=True,
        default="customer",
        help="Perspective of the balanced scorecard.",
    )
    lifecycle_stage = fields.Selection(
        selection=[
            ("signing", "Signing"),
            ("delivery", "Delivery"),
            ("service", "Service"),
            ("renewal", "Renewal"),
            ("general", "Whole Lifecycle"),
        ],
        required=True,
        default="general",
    )
    nature = fields.Selection(
        selection=[("outcome", "Outcome"), ("behaviour", "Behaviour")],
        required=True,
        default="outcome",
    )
    customer_value = fields.Integer(default=3, help="1 (little) to 5 (much).")
    execution_cost = fields.Integer(default=3, help="1 (cheap) to 5 (expensive).")
    minimum_sample = fields.Integer(
        default=1,
        help="Fewer records than this are no data. With 0, finding nothing counts as "
        "zero: right for counts and sums.",
    )

    source = fields.Selection(
        selection=[("records", "Records"), ("manual", "Typed by Hand")],
        required=True,
        default="records",
    )
    model_id = fields.Many2one(
        comodel_name="ir.model",
        domain=[("transient", "=", False), ("abstract", "=", False)],
        ondelete="cascade",
    )
    model_name = fields.Char(related="model_id.model", string="Technical Model")
    domain = fields.Char(default="[]", string="Filter")
    include_archived = fields.Boolean()
    date_field_id = fields.Many2one(
        comodel_name="ir.model.fields",
        domain="[('model_id', '=', model_id), ('ttype', 'in', ('date', 'datetime')),"
        " ('store', '=', True)]",
        ondelete="cascade",
        help="A record counts in the period in which this date lies.",
    )
    aggregate = fields.Selection(
        selection=[
            ("count", "Count"),
            ("sum", "Sum"),
            ("avg", "Average"),
            ("min", "Smallest"),
            ("max", "Largest"),
        ],
        default="count",
    )
    measure_field_id = fields.Many2one(
        comodel_name="ir.model.fields",
        string="Measure",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ('integer', 'float', 'monetary'))]",
        ondelete="cascade",
    )
    employee_path = fields.Char(help="Path to a user or employee, such as user_id.")
    team_path = fields.Char(help="Path to a sales team, such as team_id.")
    customer_path = fields.Char(
        help="Path to a commercial partner, such as partner_id.commercial_partner_id."
    )
    opportunity_path = fields.Char(
        help="Path to an opportunity; “id” where the records are opportunities."
    )
    error = fields.Text(readonly=True, copy=False)
    is_quarantined = fields.Boolean(
        string="Quarantined",
        readonly=True,
        copy=False,
        help="Left out of the nightly run until it is repaired.",
    )
    reading_count = fields.Integer(compute="_compute_reading_count")

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "Another KPI has this code."
    )
    _scales = models.Constraint(
        "CHECK (customer_value BETWEEN 1 AND 5 AND execution_cost BETWEEN 1 AND 5)",
        "Customer value and execution cost go from 1 to 5.",
    )
    _sample_positive = models.Constraint(
        "CHECK (minimum_sample >= 0)", "The minimum sample cannot be negative."
    )

    # === COMPUTE METHODS ===#

    @api.depends("name", "code")
    def _compute_display_name(self):
        for kpi in self:
            kpi.display_name = kpi.name or kpi.code or ""

    def _compute_reading_count(self):
        counts = dict(
            self.env["performance.reading"]._read_group(
                Domain("kpi_id", "in", self.ids), ["kpi_id"], ["__count"]
            )
        )
        for kpi in self:
            kpi.reading_count = counts.get(kpi, 0)

    # === CONSTRAINT METHODS ===#

    @api.constrains(
        "source",
        "model_id",
        "domain",
        "date_field_id",
        "aggregate",
        "measure_field_id",
        "employee_path",
        "team_path",
        "customer_path",
        "opportunity_path",
    )
    def _check_definition(self):
        """The dry run: what cannot be measured is refused with what is wrong."""
        for kpi in self.filtered(lambda k: k.source == "records"):
            kpi._check_source()
            kpi._check_domain()
            for name, target in self._path_targets().items():
                if kpi[name]:
                    kpi._check_path(name, target)
            # the definition itself is tried on nothing, so that PostgreSQL sees it too
            period = self.env["performance.period"].sudo().search([], limit=1)
            if period:
                kpi._try(period)

    def _check_source(self):
        if not self.model_id or not self.date_field_id:
            raise ValidationError(
                self.env._("“%s”: choose the model and the date field.", self.name)
            )
        if self.model_name not in self.env or not self.env[self.model_name]._auto:
            raise ValidationError(
                self.env._("“%s”: records of this model are not stored.", self.name)
            )
        fields_used = self.date_field_id
        if self.aggregate != "count":
            if self.measure_field_id.ttype not in NUMERIC:
                raise ValidationError(
                    self.env._("“%s”: choose a stored number to add up.", self.name)
                )
            fields_used += self.measure_field_id
        for field in fields_used:
            if field.model != self.model_name or not field.store:
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s”: the field “%(field)s” is not a stored field "
                        "of %(model)s.",
                        kpi=self.name,
                        field=field.field_description,
                        model=self.model_id.name,
                    )
                )

    def _check_domain(self):
        try:
            Domain(literal_eval(self.domain or "[]")).validate(
                self.env[self.model_name]
            )
        except (
            ValueError,
            SyntaxError,
            TypeError,
            MemoryError,
            RecursionError,
        ) as error:
            raise ValidationError(
                self.env._(
                    "“%(kpi)s”: the filter does not fit the model: %(error)s",
                    kpi=self.name,
                    error=str(error),
                )
            ) from error

    @api.model
    def _path_targets(self):
        """{path field: models it may end on}."""
        return {
            "employee_path": ("res.users", "hr.employee"),
            "team_path": ("crm.team",),
            "customer_path": ("res.partner",),
            "opportunity_path": ("crm.lead",),
        }

    def _check_path(self, name, targets):
        found = self._path_model(self[name])
        if found not in targets:
            raise ValidationError(
                self.env._(
                    "“%(kpi)s”: the path “%(path)s” has to follow stored links from "
                    "%(model)s to one of: %(targets)s.",
                    kpi=self.name,
                    path=self[name],
                    model=self.model_id.name,
                    targets=", ".join(
                        self.env["ir.model"]._get(t).name for t in targets
                    ),
                )
            )

    def _path_model(self, path):
        """Model at the end of a dotted path of stored many2ones, or None."""
        model = self.env[self.model_name]
        if path == "id":
            return model._name
        for step in (path or "").split("."):
            field = model._fields.get(step)
            if field is None or field.type != "many2one" or not field.store:
                return None
            model = self.env[field.comodel_name]
        return model._name

    def _try(self, period):
        """Run the query over an empty set of records."""
        try:
            engine = RecordsEngine(self, period)
            sets = [[path] for path in engine.paths().values()] + [[]]
            domain = engine.base_domain() & Domain("id", "=", False)
            engine.model._read_grouping_sets(domain, sets, engine._aggregates())
        except (ValueError, KeyError, TypeError, NotImplementedError) as error:
            raise ValidationError(
                self.env._(
                    "“%(kpi)s” cannot be measured: %(error)s",
                    kpi=self.name,
                    error=str(error),
                )
            ) from error

    # === CRUD METHODS ===#

    def write(self, vals):
        definition = {"source", "model_id", "domain", "date_field_id", "aggregate"}
        definition |= {"measure_field_id", *self._path_targets()}
        if definition & vals.keys():
            vals = {**vals, "is_quarantined": False, "error": False}
        return super().write(vals)

    def copy_data(self, default=None):
        return [
            {**vals, "code": f"{kpi.code}_2", "name": self.env._("%s (copy)", kpi.name)}
            for kpi, vals in zip(self, super().copy_data(default), strict=True)
        ]
