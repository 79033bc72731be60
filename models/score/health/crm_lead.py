from odoo import api, fields, models
from odoo.fields import Domain

from ...measure.customer.res_partner_facts import OURS
from .states import HEALTH_STATES


class CrmLead(models.Model):
    """The health of the customer on his deals; nothing of it is stored on them."""

    _inherit = "crm.lead"

    customer_health = fields.Selection(
        selection=HEALTH_STATES,
        compute="_compute_customer_health",
        search="_search_customer_health",
        groups=OURS,
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id")
    @api.depends_context("uid", "company")
    def _compute_customer_health(self):
        """One query for a page of deals."""
        # sudo: to which customer a contact of one's deal belongs
        customers = {
            lead: lead.sudo().partner_id.commercial_partner_id.id for lead in self
        }
        found = {
            health.commercial_partner_id.id: health.shown_state
            for health in self.env["performance.customer.health"].search_fetch(
                Domain("commercial_partner_id", "in", list(set(customers.values())))
                & Domain("company_id", "=", self.env.company.id),
                ["commercial_partner_id", "shown_state"],
            )
        }
        for lead in self:
            lead.customer_health = found.get(customers[lead], False)

    def _search_customer_health(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("partner_id.health_state", "in", value)
