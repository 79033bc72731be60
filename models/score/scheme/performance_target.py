from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...measure.reading.natural_keys import as_text
from ...shared.guards import check_numbers, number_problem
from ...shared.performance_subject_mixin import SUBJECT_FIELDS


class PerformanceTarget(models.Model):
    """What one subject is to reach of a KPI in a period, in place of the scheme's.

    A scorecard takes it when it is opened and keeps it: changing or deleting a target
    changes only scorecards that are opened afterwards. Officers write targets, by hand
    or by import, until the period closes; nobody writes one of his own, or of what he
    answers for. The subject and the line above read it.
    """

    _name = "performance.target"
    _description = "Target"
    _inherit = ["performance.subject.mixin", "performance.natural.key.mixin"]
    _order = "period_id desc, kpi_id, id"
    _rec_name = "kpi_id"

    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        required=True,
        ondelete="restrict",
        index=True,
    )
    direction = fields.Selection(related="kpi_id.direction")
    unit = fields.Selection(related="kpi_id.unit")
    period_id = fields.Many2one(
        comodel_name="performance.period", required=True, ondelete="restrict"
    )
    period_state = fields.Selection(related="period_id.state", string="Period State")
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, index=True, precompute=True
    )
    value = fields.Float(
        string="Target", digits=(16, 4), required=True, aggregator=None
    )
    value_upper = fields.Float(
        string="Upper Target",
        digits=(16, 4),
        aggregator=None,
        help="Upper end of a range target.",
    )
    value_text = fields.Char(string="Target as Shown", compute="_compute_value_text")
    note = fields.Text(help="Where the target comes from.")

    _subject_unique = models.UniqueIndex(
        "(period_id, kpi_id, subject_type, (COALESCE(employee_id, department_id,"
        " team_id, subject_company_id, partner_id, lead_id)))",
        "This KPI has a target for this subject and period already.",
    )
    _not_negative = models.Constraint("CHECK (value >= 0)", "A target is zero or more.")

    # === COMPUTE METHODS ===#

    @api.depends("kpi_id", "period_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for target in self:
            # sudo: who may read the target may read what it is about
            known = target.sudo()
            parts = (known.kpi_id.name, known.subject_name, known.period_id.name)
            target.display_name = " · ".join(part for part in parts if part)

    @api.depends("value", "value_upper", "kpi_id", "company_id")
    @api.depends_context("lang")
    def _compute_value_text(self):
        for target in self:
            # sudo: who may read the target may read what its KPI is called
            kpi, company = target.sudo().kpi_id, target.sudo().company_id
            text = kpi._format(target.value, company)
            if target.value_upper:
                text = f"{text} – {kpi._format(target.value_upper, company)}"
            target.value_text = text

    # === CONSTRAINT METHODS ===#

    @api.constrains("value", "value_upper", "kpi_id")
    def _check_range(self):
        for target in self:
            ranged = target.kpi_id.direction == "range"
            if (ranged or target.value_upper) and target.value_upper < target.value:
                raise ValidationError(
                    self.env._(
                        "“%s”: a range needs an upper target that is not below the "
                        "target.",
                        target.kpi_id.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        check_numbers(self.env, vals_list, ["value", "value_upper"])
        targets = super().create(vals_list)
        targets._check_writable()
        return targets

    def write(self, vals):
        check_numbers(self.env, [vals], ["value", "value_upper"])
        self._check_writable()
        result = super().write(vals)
        # a target is not moved into a closed period, or to oneself, either
        self._check_writable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_writable()

    def _check_writable(self):
        for target in self:
            problem = (
                self._period_problem(target.period_id)
                or target._subject_problem(target.company_id)
                or target._person_problem()
            )
            if problem:
                raise UserError(problem)

    @api.model
    def _period_problem(self, period):
        if period.state != "open":
            return self.env._("%s is closed; its targets are final.", period.name)
        return False

    def _person_problem(self):
        if not self.env.su and self._is_about_me():
            return self.env._(
                "This target is yours or of what you answer for; somebody else has to "
                "set it."
            )
        return False

    # === IMPORT ===#

    @api.model
    def get_import_templates(self):
        """The file that Odoo's importer offers to fill in."""
        return [
            {
                "label": self.env._("Import Template for Targets"),
                "template": "/customer_performance/static/import/targets.csv",
            }
        ]

    @api.model
    def _import_problem(self, row, values):
        if problem := super()._import_problem(row, values):
            return problem
        period = self.env["performance.period"].browse(values.get("period_id"))
        if period and (problem := self._period_problem(period)):
            return problem
        if problem := number_problem(self.env, row.get("value")):
            return problem
        upper = as_text(row.get("value_upper"))
        return bool(upper) and number_problem(self.env, upper)

    # === BUSINESS METHODS ===#

    @api.model
    def _of(self, kpis, period, subject_type, subjects):
        """The targets of some subjects of one kind.

        :return: ``{(KPI id, subject id): target}``
        """
        field = SUBJECT_FIELDS[subject_type]
        # sudo: whoever opens a scorecard, it takes the target there is
        found = self.sudo().search(
            Domain("kpi_id", "in", kpis.ids)
            & Domain("period_id", "=", period.id)
            & Domain(field, "in", subjects.ids)
        )
        return {(t.kpi_id.id, t[field].id): t for t in found}
