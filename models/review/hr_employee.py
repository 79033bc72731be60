from odoo import api, fields, models

from ..shared.guards import exactly_one


class HrEmployee(models.Model):
    """The way from an employee to the appraisals."""

    _inherit = "hr.employee"

    performance_appraisal_count = fields.Integer(
        string="Appraisals",
        compute="_compute_performance_appraisal_count",
        groups="hr.group_hr_user",
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid")
    def _compute_performance_appraisal_count(self):
        """Appraisals that the current user may read."""
        profiles = self.env["hr.employee.public"].browse(self.ids)
        for employee, profile in zip(self, profiles, strict=True):
            employee.performance_appraisal_count = profile.performance_appraisal_count

    # === ACTIONS ===#

    def action_open_performance_appraisals(self):
        """Appraisals of this employee, as far as the user may see them."""
        exactly_one(self)
        profile = self.env["hr.employee.public"].browse(self.id)
        return profile.action_open_performance_appraisals()
