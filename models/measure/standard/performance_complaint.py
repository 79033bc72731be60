from odoo import models

from ...shared.guards import exactly_one


class PerformanceComplaint(models.Model):
    """Shows the service standards that hold for whoever is responsible."""

    _inherit = "performance.complaint"

    def action_open_service_standards(self):
        """What the customer may expect from whoever is responsible."""
        exactly_one(self)
        Standard = self.env["performance.service.standard"]
        Standard._check_reader()
        return Standard._action_for(self.employee_id, "complaint")
