from odoo import models


class PerformancePeriod(models.Model):
    """What is over does not get into a closed period."""

    _inherit = "performance.period"

    def _measure_last(self):
        self.env["performance.override"]._expire(self)
        return super()._measure_last()
