from odoo import models
from odoo.fields import Domain


class PerformanceReading(models.Model):
    """A typed value that was confirmed refreshes the open scorecards that hold it."""

    _inherit = "performance.reading"

    def _after_confirm(self):
        result = super()._after_confirm()
        # sudo: cards are written by the engine only
        self.env["performance.scorecard"].sudo().search(
            Domain("period_id", "in", self.period_id.ids)
            & Domain("state", "=", "open")
            & Domain("line_ids.kpi_id", "in", self.kpi_id.ids)
        )._evaluate()
        return result
