from odoo import api, fields, models

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
    role = fields.Selection(
        selection=lambda self: self._scheme_selection("role"),
        required=True,
        readonly=True,
        default="weighted",
    )
    scope = fields.Selection(
        selection=lambda self: self._scheme_selection("scope"),
        required=True,
        readonly=True,
        default="own",
    )
    scope_team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Team that Counts",
        ondelete="set null",
        readonly=True,
    )
    scope_department_id = fields.Many2one(
        comodel_name="hr.department",
        string="Department that Counts",
        ondelete="set null",
        readonly=True,
    )
    is_customer_vote = fields.Boolean(string="Customer's Vote", readonly=True)
    weight = fields.Float(string="Weight %", digits=(5, 2), readonly=True)
    factor_min = fields.Float(
        string="Coefficient at 0 Points",
        digits=(5, 4),
        readonly=True,
        default=1.0,
        aggregator=None,
    )
    factor_max = fields.Float(
        string="Coefficient at All Points",
        digits=(5, 4),
        readonly=True,
        default=1.0,
        aggregator=None,
    )
    limit = fields.Float(
        string="Score at Most", digits=(5, 2), readonly=True, aggregator=None
    )
    factor = fields.Float(
        string="Coefficient",
        digits=(6, 4),
        readonly=True,
        default=1.0,
        aggregator=None,
    )
    is_missed = fields.Boolean(string="Hurdle Missed", readonly=True)
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

    @api.model
    def _scheme_selection(self, name):
        """The choices of a field of scheme lines."""
        line = self.env["performance.scheme.line"]
        return line._fields[name]._description_selection(self.env)

    def _scope_subjects(self, scope):
        """The teams, departments or companies whose numbers these lines take."""
        if scope == "team":
            return self.scope_team_id
        if scope == "department":
            return self.scope_department_id
        return self.company_id
