from odoo import api, fields, models

from ..shared.guards import exactly_one


class HrEmployeePublic(models.Model):
    """The way from an employee's public profile to the appraisals one may see."""

    _inherit = "hr.employee.public"

    performance_appraisal_count = fields.Integer(
        string="Appraisals", compute="_compute_performance_appraisal_count"
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid")
    def _compute_performance_appraisal_count(self):
        """Appraisals that the current user may read; none for people without access."""
        counts = {}
        appraisals = self.env["performance.appraisal"]
        if appraisals.has_access("read"):
            for employee, count in appraisals._read_group(
                [("employee_id", "in", self.ids)], ["employee_id"], ["__count"]
            ):
                counts[employee.id] = count
        for employee in self:
            employee.performance_appraisal_count = counts.get(employee.id, 0)

    # === ACTIONS ===#

    def action_open_performance_appraisals(self):
        """Appraisals of this employee, as far as the user may see them."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_appraisal_all_action"
        )
        return {
            **action,
            "domain": [("employee_id", "=", self.id)],
            "context": {"create": False},
        }
