from odoo import api, fields, models
from odoo.fields import Domain

from ...shared.guards import exactly_one

# {sum: aggregate of visits}
SUMS = {
    "entered": "__count",
    "days": "dwell_days:sum",
    "dwelling": "dwell_days:count",
    "complaints": "complaint_count:sum",
    "answers": "voice_count:sum",
    "percents": "voice_total:sum",
    "asked": "nps_count:sum",
    "balance": "nps_balance:sum",
}


class PerformanceJourneyStepFacts(models.Model):
    """What became of all deals in a step, beside its definition.

    One query for any number of steps and deals; what the user may not read does not
    count. The list of visits shows the same by period, team, salesperson or customer.
    """

    _inherit = "performance.journey.step"

    entered_count = fields.Integer(string="Entered", compute="_compute_facts")
    here_count = fields.Integer(
        string="Now Here", compute="_compute_facts", help="Deals that are in this step."
    )
    passed_percent = fields.Float(
        string="Went On %",
        compute="_compute_facts",
        help="Of the deals that entered, those that are in a later step now.",
    )
    lost_percent = fields.Float(
        string="Dropped Off %",
        compute="_compute_facts",
        help="Of the deals that entered, those that were lost here.",
    )
    is_arrival = fields.Boolean(
        compute="_compute_facts",
        help="Deals end their journey here: nothing is left to go on to.",
    )
    dwell_days = fields.Float(
        string="Dwell Time (Days)",
        compute="_compute_facts",
        help="Average days that a deal was in this step.",
    )
    complaint_count = fields.Integer(
        string="Complaints",
        compute="_compute_facts",
        help="Filed while the deal was in this step.",
    )
    answer_count = fields.Integer(
        string="Answers",
        compute="_compute_facts",
        help="Given by customers while the deal was in this step.",
    )
    answer_percent = fields.Float(
        string="Satisfaction %",
        compute="_compute_facts",
        help="Average of these answers.",
    )
    nps = fields.Float(
        string="NPS",
        compute="_compute_facts",
        help="Percent promoters less percent detractors of these answers.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_facts(self):
        groups = self.env["performance.journey.visit"]._read_group(
            Domain("step_id", "in", self._origin.ids),
            ["step_id", "outcome"],
            [*SUMS.values()],
        )
        # by step, then by outcome
        found = {}
        for step, outcome, *sums in groups:
            found.setdefault(step, {})[outcome] = {
                name: value or 0 for name, value in zip(SUMS, sums, strict=True)
            }
        for step in self:
            step.update(_figures(found.get(step._origin, {})))

    # === ACTIONS ===#

    def action_open_visits(self):
        """The deals that came to this step."""
        exactly_one(self)
        action = self.journey_id.action_open_visits()
        return {
            **action,
            "domain": [("step_id", "=", self.id)],
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
        }


def _figures(outcomes):
    """Figures of a step.

    :param dict outcomes: ``{outcome: sums}``
    """
    total = {name: sum(sums[name] for sums in outcomes.values()) for name in SUMS}
    number = {outcome: sums["entered"] for outcome, sums in outcomes.items()}

    def ratio(part, whole):
        return part / whole if whole else 0

    return {
        "entered_count": total["entered"],
        "here_count": number.get("here", 0) + number.get("arrived", 0),
        "passed_percent": 100 * ratio(number.get("passed", 0), total["entered"]),
        "lost_percent": 100 * ratio(number.get("lost", 0), total["entered"]),
        "is_arrival": bool(number.get("arrived")),
        "dwell_days": ratio(total["days"], total["dwelling"]),
        "complaint_count": total["complaints"],
        "answer_count": total["answers"],
        "answer_percent": ratio(total["percents"], total["answers"]),
        "nps": 100 * ratio(total["balance"], total["asked"]),
    }
