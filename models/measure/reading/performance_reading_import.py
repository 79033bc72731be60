from odoo import api, models
from odoo.tools import float_compare

from ...shared.guards import number_problem
from .natural_keys import as_text


class PerformanceReading(models.Model):
    """Typed numbers out of a file: the same rules as by hand, a row at a time.

    A row about a number that is there already types it again, so it waits for a second
    person once more; one that says what stands there anyway leaves it alone.
    """

    _inherit = "performance.reading"

    @api.model
    def get_import_templates(self):
        """The file that Odoo's importer offers to fill in."""
        return [
            {
                "label": self.env._("Import Template for Readings"),
                "template": "/customer_performance/static/import/readings.csv",
            }
        ]

    @api.model
    def _import_problem(self, row, values):
        if problem := super()._import_problem(row, values):
            return problem
        kpi = self.env["performance.kpi"].browse(values.get("kpi_id"))
        period = self.env["performance.period"].browse(values.get("period_id"))
        if kpi and period and (problem := self._typing_problem(kpi, period)):
            return problem
        if problem := number_problem(self.env, row.get("value")):
            return problem
        if not as_text(row.get("evidence")) and not row.get("evidence_file"):
            return self._no_evidence()
        return False

    def _import_update(self, vals):
        same_value = not float_compare(
            float(vals.get("value") or 0), self.value, precision_digits=4
        )
        same_text = (vals.get("evidence") or False) == (self.evidence or False)
        if same_value and same_text and not vals.get("evidence_file"):
            return None
        return super()._import_update(vals)
