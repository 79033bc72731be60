from odoo import api, models


class PerformanceRun(models.Model):
    """Before anything is measured, overrides whose last day is over end."""

    _inherit = "performance.run"

    @api.model
    def _before_measuring(self, kpis, periods):
        self.env["performance.override"]._expire()
        return super()._before_measuring(kpis, periods)
