from odoo import models


class PerformanceMeasurement(models.Model):
    """After a KPI was measured, milestones that wait for it take their reading."""

    _inherit = "performance.measurement"

    def _after_measure(self):
        result = super()._after_measure()
        for unit in self:
            self.env["performance.milestone"]._measured(unit.kpi_id, unit.period_id)
        return result
