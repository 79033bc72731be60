from odoo import api, models


class PerformanceReading(models.Model):
    """Nothing is typed in the rolling window."""

    _inherit = "performance.reading"

    @api.model
    def _typing_problem(self, kpi, period):
        if period.kind == "rolling":
            return self.env._(
                "“%s” moves on every day; type the number in a period that ends.",
                period.name,
            )
        return super()._typing_problem(kpi, period)
