from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ....tools.bands import check_bands

# {subject type: whose number may count}
SCOPES = {
    "employee": ("own", "team", "department", "company"),
    "department": ("own", "company"),
    "team": ("own", "company"),
    "company": ("own",),
    "customer": ("own", "company"),
    "opportunity": ("own", "team", "company"),
}


class PerformanceSchemeLine(models.Model):
    """One KPI of a scheme: its weight, its target and the rule that turns values to
    points.
    """

    _name = "performance.scheme.line"
    _description = "KPI of a Scheme"
    _inherit = ["performance.band.owner.mixin"]
    _order = "scheme_id, sequence, id"
    _rec_name = "kpi_id"

    scheme_id = fields.Many2one(
        comodel_name="performance.scheme", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="KPI",
        required=True,
        ondelete="restrict",
        index=True,
    )
    unit = fields.Selection(related="kpi_id.unit")
    role = fields.Selection(
        selection=[
            ("weighted", "Weighted"),
            ("multiplier", "Multiplier"),
            ("gate", "Hurdle"),
        ],
        required=True,
        default="weighted",
        help="Weighted lines add up. A multiplier is a coefficient on their sum, such "
        "as of quality. A hurdle limits the score when its target is missed.",
    )
    scope = fields.Selection(
        selection=[
            ("own", "Own"),
            ("team", "Sales Team"),
            ("department", "Department"),
            ("company", "Company"),
        ],
        required=True,
        default="own",
        help="Whose number counts: the subject's own, or that of its team, department "
        "or company.",
    )
    is_customer_vote = fields.Boolean(related="kpi_id.is_customer_vote")
    weight = fields.Float(string="Weight %", digits=(5, 2))
    factor_min = fields.Float(
        string="Coefficient at 0 Points", digits=(5, 4), default=0.8
    )
    factor_max = fields.Float(
        string="Coefficient at All Points", digits=(5, 4), default=1.0
    )
    limit = fields.Float(
        string="Score at Most",
        digits=(5, 2),
        default=60.0,
        help="Most that the score can be when the target of this hurdle is missed.",
    )
    rule = fields.Selection(
        selection=[
            ("linear", "Linear"),
            ("bands", "Bands"),
            ("range", "Range"),
            ("pass_fail", "Reached or Not"),
        ],
        required=True,
        default="linear",
    )
    target = fields.Float(digits=(16, 4))
    target_upper = fields.Float(
        string="Upper Target", digits=(16, 4), help="Upper end of a range target."
    )
    tolerance = fields.Float(
        digits=(16, 4),
        help="Distance outside the range at which the points fall to zero.",
    )
    use_stretch = fields.Boolean(string="Has a Stretch Target")
    stretch = fields.Float(digits=(16, 4), help="Value that earns the cap.")
    target_source = fields.Selection(
        selection=[
            ("fixed", "The Same for All"),
            ("seniority", "By Seniority"),
            ("person", "Each Person's Own"),
        ],
        required=True,
        default="fixed",
        help="A target that was entered or imported for a person always comes first; "
        "“own” means that nobody is scored without one.",
    )
    step_ids = fields.One2many(
        comodel_name="performance.scheme.step", inverse_name="line_id", copy=True
    )
    prorate = fields.Boolean(
        string="Less for Part of a Period",
        help="Whoever was employed for a part of the period only has that part of the "
        "target. For counts and sums, not for rates.",
    )
    floor = fields.Float(
        string="Floor %",
        default=60.0,
        digits=(5, 2),
        help="Share of the target without points.",
    )
    cap = fields.Float(
        string="Cap %",
        default=120.0,
        digits=(5, 2),
        help="Most that over-attainment earns.",
    )
    max_points = fields.Float(default=10.0, digits=(5, 2), required=True)
    band_ids = fields.One2many(
        comodel_name="performance.scheme.band", inverse_name="line_id", copy=True
    )
    bands_text = fields.Char(string="Scoring", compute="_compute_bands_text")

    _weight_range = models.Constraint(
        "CHECK (CASE WHEN role = 'weighted' THEN weight > 0 AND weight <= 100"
        " ELSE COALESCE(weight, 0) = 0 END)",
        "A weight lies above 0 and up to 100 %; multipliers and hurdles have none.",
    )
    _factor_range = models.Constraint(
        "CHECK (factor_min >= 0 AND factor_min <= factor_max AND factor_max <= 2)",
        "The coefficients of a multiplier lie between 0 and 2, the one at all points "
        "not below the one at 0 points.",
    )
    _limit_range = models.Constraint(
        'CHECK ("limit" >= 0 AND "limit" <= 100)',
        "The most that a missed hurdle leaves lies between 0 and 100 points.",
    )
    _points_positive = models.Constraint(
        "CHECK (max_points > 0)", "The most points of a line have to be above zero."
    )
    _floor_cap = models.Constraint(
        "CHECK (floor >= 0 AND floor < 100 AND cap >= 100 AND cap <= 200)",
        "The floor lies from 0 to below 100 %, the cap from 100 to 200 %.",
    )
    _kpi_unique = models.Constraint(
        "UNIQUE (scheme_id, kpi_id)", "A KPI stands in a scheme once."
    )

    # === COMPUTE METHODS ===#

    @api.depends(
        "rule",
        "target",
        "target_upper",
        "tolerance",
        "floor",
        "cap",
        "kpi_id",
        "use_stretch",
        "stretch",
        "role",
        "factor_min",
        "factor_max",
        "limit",
    )
    @api.depends("band_ids.lower", "band_ids.upper", "band_ids.points")
    @api.depends_context("lang")
    def _compute_bands_text(self):
        for line in self:
            line.bands_text = (
                " ".join(filter(None, (line._rule_text(), line._role_text())))
                if line.kpi_id
                else False
            )

    def _rule_text(self):
        """The rule in one line, as people read it."""
        show = self.kpi_id._format
        if self.rule == "bands":
            return "; ".join(
                self.env._(
                    "from %(lower)s: %(points)s points",
                    lower=show(band.lower),
                    points=f"{band.points:g}",
                )
                for band in self.band_ids.sorted("lower")
            )
        if self.rule == "range":
            return self.env._(
                "%(low)s to %(high)s, tolerance %(tolerance)s",
                low=show(self.target),
                high=show(self.target_upper),
                tolerance=show(self.tolerance),
            )
        if self.rule == "pass_fail":
            return self.env._("all or nothing at %s", show(self.target))
        facts = {
            "floor": f"{self.floor:g}",
            "target": show(self.target),
            "cap": f"{self.cap:g}",
        }
        if self.use_stretch:
            return self.env._(
                "no points below %(floor)s %%, all at %(target)s, %(cap)s %% at "
                "%(stretch)s",
                **facts,
                stretch=show(self.stretch),
            )
        return self.env._(
            "no points below %(floor)s %%, all at %(target)s, at most %(cap)s %%",
            **facts,
        )

    def _role_text(self):
        """What the line does besides adding points, as people read it."""
        if self.role == "multiplier":
            return self.env._(
                "(the score times %(low)s to %(high)s)",
                low=f"{self.factor_min:g}",
                high=f"{self.factor_max:g}",
            )
        if self.role == "gate":
            return self.env._("(missed: at most %s points)", f"{self.limit:g}")
        return ""

    # === ONCHANGE METHODS ===#

    @api.onchange("kpi_id")
    def _onchange_kpi_id(self):
        """A line without a target takes over what the KPI proposes."""
        kpi = self.kpi_id
        if not kpi or self.target or self.band_ids:
            return
        self.target = kpi.default_target
        if kpi.direction == "range":
            self.rule = "range"
            self.target_upper = kpi.default_target_upper
            self.tolerance = kpi.default_tolerance
        elif kpi.band_ids:
            self.rule = "bands"
            self.band_ids = [
                Command.create(
                    {
                        name: band[name]
                        for name in ("lower", "upper", "is_open", "points")
                    }
                )
                for band in kpi.band_ids
            ]
            self.max_points = max(self.max_points, *kpi.band_ids.mapped("points"))

    @api.onchange("role")
    def _onchange_role(self):
        """Only weighted lines weigh."""
        if self.role != "weighted":
            self.weight = 0.0

    # === CONSTRAINT METHODS ===#

    def _check_bands(self):
        """Check the whole rule, once all of the line is written."""
        for line in self:
            if problem := line._rule_problem():
                raise ValidationError(problem)

    def _rule_problem(self):
        name = self.kpi_id.name
        if problem := self._scope_problem():
            return problem
        if self.rule == "bands":
            return self._bands_problem()
        if self.rule == "range":
            if self.target_upper < self.target or self.tolerance < 0:
                return self.env._(
                    "“%s”: the range needs an upper target above the target and a "
                    "tolerance of zero or more.",
                    name,
                )
        elif self.kpi_id.direction == "range":
            return self.env._("“%s” has a range target: choose the rule “Range”.", name)
        elif self.target < 0 or (self.rule == "linear" and not self.target):
            return self.env._("“%s”: enter a target above zero.", name)
        return self._stretch_problem()

    def _scope_problem(self):
        """A subject has a team, department or company above it, or it has not."""
        if self.scope in SCOPES[self.scheme_id.subject_type]:
            return False
        return self.env._(
            "“%(kpi)s”: this kind of subject has no “%(scope)s” of its own.",
            kpi=self.kpi_id.name,
            scope=dict(self._fields["scope"]._description_selection(self.env))[
                self.scope
            ],
        )

    def _stretch_problem(self):
        """A stretch target lies on the better side of the target."""
        if not self.use_stretch or self.rule != "linear":
            return False
        lower = self.kpi_id.direction == "lower"
        if (self.stretch < self.target) if lower else (self.stretch > self.target):
            return False
        return self.env._(
            "“%(kpi)s”: the stretch target has to be better than the target.",
            kpi=self.kpi_id.name,
        )

    def _bands_problem(self):
        name = self.kpi_id.name
        if problem := check_bands(self._bands()):
            return self.env["performance.band.mixin"]._problem_text(name, *problem)
        if any(band.points > self.max_points for band in self.band_ids):
            return self.env._(
                "“%(kpi)s”: a band gives more than the %(most)s points of the line.",
                kpi=name,
                most=f"{self.max_points:g}",
            )
        return False

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_unlocked()
        return lines

    def write(self, vals):
        self._check_unlocked()
        result = super().write(vals)
        # a line is not moved into a scheme in force either
        self._check_unlocked()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self._check_unlocked()

    def _check_unlocked(self):
        """Lines of a scheme in force stay as they are; data files may install them."""
        locked = self.scheme_id.filtered(lambda scheme: scheme.state != "draft")
        if locked:
            raise UserError(
                self.env._(
                    "“%s” is in force; set it back to draft to change it.",
                    locked[0].name,
                )
            )

    # === BUSINESS METHODS ===#

    def _bands(self):
        """The bands as data: ``[(lower, upper or None, points)]``."""
        self.ensure_one()
        return [
            (band.lower, band._upper_bound(), band.points) for band in self.band_ids
        ]

    def _rule_snapshot(self):
        """Everything scoring needs, as JSON, for a scorecard to keep."""
        self.ensure_one()
        return {
            "kind": self.rule,
            "direction": "lower" if self.kpi_id.direction == "lower" else "higher",
            "target": self.target,
            "target_upper": self.target_upper,
            "tolerance": self.tolerance,
            "floor": self.floor / 100,
            "cap": self.cap / 100,
            "max_points": self.max_points,
            "bands": sorted(self._bands(), key=lambda band: band[0]),
            "stretch": self.stretch if self.use_stretch else None,
        }
