from odoo import api, fields, models

from ..shared.guards import exactly_one


class HrEmployee(models.Model):
    """The way from an employee to the bonuses."""

    _inherit = "hr.employee"

    performance_bonus_count = fields.Integer(
        compute="_compute_performance_bonus_count", groups="hr.group_hr_user"
    )

    @api.depends_context("uid")
    def _compute_performance_bonus_count(self):
        for employee in self:
            profile = self.env["hr.employee.public"].browse(employee.id)
            employee.performance_bonus_count = profile.performance_bonus_count

    def action_open_performance_bonuses(self):
        """The milestones that this employee earns by."""
        exactly_one(self)
        profile = self.env["hr.employee.public"].browse(self.id)
        return profile.action_open_performance_bonuses()
