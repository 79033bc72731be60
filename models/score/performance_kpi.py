from odoo import models
from odoo.fields import Domain

from ..shared.performance_subject_mixin import SUBJECT_FIELDS


class PerformanceKpi(models.Model):
    """Scorecards expect a number of every KPI they hold, also when nothing is found."""

    _inherit = "performance.kpi"

    def _expected_subjects(self, period):
        expected = super()._expected_subjects(period)
        cards = self.env["performance.scorecard"].search(
            Domain("period_id", "=", period.id)
            & Domain("state", "=", "open")
            & Domain("line_ids.kpi_id", "=", self.id)
        )
        for kind, group in cards.grouped("subject_type").items():
            subjects = group[SUBJECT_FIELDS[kind]]
            expected[kind] = expected.get(kind, subjects) | subjects
        return expected
