from odoo import api, fields, models
from odoo.fields import Domain

from ....tools.scoring import total_score
from ...shared.performance_subject_mixin import SUBJECT_FIELDS


class PerformanceScorecard(models.Model):
    """The score of one subject in one period, with every point explained.

    It copies weights, targets (the subject's own before the scheme's), rules and grades
    when it is opened. While it is open its
    score is an estimate that follows the readings; when its period closes it is settled
    and never changes unless the period is reopened. Nobody edits it: the engine writes
    it, the subject, the line above and officers read it.
    """

    _name = "performance.scorecard"
    _description = "Scorecard"
    _inherit = ["performance.subject.mixin"]
    _order = "period_id desc, score desc, id"
    _rec_name = "subject_name"

    scheme_id = fields.Many2one(
        comodel_name="performance.scheme",
        required=True,
        ondelete="restrict",
        index=True,
    )
    period_id = fields.Many2one(
        comodel_name="performance.period",
        required=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, index=True, precompute=True
    )
    rating_scale_id = fields.Many2one(
        comodel_name="performance.rating.scale", required=True, ondelete="restrict"
    )
    state = fields.Selection(
        selection=[("open", "Estimate"), ("settled", "Settled")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )
    line_ids = fields.One2many(
        comodel_name="performance.scorecard.line", inverse_name="scorecard_id"
    )
    score = fields.Float(digits=(6, 2), readonly=True, aggregator="avg", copy=False)
    has_score = fields.Boolean(readonly=True, copy=False)
    coverage = fields.Float(
        string="Coverage %",
        digits=(5, 2),
        readonly=True,
        aggregator="avg",
        copy=False,
        help="Share of the weight that has data.",
    )
    is_provisional = fields.Boolean(
        string="Provisional",
        readonly=True,
        default=True,
        copy=False,
        help="Too little of the weight has data; releases no money.",
    )
    grade = fields.Char(readonly=True, copy=False)
    as_of = fields.Datetime(readonly=True, copy=False)
    explanation = fields.Char(compute="_compute_explanation")

    _employee_unique = models.UniqueIndex(
        "(scheme_id, period_id, employee_id) WHERE employee_id IS NOT NULL",
        "This scorecard exists already.",
    )
    _department_unique = models.UniqueIndex(
        "(scheme_id, period_id, department_id) WHERE department_id IS NOT NULL",
        "This scorecard exists already.",
    )
    _team_unique = models.UniqueIndex(
        "(scheme_id, period_id, team_id) WHERE team_id IS NOT NULL",
        "This scorecard exists already.",
    )
    _company_unique = models.UniqueIndex(
        "(scheme_id, period_id, subject_company_id)"
        " WHERE subject_company_id IS NOT NULL",
        "This scorecard exists already.",
    )
    _partner_unique = models.UniqueIndex(
        "(scheme_id, period_id, partner_id) WHERE partner_id IS NOT NULL",
        "This scorecard exists already.",
    )
    _lead_unique = models.UniqueIndex(
        "(scheme_id, period_id, lead_id) WHERE lead_id IS NOT NULL",
        "This scorecard exists already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("subject_name", "period_id.name")
    def _compute_display_name(self):
        for card in self:
            # sudo: who may read the card may read the name of its period
            period = card.sudo().period_id.name or ""
            card.display_name = f"{card.subject_name or ''} · {period}"

    @api.depends("score", "has_score", "coverage", "is_provisional", "state")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for card in self:
            card.explanation = card._explain()

    def _explain(self):
        """What the score says and how sure it is, in one or two sentences."""
        if not self.has_score:
            return self.env._("No score yet: none of the KPIs has data.")
        parts = [
            self.env._(
                "%(score)s points, grade %(grade)s.",
                score=f"{self.score:.2f}",
                grade=self.grade or "–",
            )
        ]
        if self.coverage < 100:
            parts.append(
                self.env._(
                    "Data covers %s %% of the weight; the rest was re-weighted.",
                    f"{self.coverage:g}",
                )
            )
        if self.is_provisional:
            parts.append(self.env._("Provisional: under 60 % is covered."))
        if self.state == "open":
            parts.append(self.env._("An estimate until the period closes."))
        return " ".join(parts)

    # === ACTIONS ===#

    def action_measure(self):
        """Measure the KPIs of these cards for their subjects, now.

        :return: a notification "measured n, skipped m because ..."
        :raise AccessError: for users below team lead
        """
        self.check_access("read")
        self.env["performance.kpi"]._check_may_measure()
        # sudo: cards are written by the engine only
        units = self.sudo()._measure()
        return units._notify_result()

    # === ENGINE ===#

    @api.model
    def _open_for(self, scheme, period, subjects):
        """Open the scorecards that are missing, and measure their KPIs.

        :param scheme: an active ``performance.scheme``
        :param period: ``performance.period``; in a closed one the cards are settled
        :param subjects: records of the scheme's subject type
        :return: the cards of all subjects, those that existed included
        """
        field = SUBJECT_FIELDS[scheme.subject_type]
        # sudo: cards are written by the engine only
        Card = self.sudo()
        domain = (
            Domain("scheme_id", "=", scheme.id)
            & Domain("period_id", "=", period.id)
            & Domain(field, "in", subjects.ids)
        )
        found = Card.search(domain)
        lines = scheme.sudo().line_ids
        missing = subjects - found[field]
        targets = self.env["performance.target"]._of(
            lines.kpi_id, period, scheme.subject_type, missing
        )
        cards = Card.create(
            [
                {
                    "scheme_id": scheme.id,
                    "period_id": period.id,
                    # sudo: the scheme was chosen by an officer; its scale comes along
                    "rating_scale_id": scheme.sudo().rating_scale_id.id,
                    field: subject.id,
                    "line_ids": [
                        fields.Command.create(
                            line._prepare_scorecard_line(
                                targets.get((line.kpi_id.id, subject.id))
                            )
                        )
                        for line in lines
                    ],
                }
                for subject in missing
            ]
        )
        cards._measure()
        if period.state == "closed":
            # the numbers of a closed period are final, and so is what stands on them
            cards._settle()
        return (found + cards).sudo(self.env.su)

    def _measure(self):
        """Measure the KPIs of these cards for their own subjects; returns the units."""
        units = self.env["performance.measurement"]
        for (period, kind), cards in self.grouped(
            lambda card: (card.period_id, card.subject_type)
        ).items():
            if period.state == "open":
                subjects = {kind: cards[SUBJECT_FIELDS[kind]]}
                kpis = cards.line_ids.kpi_id.filtered(lambda k: k.source != "manual")
                units += kpis._measure(period, subjects)
        self._evaluate()
        return units

    def _evaluate(self):
        """Score the open cards from the readings there are; settled ones stay."""
        # sudo: cards are written by the engine only
        cards = self.sudo().filtered(lambda card: card.state == "open")
        readings = cards._readings()
        for card in cards:
            subject = (card.subject_type, card._subject().id)
            for line in card.line_ids:
                line._take(readings.get((line.kpi_id.id, card.period_id.id, *subject)))
            card._total()

    def _readings(self):
        """The readings of these cards."""
        # {(kpi, period, subject type, subject): reading}
        found = {}
        for kind, cards in self.grouped("subject_type").items():
            name = SUBJECT_FIELDS[kind]
            domain = (
                Domain("kpi_id", "in", cards.line_ids.kpi_id.ids)
                & Domain("period_id", "in", cards.period_id.ids)
                & Domain(name, "in", cards[name].ids)
            )
            for reading in self.env["performance.reading"].search(domain):
                key = (reading.kpi_id.id, reading.period_id.id, kind, reading[name].id)
                found[key] = reading
        return found

    def _total(self):
        """Add up the lines of one card and grade it."""
        self.ensure_one()
        lines = self.line_ids
        total = total_score(
            [
                (
                    line.weight,
                    line.points if line.state == "ok" else None,
                    line.max_points,
                )
                for line in lines
            ]
        )
        for line, (weight, points) in zip(lines, total.parts, strict=True):
            line.effective_weight = float(weight)
            line.weighted_points = float(points or 0)
        has_score = total.score is not None
        score = float(total.score or 0)
        self.write(
            {
                "score": score,
                "has_score": has_score,
                "coverage": float(total.coverage),
                "is_provisional": total.provisional,
                "grade": self.rating_scale_id._grade(score).name
                if has_score
                else False,
                "as_of": fields.Datetime.now(),
            }
        )

    def _settle(self):
        """Freeze the cards of a closed period with their last values."""
        self._evaluate()
        # sudo: closing a period freezes all cards of the company
        self.sudo().write({"state": "settled"})

    def _unsettle(self):
        """Make the cards of a reopened period estimates again."""
        # sudo: reopening a period opens all cards of the company
        self.sudo().write({"state": "open"})
        self._evaluate()
