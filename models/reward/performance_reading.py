from odoo import models


class PerformanceReading(models.Model):
    """Milestones that wait for a number of their deal take the one put into force."""

    _inherit = "performance.reading"

    def _after_override(self):
        result = super()._after_override()
        # sudo: milestones are moved by their engine
        deals = self.sudo().filtered("lead_id")
        for kpi, period in {(deal.kpi_id, deal.period_id) for deal in deals}:
            self.env["performance.milestone"]._measured(kpi, period)
        return result
