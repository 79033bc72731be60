from odoo import api, models


class PerformanceRun(models.Model):
    """The rolling window is measured by customer health, for its customers only."""

    _inherit = "performance.run"

    @api.model
    def _periods(self):
        return super()._periods().filtered(lambda period: period.kind != "rolling")
