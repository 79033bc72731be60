from odoo import api, fields, models
from odoo.fields import Domain

from ...shared.guards import exactly_one
from .states import HEALTH_STATES

TRENDS = [("up", "Better"), ("flat", "Unchanged"), ("down", "Worse"), ("new", "New")]


class PerformanceCustomerHealth(models.Model):
    """How well a customer is, over the last days until today: one row for each company.

    The nightly job makes, writes and removes it; nobody else does. A team lead or
    officer who knows better gives another score with a reason and a last day: it is
    shown beside the calculated one, which goes on. Whoever works with the customer
    reads it, and the scorecard behind it.
    """

    _name = "performance.customer.health"
    _description = "Customer Health"
    _inherit = ["mail.thread"]
    _order = "shown_score, id"
    _rec_name = "commercial_partner_id"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    account_maintainer_id = fields.Many2one(
        related="commercial_partner_id.account_maintainer_id"
    )
    scheme_id = fields.Many2one(
        comodel_name="performance.scheme",
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    scorecard_id = fields.Many2one(
        comodel_name="performance.scorecard",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    line_ids = fields.One2many(related="scorecard_id.line_ids", string="Components")
    state = fields.Selection(
        selection=HEALTH_STATES,
        string="Calculated State",
        required=True,
        readonly=True,
        default="none",
    )
    score = fields.Float(
        string="Calculated Score", digits=(6, 2), readonly=True, aggregator="avg"
    )
    has_score = fields.Boolean(readonly=True)
    grade = fields.Char(readonly=True)
    coverage = fields.Float(
        string="Coverage %",
        digits=(5, 2),
        readonly=True,
        aggregator="avg",
        help="Share of the weight that has data.",
    )
    is_provisional = fields.Boolean(
        string="Provisional",
        readonly=True,
        help="Too little of the weight has data; nobody is alarmed.",
    )
    is_below = fields.Boolean(
        string="Below Threshold",
        readonly=True,
        help="The last score that was not provisional lies below the threshold of the "
        "rating scale.",
    )
    worst_line_id = fields.Many2one(
        comodel_name="performance.scorecard.line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    worst_kpi_id = fields.Many2one(
        comodel_name="performance.kpi",
        string="Worst Component",
        readonly=True,
        ondelete="set null",
        help="The KPI that costs the most points.",
    )
    worst_explanation = fields.Char(string="Why", compute="_compute_worst_explanation")
    as_of = fields.Datetime(readonly=True)
    score_before = fields.Float(
        string="A Month Ago", digits=(6, 2), readonly=True, aggregator="avg"
    )
    trend = fields.Selection(selection=TRENDS, readonly=True, default="new")
    changes = fields.Text(string="Since a Month Ago", compute="_compute_changes")
    shown_state = fields.Selection(
        selection=HEALTH_STATES,
        string="Health",
        required=True,
        readonly=True,
        default="none",
        index=True,
        group_expand=True,
        help="The overridden one as long as it is in force, else the calculated one.",
    )
    shown_score = fields.Float(
        string="Score", digits=(6, 2), readonly=True, aggregator="avg"
    )

    _customer_unique = models.UniqueIndex(
        "(commercial_partner_id, company_id)",
        "The health of this customer is there already.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("worst_line_id")
    @api.depends_context("lang")
    def _compute_worst_explanation(self):
        for health in self:
            # sudo: who may read the health may read what costs the most points
            health.worst_explanation = health.sudo().worst_line_id.explanation

    @api.depends("score", "scorecard_id")
    @api.depends_context("lang")
    def _compute_changes(self):
        for health in self:
            health.changes = health._changes_text()

    def _changes_text(self):
        """What became of each component since a month ago, the largest change first."""
        before = self._day_before().parts
        if not before:
            return False
        # sudo: who may read the health may read its components
        lines = self.sudo().scorecard_id.line_ids
        found = []
        for line in lines.filtered(lambda line: line.state == "ok"):
            old = before.get(str(line.kpi_id.id))
            if old is None:
                text = self.env._("%s: has data now", line.kpi_id.name)
                found.append((0, text))
            elif round(line.weighted_points - old, 2):
                change = line.weighted_points - old
                text = self.env._(
                    "%(kpi)s: %(change)s points",
                    kpi=line.kpi_id.name,
                    change=f"{change:+.2f}",
                )
                found.append((abs(change), text))
        found.sort(key=lambda change: -change[0])
        return "\n".join(text for _size, text in found)

    def _day_before(self):
        """The history row that was true a month ago; may be empty."""
        # sudo: who may read the health may read its history
        return (
            self.env["performance.customer.health.day"]
            .sudo()
            .search(
                Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
                & Domain("company_id", "=", self.company_id.id)
                & Domain("date", "<=", self.sudo().company_id._performance_month_ago()),
                limit=1,
            )
        )

    # === ACTIONS ===#

    def action_open_history(self):
        """How the health of this customer went, as a graph."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_customer_health_day_action"
        )
        domain = [
            ("commercial_partner_id", "=", self.commercial_partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        return {**action, "domain": domain, "context": {}}

    def action_open_scorecard(self):
        """The scorecard behind the score, with the evidence of each component."""
        exactly_one(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "performance.scorecard",
            "res_id": self.scorecard_id.id,
            "views": [(False, "form")],
        }
