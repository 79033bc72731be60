from odoo import api, fields, models

from ..shared.guards import exactly_one


class HrEmployeePublic(models.Model):
    """The way from an employee's public profile to the plans one may see."""

    _inherit = "hr.employee.public"

    performance_plan_count = fields.Integer(
        string="Improvement Plans", compute="_compute_performance_plan_count"
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid")
    def _compute_performance_plan_count(self):
        """Plans that the current user may read; none for people without access."""
        counts = {}
        plans = self.env["performance.improvement.plan"]
        if plans.has_access("read"):
            for employee, count in plans._read_group(
                [("employee_id", "in", self.ids)], ["employee_id"], ["__count"]
            ):
                counts[employee.id] = count
        for employee in self:
            employee.performance_plan_count = counts.get(employee.id, 0)

    # === ACTIONS ===#

    def action_open_performance_plans(self):
        """Plans of this employee, as far as the user may see them."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_improvement_plan_all_action"
        )
        return {
            **action,
            "domain": [("employee_id", "=", self.id)],
            "context": {"default_employee_id": self.id},
        }
