from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ....tools.objectives import result_progress
from ...shared.guards import check_numbers, exactly_one
from ...shared.performance_subject_mixin import SUBJECT_FIELDS

REPORTED = {"manual_value", "evidence", "evidence_url", "evidence_file"}
REPORTED |= {"evidence_filename"}
ENGINE_ONLY = {"entered_by_id", "entered_at", "has_final", "final_value"}


class PerformanceKeyResult(models.Model):
    """A KPI that has to move from a start to a target, for one objective.

    Its current value is the valid reading of the objective's subject in the
    objective's period. Where there is none it is reported by hand, with evidence: a
    note together with a link or a file; who and when is noted. What was agreed is
    written while the objective is a draft, values are reported while it is active.
    Whoever reads the objective reads it.
    """

    _name = "performance.key.result"
    _description = "Key Result"
    _order = "objective_id, sequence, id"
    _rec_name = "kpi_id"

    objective_id = fields.Many2one(
        comodel_name="performance.objective",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="objective_id.company_id")
    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        required=True,
        ondelete="restrict",
        index=True,
    )
    unit = fields.Selection(related="kpi_id.unit")
    source = fields.Selection(
        selection=[("reading", "Measured"), ("manual", "By Hand")],
        default="reading",
        required=True,
    )
    start = fields.Float(digits=(16, 4), aggregator=None)
    target = fields.Float(digits=(16, 4), required=True, aggregator=None)
    weight = fields.Float(default=1, digits=(16, 2), aggregator=None)
    manual_value = fields.Float(
        string="Reported Value", digits=(16, 4), copy=False, aggregator=None
    )
    evidence = fields.Text(copy=False, help="Where the reported value comes from.")
    evidence_url = fields.Char(string="Link", copy=False)
    evidence_file = fields.Binary(string="File", attachment=True, copy=False)
    evidence_filename = fields.Char(copy=False)
    entered_by_id = fields.Many2one(
        comodel_name="res.users", string="Reported By", readonly=True, copy=False
    )
    entered_at = fields.Datetime(string="Reported On", readonly=True, copy=False)
    has_final = fields.Boolean(
        readonly=True, copy=False, export_string_translation=False
    )
    final_value = fields.Float(
        digits=(16, 4), readonly=True, copy=False, aggregator=None
    )
    has_current = fields.Boolean(
        compute="_compute_current", export_string_translation=False
    )
    current = fields.Float(digits=(16, 4), compute="_compute_current", aggregator=None)
    progress = fields.Float(
        string="Progress (%)",
        digits=(16, 2),
        compute="_compute_progress",
        aggregator=None,
    )

    _way_to_go = models.Constraint(
        "CHECK (start <> target)", "The target of a key result differs from its start."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight > 0)", "The weight of a key result is above zero."
    )
    _kpi_uniq = models.UniqueIndex(
        "(objective_id, kpi_id)", "An objective uses each KPI in one key result only."
    )

    # === COMPUTE METHODS ===#

    @api.depends(
        "kpi_id",
        "source",
        "manual_value",
        "entered_at",
        "has_final",
        "final_value",
        "objective_id.state",
        "objective_id.period_id",
        *(f"objective_id.{name}" for name in SUBJECT_FIELDS.values()),
    )
    def _compute_current(self):
        values = self._reading_values()
        for result in self:
            closed = result.objective_id.state == "closed"
            if closed:
                value = result.final_value if result.has_final else None
            elif result.source == "manual":
                value = result.manual_value if result.entered_at else None
            else:
                value = values.get(result._reading_key())
            result.has_current = value is not None
            result.current = value or 0

    @api.depends("start", "target", "current", "has_current")
    def _compute_progress(self):
        for result in self:
            result.progress = float(result._progress().value or 0)

    def _progress(self):
        """How far it is, or that there is no data."""
        value = self.current if self.has_current else None
        return result_progress(self.start, self.target, value)

    def _reading_key(self):
        # sudo: the subject of an objective that the user may read
        objective = self.sudo().objective_id
        subject = objective._subject()
        kpi, period = self.kpi_id._origin, objective.period_id._origin
        return kpi.id, period.id, objective.subject_type, subject._origin.id

    def _reading_values(self):
        """The valid readings of all these, in one query.

        :return: ``{(kpi, period, subject type, subject): value}``
        """
        # sudo: whoever reads the objective reads how far it is
        objectives = self.sudo().objective_id
        domain = Domain("kpi_id", "in", self.kpi_id._origin.ids)
        domain &= Domain("period_id", "in", objectives.period_id._origin.ids)
        domain &= Domain("state", "=", "ok") & Domain.OR(
            Domain(name, "in", objectives[name]._origin.ids)
            for name in SUBJECT_FIELDS.values()
            if objectives[name]
        )
        # sudo: readings are not for everybody, the progress of an objective is
        readings = self.env["performance.reading"].sudo().search(domain)
        return {
            (
                reading.kpi_id.id,
                reading.period_id.id,
                reading.subject_type,
                reading[SUBJECT_FIELDS[reading.subject_type]].id,
            ): reading.value
            for reading in readings
        }

    # === CONSTRAINT METHODS ===#

    @api.constrains("kpi_id", "objective_id")
    def _check_kpi_company(self):
        # sudo: KPIs of companies that are not chosen now
        for result in self.sudo():
            owner = result.kpi_id.company_id
            if owner and owner != result.objective_id.company_id:
                raise ValidationError(
                    self.env._(
                        "The KPI “%(kpi)s” belongs to %(company)s only.",
                        kpi=result.kpi_id.name,
                        company=owner.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        check_numbers(self.env, vals_list, ["start", "target", "weight"])
        if self.env.su:
            return super().create(vals_list)
        for vals in vals_list:
            self._check_agreed_only(vals)
        model = self.with_env(self._env_without_defaults())
        results = super(PerformanceKeyResult, model).create(vals_list)
        results.objective_id._check_editor()
        return results.with_env(self.env)

    def write(self, vals):
        check_numbers(self.env, [vals], ["start", "target", "weight", "manual_value"])
        if self.env.su:
            return super().write(vals)
        if vals.keys() & ENGINE_ONLY:
            raise AccessError(self.env._("Who reported when is noted by itself."))
        agreed = vals.keys() - REPORTED
        if agreed:
            self.objective_id._check_editor()
        if vals.keys() & REPORTED:
            vals = self._reported(vals)
        result = super().write(vals)
        if agreed:
            self.objective_id._check_editor()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        if not self.env.su:
            self.objective_id._check_editor()

    def _env_without_defaults(self):
        """The environment without defaults for what only the engine writes."""
        hidden = {f"default_{name}" for name in ENGINE_ONLY | REPORTED}
        context = {k: v for k, v in self.env.context.items() if k not in hidden}
        return self.env(context=context)

    def _check_agreed_only(self, vals):
        """Values are reported once the objective is in force, not before."""
        if any(vals.get(name) for name in ENGINE_ONLY | REPORTED):
            raise UserError(
                self.env._("Values are reported once the objective is active.")
            )

    # === ACTIONS ===#

    def action_report(self):
        """A dialog to report the current value, with its evidence."""
        exactly_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === BUSINESS METHODS ===#

    def _reported(self, vals):
        """Complete a report with who and when, or refuse it.

        :raise UserError: without evidence of its own
        """
        self.objective_id._check_reporter()
        if any(result.source != "manual" for result in self):
            raise UserError(
                self.env._("This key result is measured; nobody types its value.")
            )
        noted = (vals.get("evidence") or "").strip()
        shown = vals.get("evidence_file") or (vals.get("evidence_url") or "").strip()
        if "manual_value" not in vals or not (noted and shown):
            raise UserError(
                self.env._(
                    "A reported value needs evidence of its own: a note, and a link "
                    "or a file."
                )
            )
        now = fields.Datetime.now()
        return {
            "evidence_url": False,
            "evidence_file": False,
            "evidence_filename": False,
            **vals,
            "entered_by_id": self.env.uid,
            "entered_at": now,
        }

    def _freeze(self):
        """Keep the values of the day on which the objective was closed."""
        for result in self:
            closed = result.objective_id.state == "closed"
            values = result._reading_values()
            if result.source == "manual":
                value = result.manual_value if result.entered_at else None
            else:
                value = values.get(result._reading_key())
            if closed:
                result.write(
                    {"has_final": value is not None, "final_value": value or 0}
                )
