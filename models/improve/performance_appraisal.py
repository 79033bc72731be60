from odoo import api, fields, models


class PerformanceAppraisal(models.Model):
    """Publishing an appraisal below the threshold proposes an improvement plan."""

    _inherit = "performance.appraisal"

    # no One2many on purpose: a search for "has plans" does not ask the plan's rules,
    # and would tell the employee of a proposal
    improvement_plan_count = fields.Integer(
        string="Plans", compute="_compute_improvement_plan_count"
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid")
    def _compute_improvement_plan_count(self):
        """Plans that the current user may read."""
        counts = dict(
            self.env["performance.improvement.plan"]._read_group(
                [("appraisal_id", "in", self.ids)], ["appraisal_id"], ["__count"]
            )
        )
        for appraisal in self:
            appraisal.improvement_plan_count = counts.get(appraisal, 0)

    # === ACTIONS ===#

    def action_open_improvement_plans(self):
        """Plans proposed by these appraisals, as far as the user may read them."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_improvement_plan_all_action"
        )
        action["domain"] = [("appraisal_id", "in", self.ids)]
        action["context"] = {"create": False}
        return action

    # === AFTER A MOVE ===#

    def _after_approve(self):
        result = super()._after_approve()
        for appraisal in self:
            appraisal._propose_improvement_plan()
        return result

    def _propose_improvement_plan(self):
        """Propose one plan for a final verdict below the threshold (R63, R104).

        A provisional verdict proposes nothing: too little was measured to act on a
        person. A proposal that a better, newer version made pointless is dropped; a
        plan that HR confirmed is HR's to end.
        """
        self.ensure_one()
        verdict = self._current_verdict()
        if verdict.is_provisional:
            return
        # sudo: proposed plans are HR's; whoever approved need not be their owner
        plans = (
            self.env["performance.improvement.plan"]
            .sudo()
            .search([("appraisal_id", "=", self.id), ("state", "!=", "cancelled")])
        )
        if verdict.score >= verdict.improvement_threshold:
            plans.filtered(lambda plan: plan.state == "proposed")._workflow_move(
                "cancel",
                self.env._("The verdict is not below the threshold any more."),
            )
        elif not plans:
            plans._workflow_engine().create(self._prepare_improvement_plan(verdict))

    def _prepare_improvement_plan(self, verdict):
        return {
            "employee_id": self.employee_id.id,
            "owner_id": self.manager_id.id,
            "appraisal_id": self.id,
            "reason": self.env._(
                "The verdict of “%(cycle)s” is %(score).2f, below the threshold of "
                "%(threshold).2f.",
                cycle=self.cycle_id.name,
                score=verdict.score,
                threshold=verdict.improvement_threshold,
            ),
        }
