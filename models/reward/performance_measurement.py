from odoo import models


class PerformanceMeasurement(models.Model):
    """After a KPI was measured, milestones that wait for it take their reading."""

    _inherit = "performance.measurement"

    def _after_measure(self):
        result = super()._after_measure()
        for period in self.period_id:
            units = self.filtered(lambda unit, p=period: unit.period_id == p)
            self.env["performance.milestone"]._measured(units.kpi_id, period)
        return result
