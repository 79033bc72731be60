from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..shared.workflow import ENGINE

RATINGS = [
    ("1", "1 - Not met"),
    ("2", "2 - Partly met"),
    ("3", "3 - Met"),
    ("4", "4 - Exceeded"),
    ("5", "5 - Outstanding"),
]


class PerformanceAssessmentLine(models.Model):
    """One side's rating of one criterion, with the observation behind it.

    It is read and written by exactly those who read and write its assessment.
    """

    _name = "performance.assessment.line"
    _description = "Assessment Rating"
    _order = "assessment_id, sequence, id"

    assessment_id = fields.Many2one(
        comodel_name="performance.assessment",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    criterion_id = fields.Many2one(
        comodel_name="performance.criterion",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(
        related="criterion_id.sequence", store=True, precompute=True
    )
    description = fields.Text(
        related="criterion_id.description", string="What It Means"
    )
    rating = fields.Selection(selection=RATINGS)
    comment = fields.Text(
        help="What was seen, when and with which effect on the customer."
    )
    self_rating = fields.Selection(
        selection=RATINGS, string="Employee's Rating", compute="_compute_self_rating"
    )
    self_comment = fields.Text(
        string="Employee's Comment", compute="_compute_self_rating"
    )

    _assessment_criterion_unique = models.Constraint(
        "UNIQUE (assessment_id, criterion_id)",
        "A criterion is rated once by each side.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("criterion_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.criterion_id.name

    @api.depends("assessment_id.appraisal_state")
    @api.depends_context("uid")
    def _compute_self_rating(self):
        """The employee's view of the same criterion, where the reader may see it."""
        appraisals = self.assessment_id.appraisal_id
        lines = self.search(
            [
                ("assessment_id.appraisal_id", "in", appraisals.ids),
                ("assessment_id.kind", "=", "self"),
            ]
        )
        found = {(ln.assessment_id.appraisal_id, ln.criterion_id): ln for ln in lines}
        for line in self:
            key = (line.assessment_id.appraisal_id, line.criterion_id)
            other = found.get(key, self.browse())
            line.self_rating = other.rating
            line.self_comment = other.comment

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        self._check_engine()
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("performance_workflow") is not ENGINE:
            if vals.keys() - {"rating", "comment"}:
                raise AccessError(
                    self.env._("Only rating and comment of a line are edited.")
                )
            self.assessment_id._check_turn()
        return super().write(vals)

    def unlink(self):
        self._check_engine()
        return super().unlink()

    def _check_engine(self):
        if self.env.context.get("performance_workflow") is not ENGINE:
            raise AccessError(
                self.env._("The criteria of an appraisal are those of its cycle.")
            )
