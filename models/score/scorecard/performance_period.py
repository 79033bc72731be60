from odoo import fields, models
from odoo.fields import Domain

from ...shared.guards import exactly_one


class PerformancePeriod(models.Model):
    """Closing a period settles its scorecards in the same transaction."""

    _inherit = "performance.period"

    scorecard_count = fields.Integer(compute="_compute_scorecard_count")

    # === COMPUTE METHODS ===#

    def _compute_scorecard_count(self):
        counts = dict(
            self.env["performance.scorecard"]._read_group(
                Domain("period_id", "in", self.ids), ["period_id"], ["__count"]
            )
        )
        for period in self:
            period.scorecard_count = counts.get(period, 0)

    # === WORKFLOW ===#

    def _after_close(self):
        result = super()._after_close()
        self._scorecards()._settle()
        return result

    def _after_reopen(self):
        result = super()._after_reopen()
        self._scorecards()._unsettle()
        return result

    def _scorecards(self):
        # sudo: every card of the period, whoever closes it
        return (
            self.env["performance.scorecard"]
            .sudo()
            .search(Domain("period_id", "in", self.ids))
        )

    # === ACTIONS ===#

    def action_open_scorecards(self):
        """The scorecards of this period."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_scorecard_action"
        )
        return {**action, "domain": [("period_id", "=", self.id)], "context": {}}
