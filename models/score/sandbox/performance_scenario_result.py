from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from .replay import Replay

# so many winners and losers are named
SHOWN = 5


class PerformanceScenario(models.Model):
    """What a replay found: figures to compare scenarios by, and who gains and loses."""

    _inherit = "performance.scenario"

    line_ids = fields.One2many(
        comodel_name="performance.scenario.line",
        inverse_name="scenario_id",
        readonly=True,
    )
    replayed_at = fields.Datetime(string="As Of", readonly=True, copy=False)
    is_stale = fields.Boolean(
        string="Changed Since",
        compute="_compute_is_stale",
        help="Something was changed after the last replay.",
    )
    subject_count = fields.Integer(string="Subjects", readonly=True, copy=False)
    unscored_count = fields.Integer(string="No Score", readonly=True, copy=False)
    average_before = fields.Float(digits=(6, 2), readonly=True, copy=False)
    average_after = fields.Float(digits=(6, 2), readonly=True, copy=False)
    winner_count = fields.Integer(string="Winners", readonly=True, copy=False)
    loser_count = fields.Integer(string="Losers", readonly=True, copy=False)
    cost_before = fields.Monetary(readonly=True, copy=False)
    cost_after = fields.Monetary(readonly=True, copy=False)
    summary = fields.Html(compute="_compute_summary", sanitize=False)

    # === COMPUTE METHODS ===#

    @api.depends(
        "replayed_at",
        "period_id",
        "target_bonus",
        "payout_from",
        "scheme_ids.write_date",
        "scheme_ids.line_ids.write_date",
        "scheme_ids.line_ids.band_ids.write_date",
    )
    def _compute_is_stale(self):
        for scenario in self:
            schemes = scenario.scheme_ids
            lines = schemes.line_ids
            changed = [
                record.write_date
                for records in (schemes, lines, lines.band_ids, lines.step_ids)
                for record in records
                if record.write_date
            ]
            scenario.is_stale = bool(scenario.replayed_at) and any(
                moment.replace(microsecond=0) > scenario.replayed_at
                for moment in changed
            )

    @api.depends("replayed_at", "line_ids")
    @api.depends_context("lang")
    def _compute_summary(self):
        for scenario in self:
            scenario.summary = scenario._grades_table() + scenario._movers()

    # === REPLAY ===#

    def _replay(self):
        """Compute before and after of everybody, and replace what was there."""
        self.ensure_one()
        replay = Replay(self.period_id)
        rows = []
        for scheme in self.scheme_ids:
            origin = scheme.origin_id
            subjects = self._subjects_of(origin)
            before = replay.scores(origin, subjects)
            before.update(replay.settled(origin, subjects))
            after = replay.scores(scheme, subjects)
            rows += [
                (scheme.subject_type, subject, scheme.id, before[subject], result)
                for subject, result in after.items()
            ]
        self.env["performance.scenario.line"]._replace(self, rows)
        # sudo: the figures are written by the replay only
        self.sudo().write({**self._figures(), "replayed_at": fields.Datetime.now()})

    def _pays(self, result):
        """What a result pays under the simple bonus of this scenario."""
        if not self.target_bonus or result.score is None or result.provisional:
            return 0.0
        if result.score < self.payout_from:
            return 0.0
        return self.currency_id.round(self.target_bonus * result.score / 100)

    def _figures(self):
        """The figures by which scenarios are compared, of the lines just written."""
        return self.env.execute_query_dict(
            SQL(
                "SELECT COUNT(*) AS subject_count,"
                " COUNT(*) FILTER (WHERE NOT has_after) AS unscored_count,"
                " COALESCE(AVG(score_before) FILTER (WHERE has_before), 0)"
                " AS average_before,"
                " COALESCE(AVG(score_after) FILTER (WHERE has_after), 0)"
                " AS average_after,"
                " COUNT(*) FILTER (WHERE difference > 0) AS winner_count,"
                " COUNT(*) FILTER (WHERE difference < 0) AS loser_count,"
                " COALESCE(SUM(bonus_before), 0) AS cost_before,"
                " COALESCE(SUM(bonus_after), 0) AS cost_after"
                " FROM performance_scenario_line WHERE scenario_id = %s",
                self.id,
            )
        )[0]

    def _replay_sentence(self):
        text = self.env._(
            "Compared %(count)s: %(up)s gain, %(down)s lose.",
            count=self.subject_count,
            up=self.winner_count,
            down=self.loser_count,
        )
        if not self.unscored_count:
            return text
        missing = self.env._(
            "%s have no score because none of their KPIs has data.",
            self.unscored_count,
        )
        return f"{text} {missing}"

    # === SUMMARY ===#

    def _grades_table(self):
        """How many get which grade, before and after."""
        Line = self.env["performance.scenario.line"]
        counts = {
            name: dict(
                Line._read_group(
                    Domain("scenario_id", "=", self._origin.id), [name], ["__count"]
                )
            )
            for name in ("grade_before", "grade_after")
        }
        grades = self.scheme_ids.rating_scale_id.band_ids.sorted("lower", reverse=True)
        names = list(dict.fromkeys(grades.mapped("name")))
        names += sorted({g for c in counts.values() for g in c if g} - {*names})
        heads = [self.env._("Grade"), self.env._("Before"), self.env._("After")]
        rows = Markup("").join(
            Markup("<tr><td>%s</td><td>%s</td><td>%s</td></tr>")
            % (
                name,
                counts["grade_before"].get(name, 0),
                counts["grade_after"].get(name, 0),
            )
            for name in names
        )
        return Markup(
            '<table class="table table-sm w-auto"><thead><tr><th>%s</th><th>%s</th>'
            "<th>%s</th></tr></thead><tbody>%s</tbody></table>"
        ) % (*heads, rows)

    def _movers(self):
        """The biggest winners and losers by name."""
        Line = self.env["performance.scenario.line"]
        own = Domain("scenario_id", "=", self._origin.id)
        parts = Markup("")
        for title, domain, order in (
            (
                self.env._("Biggest gains"),
                ("difference", ">", 0),
                "difference desc, id",
            ),
            (self.env._("Biggest losses"), ("difference", "<", 0), "difference, id"),
        ):
            lines = Line.search(own & Domain(*domain), limit=SHOWN, order=order)
            if lines:
                items = Markup("").join(
                    Markup("<li>%s: %s</li>")
                    % (line.subject_name, self._signed(line.difference))
                    for line in lines
                )
                parts += Markup("<h5>%s</h5><ul>%s</ul>") % (title, items)
        return parts

    def _signed(self, number):
        text = formatLang(self.env, abs(number), digits=2)
        return f"+{text}" if number > 0 else f"-{text}"
