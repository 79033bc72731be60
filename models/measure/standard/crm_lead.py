from odoo import models

from ...shared.guards import exactly_one


class CrmLead(models.Model):
    """Shows the service standards that hold for its salesperson."""

    _inherit = "crm.lead"

    def action_open_service_standards(self):
        """What the customer of this deal may expect from its salesperson."""
        exactly_one(self)
        Standard = self.env["performance.service.standard"]
        Standard._check_reader()
        company = self.company_id or self.env.company
        # sudo: who is employed as what is known to whoever sees the deal
        employee = self.user_id.sudo().with_company(company).employee_id
        return Standard._action_for(employee, "opportunity")
