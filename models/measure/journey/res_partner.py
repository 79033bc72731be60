from odoo import api, fields, models
from odoo.fields import Domain

from ...shared.guards import exactly_one

OURS = "customer_performance.group_user,customer_performance.group_auditor"
# a customer's page shows the last ones, a list opens them all
SHOWN = 5
ON_THE_WAY = Domain("active", "=", True) | Domain("won_status", "in", ["won", "lost"])


class ResPartner(models.Model):
    """Shows how far the last deals of a customer are on their journey."""

    _inherit = "res.partner"

    journey_picture = fields.Html(
        string="Journey",
        compute="_compute_journey_picture",
        sanitize=False,
        groups=OURS,
    )

    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_journey_picture(self):
        Lead = self.env["crm.lead"]
        is_reader = Lead.has_access("read")
        for partner in self:
            customer = partner._origin.commercial_partner_id
            deals = Lead
            if is_reader and customer:
                # lost deals are archived; other archived ones are on no journey
                deals = Lead.with_context(active_test=False).search(
                    partner._journey_deals() & ON_THE_WAY,
                    limit=SHOWN,
                    order="create_date desc, id desc",
                )
            partner.journey_picture = deals._draw_journeys()

    def _journey_deals(self):
        customer = self._origin.commercial_partner_id
        return Domain("partner_id.commercial_partner_id", "=", customer.id)

    def action_open_journey_visits(self):
        """All deals of this customer, step by step."""
        exactly_one(self)
        self.env["performance.journey.visit"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_journey_visit_action"
        )
        customer = self.commercial_partner_id.id
        return {
            **action,
            "domain": [("commercial_partner_id", "=", customer)],
            "context": {},
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
        }
