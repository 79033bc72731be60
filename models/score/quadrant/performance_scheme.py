from odoo import models

from ...shared.guards import exactly_one


class PerformanceScheme(models.Model):
    """What to keep of the KPIs of a scheme."""

    _inherit = "performance.scheme"

    def action_open_quadrant(self):
        """Show the KPIs of this scheme in the quadrant."""
        scheme = exactly_one(self)
        action = scheme.line_ids.kpi_id.action_open_quadrant()
        title = self.env._("What to Keep: %s", scheme.name)
        return {
            **action,
            "name": title,
            "display_name": title,
            # it has no address of its own
            "path": False,
            "context": {"kpi_ids": scheme.line_ids.kpi_id.ids, "is_choice": True},
        }
