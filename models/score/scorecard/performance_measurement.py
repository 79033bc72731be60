from odoo import models
from odoo.fields import Domain


class PerformanceMeasurement(models.Model):
    """Fresh numbers refresh the open scorecards that hold them."""

    _inherit = "performance.measurement"

    def _after_measure(self):
        result = super()._after_measure()
        # sudo: cards are written by the engine only
        self.env["performance.scorecard"].sudo().search(
            Domain("period_id", "in", self.period_id.ids)
            & Domain("state", "=", "open")
            & Domain("line_ids.kpi_id", "in", self.kpi_id.ids)
        )._evaluate()
        return result
