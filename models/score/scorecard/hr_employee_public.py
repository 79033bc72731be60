from odoo import fields, models
from odoo.fields import Domain

from ...shared.guards import exactly_one


class HrEmployeePublic(models.Model):
    """The way from an employee's public profile to the scorecards one may see."""

    _inherit = "hr.employee.public"

    performance_scorecard_count = fields.Integer(
        compute="_compute_performance_scorecard_count"
    )

    def _compute_performance_scorecard_count(self):
        counts = dict.fromkeys(self.ids, 0)
        Scorecard = self.env["performance.scorecard"]
        if Scorecard.has_access("read"):
            for employee, count in Scorecard._read_group(
                Domain("employee_id", "in", self.ids), ["employee_id"], ["__count"]
            ):
                counts[employee.id] = count
        for employee in self:
            employee.performance_scorecard_count = counts.get(employee.id, 0)

    def action_open_performance_scorecards(self):
        """The scorecards of this employee, as far as the user may see them."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_scorecard_action"
        )
        return {**action, "domain": [("employee_id", "=", self.id)], "context": {}}
