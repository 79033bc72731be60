from odoo import models
from odoo.fields import Domain

from ..scheme.performance_scheme_audience import SUBJECT_MODELS


class PerformanceKpi(models.Model):
    """Objectives expect a number of every KPI they stand on, also where nothing is."""

    _inherit = "performance.kpi"

    def _expected_subjects(self, period):
        expected = super()._expected_subjects(period)
        results = self.env["performance.key.result"].search(
            Domain("kpi_id", "in", self.ids)
            & Domain("objective_id.period_id", "=", period.id)
            & Domain("objective_id.state", "=", "active")
        )
        for kpi, those in results.grouped("kpi_id").items():
            objectives = those.objective_id.grouped("subject_type")
            for kind, group in objectives.items():
                ids = [objective._subject().id for objective in group]
                subjects = self.env[SUBJECT_MODELS[kind]].browse(ids)
                expected[kpi][kind] = expected[kpi].get(kind, subjects) | subjects
        return expected
