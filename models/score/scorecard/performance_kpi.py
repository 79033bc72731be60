from odoo import fields, models
from odoo.fields import Domain

from ...shared.guards import exactly_one
from ...shared.performance_subject_mixin import SUBJECT_FIELDS


class PerformanceKpi(models.Model):
    """Scorecards expect a number of every KPI they hold, also when nothing is found."""

    _inherit = "performance.kpi"

    scheme_count = fields.Integer(
        string="Schemes",
        compute="_compute_scheme_count",
        help="Schemes that this KPI stands in.",
    )

    def _compute_scheme_count(self):
        counts = dict(
            self.env["performance.scheme.line"]._read_group(
                Domain("kpi_id", "in", self.ids), ["kpi_id"], ["__count"]
            )
        )
        for kpi in self:
            kpi.scheme_count = counts.get(kpi, 0)

    # === ACTIONS ===#

    def action_open_schemes(self):
        """The schemes that this KPI stands in."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_scheme_action"
        )
        return {**action, "domain": [("line_ids.kpi_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS ===#

    def _expected_subjects(self, period):
        expected = super()._expected_subjects(period)
        lines = self.env["performance.scorecard.line"].search(
            Domain("kpi_id", "in", self.ids)
            & Domain("scorecard_id.period_id", "=", period.id)
            & Domain("scorecard_id.state", "=", "open")
        )
        for kpi, those in lines.grouped("kpi_id").items():
            cards = those.scorecard_id.grouped("subject_type")
            for kind, group in cards.items():
                subjects = group[SUBJECT_FIELDS[kind]]
                expected[kpi][kind] = expected[kpi].get(kind, subjects) | subjects
        return expected
