from odoo import api, fields, models

from .picture import pictures

OURS = "customer_performance.group_user,customer_performance.group_auditor"


class CrmLead(models.Model):
    """Shows how far the deal is on the journey of its customer."""

    _inherit = "crm.lead"

    journey_picture = fields.Html(
        string="Journey",
        compute="_compute_journey_picture",
        sanitize=False,
        groups=OURS,
    )

    @api.depends(
        "active", "stage_id", "won_status", "date_closed", "team_id", "company_id"
    )
    @api.depends_context("uid", "lang", "tz")
    def _compute_journey_picture(self):
        for lead in self:
            lead.journey_picture = lead._origin._draw_journeys()

    def _draw_journeys(self):
        """The journeys of these deals as HTML; False when they follow none."""
        drawn = pictures(self)
        if not drawn:
            return False
        return self.env["ir.qweb"]._render(
            "customer_performance.journey_picture", {"deals": drawn}
        )
