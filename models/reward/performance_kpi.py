from odoo import models


class PerformanceKpi(models.Model):
    """A KPI is also measured for the deals whose milestones wait for it."""

    _inherit = "performance.kpi"

    def _expected_subjects(self, period):
        expected = super()._expected_subjects(period)
        if period.kind == "quarter":
            leads = self.env["performance.milestone"]._waiting_for(self, period).lead_id
            if leads:
                expected["opportunity"] = expected.get("opportunity", leads) | leads
        return expected
