from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.rating import combine_sides, mean_points
from ..shared.guards import exactly_one

SIDE_FIELDS = ("strengths", "improvements", "summary")


class PerformanceAppraisal(models.Model):
    """The two sides of an appraisal and the verdict, as far as the reader may see them.

    Everything shown is searched as the current user, so that record rules decide; a
    field of this class never reads with other rights than the reader's.
    """

    _inherit = "performance.appraisal"

    self_assessment_id = fields.Many2one(
        comodel_name="performance.assessment", compute="_compute_sides"
    )
    manager_assessment_id = fields.Many2one(
        comodel_name="performance.assessment", compute="_compute_sides"
    )
    my_assessment_id = fields.Many2one(
        comodel_name="performance.assessment",
        compute="_compute_sides",
        help="The side that the reader writes.",
    )
    self_line_ids = fields.Many2many(
        comodel_name="performance.assessment.line",
        string="Self-Ratings",
        compute="_compute_sides",
    )
    manager_line_ids = fields.Many2many(
        comodel_name="performance.assessment.line",
        string="Manager's Ratings",
        compute="_compute_sides",
    )
    self_strengths = fields.Text(compute="_compute_sides")
    self_improvements = fields.Text(compute="_compute_sides")
    self_summary = fields.Text(compute="_compute_sides")
    manager_strengths = fields.Text(compute="_compute_sides")
    manager_improvements = fields.Text(compute="_compute_sides")
    manager_summary = fields.Text(compute="_compute_sides")
    verdict_id = fields.Many2one(
        comodel_name="performance.appraisal.verdict",
        compute="_compute_verdict",
        help="The latest version that the reader may see.",
    )
    score = fields.Float(compute="_compute_verdict", digits=(6, 2))
    grade = fields.Char(compute="_compute_verdict")
    is_provisional = fields.Boolean(string="Provisional", compute="_compute_verdict")
    verdict_explanation = fields.Text(compute="_compute_verdict")
    scorecard_line_ids = fields.Many2many(
        comodel_name="performance.scorecard.line",
        string="Evidence",
        compute="_compute_scorecard_lines",
    )

    # === COMPUTE METHODS ===#

    @api.depends(
        "state",
        "manager_id",
        "assessment_ids.submitted_at",
        "assessment_ids.rater_id",
        *(f"assessment_ids.{name}" for name in SIDE_FIELDS),
    )
    @api.depends_context("uid")
    def _compute_sides(self):
        sides = self.env["performance.assessment"].search(
            [("appraisal_id", "in", self.ids)]
        )
        sides = {(side.appraisal_id.id, side.kind): side for side in sides}
        none = self.env["performance.assessment"]
        for appraisal in self:
            mine = none
            for kind in ("self", "manager"):
                side = sides.get((appraisal.id, kind), none)
                appraisal[f"{kind}_assessment_id"] = side
                appraisal[f"{kind}_line_ids"] = side.line_ids
                for name in SIDE_FIELDS:
                    appraisal[f"{kind}_{name}"] = side[name]
                if side._is_rater():
                    mine = side
            appraisal.my_assessment_id = mine

    @api.depends(
        "verdict_ids.score", "verdict_ids.grade", "verdict_ids.published", "state"
    )
    @api.depends_context("uid", "lang")
    def _compute_verdict(self):
        verdicts = self.env["performance.appraisal.verdict"].search(
            [("appraisal_id", "in", self.ids)], order="version"
        )
        latest = {verdict.appraisal_id.id: verdict for verdict in verdicts}
        for appraisal in self:
            verdict = latest.get(
                appraisal.id, self.env["performance.appraisal.verdict"]
            )
            appraisal.verdict_id = verdict
            appraisal.score = verdict.score
            appraisal.grade = verdict.grade
            appraisal.is_provisional = verdict.is_provisional
            appraisal.verdict_explanation = verdict.explanation

    @api.depends("scorecard_id")
    @api.depends_context("uid")
    def _compute_scorecard_lines(self):
        lines = self.env["performance.scorecard.line"].search(
            [("scorecard_id", "in", self.scorecard_id.ids)]
        )
        for appraisal in self:
            appraisal.scorecard_line_ids = lines.filtered(
                lambda line, card=appraisal.scorecard_id: line.scorecard_id == card
            )

    # === ACTIONS ===#

    def action_open_my_assessment(self):
        """The form of the side that the current user writes."""
        exactly_one(self)
        return self.my_assessment_id.get_formview_action()

    # === SIDES ===#

    def _side(self, kind):
        """One side, for the workflow."""
        self.ensure_one()
        # sudo: the guard decides who moves what
        sides = self.sudo().assessment_ids
        return sides.filtered(lambda side: side.kind == kind)

    def _stamp_side(self, kind, submitted=True):
        for appraisal in self:
            appraisal._side(kind)._engine().write(
                {
                    "submitted_at": submitted and fields.Datetime.now(),
                    "submitted_by_id": submitted and self.env.uid,
                }
            )

    # === VERDICTS ===#

    def _current_verdict(self):
        self.ensure_one()
        # sudo: verdicts are written by the workflow only
        return self.sudo().verdict_ids.filtered("is_current")

    def _make_verdict(self):
        """Conclude: a new version; earlier ones are kept and no longer current."""
        self.ensure_one()
        former = self._current_verdict()
        former.write({"is_current": False})
        # written before the next one comes: the database knows one current version
        former.flush_recordset(["is_current"])
        # sudo: verdicts are written by the workflow only
        verdicts = self.sudo().verdict_ids
        return verdicts.create(
            {
                **self._prepare_verdict_values(),
                "version": max(verdicts.mapped("version"), default=0) + 1,
            }
        )

    def _refresh_verdict(self):
        """A new version when the scorecard was settled at another score since.

        The manager's side is as submitted; only the measured part can have moved, also
        from one settled score to another when the period was reopened meanwhile.
        """
        self.ensure_one()
        current = self._current_verdict()
        values = self._prepare_verdict_values()
        moved = any(
            current[name] != values[name]
            for name in ("scorecard_score", "score", "grade", "is_provisional")
        )
        if values["is_settled"] and moved:
            return self._make_verdict()
        if values["is_settled"] and not current.is_settled:
            current.write({"is_settled": True, "as_of": values["as_of"]})
        return current

    def _prepare_verdict_values(self):
        """Values of a verdict on what is known now."""
        self.ensure_one()
        # sudo: the manager concludes on a card that only HR may see whole
        appraisal = self.sudo()
        cycle, card = appraisal.cycle_id, appraisal.scorecard_id
        lines = appraisal._side("manager").line_ids
        measured = appraisal._measured_score()
        rated = mean_points(lines.mapped("rating"))
        total = combine_sides(
            measured, cycle.weight_scorecard, rated, cycle.weight_manager
        )
        unknown = total.score is None
        score = float(total.score or 0)
        scale = appraisal._rating_scale()
        weights = [float(weight) for weight, _points in total.parts]
        uses_card = bool(cycle.weight_scorecard)
        settled = not uses_card or card.state == "settled"
        settled = settled or appraisal.period_id.state == "closed"
        return {
            "appraisal_id": appraisal.id,
            "is_current": True,
            "scorecard_score": measured or 0.0,
            "has_scorecard_score": measured is not None,
            "scorecard_weight": weights[0],
            "manager_score": float(rated or 0),
            "manager_weight": weights[1],
            "score": score,
            "grade": False if unknown else scale._grade(score).name,
            "improvement_threshold": scale.improvement_threshold,
            "is_provisional": unknown
            or (uses_card and (measured is None or not settled or card.is_provisional)),
            "is_settled": settled,
            "as_of": (uses_card and card.as_of) or fields.Datetime.now(),
            "ratings": [
                [line.criterion_id.id, line.rating, line.comment or ""]
                for line in lines
            ],
        }

    def _measured_score(self):
        """Score of the scorecard, or None when nothing could be measured."""
        card = self.scorecard_id
        return card.score if card.has_score else None

    def _rating_scale(self):
        """The scale the card was opened under; without a card, the company's first."""
        scale = self.scorecard_id.rating_scale_id
        if scale:
            return scale
        companies = Domain("company_id", "in", [False, self.company_id.id])
        return self.env["performance.rating.scale"].search(companies, limit=1)
