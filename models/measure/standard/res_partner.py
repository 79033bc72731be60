from odoo import models

from ...shared.guards import exactly_one


class ResPartner(models.Model):
    """Shows the service standards that hold for whoever maintains the customer."""

    _inherit = "res.partner"

    def action_open_service_standards(self):
        """What this customer may expect from whoever maintains it."""
        exactly_one(self)
        Standard = self.env["performance.service.standard"]
        Standard._check_reader()
        company = self.company_id or self.env.company
        # sudo: who is employed as what is known to whoever sees the customer
        employee = self.account_maintainer_id.sudo().with_company(company).employee_id
        return Standard._action_for(employee, "customer")
