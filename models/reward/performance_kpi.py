from odoo import models


class PerformanceKpi(models.Model):
    """A KPI is also measured for the deals whose milestones wait for it."""

    _inherit = "performance.kpi"

    def _expected_subjects(self, period):
        expected = super()._expected_subjects(period)
        if period.kind == "quarter":
            waiting = self.env["performance.milestone"]._waiting_for(self, period)
            for kpi, milestones in waiting.grouped("kpi_id").items():
                leads = milestones.lead_id
                others = expected[kpi].get("opportunity", leads)
                expected[kpi]["opportunity"] = others | leads
        return expected
