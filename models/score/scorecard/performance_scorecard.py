from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...shared.performance_subject_mixin import SUBJECT_FIELDS
from .opening import Opening
from .settling import Settling


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
    base_score = fields.Float(
        string="Weighted Sum",
        digits=(6, 2),
        readonly=True,
        aggregator="avg",
        copy=False,
        help="Before coefficients and hurdles.",
    )
    coefficient = fields.Float(
        digits=(6, 4),
        readonly=True,
        default=1.0,
        aggregator=None,
        copy=False,
        help="All multipliers together.",
    )
    is_hurdle_missed = fields.Boolean(string="Hurdle Missed", readonly=True, copy=False)
    vote_most = fields.Float(
        string="Customer's Vote at Most %",
        digits=(5, 2),
        readonly=True,
        default=15.0,
        aggregator=None,
        help="The limit of the company when the scorecard was opened.",
    )
    vote_capped = fields.Boolean(
        string="Customer's Vote Cut",
        readonly=True,
        copy=False,
        help="So little else has data that the customer's vote was cut to its limit.",
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
            if self.coverage:
                return self.env._(
                    "No score yet: nothing but the customer's vote has data."
                )
            return self.env._("No score yet: none of the KPIs has data.")
        parts = [
            self.env._(
                "%(score)s points, grade %(grade)s.",
                score=f"{self.score:.2f}",
                grade=self.grade or "–",
            )
        ]
        if self.base_score != self.score:
            parts.append(self._explain_base())
        if self.vote_capped:
            parts.append(
                self.env._(
                    "The customer's vote was cut to %s %%; the rest went to the other "
                    "lines.",
                    f"{self.vote_most:g}",
                )
            )
        if self.coverage < 100:
            parts.append(
                self.env._(
                    "Data covers %s %% of the weight; the rest was re-weighted.",
                    f"{self.coverage:g}",
                )
            )
        if self.is_provisional:
            parts.append(
                self.env._("Provisional: under 60 % is covered.")
                if self.coverage < 60
                else self.env._("Provisional: a hurdle has no data.")
            )
        if self.state == "open":
            parts.append(self.env._("An estimate until the period closes."))
        return " ".join(parts)

    def _explain_base(self):
        """What came between the weighted sum and the score."""
        facts = {
            "base": f"{self.base_score:.2f}",
            "factor": f"{self.coefficient:g}",
        }
        if self.is_hurdle_missed:
            return self.env._(
                "The weighted sum of %(base)s times %(factor)s is limited by a missed "
                "hurdle.",
                **facts,
            )
        return self.env._("The weighted sum of %(base)s times %(factor)s.", **facts)

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
        :raise UserError: when this version of the scheme does not score the period, or
            a target is missing
        """
        if problem := scheme._period_problem(period):
            raise UserError(problem)
        field = SUBJECT_FIELDS[scheme.subject_type]
        # sudo: cards are written by the engine only
        Card = self.sudo()
        domain = Domain("scheme_id", "=", scheme.id) & Domain(
            "period_id", "=", period.id
        )
        found = Card.search(domain & Domain(field, "in", subjects.ids))
        made = Card.browse(Opening(scheme, period).open(subjects - found[field]))
        made._hold()
        made._measure()
        if period.state == "closed":
            # the numbers of a closed period are final, and so is what stands on them
            made._settle()
        return (found + made).sudo(self.env.su)

    def _measure(self):
        """Measure the KPIs of these cards for their own subjects; returns the units."""
        units = self.env["performance.measurement"]
        for (period, kind), cards in self.grouped(
            lambda card: (card.period_id, card.subject_type)
        ).items():
            if period.state == "open":
                for kpis, subjects in cards._measured(kind):
                    units += kpis._measure(period, subjects)
        self._evaluate()
        return units

    def _measured(self, kind):
        """What has to be measured for cards of one period and kind.

        :return: ``[(KPIs, {subject type: records})]``
        """
        found = {}
        lines = self.line_ids.filtered(lambda line: line.kpi_id.source != "manual")
        for scope, those in lines.grouped("scope").items():
            kpis = those.kpi_id
            if scope == "own":
                subjects = {kind: self[SUBJECT_FIELDS[kind]]}
            else:
                subjects = {scope: those._scope_subjects(scope)}
            found[scope] = kpis, subjects
        return list(found.values())

    def _evaluate(self):
        """Score the open cards from the readings there are; settled ones stay."""
        # sudo: cards are written by the engine only
        cards = self.sudo().filtered(lambda card: card.state == "open")
        Settling(cards.env).score(cards.ids)

    def _settle(self):
        """Freeze the cards of a closed period with their last values."""
        self._hold()
        self._evaluate()
        # sudo: closing a period freezes all cards of the company
        self.sudo().write({"state": "settled"})

    def _unsettle(self):
        """Make the cards of a reopened period estimates again."""
        # sudo: reopening a period opens all cards of the company
        self.sudo().write({"state": "open"})
        self._evaluate()
