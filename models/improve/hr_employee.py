from odoo import api, fields, models

from ..shared.guards import exactly_one


class HrEmployee(models.Model):
    """The way from an employee to the improvement plans."""

    _inherit = "hr.employee"

    performance_plan_count = fields.Integer(
        string="Improvement Plans",
        compute="_compute_performance_plan_count",
        groups="hr.group_hr_user",
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid")
    def _compute_performance_plan_count(self):
        """Plans that the current user may read."""
        profiles = self.env["hr.employee.public"].browse(self.ids)
        for employee, profile in zip(self, profiles, strict=True):
            employee.performance_plan_count = profile.performance_plan_count

    # === ACTIONS ===#

    def action_open_performance_plans(self):
        """Plans of this employee, as far as the user may see them."""
        exactly_one(self)
        profile = self.env["hr.employee.public"].browse(self.id)
        return profile.action_open_performance_plans()
