from odoo import api, fields, models
from odoo.fields import Domain

from ..shared.guards import exactly_one


class HrEmployeePublic(models.Model):
    """The way from an employee's public profile to the bonuses one may see."""

    _inherit = "hr.employee.public"

    performance_bonus_count = fields.Integer(compute="_compute_performance_bonus_count")

    @api.depends_context("uid")
    def _compute_performance_bonus_count(self):
        counts = {}
        milestones = self.env["performance.milestone"]
        # people without any access to bonuses see no button rather than an error
        if milestones.has_access("read"):
            for employee, count in milestones._read_group(
                Domain("employee_id", "in", self.ids), ["employee_id"], ["__count"]
            ):
                counts[employee.id] = count
        for employee in self:
            employee.performance_bonus_count = counts.get(employee.id, 0)

    def action_open_performance_bonuses(self):
        """The milestones of this employee, as far as the user may see them."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_milestone_action"
        )
        return {**action, "domain": [("employee_id", "=", self.id)], "context": {}}
