from odoo import models
from odoo.fields import Domain


class PerformanceReading(models.Model):
    """A number that changed other than by measuring refreshes the open scorecards.

    Settled ones stay: a closed period is never changed.
    """

    _inherit = "performance.reading"

    def _after_confirm(self):
        result = super()._after_confirm()
        self._refresh_scorecards()
        return result

    def _after_override(self):
        result = super()._after_override()
        self._refresh_scorecards()
        return result

    def _after_correct(self):
        result = super()._after_correct()
        self._refresh_scorecards()
        return result

    def _refresh_scorecards(self):
        # sudo: cards are written by the engine only
        self.env["performance.scorecard"].sudo().search(
            Domain("period_id", "in", self.period_id.ids)
            & Domain("state", "=", "open")
            & Domain("line_ids.kpi_id", "in", self.kpi_id.ids)
        )._evaluate()
