from odoo import api, fields, models

from ....tools.scoring import Rule, score_value
from ...shared.guards import exactly_one


class PerformanceScorecardLine(models.Model):
    """One KPI of a scorecard: target, actual, points, and the sentence that explains
    them.

    Weight, target and rule are copies from the scheme; actual and points come from the
    reading. The sentence is put together in the language of whoever reads it.
    """

    _name = "performance.scorecard.line"
    _description = "KPI of a Scorecard"
    _order = "scorecard_id, sequence, id"
    _rec_name = "kpi_id"

    scorecard_id = fields.Many2one(
        comodel_name="performance.scorecard",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="scorecard_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        required=True,
        ondelete="restrict",
        index=True,
    )
    weight = fields.Float(string="Weight %", digits=(5, 2), readonly=True)
    effective_weight = fields.Float(
        string="Effective %",
        digits=(5, 2),
        readonly=True,
        help="The weight after lines without data were left out.",
    )
    rule = fields.Json(readonly=True)
    target = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    target_text = fields.Char(string="Target as Shown", compute="_compute_texts")
    target_id = fields.Many2one(
        comodel_name="performance.target",
        string="Own Target",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
        help="Where the target comes from; empty: from the scheme.",
    )
    scheme_rule = fields.Json(
        readonly=True,
        help="What the scheme asks for, where the subject has a target of its own.",
    )
    max_points = fields.Float(digits=(5, 2), readonly=True, aggregator=None)
    reading_id = fields.Many2one(
        comodel_name="performance.reading", ondelete="set null", readonly=True
    )
    actual = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    actual_text = fields.Char(string="Actual as Shown", compute="_compute_texts")
    points = fields.Float(digits=(6, 2), readonly=True, aggregator=None)
    weighted_points = fields.Float(
        string="Score Points", digits=(6, 2), readonly=True, aggregator=None
    )
    state = fields.Selection(
        selection=[("ok", "Scored"), ("no_data", "No Data")],
        default="no_data",
        required=True,
        readonly=True,
    )
    outcome = fields.Json(readonly=True)
    explanation = fields.Char(compute="_compute_texts")

    # === COMPUTE METHODS ===#

    @api.depends(
        "actual", "points", "state", "effective_weight", "weighted_points", "rule"
    )
    @api.depends("reading_id.active", "scheme_rule")
    @api.depends_context("lang")
    def _compute_texts(self):
        for line in self:
            # sudo: who may read the line may read what its KPI is called
            line_sudo = line.sudo()
            show, company = line_sudo.kpi_id._format, line_sudo.company_id
            line.target_text = line_sudo._show_target()
            known = line.actual if line.state == "ok" else None
            line.actual_text = show(known, company)
            line.explanation = " ".join(
                text for text in (line_sudo._explain(), *line_sudo._remarks()) if text
            )

    def _show_target(self, rule=None):
        rule = rule or self.rule or {}
        show, company = self.kpi_id._format, self.company_id
        target = rule.get("target", self.target)
        if rule.get("kind") == "range":
            return f"{show(target, company)} – {show(rule['target_upper'], company)}"
        if rule.get("kind") == "bands" and not target:
            return "–"
        return show(target, company)

    def _explain(self):
        """Why the line has its points, in one sentence."""
        if self.state == "no_data":
            if self.reading_id.state == "provisional":
                return self.env._("Waits to be confirmed by a second person; left out.")
            return self.env._("No data; left out, the other lines are re-weighted.")
        return self.env._(
            "%(case)s: %(points)s of %(most)s points, weight %(weight)s %%: %(result)s",
            case=self._explain_case(),
            points=f"{self.points:g}",
            most=f"{self.max_points:g}",
            weight=f"{self.effective_weight:g}",
            result=f"{self.weighted_points:.1f}"
            if float(f"{self.weighted_points:.1f}") == self.weighted_points
            else f"{self.weighted_points:.2f}",
        )

    def _remarks(self):
        """What else has to be known about target and actual."""
        remarks = []
        if self.scheme_rule:
            remarks.append(
                self.env._(
                    "The target was set for this subject; the scheme asks for %s.",
                    self._show_target(self.scheme_rule),
                )
            )
        if self.reading_id and not self.reading_id.active:
            remarks.append(
                self.env._(
                    "The number was corrected after this was settled; the points stay."
                )
            )
        return remarks

    def _explain_case(self):
        """The part of the sentence that compares the actual with the target."""
        code = (self.outcome or {}).get("code")
        params = (self.outcome or {}).get("params", {})
        if code == "band":
            return self._explain_band(params)
        if code in ("inside", "outside"):
            return self._explain_range(code, params)
        if self.rule.get("kind") == "pass_fail":
            return self._explain_pass_fail(code)
        return self._explain_linear(code, params)

    def _explain_range(self, code, params):
        if code == "inside":
            return self.env._(
                "Actual %(actual)s lies inside %(target)s",
                actual=self.actual_text,
                target=self.target_text,
            )
        return self.env._(
            "Actual %(actual)s lies %(distance)s outside %(target)s",
            actual=self.actual_text,
            distance=self.kpi_id._format(params["distance"], self.company_id),
            target=self.target_text,
        )

    def _explain_pass_fail(self, code):
        facts = {"actual": self.actual_text, "target": self.target_text}
        if code == "reached":
            return self.env._(
                "Actual %(actual)s reaches the target %(target)s", **facts
            )
        return self.env._("Actual %(actual)s misses the target %(target)s", **facts)

    def _explain_linear(self, code, params):
        facts = {
            "actual": self.actual_text,
            "target": self.target_text,
            "reached": f"{params['attainment']:g}",
        }
        if self.rule["direction"] == "lower":
            text = self.env._(
                "Actual %(actual)s against at most %(target)s attains %(reached)s %%",
                **facts,
            )
        else:
            text = self.env._(
                "Actual %(actual)s attains %(reached)s %% of the target %(target)s",
                **facts,
            )
        floor, cap = f"{self.rule['floor'] * 100:g}", f"{self.rule['cap'] * 100:g}"
        if code == "missed":
            text += self.env._(" (no points up to %s %%)", floor)
        elif params["attainment"] > self.rule["cap"] * 100:
            text += self.env._(" (counts at most %s %%)", cap)
        return text

    def _explain_band(self, params):
        show, company = self.kpi_id._format, self.company_id
        if params["upper"] is None:
            return self.env._(
                "Actual %(actual)s lies at %(lower)s or above",
                actual=self.actual_text,
                lower=show(params["lower"], company),
            )
        return self.env._(
            "Actual %(actual)s lies in %(lower)s-%(upper)s",
            actual=self.actual_text,
            lower=show(params["lower"], company),
            upper=show(params["upper"], company),
        )

    # === ACTIONS ===#

    def action_open_evidence(self):
        """Open the records behind this line, as far as the reader may see them."""
        exactly_one(self)
        # sudo: who may read the line may read its reading; records obey own rights
        reading = self.sudo().reading_id
        if not reading:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {"type": "info", "message": self.explanation},
            }
        return reading.with_env(self.env).sudo()._evidence_action()

    # === ENGINE ===#

    def _take(self, reading):
        """Score this line from its reading (or from none)."""
        self.ensure_one()
        if not reading or reading.state != "ok":
            self.write(
                {
                    "reading_id": reading.id if reading else False,
                    "state": "no_data",
                    "actual": 0.0,
                    "points": 0.0,
                    "outcome": False,
                }
            )
            return
        outcome = score_value(reading.value, self._as_rule())
        self.write(
            {
                "reading_id": reading.id,
                "state": "ok",
                "actual": reading.value,
                "points": float(outcome.points),
                "outcome": {"code": outcome.code, "params": outcome.params},
            }
        )

    def _as_rule(self):
        """The copied rule, as the scoring functions take it."""
        bands = tuple(tuple(band) for band in self.rule.get("bands", []))
        return Rule(**{**self.rule, "bands": bands})
