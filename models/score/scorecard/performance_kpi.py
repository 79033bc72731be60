from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...shared.guards import exactly_one
from ..scheme.performance_scheme_audience import SUBJECT_MODELS
from .settling import SUBJECT


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
        for kpi, kind, ids in self._scored_subjects(period):
            subjects = self.env[SUBJECT_MODELS[kind]].browse(ids)
            expected[kpi][kind] = expected[kpi].get(kind, subjects) | subjects
        return expected

    def _scored_subjects(self, period):
        """Whose numbers the open scorecards of a period take.

        :return: ``[(KPI, subject type, subject ids)]``
        """
        self.env["performance.scorecard"].flush_model()
        self.env["performance.scorecard.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
        SELECT l.kpi_id, CASE l.scope WHEN 'own' THEN c.subject_type ELSE l.scope END,
               ARRAY_AGG(DISTINCT CASE l.scope
                   WHEN 'own' THEN %s
                   WHEN 'team' THEN l.scope_team_id
                   WHEN 'department' THEN l.scope_department_id
                   ELSE c.company_id END)
          FROM performance_scorecard c
          JOIN performance_scorecard_line l ON l.scorecard_id = c.id
         WHERE c.state = 'open' AND c.period_id = %s AND l.kpi_id = ANY(%s)
         GROUP BY 1, 2
                """,
                SUBJECT,
                period.id,
                self.ids,
            )
        )
        known = {kpi.id: kpi for kpi in self}
        for kpi, kind, ids in rows:
            yield known[kpi], kind, [subject for subject in ids if subject]
