from odoo import fields, models

from ...shared.guards import exactly_one


class HrEmployee(models.Model):
    """The way from an employee to the scorecards."""

    _inherit = "hr.employee"

    performance_scorecard_count = fields.Integer(
        compute="_compute_performance_scorecard_count", groups="hr.group_hr_user"
    )

    def _compute_performance_scorecard_count(self):
        profiles = self.env["hr.employee.public"].browse(self.ids)
        for employee, profile in zip(self, profiles, strict=True):
            employee.performance_scorecard_count = profile.performance_scorecard_count

    def action_open_performance_scorecards(self):
        """The scorecards of this employee."""
        exactly_one(self)
        return (
            self.env["hr.employee.public"]
            .browse(self.id)
            .action_open_performance_scorecards()
        )
