from odoo import api, fields, models
from odoo.exceptions import UserError

from .performance_assessment_line import RATINGS


class PerformanceAppraisalVerdict(models.Model):
    """One version of what an appraisal concluded: score, grade and how they came about.

    Each submission of the manager's side makes a new version; only the current one is
    published. A published version is never changed and never deleted: a reopened
    appraisal makes the next one. The employee reads published versions only; manager,
    line and HR read all. Written by the workflow of the appraisal, by nobody else.
    """

    _name = "performance.appraisal.verdict"
    _description = "Appraisal Verdict"
    _rec_names_search = ["employee_id.name"]
    _order = "appraisal_id desc, version desc"

    appraisal_id = fields.Many2one(
        comodel_name="performance.appraisal",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    version = fields.Integer(required=True, readonly=True, aggregator=None)
    employee_id = fields.Many2one(
        related="appraisal_id.employee_id", store=True, precompute=True, index=True
    )
    manager_id = fields.Many2one(
        related="appraisal_id.manager_id", store=True, precompute=True
    )
    department_id = fields.Many2one(
        related="appraisal_id.department_id", store=True, precompute=True
    )
    cycle_id = fields.Many2one(
        related="appraisal_id.cycle_id", store=True, precompute=True
    )
    period_id = fields.Many2one(
        related="appraisal_id.period_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="appraisal_id.company_id", store=True, precompute=True
    )
    scorecard_score = fields.Float(digits=(6, 2), readonly=True, aggregator="avg")
    has_scorecard_score = fields.Boolean(readonly=True)
    scorecard_weight = fields.Float(
        string="Effective Weight of Scorecard (%)",
        digits=(5, 2),
        readonly=True,
        aggregator=None,
    )
    manager_score = fields.Float(
        string="Score of Manager's Ratings",
        digits=(6, 2),
        readonly=True,
        aggregator="avg",
    )
    manager_weight = fields.Float(
        string="Effective Weight of Ratings (%)",
        digits=(5, 2),
        readonly=True,
        aggregator=None,
    )
    score = fields.Float(digits=(6, 2), readonly=True, aggregator="avg")
    grade = fields.Char(readonly=True)
    improvement_threshold = fields.Float(digits=(6, 2), readonly=True, aggregator=None)
    is_provisional = fields.Boolean(
        string="Provisional",
        readonly=True,
        help="Too little of the scorecard was measured, or its period was still open.",
    )
    is_settled = fields.Boolean(
        string="On Settled Figures",
        readonly=True,
        help="The scorecard was settled when this version was concluded.",
    )
    as_of = fields.Datetime(readonly=True)
    # [[id of the criterion, rating, comment], ...] as submitted
    ratings = fields.Json(readonly=True)
    is_current = fields.Boolean(string="Current", readonly=True)
    published = fields.Boolean(readonly=True)
    return_reason = fields.Text(string="Returned Because", readonly=True)
    returned_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    explanation = fields.Text(compute="_compute_explanation")

    _version_unique = models.Constraint(
        "UNIQUE (appraisal_id, version)", "Each version of a verdict exists once."
    )
    _current_unique = models.UniqueIndex(
        "(appraisal_id) WHERE is_current IS TRUE",
        "An appraisal has one current verdict.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("version", "employee_id.name")
    def _compute_display_name(self):
        for verdict in self:
            verdict.display_name = self.env._(
                "%(employee)s, version %(version)s",
                employee=verdict.employee_id.name or "",
                version=verdict.version,
            )

    @api.depends("score", "grade", "ratings", "is_provisional")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for verdict in self:
            verdict.explanation = "\n".join(verdict._explanation_lines())

    def _explanation_lines(self):
        """How the score came about, one sentence each, in the reader's language."""
        self.ensure_one()
        lines = []
        if self.has_scorecard_score:
            lines.append(
                self.env._(
                    "Scorecard %(score).2f, weight %(weight).2f %%.",
                    score=self.scorecard_score,
                    weight=self.scorecard_weight,
                )
            )
        elif self.manager_weight:
            lines.append(
                self.env._("No scorecard score: the ratings carry the whole weight.")
            )
        lines.append(
            self.env._(
                "Manager's ratings %(score).2f, weight %(weight).2f %%: %(ratings)s.",
                score=self.manager_score,
                weight=self.manager_weight,
                ratings=self._ratings_text() or self.env._("no criteria"),
            )
        )
        lines.append(
            self.env._(
                "Total %(score).2f, grade %(grade)s.",
                score=self.score,
                grade=self.grade or "-",
            )
        )
        if self.is_provisional:
            lines.append(
                self.env._("Provisional: the figures were not final or not complete.")
            )
        return lines

    def _ratings_text(self):
        """The ratings as submitted, with names of criteria in the reader's language."""
        labels = dict(RATINGS)
        ratings = self.ratings or []
        criteria = self.env["performance.criterion"].browse([r[0] for r in ratings])
        names = {criterion.id: criterion.name for criterion in criteria.exists()}
        return ", ".join(
            f"{names.get(criterion_id, '?')} {(labels.get(rating) or '?')[:1]}"
            for criterion_id, rating, _comment in ratings
        )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(verdict.published for verdict in self):
            raise UserError(self.env._("A published verdict is kept as a record."))
