from odoo import fields, models
from odoo.fields import Domain

from ..shared.guards import exactly_one


class HrEmployee(models.Model):
    """The way from an employee to the scorecards."""

    _inherit = "hr.employee"

    performance_scorecard_count = fields.Integer(
        compute="_compute_performance_scorecard_count", groups="hr.group_hr_user"
    )

    def _compute_performance_scorecard_count(self):
        counts = dict(
            self.env["performance.scorecard"]._read_group(
                Domain("employee_id", "in", self.ids), ["employee_id"], ["__count"]
            )
        )
        for employee in self:
            employee.performance_scorecard_count = counts.get(employee, 0)

    def action_open_performance_scorecards(self):
        """The scorecards of this employee."""
        exactly_one(self)
        return (
            self.env["hr.employee.public"]
            .browse(self.id)
            .action_open_performance_scorecards()
        )
